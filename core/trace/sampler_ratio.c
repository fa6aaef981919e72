/* SPDX-License-Identifier: Apache-2.0 */
#include "trace/sampler_decision.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static const uint64_t ALL = UINT64_C(1) << 63;

typedef struct {
    uint64_t bound; /* trace ids whose last 63 bits are below it are kept */
    char description[64];
} ratio_sampler;

/*
 * The same bits and the same comparison as in the SDKs for other languages, so that services of
 * one ratio keep the same traces. The 64th bit from the right stays out, as it does there.
 */
otelmq_sampling_decision otelmq_sampler_ratio_decide(const void *self,
                                                     const otelmq_trace_id *trace_id)
{
    const ratio_sampler *sampler = self;
    uint64_t bits = 0;
    for (size_t i = 8; i < sizeof(trace_id->bytes); i++) {
        bits = bits << 8 | trace_id->bytes[i];
    }
    return bits >> 1 < sampler->bound ? OTELMQ_SAMPLING_RECORD_AND_SAMPLE : OTELMQ_SAMPLING_DROP;
}

static otelmq_sampling_result should_sample(const void *self, const otelmq_sampling_input *input)
{
    return (otelmq_sampling_result){
        .decision = otelmq_sampler_ratio_decide(self, &input->trace_id),
    };
}

static const char *description(const void *self)
{
    const ratio_sampler *sampler = self;
    return sampler->description;
}

const otelmq_sampler_ops otelmq_sampler_ratio_ops = {
    .should_sample = should_sample,
    .description = description,
    .destroy = free,
};

static double within_range(double ratio)
{
    if (isnan(ratio) || ratio <= 0) {
        return 0;
    }
    return ratio < 1 ? ratio : 1;
}

otelmq_sampler otelmq_sampler_trace_id_ratio(double ratio)
{
    ratio_sampler *sampler = malloc(sizeof(*sampler));
    if (sampler == NULL) {
        return (otelmq_sampler){0};
    }
    double kept = within_range(ratio);
    sampler->bound = (uint64_t)(kept * (double)ALL);
    snprintf(sampler->description, sizeof(sampler->description), "TraceIdRatioBased{%g}", kept);
    return (otelmq_sampler){&otelmq_sampler_ratio_ops, sampler};
}
