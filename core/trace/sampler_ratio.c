/* SPDX-License-Identifier: Apache-2.0 */
#include "trace/sampler_decision.h"

#include "base/number.h"
#include "base/unconst.h"
#include "trace/sampling/ot_member.h"

#include <otelmq/diagnostics.h>

#include <math.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

static const uint64_t ALL = UINT64_C(1) << 63;

typedef struct {
    uint64_t bound; /* trace ids whose last 63 bits are below it are kept */
    atomic_bool has_warned;
    char description[64];
} ratio_sampler;

/* (Specification: trace/sdk.md, "Compatibility warnings for TraceIdRatioBased sampler".) */
static void warn_once(const ratio_sampler *self, const otelmq_span_context *parent)
{
    ratio_sampler *sampler = otelmq_unconst(self);
    if (atomic_exchange(&sampler->has_warned, true)) {
        return;
    }
    otelmq_ot_values ot = otelmq_ot_read(parent->tracestate);
    otelmq_diagnostics_report(
        OTELMQ_SEVERITY_WARNING,
        "The TraceIdRatioBased sampler decides about spans that have a "
        "parent%s: other services may decide otherwise about the same trace. "
        "Put it below a parent-based sampler, or use the ProbabilitySampler.",
        ot.has_threshold || ot.has_randomness ? ", which was sampled by a ProbabilitySampler" : "");
}

/*
 * The same bits and the same comparison as in the SDKs for other languages, so that services of
 * one ratio keep the same traces. The 64th bit from the right stays out, as it does there.
 */
otelmq_sampling_decision otelmq_sampler_ratio_decide(const void *self,
                                                     const otelmq_span_context *parent,
                                                     const otelmq_trace_id *trace_id)
{
    const ratio_sampler *sampler = self;
    if (otelmq_span_context_is_valid(parent) &&
        !atomic_load_explicit(&sampler->has_warned, memory_order_relaxed)) {
        warn_once(sampler, parent);
    }
    uint64_t bits = 0;
    for (size_t i = 8; i < sizeof(trace_id->bytes); i++) {
        bits = bits << 8 | trace_id->bytes[i];
    }
    return bits >> 1 < sampler->bound ? OTELMQ_SAMPLING_RECORD_AND_SAMPLE : OTELMQ_SAMPLING_DROP;
}

static otelmq_sampling_result should_sample(const void *self, const otelmq_sampling_input *input)
{
    return (otelmq_sampling_result){
        .decision = otelmq_sampler_ratio_decide(self, otelmq_context_span_context(input->parent),
                                                &input->trace_id),
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
    atomic_init(&sampler->has_warned, false);
    char text[OTELMQ_DOUBLE_SIZE];
    (void)otelmq_double_format(kept, text);
    snprintf(sampler->description, sizeof(sampler->description), "TraceIdRatioBased{%s}", text);
    return (otelmq_sampler){&otelmq_sampler_ratio_ops, sampler};
}
