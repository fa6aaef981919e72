/* SPDX-License-Identifier: Apache-2.0 */
#include "export/otlp/json_attributes.h"

#include "export/otlp/value_depth.h"

static void add_value(otelmq_json_writer *json, const otelmq_value *value, uint32_t depth);

static void add_array(otelmq_json_writer *json, const otelmq_value *array, uint32_t depth)
{
    uint32_t count = otelmq_otlp_count_at_depth(array, depth);
    otelmq_json_open_object(json, "arrayValue");
    otelmq_json_open_array(json, "values");
    for (uint32_t i = 0; i < count; i++) {
        otelmq_value element = otelmq_value_element(array, i);
        otelmq_json_open_object(json, NULL);
        add_value(json, &element, depth + 1);
        otelmq_json_close_object(json);
    }
    otelmq_json_close_array(json);
    otelmq_json_close_object(json);
}

static void add_key_value(otelmq_json_writer *json, const otelmq_attribute *pair, uint32_t depth)
{
    otelmq_json_open_object(json, NULL);
    otelmq_json_add_text(json, "key", pair->key);
    otelmq_json_open_object(json, "value");
    add_value(json, &pair->value, depth);
    otelmq_json_close_object(json);
    otelmq_json_close_object(json);
}

static void add_map(otelmq_json_writer *json, const otelmq_value *map, uint32_t depth)
{
    uint32_t count = otelmq_otlp_count_at_depth(map, depth);
    otelmq_json_open_object(json, "kvlistValue");
    otelmq_json_open_array(json, "values");
    for (uint32_t i = 0; i < count; i++) {
        add_key_value(json, &map->as.entries[i], depth + 1);
    }
    otelmq_json_close_array(json);
    otelmq_json_close_object(json);
}

/* As the content of an AnyValue. */
static void add_value(otelmq_json_writer *json, const otelmq_value *value, uint32_t depth)
{
    switch (value->type) {
    case OTELMQ_VALUE_NONE:
        break;
    case OTELMQ_VALUE_STRING:
        otelmq_json_add_text(json, "stringValue", value->as.string);
        break;
    case OTELMQ_VALUE_BOOL:
        otelmq_json_add_bool(json, "boolValue", value->as.boolean);
        break;
    case OTELMQ_VALUE_INT:
        otelmq_json_add_int64(json, "intValue", value->as.integer);
        break;
    case OTELMQ_VALUE_DOUBLE:
        otelmq_json_add_double(json, "doubleValue", value->as.real);
        break;
    case OTELMQ_VALUE_STRING_ARRAY:
    case OTELMQ_VALUE_BOOL_ARRAY:
    case OTELMQ_VALUE_INT_ARRAY:
    case OTELMQ_VALUE_DOUBLE_ARRAY:
    case OTELMQ_VALUE_ARRAY:
        add_array(json, value, depth);
        break;
    case OTELMQ_VALUE_BYTES:
        otelmq_json_add_base64(json, "bytesValue", value->as.bytes);
        break;
    case OTELMQ_VALUE_MAP:
        add_map(json, value, depth);
        break;
    }
}

void otelmq_otlp_json_add_attributes(otelmq_json_writer *json, const otelmq_attribute attributes[],
                                     size_t count)
{
    if (count == 0) {
        return;
    }
    otelmq_json_open_array(json, "attributes");
    for (size_t i = 0; i < count; i++) {
        if (attributes[i].value.type != OTELMQ_VALUE_NONE) {
            add_key_value(json, &attributes[i], 1);
        }
    }
    otelmq_json_close_array(json);
}
