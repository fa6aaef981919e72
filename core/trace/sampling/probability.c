/* SPDX-License-Identifier: Apache-2.0 */
#include "base/number.h"
#include "base/unconst.h"
#include "trace/sampling/consistent.h"
#include "trace/sampling/threshold.h"

#include <otelmq/diagnostics.h>

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

typedef struct {
    uint64_t threshold; /* OTELMQ_THRESHOLD_END: no trace */
    atomic_bool has_warned;
    char description[64];
} probability_sampler;

static void warn_once(const probability_sampler *self)
{
    probability_sampler *sampler = otelmq_unconst(self);
    if (atomic_load_explicit(&sampler->has_warned, memory_order_relaxed) ||
        atomic_exchange(&sampler->has_warned, true)) {
        return;
    }
    otelmq_diagnostics_report(
        OTELMQ_SEVERITY_WARNING,
        "The ProbabilitySampler presumes that trace ids are random, but the "
        "caller does not set the random flag. Upgrade it to W3C Trace Context "
        "Level 2, or set rv in its tracestate.");
}

static otelmq_sampling_result should_sample(const void *self, const otelmq_sampling_input *input)
{
    const probability_sampler *sampler = self;
    const otelmq_tracestate *before = otelmq_context_span_context(input->parent)->tracestate;
    otelmq_randomness randomness = otelmq_randomness_of(input, before);
    if (randomness.is_presumed) {
        warn_once(sampler);
    }
    bool is_sampled = randomness.bits >= sampler->threshold;
    return (otelmq_sampling_result){
        .decision = is_sampled ? OTELMQ_SAMPLING_RECORD_AND_SAMPLE : OTELMQ_SAMPLING_DROP,
        .replaces_tracestate = true,
        .tracestate = otelmq_consistent_tracestate(before, &randomness,
                                                   is_sampled ? &sampler->threshold : NULL),
    };
}

static const char *description(const void *self)
{
    const probability_sampler *sampler = self;
    return sampler->description;
}

static const otelmq_sampler_ops probability_ops = {
    .should_sample = should_sample,
    .description = description,
    .destroy = free,
};

otelmq_sampler otelmq_sampler_probability(double ratio, uint32_t precision)
{
    probability_sampler *sampler = malloc(sizeof(*sampler));
    if (sampler == NULL) {
        return (otelmq_sampler){0};
    }
    double kept = 0;
    sampler->threshold = OTELMQ_THRESHOLD_END;
    if (otelmq_threshold_from_ratio(ratio, precision, &sampler->threshold)) {
        kept = ratio < 1 ? ratio : 1;
    }
    atomic_init(&sampler->has_warned, false);
    char text[OTELMQ_DOUBLE_SIZE];
    (void)otelmq_double_format(kept, text);
    snprintf(sampler->description, sizeof(sampler->description), "ProbabilitySampler{%s}", text);
    return (otelmq_sampler){&probability_ops, sampler};
}
