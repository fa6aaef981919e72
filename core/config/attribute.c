/* SPDX-License-Identifier: Apache-2.0 */
#include "config/attribute.h"

typedef struct {
    const char *name;
    otelmq_value_type single;
    bool is_array;
} attribute_type;

static const attribute_type *find_type(const char *name)
{
    static const attribute_type types[] = {
        {"string", OTELMQ_VALUE_STRING, false},
        {"bool", OTELMQ_VALUE_BOOL, false},
        {"int", OTELMQ_VALUE_INT, false},
        {"double", OTELMQ_VALUE_DOUBLE, false},
        {"string_array", OTELMQ_VALUE_STRING, true},
        {"bool_array", OTELMQ_VALUE_BOOL, true},
        {"int_array", OTELMQ_VALUE_INT, true},
        {"double_array", OTELMQ_VALUE_DOUBLE, true},
    };
    size_t i = 0;
    while (strcmp(types[i].name, name) != 0) {
        i++;
    }
    return &types[i];
}

static bool has_type(const otelmq_config_node *node, otelmq_value_type type)
{
    switch (type) {
    case OTELMQ_VALUE_BOOL:
        return node->type == OTELMQ_CONFIG_BOOL;
    case OTELMQ_VALUE_INT:
        return node->type == OTELMQ_CONFIG_INT;
    case OTELMQ_VALUE_DOUBLE:
        return node->type == OTELMQ_CONFIG_INT || node->type == OTELMQ_CONFIG_DOUBLE;
    default:
        return node->type == OTELMQ_CONFIG_STRING;
    }
}

static double as_double(const otelmq_config_node *node)
{
    return node->type == OTELMQ_CONFIG_INT ? (double)node->value.integer : node->value.real;
}

static otelmq_attribute make_single(const char *key, const otelmq_config_node *node,
                                    otelmq_value_type type)
{
    switch (type) {
    case OTELMQ_VALUE_BOOL:
        return otelmq_attribute_bool(key, node->value.boolean);
    case OTELMQ_VALUE_INT:
        return otelmq_attribute_int(key, node->value.integer);
    case OTELMQ_VALUE_DOUBLE:
        return otelmq_attribute_double(key, as_double(node));
    default:
        return otelmq_attribute_string(key, node->text);
    }
}

/* Room for the widest element; NULL without memory. */
static void *take_array(otelmq_config_maker *maker, const otelmq_config_node *list)
{
    return otelmq_config_memory_take(&maker->config->memory, list->count * sizeof(otelmq_str));
}

static otelmq_attribute make_array(const char *key, const otelmq_config_node *list,
                                   otelmq_value_type type, void *array)
{
    bool *booleans = array;
    int64_t *integers = array;
    double *reals = array;
    otelmq_str *strings = array;
    size_t i = 0;
    for (const otelmq_config_entry *entry = list->first; entry != NULL; entry = entry->next, i++) {
        const otelmq_config_node *node = entry->node;
        if (type == OTELMQ_VALUE_BOOL) {
            booleans[i] = node->value.boolean;
        } else if (type == OTELMQ_VALUE_INT) {
            integers[i] = node->value.integer;
        } else if (type == OTELMQ_VALUE_DOUBLE) {
            reals[i] = as_double(node);
        } else {
            strings[i] = node->text;
        }
    }
    switch (type) {
    case OTELMQ_VALUE_BOOL:
        return otelmq_attribute_bool_array(key, booleans, list->count);
    case OTELMQ_VALUE_INT:
        return otelmq_attribute_int_array(key, integers, list->count);
    case OTELMQ_VALUE_DOUBLE:
        return otelmq_attribute_double_array(key, reals, list->count);
    default:
        return otelmq_attribute_string_array(key, strings, list->count);
    }
}

static bool fits(const otelmq_config_node *value, const attribute_type *type)
{
    if (!type->is_array) {
        return has_type(value, type->single);
    }
    if (value->type != OTELMQ_CONFIG_LIST || value->count == 0) {
        return false;
    }
    for (const otelmq_config_entry *entry = value->first; entry != NULL; entry = entry->next) {
        if (!has_type(entry->node, type->single)) {
            return false;
        }
    }
    return true;
}

bool otelmq_config_make_attribute(otelmq_config_maker *maker, const otelmq_config_node *map,
                                  otelmq_attribute *attribute)
{
    const char *key = otelmq_config_get_text(map, "name", "");
    const otelmq_config_node *value = otelmq_config_get(map, "value");
    const attribute_type *type = find_type(otelmq_config_get_text(map, "type", "string"));
    *attribute = otelmq_attribute_none(key);
    if (value == NULL) {
        return true;
    }
    if (!fits(value, type)) {
        bool is_said = otelmq_config_get(map, "type") != NULL;
        otelmq_config_error(maker->problems, value->line, OTELMQ_ERROR_MALFORMED,
                            "the value of the resource attribute \"%.64s\" is not of type %s%s.",
                            key, type->name,
                            is_said ? "" : "; put it in quotes, or say its \"type\"");
        return false;
    }
    void *array = type->is_array ? take_array(maker, value) : NULL;
    if (type->is_array && array == NULL) {
        return false;
    }
    *attribute = type->is_array ? make_array(key, value, type->single, array)
                                : make_single(key, value, type->single);
    return true;
}
