/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The messages that were published on one channel and are not settled, by delivery tag. Tags count
 * up without gaps, so they lie in a ring; confirms come in any order, so what is settled in the
 * middle waits for what is older:
 *
 *     oldest                          next
 *       v                              v
 *     | open | settled | open | open |      the place of a tag is tag modulo the capacity
 *
 * The ring grows and never shrinks: once it has its size, publishing allocates nothing.
 */
#ifndef OTELMQ_AMQP_UNSETTLED_H
#define OTELMQ_AMQP_UNSETTLED_H

#include <otelmq/span.h>

#include "amqp/publish/batches.h"

/* Beyond that the oldest is given up. */
enum { OTELMQ_AMQP_MAX_UNSETTLED = 1 << 20 };

typedef struct {
    otelmq_span *span; /* NULL: there is none */
    otelmq_amqp_batch *batch; /* NULL: it was published alone */
    otelmq_span_id span_id; /* of the context in its headers; all zero: not known */
    uint32_t destination_hash; /* of exchange and routing key */
    uint16_t reply_code; /* 0: it did not come back */
    bool is_over; /* the span has ended, and is kept for the links of the commit */
    bool is_mandatory; /* it may come back */
    bool is_settled;
} otelmq_amqp_published;

/* {.oldest = 1, .next = 1} is an empty one. */
typedef struct {
    otelmq_amqp_published *entries;
    size_t capacity; /* a power of two, or 0 */
    uint64_t oldest;
    uint64_t next; /* the tag that the next message gets */
    size_t pending; /* how many of them are not settled */
} otelmq_amqp_unsettled;

void otelmq_amqp_unsettled_init(otelmq_amqp_unsettled *unsettled);
void otelmq_amqp_unsettled_clean(otelmq_amqp_unsettled *unsettled);

/* Whether there is room for one more already. */
static inline bool otelmq_amqp_unsettled_has_room(const otelmq_amqp_unsettled *unsettled)
{
    return unsettled->next - unsettled->oldest < unsettled->capacity;
}

/* Room for one more; false without memory, or when there are as many as may be. */
bool otelmq_amqp_unsettled_reserve(otelmq_amqp_unsettled *unsettled);

/* Adds a message under the tag next. Room for it was reserved. */
void otelmq_amqp_unsettled_add(otelmq_amqp_unsettled *unsettled,
                               const otelmq_amqp_published *published);

/* What was published with tag, from oldest to next. Borrowed until the next reserve. */
static inline otelmq_amqp_published *
otelmq_amqp_unsettled_at(const otelmq_amqp_unsettled *unsettled, uint64_t tag)
{
    return &unsettled->entries[tag & (unsettled->capacity - 1)];
}

/* Marks a tag as settled, and lets go what is settled at the old end. */
void otelmq_amqp_unsettled_remove(otelmq_amqp_unsettled *unsettled, uint64_t tag);

#endif
