/* SPDX-License-Identifier: Apache-2.0 */
#include "trace/attribute_set.h"
#include "trace/sampling/composable.h"
#include "trace/sampling/description.h"

#include <stdlib.h>

typedef struct {
    otelmq_composable_sampler delegate;
    otelmq_arena arena;
    otelmq_attribute_set attributes;
    char *description;
} annotating_sampler;

static size_t get_attributes(const void *self, const otelmq_sampling_input *input,
                             const otelmq_attribute **attributes)
{
    (void)input;
    const annotating_sampler *sampler = self;
    *attributes = sampler->attributes.items;
    return sampler->attributes.count;
}

static const otelmq_attributes_provider_ops provider_ops = {.attributes = get_attributes};

static otelmq_sampling_intent sampling_intent(const void *self, const otelmq_sampling_input *input)
{
    const annotating_sampler *sampler = self;
    otelmq_sampling_intent intent = otelmq_composable_ask(sampler->delegate, input);
    if (intent.has_threshold) {
        otelmq_sampling_intent_add_attributes(&intent,
                                              (otelmq_attributes_provider){&provider_ops, sampler});
    }
    return intent;
}

static const char *description(const void *self)
{
    const annotating_sampler *sampler = self;
    return sampler->description;
}

static void destroy(void *self)
{
    annotating_sampler *sampler = self;
    otelmq_composable_sampler_destroy(sampler->delegate);
    otelmq_arena_clean(&sampler->arena);
    free(sampler->description);
    free(sampler);
}

static const otelmq_composable_sampler_ops annotating_ops = {
    .sampling_intent = sampling_intent,
    .description = description,
    .destroy = destroy,
};

static char *describe(const annotating_sampler *sampler)
{
    otelmq_buffer text;
    otelmq_buffer_init(&text);
    otelmq_buffer_add_text(&text, "ComposableAnnotating{");
    for (uint32_t i = 0; i < sampler->attributes.count; i++) {
        otelmq_buffer_add_str(&text, sampler->attributes.items[i].key);
        otelmq_buffer_add_char(&text, ',');
    }
    otelmq_buffer_add_text(&text, otelmq_composable_description(sampler->delegate));
    otelmq_buffer_add_char(&text, '}');
    return otelmq_description_take(&text);
}

otelmq_composable_sampler otelmq_composable_annotating(const otelmq_attribute attributes[],
                                                       size_t attribute_count,
                                                       otelmq_composable_sampler delegate)
{
    if (delegate.ops == NULL) {
        return (otelmq_composable_sampler){0};
    }
    annotating_sampler *sampler = calloc(1, sizeof(*sampler));
    if (sampler == NULL) {
        otelmq_composable_sampler_destroy(delegate);
        return (otelmq_composable_sampler){0};
    }
    sampler->delegate = delegate;
    otelmq_attribute_set_put_all(&sampler->attributes, &sampler->arena,
                                 &(otelmq_attribute_limits){.max_count = UINT32_MAX}, attributes,
                                 attributes != NULL ? attribute_count : 0);
    sampler->description = describe(sampler);
    if (sampler->attributes.dropped > 0 || sampler->description == NULL) {
        destroy(sampler);
        return (otelmq_composable_sampler){0};
    }
    return (otelmq_composable_sampler){&annotating_ops, sampler};
}
