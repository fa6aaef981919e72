/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What otelmq did so far, counted for the whole process since its start: read it into your
 * metrics. Every span that was started is in exactly one of exported, failed, dropped or unsampled
 * once nothing is queued any more, so that a loss is always visible.
 */
#ifndef OTELMQ_STATS_H
#define OTELMQ_STATS_H

#include <otelmq/api.h>

#include <stdint.h>

OTELMQ_BEGIN_C

/* The counters, as indices into otelmq_stats.counts; authors of extensions add to them. */
typedef enum {
    OTELMQ_STAT_SPANS_STARTED, /* spans started, sampled or not */
    OTELMQ_STAT_SPANS_UNSAMPLED, /* of these: never meant for an exporter */
    OTELMQ_STAT_SPANS_EXPORTED, /* accepted by an exporter */
    OTELMQ_STAT_SPANS_FAILED, /* given to an exporter, which gave them up */
    OTELMQ_STAT_SPANS_DROPPED_QUEUE_FULL, /* ended while the batch queue was full */
    OTELMQ_STAT_SPANS_DROPPED_SHUT_DOWN, /* ended, or still queued, after shutdown's deadline */
    OTELMQ_STAT_SPANS_DROPPED_NO_MEMORY, /* could not be allocated */
    OTELMQ_STAT_EXPORT_RETRIES, /* requests that were sent again */
    OTELMQ_STAT_INJECT_SHORTENED, /* messages that went out without some or all baggage or tracestate */
    OTELMQ_STAT_INJECT_SKIPPED, /* messages that went out without context: no room */
    OTELMQ_STAT_EXTRACT_MALFORMED, /* messages with a traceparent that could not be read */
    OTELMQ_STAT_DIAGNOSTICS_SUPPRESSED, /* reports left out by the rate limit */
    OTELMQ_STAT_COUNT
} otelmq_stat;

typedef struct {
    uint64_t counts[OTELMQ_STAT_COUNT];
} otelmq_stats;

/* All counters now. Each is exact; they are not read at one instant. Any thread. */
OTELMQ_API otelmq_stats otelmq_stats_read(void);

/* Adds to one counter; for authors of exporters and wrappers. Any thread. */
OTELMQ_API void otelmq_stats_add(otelmq_stat stat, uint64_t count);

/* The name of a counter in lower snake case, as "spans_started". Never NULL. */
OTELMQ_API const char *otelmq_stat_name(otelmq_stat stat);

OTELMQ_END_C

#endif
