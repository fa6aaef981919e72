/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The inside of the samplers of this library. They need no more than the parent's span context and
 * the trace id, and most spans are decided by them: here without gathering a whole sampling input.
 * Any thread.
 */
#ifndef OTELMQ_TRACE_SAMPLER_DECISION_H
#define OTELMQ_TRACE_SAMPLER_DECISION_H

#include <otelmq/sampler.h>

/*
 * Asks a sampler of this library; false, with *decision unset, when it is, or asks, one of the
 * user's or one that looks at the tracestate. parent may be invalid: a root span.
 */
bool otelmq_sampler_decide(const otelmq_sampler *sampler, const otelmq_span_context *parent,
                           const otelmq_trace_id *trace_id, otelmq_sampling_decision *decision);

/* Whether it, and all that it asks, is known here: then asking it runs no code of the user's. */
bool otelmq_sampler_is_quick(const otelmq_sampler *sampler);

/* Whether it takes the same decision for every root span, and which. */
bool otelmq_sampler_decides_roots_alike(const otelmq_sampler *sampler,
                                        otelmq_sampling_decision *decision);

/* The two samplers below, each known by its table. */
extern const otelmq_sampler_ops otelmq_sampler_ratio_ops;
extern const otelmq_sampler_ops otelmq_sampler_parent_based_ops;

otelmq_sampling_decision otelmq_sampler_ratio_decide(const void *self,
                                                     const otelmq_span_context *parent,
                                                     const otelmq_trace_id *trace_id);

/* The one of the five that is to be asked. */
const otelmq_sampler *otelmq_sampler_parent_based_delegate(const void *self,
                                                           const otelmq_span_context *parent);

/* All five. */
const otelmq_parent_based_options *otelmq_sampler_parent_based_delegates(const void *self);

#endif
