/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The spans that an exporter was given and has not told of: one batch, or several where it sends
 * several at once. They are kept, the oldest first, until it is known what became of them. The
 * worker's alone.
 */
#ifndef OTELMQ_TRACE_GIVEN_SPANS_H
#define OTELMQ_TRACE_GIVEN_SPANS_H

#include <otelmq/exporter.h>

typedef struct {
    otelmq_span **spans; /* each a reference; room for a batch more stands behind them */
    otelmq_span **base; /* what spans is until more than a batch is given */
    otelmq_span **abandoned; /* what a fork left in a state that is not known */
    uint64_t *abandoned_nano;
    const otelmq_span_data **data; /* of one batch */
    uint64_t *given_nano; /* beside each span: when its batch was given, which tells them apart */
    uint64_t *base_nano; /* as base */
    size_t count;
    size_t capacity;
    size_t batch_size;
} otelmq_given_spans;

/* Empty, with room for a batch; false without memory. */
bool otelmq_given_spans_init(otelmq_given_spans *given, size_t batch_size);

/* Frees the memory, not the spans. */
void otelmq_given_spans_clean(otelmq_given_spans *given);

/* Empties it in a forked child, whose parent has the spans. */
void otelmq_given_spans_forget(otelmq_given_spans *given);

/* Makes room for a batch behind the others; false without memory, never when there are none. */
bool otelmq_given_spans_reserve(otelmq_given_spans *given);

/* Adds the count spans, at most a batch, that were put behind the others. Returns their data. */
const otelmq_span_data *const *otelmq_given_spans_add(otelmq_given_spans *given, size_t count);

/* Counts and gives back all but the last under_way of them, the first failed of these as failed. */
void otelmq_given_spans_settle(otelmq_given_spans *given, size_t under_way, size_t failed);

#endif
