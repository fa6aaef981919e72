/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The member "ot" of a tracestate, in which OpenTelemetry carries what samplers agree on:
 *
 *     ot=rv:6e6d1a75832a2f;th:c
 *           |                 |
 *           |                 the threshold that the span passed; absent when that is not known
 *           the random bits of the trace, for a trace id that has none
 *
 * Any thread. (Specification: trace/tracestate-handling.md.)
 */
#ifndef OTELMQ_TRACE_SAMPLING_OT_MEMBER_H
#define OTELMQ_TRACE_SAMPLING_OT_MEMBER_H

#include <otelmq/tracestate.h>

#include <stdint.h>

typedef struct {
    bool has_threshold;
    bool has_randomness;
    uint64_t threshold;
    uint64_t randomness;
} otelmq_ot_values;

/* What the tracestate says; a value that is not well formed counts as absent. */
otelmq_ot_values otelmq_ot_read(const otelmq_tracestate *tracestate);

/* Whether an rv could be added: there is none, well formed or not, and it would fit. */
bool otelmq_ot_takes_randomness(const otelmq_tracestate *tracestate);

/*
 * tracestate, yours, with the threshold of values, or without one if they have none, and with their
 * randomness unless there is one already. All else is kept, in its order. What does not fit into
 * the 256 characters of a member is left out and reported.
 */
const otelmq_tracestate *otelmq_ot_write(const otelmq_tracestate *tracestate,
                                         const otelmq_ot_values *values);

#endif
