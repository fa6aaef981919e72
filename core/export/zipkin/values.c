/* SPDX-License-Identifier: Apache-2.0 */
#include "export/zipkin/values.h"

#include "export/json/json_writer.h"

static void add_value(otelmq_json_writer *json, const otelmq_value *value);

static void add_array(otelmq_json_writer *json, const otelmq_value *array)
{
    otelmq_json_open_array(json, NULL);
    for (uint32_t i = 0; i < array->count; i++) {
        const otelmq_value element = otelmq_value_element(array, i);
        add_value(json, &element);
    }
    otelmq_json_close_array(json);
}

static void add_map(otelmq_json_writer *json, const otelmq_attribute entries[], uint32_t count)
{
    otelmq_json_open_object(json, NULL);
    for (uint32_t i = 0; i < count; i++) {
        otelmq_json_add_name(json, entries[i].key);
        add_value(json, &entries[i].value);
    }
    otelmq_json_close_object(json);
}

/* The recursion goes as deep as the limits of the span let values stand in each other. */
static void add_value(otelmq_json_writer *json, const otelmq_value *value)
{
    switch (value->type) {
    case OTELMQ_VALUE_NONE:
        otelmq_json_add_null(json, NULL);
        break;
    case OTELMQ_VALUE_STRING:
        otelmq_json_add_text(json, NULL, value->as.string);
        break;
    case OTELMQ_VALUE_BOOL:
        otelmq_json_add_bool(json, NULL, value->as.boolean);
        break;
    case OTELMQ_VALUE_INT:
        otelmq_json_add_signed_number(json, NULL, value->as.integer);
        break;
    case OTELMQ_VALUE_DOUBLE:
        otelmq_json_add_double(json, NULL, value->as.real);
        break;
    case OTELMQ_VALUE_BYTES:
        otelmq_json_add_base64(json, NULL, value->as.bytes);
        break;
    case OTELMQ_VALUE_MAP:
        add_map(json, value->as.entries, value->count);
        break;
    case OTELMQ_VALUE_STRING_ARRAY:
    case OTELMQ_VALUE_BOOL_ARRAY:
    case OTELMQ_VALUE_INT_ARRAY:
    case OTELMQ_VALUE_DOUBLE_ARRAY:
    case OTELMQ_VALUE_ARRAY:
        add_array(json, value);
        break;
    }
}

/* What JSON has in quotes stands without them. */
static void add_unquoted(otelmq_buffer *text, const otelmq_value *value)
{
    otelmq_json_writer json;
    otelmq_buffer quoted;
    otelmq_buffer_init(&quoted);
    otelmq_json_writer_init(&json, &quoted);
    add_value(&json, value);
    bool has_quotes = quoted.len >= 2 && quoted.data[0] == '"';
    otelmq_buffer_add(text, quoted.data + has_quotes, quoted.len - 2 * (size_t)has_quotes);
    text->failed = text->failed || !otelmq_buffer_is_complete(&quoted);
    otelmq_buffer_clean(&quoted);
}

void otelmq_zipkin_format_value(otelmq_buffer *text, const otelmq_value *value)
{
    if (value->type == OTELMQ_VALUE_STRING) {
        otelmq_buffer_add_str(text, value->as.string);
    } else {
        add_unquoted(text, value);
    }
}

void otelmq_zipkin_format_event(otelmq_buffer *text, const otelmq_event_data *event)
{
    if (event->attribute_count == 0) {
        otelmq_buffer_add_str(text, event->name);
        return;
    }
    otelmq_json_writer json;
    otelmq_json_writer_init(&json, text);
    otelmq_json_add_name(&json, event->name);
    add_map(&json, event->attributes, event->attribute_count);
}
