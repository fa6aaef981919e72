/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What otelmq did so far, counted for the whole process since its start: read it into your
 * metrics. Every span that was started is in exactly one of exported, failed, dropped or unsampled
 * once nothing is queued any more, so that a loss is always visible. These are the measurements
 * that OpenTelemetry wants of an SDK about itself:
 *
 *     otel.sdk.span.started                    counts[OTELMQ_STAT_SPANS_STARTED]
 *     otel.sdk.span.live                       spans_live
 *     otel.sdk.processor.span.queue.size       queue_size
 *     otel.sdk.processor.span.queue.capacity   queue_capacity
 *     otel.sdk.processor.span.processed        spans_processed; dropped ones in counts, by reason
 *     otel.sdk.exporter.span.inflight          spans_in_flight
 *     otel.sdk.exporter.span.exported          counts[OTELMQ_STAT_SPANS_EXPORTED] and ..._FAILED
 *     otel.sdk.exporter.operation.duration     counts[OTELMQ_STAT_EXPORTS] and ..._EXPORT_NANOS,
 *                                              longest_export_nano
 *
 * (Semantic conventions: otel/sdk-metrics.md.)
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
    OTELMQ_STAT_SPANS_RECORDED, /* of those started: record what is set on them, for processors */
    OTELMQ_STAT_SPANS_ENDED, /* of those recorded: ended since */
    OTELMQ_STAT_EXPORTS, /* batches of which an exporter has told what became of them */
    OTELMQ_STAT_EXPORT_NANOS, /* how many nanoseconds these took it together */
    OTELMQ_STAT_EXPORT_RETRIES, /* requests that were sent again */
    OTELMQ_STAT_INJECT_SHORTENED, /* messages that went out without some baggage or tracestate */
    OTELMQ_STAT_INJECT_SKIPPED, /* messages that went out without context: no room */
    OTELMQ_STAT_EXTRACT_MALFORMED, /* messages with a traceparent that could not be read */
    OTELMQ_STAT_DIAGNOSTICS_SUPPRESSED, /* reports left out by the rate limit */
    OTELMQ_STAT_COUNT
} otelmq_stat;

typedef struct {
    uint64_t counts[OTELMQ_STAT_COUNT];
    uint64_t spans_live; /* recorded and not ended, at this moment */
    uint64_t spans_processed; /* exported, failed or dropped: no processor has them any more */
    uint64_t spans_in_flight; /* given to an exporter that has not told what became of them */
    uint64_t queue_size; /* spans that wait in batch processors */
    uint64_t queue_capacity; /* how many could wait there; of processors that are not shut down */
    uint64_t longest_export_nano;
} otelmq_stats;

/* All of it now. Each number is exact; they are not read at one instant. Any thread. */
OTELMQ_API otelmq_stats otelmq_stats_read(void);

/* Adds to one counter; for authors of exporters and wrappers. Any thread; no signal handler. */
OTELMQ_API void otelmq_stats_add(otelmq_stat stat, uint64_t count);

/* The name of a counter in lower snake case, as "spans_started". Never NULL. */
OTELMQ_API const char *otelmq_stat_name(otelmq_stat stat);

OTELMQ_END_C

#endif
