/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which spans a rule of a rule-based sampler is for: those for which all of its conditions hold.
 * The predicate reads them in the tree of the configuration itself. Attributes are compared as
 * text, so that "404" matches the number too; of an array, one element is enough.
 */
#include "base/number.h"
#include "config/included.h"
#include "config/make.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

typedef struct {
    otelmq_config *config;
    const otelmq_config_node *rule;
} span_rule;

/* Room for a number as text. */
typedef struct {
    char text[OTELMQ_DOUBLE_SIZE];
} number_text;

static bool is_in(otelmq_str text, const otelmq_config_node *list)
{
    const otelmq_config_entry *entry = list->first;
    while (entry != NULL && !otelmq_str_equal(entry->node->text, text)) {
        entry = entry->next;
    }
    return entry != NULL;
}

static otelmq_str kind_name(otelmq_span_kind kind)
{
    switch (kind) {
    case OTELMQ_SPAN_INTERNAL:
        return OTELMQ_STR("internal");
    case OTELMQ_SPAN_SERVER:
        return OTELMQ_STR("server");
    case OTELMQ_SPAN_CLIENT:
        return OTELMQ_STR("client");
    case OTELMQ_SPAN_PRODUCER:
        return OTELMQ_STR("producer");
    case OTELMQ_SPAN_CONSUMER:
        return OTELMQ_STR("consumer");
    }
    return (otelmq_str){0};
}

static otelmq_str parent_name(const otelmq_context *context)
{
    const otelmq_span_context *parent = otelmq_context_span_context(context);
    if (!otelmq_span_context_is_valid(parent)) {
        return OTELMQ_STR("none");
    }
    return parent->is_remote ? OTELMQ_STR("remote") : OTELMQ_STR("local");
}

static otelmq_str bool_text(bool boolean)
{
    return boolean ? OTELMQ_STR("true") : OTELMQ_STR("false");
}

static otelmq_str int_text(int64_t integer, number_text *room)
{
    int len = snprintf(room->text, sizeof(room->text), "%" PRId64, integer);
    return otelmq_str_from_bytes(room->text, (size_t)len);
}

static otelmq_str double_text(double real, number_text *room)
{
    return otelmq_str_from_bytes(room->text, otelmq_double_format(real, room->text));
}

/* The index-th text that value stands for; false past the last. */
static bool text_at(const otelmq_value *value, uint32_t index, number_text *room, otelmq_str *text)
{
    bool is_array =
        value->type >= OTELMQ_VALUE_STRING_ARRAY && value->type <= OTELMQ_VALUE_DOUBLE_ARRAY;
    if (index >= (is_array ? value->count : 1)) {
        return false;
    }
    switch (value->type) {
    case OTELMQ_VALUE_STRING:
        *text = value->as.string;
        return true;
    case OTELMQ_VALUE_BOOL:
        *text = bool_text(value->as.boolean);
        return true;
    case OTELMQ_VALUE_INT:
        *text = int_text(value->as.integer, room);
        return true;
    case OTELMQ_VALUE_DOUBLE:
        *text = double_text(value->as.real, room);
        return true;
    case OTELMQ_VALUE_STRING_ARRAY:
        *text = value->as.strings[index];
        return true;
    case OTELMQ_VALUE_BOOL_ARRAY:
        *text = bool_text(value->as.booleans[index]);
        return true;
    case OTELMQ_VALUE_INT_ARRAY:
        *text = int_text(value->as.integers[index], room);
        return true;
    case OTELMQ_VALUE_DOUBLE_ARRAY:
        *text = double_text(value->as.reals[index], room);
        return true;
    default:
        return false;
    }
}

/* Exactly one of the values, or included by the patterns. */
static bool is_wanted(otelmq_str text, const otelmq_config_node *condition)
{
    const otelmq_config_node *values = otelmq_config_get(condition, "values");
    if (values != NULL) {
        return is_in(text, values);
    }
    return otelmq_config_is_included(text, otelmq_config_get(condition, "included"),
                                     otelmq_config_get(condition, "excluded"));
}

static bool value_matches(const otelmq_value *value, const otelmq_config_node *condition)
{
    number_text room;
    otelmq_str text;
    for (uint32_t at = 0; text_at(value, at, &room, &text); at++) {
        if (is_wanted(text, condition)) {
            return true;
        }
    }
    return false;
}

/* The last one of a key is the one that the span gets. */
static bool attribute_matches(const otelmq_sampling_input *input,
                              const otelmq_config_node *condition)
{
    otelmq_str key = otelmq_config_get(condition, "key")->text;
    for (size_t i = input->attribute_count; i-- > 0;) {
        if (otelmq_str_equal(input->attributes[i].key, key)) {
            return value_matches(&input->attributes[i].value, condition);
        }
    }
    return false;
}

static bool matches(const void *self, const otelmq_sampling_input *input)
{
    const span_rule *rule = self;
    const otelmq_config_node *kinds = otelmq_config_get(rule->rule, "span_kinds");
    const otelmq_config_node *parents = otelmq_config_get(rule->rule, "parent");
    const otelmq_config_node *values = otelmq_config_get(rule->rule, "attribute_values");
    const otelmq_config_node *patterns = otelmq_config_get(rule->rule, "attribute_patterns");
    return (kinds == NULL || is_in(kind_name(input->kind), kinds)) &&
           (parents == NULL || is_in(parent_name(input->parent), parents)) &&
           (values == NULL || attribute_matches(input, values)) &&
           (patterns == NULL || attribute_matches(input, patterns));
}

static const char *describe(const void *self)
{
    (void)self;
    return "rule of the configuration file";
}

static void destroy(void *self)
{
    span_rule *rule = self;
    otelmq_config_destroy(rule->config);
    free(rule);
}

static const otelmq_sampling_predicate_ops rule_ops = {
    .matches = matches,
    .description = describe,
    .destroy = destroy,
};

otelmq_sampling_predicate otelmq_config_make_predicate(otelmq_config_maker *maker,
                                                       const otelmq_config_node *rule)
{
    span_rule *made = malloc(sizeof(*made));
    if (made == NULL) {
        return (otelmq_sampling_predicate){0};
    }
    made->config = otelmq_config_retain(maker->config);
    made->rule = rule;
    return (otelmq_sampling_predicate){&rule_ops, made};
}
