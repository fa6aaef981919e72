/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What B3 and Jaeger say about sampling and the sampled flag cannot: that a trace is recorded for
 * debugging whatever samplers say, that nobody has decided yet, and a decision without ids, for a
 * trace that starts at the receiver. The context keeps it, so that it goes out as it came in. Any
 * thread. (B3 propagation: "Sampling State".)
 */
#ifndef OTELMQ_PROPAGATION_SAMPLING_STATE_H
#define OTELMQ_PROPAGATION_SAMPLING_STATE_H

#include <otelmq/context.h>

typedef enum {
    OTELMQ_SAMPLING_STATE_DEFERRED, /* the receiver decides */
    OTELMQ_SAMPLING_STATE_DENIED,
    OTELMQ_SAMPLING_STATE_ACCEPTED,
    OTELMQ_SAMPLING_STATE_DEBUG,
} otelmq_sampling_state;

/* What one of these formats carries; ids that are all zero: none came. */
typedef struct {
    otelmq_trace_id trace_id;
    otelmq_span_id span_id;
    otelmq_sampling_state sampling;
} otelmq_sampled_ids;

/*
 * A new context, the caller's: parent with a remote span context of these ids, and what its flags
 * cannot say. Without ids, a parent that is in a trace already stays as it is.
 */
const otelmq_context *otelmq_context_with_sampled_ids(const otelmq_context *parent,
                                                      const otelmq_sampled_ids *extracted);

/* What is to be sent with the span of context, or without one. */
otelmq_sampled_ids otelmq_context_sampled_ids(const otelmq_context *context);

static inline bool otelmq_sampled_ids_are_valid(const otelmq_sampled_ids *ids)
{
    return otelmq_trace_id_is_valid(ids->trace_id) && otelmq_span_id_is_valid(ids->span_id);
}

static inline bool otelmq_sampling_state_is_positive(otelmq_sampling_state sampling)
{
    return sampling == OTELMQ_SAMPLING_STATE_ACCEPTED || sampling == OTELMQ_SAMPLING_STATE_DEBUG;
}

#endif
