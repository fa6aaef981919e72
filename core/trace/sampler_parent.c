/* SPDX-License-Identifier: Apache-2.0 */
#include "trace/sampler_decision.h"

#include "trace/sampling/consistent.h"

#include <stdio.h>
#include <stdlib.h>

enum { DESCRIPTION_SIZE = 512 };

typedef struct {
    otelmq_parent_based_options delegates;
    char description[DESCRIPTION_SIZE];
} parent_sampler;

const otelmq_parent_based_options *otelmq_sampler_parent_based_delegates(const void *self)
{
    return &((const parent_sampler *)self)->delegates;
}

const otelmq_sampler *otelmq_sampler_parent_based_delegate(const void *self,
                                                           const otelmq_span_context *parent)
{
    const otelmq_parent_based_options *delegates = otelmq_sampler_parent_based_delegates(self);
    if (!otelmq_span_context_is_valid(parent)) {
        return &delegates->root;
    }
    if (otelmq_span_context_is_sampled(parent)) {
        return parent->is_remote ? &delegates->remote_parent_sampled
                                 : &delegates->local_parent_sampled;
    }
    return parent->is_remote ? &delegates->remote_parent_not_sampled
                             : &delegates->local_parent_not_sampled;
}

/* (Specification: trace/tracestate-probability-sampling.md, "General requirements".) */
static void erase_inconsistent_threshold(otelmq_sampling_result *result,
                                         const otelmq_span_context *parent)
{
    otelmq_ot_values ot = otelmq_ot_read(parent->tracestate);
    bool is_sampled = result->decision == OTELMQ_SAMPLING_RECORD_AND_SAMPLE;
    if (!otelmq_is_threshold_consistent(&ot, parent->trace_id, is_sampled)) {
        ot.has_threshold = false;
        result->replaces_tracestate = true;
        result->tracestate = otelmq_ot_write(parent->tracestate, &ot);
    }
}

static otelmq_sampling_result should_sample(const void *self, const otelmq_sampling_input *input)
{
    const otelmq_span_context *parent = otelmq_context_span_context(input->parent);
    const otelmq_sampler *delegate = otelmq_sampler_parent_based_delegate(self, parent);
    otelmq_sampling_result result = delegate->ops->should_sample(delegate->self, input);
    if (!result.replaces_tracestate && otelmq_span_context_is_valid(parent)) {
        erase_inconsistent_threshold(&result, parent);
    }
    return result;
}

static const char *description(const void *self)
{
    const parent_sampler *sampler = self;
    return sampler->description;
}

static void destroy_delegates(const otelmq_parent_based_options *delegates)
{
    otelmq_sampler_destroy(delegates->root);
    otelmq_sampler_destroy(delegates->remote_parent_sampled);
    otelmq_sampler_destroy(delegates->remote_parent_not_sampled);
    otelmq_sampler_destroy(delegates->local_parent_sampled);
    otelmq_sampler_destroy(delegates->local_parent_not_sampled);
}

static void destroy(void *self)
{
    parent_sampler *sampler = self;
    destroy_delegates(&sampler->delegates);
    free(sampler);
}

const otelmq_sampler_ops otelmq_sampler_parent_based_ops = {
    .should_sample = should_sample,
    .description = description,
    .destroy = destroy,
};

static otelmq_sampler either(otelmq_sampler chosen, otelmq_sampler usual)
{
    return chosen.ops != NULL ? chosen : usual;
}

static otelmq_parent_based_options with_defaults(otelmq_parent_based_options chosen)
{
    otelmq_sampler on = otelmq_sampler_always_on();
    otelmq_sampler off = otelmq_sampler_always_off();
    return (otelmq_parent_based_options){
        .root = either(chosen.root, on),
        .remote_parent_sampled = either(chosen.remote_parent_sampled, on),
        .remote_parent_not_sampled = either(chosen.remote_parent_not_sampled, off),
        .local_parent_sampled = either(chosen.local_parent_sampled, on),
        .local_parent_not_sampled = either(chosen.local_parent_not_sampled, off),
    };
}

static const char *describe(otelmq_sampler sampler)
{
    return sampler.ops->description != NULL ? sampler.ops->description(sampler.self) : "custom";
}

otelmq_sampler otelmq_sampler_parent_based(const otelmq_parent_based_options *options)
{
    otelmq_parent_based_options chosen = {0};
    if (options != NULL) {
        chosen = *options;
    }
    parent_sampler *sampler = malloc(sizeof(*sampler));
    if (sampler == NULL) {
        destroy_delegates(&chosen);
        return (otelmq_sampler){0};
    }
    sampler->delegates = with_defaults(chosen);
    snprintf(sampler->description, sizeof(sampler->description),
             "ParentBased{root:%s,remoteParentSampled:%s,remoteParentNotSampled:%s,"
             "localParentSampled:%s,localParentNotSampled:%s}",
             describe(sampler->delegates.root), describe(sampler->delegates.remote_parent_sampled),
             describe(sampler->delegates.remote_parent_not_sampled),
             describe(sampler->delegates.local_parent_sampled),
             describe(sampler->delegates.local_parent_not_sampled));
    return (otelmq_sampler){&otelmq_sampler_parent_based_ops, sampler};
}
