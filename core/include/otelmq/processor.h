/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A processor stands between the spans and an exporter. The batch processor is the one for
 * programs: it queues spans and sends them from a thread of its own. The simple one sends each span
 * as it ends, on the thread that ends it: for tests and command-line tools.
 * (Specification: trace/sdk.md, "Span processor".)
 *
 *     span ends -> [ bounded queue ] -> worker -> exporter
 *                    full: drop and count, or wait
 */
#ifndef OTELMQ_PROCESSOR_H
#define OTELMQ_PROCESSOR_H

#include <otelmq/exporter.h>

OTELMQ_BEGIN_C

/* A processor of your own is such a table and a pointer; the first three run on any thread. */
typedef struct {
    /* After a recording span got its first attributes. NULL: does nothing. */
    void (*on_start)(void *self, otelmq_span *span, const otelmq_context *parent);
    /*
     * While it ends: its end time is set, and it can still be changed, by this call and on this
     * thread only, with what is known only now. Before on_end of any processor. NULL: does nothing.
     */
    void (*on_ending)(void *self, otelmq_span *span);
    /*
     * After it ended; retain the span to keep it. Unsampled recording spans come here too. A
     * processor that exports by itself adds what became of the sampled ones to <otelmq/stats.h>.
     */
    void (*on_end)(void *self, otelmq_span *span);
    /* Exports all that ended before the call. */
    otelmq_status (*force_flush)(void *self, uint32_t timeout_ms);
    /* Does what is due, if it has no thread for that, as otelmq_sdk_pump says. NULL: nothing is. */
    otelmq_status (*pump)(void *self, uint32_t timeout_ms);
    /* Flushes, then shuts the exporter down. Spans that end later are dropped and counted. */
    otelmq_status (*shutdown)(void *self, uint32_t timeout_ms);
    /* Frees self and the exporter, after shutdown. */
    void (*destroy)(void *self);
} otelmq_processor_ops;

typedef struct {
    const otelmq_processor_ops *ops;
    void *self;
} otelmq_processor;

/* Exports each sampled span as it ends. *Owns* exporter, on failure too: {0} then. */
OTELMQ_API otelmq_processor otelmq_processor_simple(otelmq_exporter exporter);

typedef struct {
    uint32_t max_queue_size; /* spans that may wait; 0: 2048 */
    uint32_t schedule_delay_ms; /* longest wait before an export; 0: 5000 */
    uint32_t export_timeout_ms; /* for one export; 0: 30000 */
    uint32_t max_export_batch_size; /* spans in one export; 0: 512; at most max_queue_size */
    /*
     * false: a span that ends while the queue is full is dropped and counted. true: the thread that
     * ends it waits for room, for export_timeout_ms at most: for batch jobs that must lose nothing.
     */
    bool blocks_when_full;
    /*
     * false: a worker thread exports. true: there is none, and spans are exported inside of
     * otelmq_sdk_pump, a flush or the shutdown, by the thread that calls them; and inside of a
     * span's end, where that would have to wait for room.
     */
    bool pumped;
} otelmq_batch_options;

/*
 * Queues sampled spans, and exports them in batches on a worker thread, which starts here and
 * blocks all signals, unless they are pumped. options NULL: all defaults. *Owns* exporter, on
 * failure too: {0} then.
 */
OTELMQ_API otelmq_processor otelmq_processor_batch(otelmq_exporter exporter,
                                                   const otelmq_batch_options *options);

/* Shuts down with no time left, and frees a processor that was not handed over; {0} is fine. */
OTELMQ_API void otelmq_processor_destroy(otelmq_processor processor);

OTELMQ_END_C

#endif
