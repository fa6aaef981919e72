/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Baggage that is being read from headers, within bounds, on the stack: a hostile message cannot
 * make the process allocate more than what is kept of it. For one thread.
 */
#ifndef OTELMQ_PROPAGATION_BAGGAGE_COLLECTOR_H
#define OTELMQ_PROPAGATION_BAGGAGE_COLLECTOR_H

#include "propagation/baggage_header.h"

typedef enum {
    OTELMQ_CODING_PLAIN, /* stands for itself */
    OTELMQ_CODING_PERCENT, /* percent-coded */
    OTELMQ_CODING_FORM, /* percent-coded, and a plus is a space */
} otelmq_value_coding;

typedef struct {
    otelmq_baggage_entry entries[OTELMQ_BAGGAGE_MEMBERS_MAX];
    size_t count;
    size_t members; /* with those whose key came again */
    size_t bytes; /* of the headers that were read */
    char text[OTELMQ_BAGGAGE_BYTES_MAX]; /* of the values, decoded */
    size_t text_len;
    otelmq_baggage_losses losses;
} otelmq_baggage_collector;

void otelmq_baggage_collector_init(otelmq_baggage_collector *collector);

/* Whether a member of len bytes is within the bounds; it is then counted, but not its bytes. */
static inline bool otelmq_baggage_collector_takes(otelmq_baggage_collector *collector, size_t len)
{
    if (collector->members == OTELMQ_BAGGAGE_MEMBERS_MAX ||
        len > OTELMQ_BAGGAGE_BYTES_MAX - collector->bytes) {
        collector->losses.over_limit++;
        return false;
    }
    collector->members++;
    return true;
}

/* Counts len bytes of a header as read. */
static inline void otelmq_baggage_collector_count(otelmq_baggage_collector *collector, size_t len)
{
    size_t left = OTELMQ_BAGGAGE_BYTES_MAX - collector->bytes;
    collector->bytes += len < left ? len : left;
}

/* Puts an entry in its place; the last one with a key wins. Its texts outlive the collector. */
void otelmq_baggage_collector_put(otelmq_baggage_collector *collector, otelmq_baggage_entry entry);

/* The same for a value that is still encoded; the decoded one is the collector's. */
void otelmq_baggage_collector_add(otelmq_baggage_collector *collector, otelmq_baggage_entry raw,
                                  otelmq_value_coding coding);

/* A new baggage, the caller's; NULL when nothing was added. */
const otelmq_baggage *otelmq_baggage_collector_finish(otelmq_baggage_collector *collector);

/* Reports what was lost on the way in. */
void otelmq_baggage_report_losses(otelmq_baggage_losses losses);

#endif
