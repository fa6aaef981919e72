/* SPDX-License-Identifier: Apache-2.0 */
#include "export/otlp/encode_attributes.h"

#include "export/otlp/value_depth.h"

/* Field numbers. (opentelemetry-proto: common.proto.) */
enum { KEY_VALUE_KEY = 1, KEY_VALUE_VALUE = 2 };
enum {
    ANY_STRING = 1,
    ANY_BOOL = 2,
    ANY_INT = 3,
    ANY_DOUBLE = 4,
    ANY_ARRAY = 5,
    ANY_MAP = 6,
    ANY_BYTES = 7,
};
enum { ARRAY_VALUES = 1 };
enum { MAP_VALUES = 1 };

static void add_nested(otelmq_proto_writer *writer, const otelmq_value *value, uint32_t depth);

static inline void add_double(otelmq_proto_writer *writer, double value)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof(bits));
    otelmq_proto_writer_add_fixed64(writer, ANY_DOUBLE, bits);
}

/* Without data when it is empty. */
static void add_bytes(otelmq_proto_writer *writer, otelmq_str bytes)
{
    otelmq_proto_writer_add_bytes(writer, ANY_BYTES, bytes.len > 0 ? bytes.data : "", bytes.len);
}

/* As the content of an AnyValue. One that is zero or empty is written all the same. */
static inline void add_value(otelmq_proto_writer *writer, const otelmq_value *value, uint32_t depth)
{
    switch (value->type) {
    case OTELMQ_VALUE_NONE:
        break;
    case OTELMQ_VALUE_STRING:
        otelmq_proto_writer_add_text(writer, ANY_STRING, value->as.string);
        break;
    case OTELMQ_VALUE_BOOL:
        otelmq_proto_writer_add_varint(writer, ANY_BOOL, value->as.boolean);
        break;
    case OTELMQ_VALUE_INT:
        otelmq_proto_writer_add_varint(writer, ANY_INT, (uint64_t)value->as.integer);
        break;
    case OTELMQ_VALUE_DOUBLE:
        add_double(writer, value->as.real);
        break;
    case OTELMQ_VALUE_BYTES:
        add_bytes(writer, value->as.bytes);
        break;
    default:
        add_nested(writer, value, depth);
        break;
    }
}

static inline void add_key_value(otelmq_proto_writer *writer, uint32_t field,
                                 const otelmq_attribute *pair, uint32_t depth)
{
    size_t end = otelmq_proto_writer_len(writer);
    add_value(writer, &pair->value, depth);
    otelmq_proto_writer_close(writer, KEY_VALUE_VALUE, end);
    otelmq_proto_writer_add_text(writer, KEY_VALUE_KEY, pair->key);
    otelmq_proto_writer_close(writer, field, end);
}

static void add_array(otelmq_proto_writer *writer, const otelmq_value *array, uint32_t depth)
{
    size_t end = otelmq_proto_writer_len(writer);
    for (uint32_t i = otelmq_otlp_count_at_depth(array, depth); i > 0; i--) {
        size_t element_end = otelmq_proto_writer_len(writer);
        otelmq_value element = otelmq_value_element(array, i - 1);
        add_value(writer, &element, depth + 1);
        otelmq_proto_writer_close(writer, ARRAY_VALUES, element_end);
    }
    otelmq_proto_writer_close(writer, ANY_ARRAY, end);
}

static void add_map(otelmq_proto_writer *writer, const otelmq_value *map, uint32_t depth)
{
    size_t end = otelmq_proto_writer_len(writer);
    for (uint32_t i = otelmq_otlp_count_at_depth(map, depth); i > 0; i--) {
        add_key_value(writer, MAP_VALUES, &map->as.entries[i - 1], depth + 1);
    }
    otelmq_proto_writer_close(writer, ANY_MAP, end);
}

/* Out of line, so that single values, which are most, go straight through. */
__attribute__((noinline)) static void add_nested(otelmq_proto_writer *writer,
                                                 const otelmq_value *value, uint32_t depth)
{
    if (value->type == OTELMQ_VALUE_MAP) {
        add_map(writer, value, depth);
    } else {
        add_array(writer, value, depth);
    }
}

void otelmq_otlp_encode_attributes(otelmq_proto_writer *writer, uint32_t field,
                                   const otelmq_attribute attributes[], size_t count)
{
    for (size_t i = count; i > 0; i--) {
        if (attributes[i - 1].value.type != OTELMQ_VALUE_NONE) {
            add_key_value(writer, field, &attributes[i - 1], 1);
        }
    }
}
