/* SPDX-License-Identifier: Apache-2.0 */
#include "base/glob.h"
#include "trace/sampling/description.h"
#include "trace/sampling/predicate.h"

#include <stdlib.h>

typedef struct {
    otelmq_str key; /* of an attribute; both stand in the description */
    otelmq_str pattern;
    char description[];
} pattern_predicate;

static bool name_matches(const void *self, const otelmq_sampling_input *input)
{
    const pattern_predicate *predicate = self;
    return otelmq_glob_matches(predicate->pattern, input->name);
}

/* The last one of a key is the one that the span gets. */
static bool attribute_matches(const void *self, const otelmq_sampling_input *input)
{
    const pattern_predicate *predicate = self;
    for (size_t i = input->attribute_count; i-- > 0;) {
        const otelmq_attribute *attribute = &input->attributes[i];
        if (otelmq_str_equal(attribute->key, predicate->key)) {
            return attribute->value.type == OTELMQ_VALUE_STRING &&
                   otelmq_glob_matches(predicate->pattern, attribute->value.as.string);
        }
    }
    return false;
}

static const char *description(const void *self)
{
    const pattern_predicate *predicate = self;
    return predicate->description;
}

/* With "key=pattern" as its description. */
static pattern_predicate *create(const char *key, const char *pattern)
{
    size_t key_len = strlen(key);
    size_t pattern_len = strlen(pattern);
    pattern_predicate *predicate = malloc(sizeof(*predicate) + key_len + 1 + pattern_len + 1);
    if (predicate == NULL) {
        return NULL;
    }
    char *text = predicate->description;
    memcpy(text, key, key_len);
    text[key_len] = '=';
    memcpy(text + key_len + 1, pattern, pattern_len + 1);
    predicate->key = (otelmq_str){text, key_len};
    predicate->pattern = (otelmq_str){text + key_len + 1, pattern_len};
    return predicate;
}

static otelmq_sampling_predicate wrap(const otelmq_sampling_predicate_ops *ops,
                                      pattern_predicate *predicate)
{
    return predicate != NULL ? (otelmq_sampling_predicate){ops, predicate}
                             : (otelmq_sampling_predicate){0};
}

otelmq_sampling_predicate otelmq_predicate_span_name(const char *pattern)
{
    static const otelmq_sampling_predicate_ops name_ops = {
        .matches = name_matches,
        .description = description,
        .destroy = free,
    };
    return wrap(&name_ops, pattern != NULL ? create("name", pattern) : NULL);
}

otelmq_sampling_predicate otelmq_predicate_attribute_matches(const char *key, const char *pattern)
{
    static const otelmq_sampling_predicate_ops attribute_ops = {
        .matches = attribute_matches,
        .description = description,
        .destroy = free,
    };
    return wrap(&attribute_ops, key != NULL && pattern != NULL ? create(key, pattern) : NULL);
}
