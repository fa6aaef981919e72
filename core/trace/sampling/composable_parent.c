/* SPDX-License-Identifier: Apache-2.0 */
#include "trace/sampling/composable.h"
#include "trace/sampling/consistent.h"
#include "trace/sampling/description.h"

#include <stdlib.h>

typedef struct {
    otelmq_composable_sampler root;
    char *description;
} parent_sampler;

/* A threshold that the sampled flag contradicts says nothing about how many the span stands for. */
static otelmq_sampling_intent want_as_parent(const otelmq_span_context *parent)
{
    otelmq_ot_values ot = otelmq_ot_read(parent->tracestate);
    bool is_sampled = otelmq_span_context_is_sampled(parent);
    if (ot.has_threshold && otelmq_is_threshold_consistent(&ot, parent->trace_id, is_sampled)) {
        return (otelmq_sampling_intent){
            .has_threshold = true,
            .threshold = ot.threshold,
            .is_adjusted_count_reliable = true,
        };
    }
    return (otelmq_sampling_intent){.has_threshold = is_sampled};
}

static otelmq_sampling_intent sampling_intent(const void *self, const otelmq_sampling_input *input)
{
    const parent_sampler *sampler = self;
    const otelmq_span_context *parent = otelmq_context_span_context(input->parent);
    return otelmq_span_context_is_valid(parent) ? want_as_parent(parent)
                                                : otelmq_composable_ask(sampler->root, input);
}

static const char *description(const void *self)
{
    const parent_sampler *sampler = self;
    return sampler->description;
}

static void destroy(void *self)
{
    parent_sampler *sampler = self;
    otelmq_composable_sampler_destroy(sampler->root);
    free(sampler->description);
    free(sampler);
}

static const otelmq_composable_sampler_ops parent_threshold_ops = {
    .sampling_intent = sampling_intent,
    .description = description,
    .destroy = destroy,
};

otelmq_composable_sampler otelmq_composable_parent_threshold(otelmq_composable_sampler root)
{
    if (root.ops == NULL) {
        return (otelmq_composable_sampler){0};
    }
    parent_sampler *sampler = malloc(sizeof(*sampler));
    char *text = otelmq_describe("ComposableParentThreshold", otelmq_composable_description(root));
    if (sampler == NULL || text == NULL) {
        otelmq_composable_sampler_destroy(root);
        free(sampler);
        free(text);
        return (otelmq_composable_sampler){0};
    }
    *sampler = (parent_sampler){root, text};
    return (otelmq_composable_sampler){&parent_threshold_ops, sampler};
}
