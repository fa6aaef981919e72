/* SPDX-License-Identifier: Apache-2.0 */
/* What a tracer provider knows of the batch processor. Any thread. */
#ifndef OTELMQ_TRACE_BATCH_H
#define OTELMQ_TRACE_BATCH_H

#include <otelmq/processor.h>

extern const otelmq_processor_ops otelmq_batch_ops;

/* As on_end, but *owns* a reference to span, which so moves through the queue uncounted. */
void otelmq_batch_take(void *self, otelmq_span *span);

#endif
