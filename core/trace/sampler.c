/* SPDX-License-Identifier: Apache-2.0 */
#include "trace/sampler_decision.h"

static otelmq_sampling_result sample_always(const void *self, const otelmq_sampling_input *input)
{
    (void)self;
    (void)input;
    return (otelmq_sampling_result){.decision = OTELMQ_SAMPLING_RECORD_AND_SAMPLE};
}

static const char *describe_always_on(const void *self)
{
    (void)self;
    return "AlwaysOnSampler";
}

static const otelmq_sampler_ops always_on_ops = {
    .should_sample = sample_always,
    .description = describe_always_on,
};

otelmq_sampler otelmq_sampler_always_on(void)
{
    return (otelmq_sampler){&always_on_ops, NULL};
}

static otelmq_sampling_result sample_never(const void *self, const otelmq_sampling_input *input)
{
    (void)self;
    (void)input;
    return (otelmq_sampling_result){.decision = OTELMQ_SAMPLING_DROP};
}

static const char *describe_always_off(const void *self)
{
    (void)self;
    return "AlwaysOffSampler";
}

static const otelmq_sampler_ops always_off_ops = {
    .should_sample = sample_never,
    .description = describe_always_off,
};

otelmq_sampler otelmq_sampler_always_off(void)
{
    return (otelmq_sampler){&always_off_ops, NULL};
}

static inline bool decide_leaf(const otelmq_sampler *sampler, const otelmq_span_context *parent,
                               const otelmq_trace_id *trace_id, otelmq_sampling_decision *decision)
{
    if (sampler->ops == &always_on_ops) {
        *decision = OTELMQ_SAMPLING_RECORD_AND_SAMPLE;
    } else if (sampler->ops == &always_off_ops) {
        *decision = OTELMQ_SAMPLING_DROP;
    } else if (sampler->ops == &otelmq_sampler_ratio_ops) {
        *decision = otelmq_sampler_ratio_decide(sampler->self, parent, trace_id);
    } else {
        return false;
    }
    return true;
}

__attribute__((noinline)) static bool decide_by_parent(const otelmq_sampler *sampler,
                                                       const otelmq_span_context *parent,
                                                       const otelmq_trace_id *trace_id,
                                                       otelmq_sampling_decision *decision)
{
    while (sampler->ops == &otelmq_sampler_parent_based_ops && parent->tracestate == NULL) {
        sampler = otelmq_sampler_parent_based_delegate(sampler->self, parent);
    }
    return decide_leaf(sampler, parent, trace_id, decision);
}

bool otelmq_sampler_decide(const otelmq_sampler *sampler, const otelmq_span_context *parent,
                           const otelmq_trace_id *trace_id, otelmq_sampling_decision *decision)
{
    return sampler->ops == &otelmq_sampler_parent_based_ops
               ? decide_by_parent(sampler, parent, trace_id, decision)
               : decide_leaf(sampler, parent, trace_id, decision);
}

/* A parent-based sampler inside another one is quick too, but not looked into. */
static bool is_quick_leaf(const otelmq_sampler *sampler)
{
    return sampler->ops == &always_on_ops || sampler->ops == &always_off_ops ||
           sampler->ops == &otelmq_sampler_ratio_ops;
}

bool otelmq_sampler_is_quick(const otelmq_sampler *sampler)
{
    if (sampler->ops != &otelmq_sampler_parent_based_ops) {
        return is_quick_leaf(sampler);
    }
    const otelmq_parent_based_options *delegates =
        otelmq_sampler_parent_based_delegates(sampler->self);
    return is_quick_leaf(&delegates->root) && is_quick_leaf(&delegates->remote_parent_sampled) &&
           is_quick_leaf(&delegates->remote_parent_not_sampled) &&
           is_quick_leaf(&delegates->local_parent_sampled) &&
           is_quick_leaf(&delegates->local_parent_not_sampled);
}

bool otelmq_sampler_decides_roots_alike(const otelmq_sampler *sampler,
                                        otelmq_sampling_decision *decision)
{
    const otelmq_sampler *asked = sampler->ops == &otelmq_sampler_parent_based_ops
                                      ? &otelmq_sampler_parent_based_delegates(sampler->self)->root
                                      : sampler;
    *decision =
        asked->ops == &always_on_ops ? OTELMQ_SAMPLING_RECORD_AND_SAMPLE : OTELMQ_SAMPLING_DROP;
    return asked->ops == &always_on_ops || asked->ops == &always_off_ops;
}

void otelmq_sampler_destroy(otelmq_sampler sampler)
{
    if (sampler.ops != NULL && sampler.ops->destroy != NULL) {
        sampler.ops->destroy(sampler.self);
    }
}
