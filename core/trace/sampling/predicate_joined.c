/* SPDX-License-Identifier: Apache-2.0 */
#include "trace/sampling/description.h"
#include "trace/sampling/predicate.h"

#include <stdlib.h>

typedef struct {
    char *description;
    size_t count;
    otelmq_sampling_predicate parts[];
} joined_predicate;

static bool matches_not(const void *self, const otelmq_sampling_input *input)
{
    const joined_predicate *joined = self;
    return !otelmq_predicate_ask(joined->parts[0], input);
}

static bool matches_all(const void *self, const otelmq_sampling_input *input)
{
    const joined_predicate *joined = self;
    for (size_t i = 0; i < joined->count; i++) {
        if (!otelmq_predicate_ask(joined->parts[i], input)) {
            return false;
        }
    }
    return true;
}

static bool matches_any(const void *self, const otelmq_sampling_input *input)
{
    const joined_predicate *joined = self;
    for (size_t i = 0; i < joined->count; i++) {
        if (otelmq_predicate_ask(joined->parts[i], input)) {
            return true;
        }
    }
    return false;
}

static const char *description(const void *self)
{
    const joined_predicate *joined = self;
    return joined->description;
}

static void destroy_parts(const otelmq_sampling_predicate parts[], size_t count)
{
    for (size_t i = 0; i < count; i++) {
        otelmq_sampling_predicate_destroy(parts[i]);
    }
}

static void destroy(void *self)
{
    joined_predicate *joined = self;
    destroy_parts(joined->parts, joined->count);
    free(joined->description);
    free(joined);
}

static bool are_complete(const otelmq_sampling_predicate parts[], size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (parts[i].ops == NULL) {
            return false;
        }
    }
    return true;
}

static char *describe(const char *name, const otelmq_sampling_predicate parts[], size_t count)
{
    otelmq_buffer text;
    otelmq_buffer_init(&text);
    otelmq_buffer_add_text(&text, name);
    otelmq_buffer_add_char(&text, '(');
    for (size_t i = 0; i < count; i++) {
        otelmq_buffer_add_text(&text, i > 0 ? "," : "");
        otelmq_buffer_add_text(&text, otelmq_predicate_description(parts[i]));
    }
    otelmq_buffer_add_char(&text, ')');
    return otelmq_description_take(&text);
}

static otelmq_sampling_predicate join(const otelmq_sampling_predicate_ops *ops, const char *name,
                                      const otelmq_sampling_predicate parts[], size_t count)
{
    joined_predicate *joined = NULL;
    char *text = NULL;
    if (are_complete(parts, count)) {
        joined = malloc(sizeof(*joined) + count * sizeof(parts[0]));
        text = describe(name, parts, count);
    }
    if (joined == NULL || text == NULL) {
        destroy_parts(parts, count);
        free(joined);
        free(text);
        return (otelmq_sampling_predicate){0};
    }
    joined->description = text;
    joined->count = count;
    if (count > 0) {
        memcpy(joined->parts, parts, count * sizeof(parts[0]));
    }
    return (otelmq_sampling_predicate){ops, joined};
}

otelmq_sampling_predicate otelmq_predicate_not(otelmq_sampling_predicate part)
{
    static const otelmq_sampling_predicate_ops not_ops = {matches_not, description, destroy};
    return join(&not_ops, "not", &part, 1);
}

otelmq_sampling_predicate otelmq_predicate_all_of(const otelmq_sampling_predicate parts[],
                                                  size_t count)
{
    static const otelmq_sampling_predicate_ops all_ops = {matches_all, description, destroy};
    return join(&all_ops, "all", parts, parts != NULL ? count : 0);
}

otelmq_sampling_predicate otelmq_predicate_any_of(const otelmq_sampling_predicate parts[],
                                                  size_t count)
{
    static const otelmq_sampling_predicate_ops any_ops = {matches_any, description, destroy};
    return join(&any_ops, "any", parts, parts != NULL ? count : 0);
}

void otelmq_sampling_predicate_destroy(otelmq_sampling_predicate predicate)
{
    if (predicate.ops != NULL && predicate.ops->destroy != NULL) {
        predicate.ops->destroy(predicate.self);
    }
}
