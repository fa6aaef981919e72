/* SPDX-License-Identifier: Apache-2.0 */
#include "trace/sampling/description.h"

#include <otelmq/sampler.h>

#include <stdlib.h>

typedef struct {
    otelmq_sampler root;
    char *description;
} always_record_sampler;

static otelmq_sampling_result should_sample(const void *self, const otelmq_sampling_input *input)
{
    const always_record_sampler *sampler = self;
    otelmq_sampling_result result = sampler->root.ops->should_sample(sampler->root.self, input);
    if (result.decision == OTELMQ_SAMPLING_DROP) {
        result.decision = OTELMQ_SAMPLING_RECORD_ONLY;
    }
    return result;
}

static const char *description(const void *self)
{
    const always_record_sampler *sampler = self;
    return sampler->description;
}

static void destroy(void *self)
{
    always_record_sampler *sampler = self;
    otelmq_sampler_destroy(sampler->root);
    free(sampler->description);
    free(sampler);
}

static const otelmq_sampler_ops always_record_ops = {
    .should_sample = should_sample,
    .description = description,
    .destroy = destroy,
};

otelmq_sampler otelmq_sampler_always_record(otelmq_sampler root)
{
    if (root.ops == NULL) {
        return (otelmq_sampler){0};
    }
    always_record_sampler *sampler = malloc(sizeof(*sampler));
    const char *inner = root.ops->description != NULL ? root.ops->description(root.self) : "custom";
    char *text = otelmq_describe("AlwaysRecord", inner);
    if (sampler == NULL || text == NULL) {
        otelmq_sampler_destroy(root);
        free(sampler);
        free(text);
        return (otelmq_sampler){0};
    }
    *sampler = (always_record_sampler){root, text};
    return (otelmq_sampler){&always_record_ops, sampler};
}
