/* SPDX-License-Identifier: Apache-2.0 */
#include "trace/attribute_set.h"
#include "trace/sampling/description.h"
#include "trace/sampling/predicate.h"
#include "trace/value_equal.h"

#include <stdlib.h>

typedef struct {
    otelmq_arena arena;
    otelmq_attribute_set wanted; /* a single one */
    char *description;
} attribute_predicate;

/* The last one of a key is the one that the span gets. */
static bool matches(const void *self, const otelmq_sampling_input *input)
{
    const attribute_predicate *predicate = self;
    const otelmq_attribute *wanted = &predicate->wanted.items[0];
    for (size_t i = input->attribute_count; i-- > 0;) {
        const otelmq_attribute *attribute = &input->attributes[i];
        if (otelmq_str_equal(attribute->key, wanted->key)) {
            return otelmq_value_equal(&attribute->value, &wanted->value);
        }
    }
    return false;
}

static const char *description(const void *self)
{
    const attribute_predicate *predicate = self;
    return predicate->description;
}

static void destroy(void *self)
{
    attribute_predicate *predicate = self;
    otelmq_arena_clean(&predicate->arena);
    free(predicate->description);
    free(predicate);
}

static const otelmq_sampling_predicate_ops attribute_ops = {
    .matches = matches,
    .description = description,
    .destroy = destroy,
};

static char *describe(otelmq_str key)
{
    otelmq_buffer text;
    otelmq_buffer_init(&text);
    otelmq_buffer_add_text(&text, "attribute=");
    otelmq_buffer_add_str(&text, key);
    return otelmq_description_take(&text);
}

otelmq_sampling_predicate otelmq_predicate_attribute(otelmq_attribute attribute)
{
    attribute_predicate *predicate = calloc(1, sizeof(*predicate));
    if (predicate == NULL) {
        return (otelmq_sampling_predicate){0};
    }
    otelmq_attribute_set_put_all(&predicate->wanted, &predicate->arena,
                                 &(otelmq_attribute_limits){.max_count = 1}, &attribute, 1);
    predicate->description = describe(attribute.key);
    if (predicate->wanted.count == 0 || predicate->description == NULL) {
        destroy(predicate);
        return (otelmq_sampling_predicate){0};
    }
    return (otelmq_sampling_predicate){&attribute_ops, predicate};
}
