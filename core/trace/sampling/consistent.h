/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The one comparison that all consistent samplers make, the trace's random bits with a threshold,
 * and what follows from it for the tracestate. Any thread.
 * (Specification: trace/tracestate-probability-sampling.md.)
 */
#ifndef OTELMQ_TRACE_SAMPLING_CONSISTENT_H
#define OTELMQ_TRACE_SAMPLING_CONSISTENT_H

#include "trace/sampling/ot_member.h"

#include <otelmq/sampler.h>

/* The random bits of a trace, and where they come from. */
typedef struct {
    uint64_t bits; /* 56 of them */
    bool is_new; /* made for this root span: its tracestate has to carry them */
    bool is_presumed; /* of the trace id of a parent that does not say it is random */
} otelmq_randomness;

/* tracestate is that of the parent. */
otelmq_randomness otelmq_randomness_of(const otelmq_sampling_input *input,
                                       const otelmq_tracestate *tracestate);

/* 56 bits of no trace. */
uint64_t otelmq_randomness_fresh(void);

/* The right 7 bytes of the id. */
uint64_t otelmq_randomness_of_trace_id(otelmq_trace_id trace_id);

/*
 * tracestate, yours, as a span is to have it: with this threshold (NULL: none), and with randomness
 * if it is new.
 */
const otelmq_tracestate *otelmq_consistent_tracestate(const otelmq_tracestate *tracestate,
                                                      const otelmq_randomness *randomness,
                                                      const uint64_t *threshold);

/*
 * Whether the threshold of a span, if it has one, says the same as its sampled flag. ot was read
 * from its tracestate.
 */
bool otelmq_is_threshold_consistent(const otelmq_ot_values *ot, otelmq_trace_id trace_id,
                                    bool is_sampled);

#endif
