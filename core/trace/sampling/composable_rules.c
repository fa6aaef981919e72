/* SPDX-License-Identifier: Apache-2.0 */
#include "trace/sampling/composable.h"
#include "trace/sampling/description.h"
#include "trace/sampling/predicate.h"

#include <stdlib.h>

typedef struct {
    char *description;
    size_t count;
    otelmq_sampling_rule rules[];
} rule_sampler;

static otelmq_sampling_intent sampling_intent(const void *self, const otelmq_sampling_input *input)
{
    const rule_sampler *sampler = self;
    for (size_t i = 0; i < sampler->count; i++) {
        const otelmq_sampling_rule *rule = &sampler->rules[i];
        if (otelmq_predicate_ask(rule->predicate, input)) {
            return otelmq_composable_ask(rule->sampler, input);
        }
    }
    return (otelmq_sampling_intent){0};
}

static const char *description(const void *self)
{
    const rule_sampler *sampler = self;
    return sampler->description;
}

static void destroy_rules(const otelmq_sampling_rule rules[], size_t count)
{
    for (size_t i = 0; i < count; i++) {
        otelmq_sampling_predicate_destroy(rules[i].predicate);
        otelmq_composable_sampler_destroy(rules[i].sampler);
    }
}

static void destroy(void *self)
{
    rule_sampler *sampler = self;
    destroy_rules(sampler->rules, sampler->count);
    free(sampler->description);
    free(sampler);
}

static const otelmq_composable_sampler_ops rule_based_ops = {
    .sampling_intent = sampling_intent,
    .description = description,
    .destroy = destroy,
};

static bool are_complete(const otelmq_sampling_rule rules[], size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (rules[i].predicate.ops == NULL || rules[i].sampler.ops == NULL) {
            return false;
        }
    }
    return true;
}

static char *describe(const otelmq_sampling_rule rules[], size_t count)
{
    otelmq_buffer text;
    otelmq_buffer_init(&text);
    otelmq_buffer_add_text(&text, "ComposableRuleBased{");
    for (size_t i = 0; i < count; i++) {
        otelmq_buffer_add_text(&text, i > 0 ? "," : "");
        otelmq_buffer_add_text(&text, otelmq_predicate_description(rules[i].predicate));
        otelmq_buffer_add_char(&text, ':');
        otelmq_buffer_add_text(&text, otelmq_composable_description(rules[i].sampler));
    }
    otelmq_buffer_add_char(&text, '}');
    return otelmq_description_take(&text);
}

otelmq_composable_sampler otelmq_composable_rule_based(const otelmq_sampling_rule rules[],
                                                       size_t rule_count)
{
    size_t count = rules != NULL ? rule_count : 0;
    rule_sampler *sampler = NULL;
    char *text = NULL;
    if (are_complete(rules, count)) {
        sampler = malloc(sizeof(*sampler) + count * sizeof(rules[0]));
        text = describe(rules, count);
    }
    if (sampler == NULL || text == NULL) {
        destroy_rules(rules, count);
        free(sampler);
        free(text);
        return (otelmq_composable_sampler){0};
    }
    sampler->description = text;
    sampler->count = count;
    if (count > 0) {
        memcpy(sampler->rules, rules, count * sizeof(rules[0]));
    }
    return (otelmq_composable_sampler){&rule_based_ops, sampler};
}
