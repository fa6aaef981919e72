/* SPDX-License-Identifier: Apache-2.0 */
/* What a tracer provider knows of the batch processor. Any thread. */
#ifndef OTELMQ_TRACE_BATCH_H
#define OTELMQ_TRACE_BATCH_H

#include <otelmq/processor.h>

extern const otelmq_processor_ops otelmq_batch_ops;

/* As on_end, but *owns* a reference to span, which so moves through the queue uncounted. */
void otelmq_batch_take(void *self, otelmq_span *span);

/* Begins what force_flush or shutdown does; one of them must follow, and waits for it. */
void otelmq_batch_start_flush(void *self, uint32_t timeout_ms);

/*
 * After shutdown: destroys the exporter, unless its thread was left behind, which then does it.
 * Spans may still be handed over, and are dropped and counted, until destroy.
 */
void otelmq_batch_close(void *self);

#endif
