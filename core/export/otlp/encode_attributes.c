/* SPDX-License-Identifier: Apache-2.0 */
#include "export/otlp/encode_attributes.h"

/* Field numbers. (opentelemetry-proto: common.proto.) */
enum { KEY_VALUE_KEY = 1, KEY_VALUE_VALUE = 2 };
enum {
    ANY_STRING = 1,
    ANY_BOOL = 2,
    ANY_INT = 3,
    ANY_DOUBLE = 4,
    ANY_ARRAY = 5,
};
enum { ARRAY_VALUES = 1 };

/* One plain value, as the content of an AnyValue. A value that is zero is written all the same. */
static void add_bool(otelmq_proto_writer *writer, bool value)
{
    otelmq_proto_writer_add_varint(writer, ANY_BOOL, value);
}

static void add_int(otelmq_proto_writer *writer, int64_t value)
{
    otelmq_proto_writer_add_varint(writer, ANY_INT, (uint64_t)value);
}

static void add_double(otelmq_proto_writer *writer, double value)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof(bits));
    otelmq_proto_writer_add_fixed64(writer, ANY_DOUBLE, bits);
}

static void add_element(otelmq_proto_writer *writer, const otelmq_value *array, size_t index)
{
    switch (array->type) {
    case OTELMQ_VALUE_STRING_ARRAY:
        otelmq_proto_writer_add_text(writer, ANY_STRING, array->as.strings[index]);
        break;
    case OTELMQ_VALUE_BOOL_ARRAY:
        add_bool(writer, array->as.booleans[index]);
        break;
    case OTELMQ_VALUE_INT_ARRAY:
        add_int(writer, array->as.integers[index]);
        break;
    default:
        add_double(writer, array->as.reals[index]);
        break;
    }
}

static void add_array(otelmq_proto_writer *writer, const otelmq_value *array)
{
    size_t end = otelmq_proto_writer_len(writer);
    for (size_t i = array->count; i > 0; i--) {
        size_t element_end = otelmq_proto_writer_len(writer);
        add_element(writer, array, i - 1);
        otelmq_proto_writer_close(writer, ARRAY_VALUES, element_end);
    }
    otelmq_proto_writer_close(writer, ANY_ARRAY, end);
}

static void add_value(otelmq_proto_writer *writer, const otelmq_value *value)
{
    switch (value->type) {
    case OTELMQ_VALUE_NONE:
        break;
    case OTELMQ_VALUE_STRING:
        otelmq_proto_writer_add_text(writer, ANY_STRING, value->as.string);
        break;
    case OTELMQ_VALUE_BOOL:
        add_bool(writer, value->as.boolean);
        break;
    case OTELMQ_VALUE_INT:
        add_int(writer, value->as.integer);
        break;
    case OTELMQ_VALUE_DOUBLE:
        add_double(writer, value->as.real);
        break;
    case OTELMQ_VALUE_STRING_ARRAY:
    case OTELMQ_VALUE_BOOL_ARRAY:
    case OTELMQ_VALUE_INT_ARRAY:
    case OTELMQ_VALUE_DOUBLE_ARRAY:
        add_array(writer, value);
        break;
    }
}

static void add_attribute(otelmq_proto_writer *writer, uint32_t field,
                          const otelmq_attribute *attribute)
{
    size_t end = otelmq_proto_writer_len(writer);
    add_value(writer, &attribute->value);
    otelmq_proto_writer_close(writer, KEY_VALUE_VALUE, end);
    otelmq_proto_writer_add_text(writer, KEY_VALUE_KEY, attribute->key);
    otelmq_proto_writer_close(writer, field, end);
}

void otelmq_otlp_encode_attributes(otelmq_proto_writer *writer, uint32_t field,
                                   const otelmq_attribute attributes[], size_t count)
{
    for (size_t i = count; i > 0; i--) {
        if (attributes[i - 1].value.type != OTELMQ_VALUE_NONE) {
            add_attribute(writer, field, &attributes[i - 1]);
        }
    }
}
