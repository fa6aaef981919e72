/* SPDX-License-Identifier: Apache-2.0 */
#include "trace/sampling/consistent.h"

#include "base/random.h"

enum { RANDOM_BYTES = 7 };

uint64_t otelmq_randomness_fresh(void)
{
    return otelmq_random_u64() >> 8;
}

uint64_t otelmq_randomness_of_trace_id(otelmq_trace_id trace_id)
{
    uint64_t bits = 0;
    for (size_t i = sizeof(trace_id.bytes) - RANDOM_BYTES; i < sizeof(trace_id.bytes); i++) {
        bits = bits << 8 | trace_id.bytes[i];
    }
    return bits;
}

otelmq_randomness otelmq_randomness_of(const otelmq_sampling_input *input,
                                       const otelmq_tracestate *tracestate)
{
    otelmq_ot_values ot = otelmq_ot_read(tracestate);
    if (ot.has_randomness) {
        return (otelmq_randomness){.bits = ot.randomness};
    }
    bool is_root = !otelmq_span_context_is_valid(otelmq_context_span_context(input->parent));
    if (is_root && !input->is_trace_id_random && otelmq_ot_takes_randomness(tracestate)) {
        return (otelmq_randomness){.bits = otelmq_randomness_fresh(), .is_new = true};
    }
    return (otelmq_randomness){
        .bits = otelmq_randomness_of_trace_id(input->trace_id),
        .is_presumed = !is_root && !input->is_trace_id_random,
    };
}

const otelmq_tracestate *otelmq_consistent_tracestate(const otelmq_tracestate *tracestate,
                                                      const otelmq_randomness *randomness,
                                                      const uint64_t *threshold)
{
    otelmq_ot_values values = {
        .has_threshold = threshold != NULL,
        .threshold = threshold != NULL ? *threshold : 0,
        .has_randomness = randomness->is_new,
        .randomness = randomness->bits,
    };
    return otelmq_ot_write(tracestate, &values);
}

bool otelmq_is_threshold_consistent(const otelmq_ot_values *ot, otelmq_trace_id trace_id,
                                    bool is_sampled)
{
    uint64_t bits = ot->has_randomness ? ot->randomness : otelmq_randomness_of_trace_id(trace_id);
    return !ot->has_threshold || (bits >= ot->threshold) == is_sampled;
}
