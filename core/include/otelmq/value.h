/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The values of attributes. Each has a type, and the constructors below are the way to make one;
 * for the value of an attribute itself there are shorter ones in <otelmq/attribute.h>, and these
 * are for what stands inside arrays and maps:
 *
 *     otelmq_value sizes[] = {otelmq_value_int(3), otelmq_value_string(OTELMQ_STR("large"))};
 *     otelmq_attribute order[] = {
 *         otelmq_attribute_string("id", OTELMQ_STR("123")),
 *         otelmq_attribute_of("sizes", otelmq_value_array(sizes, 2)),
 *     };
 *     otelmq_span_set_attribute(span, otelmq_attribute_map("order", order, 2));
 *
 * What a value points to is borrowed until the call that takes it returns. Single values are cheap;
 * arrays and maps cost more to record, and many backends cannot search inside of them.
 *
 * There is no null for an attribute: OTELMQ_VALUE_NONE is invalid there, and ignored. Inside arrays
 * of values and maps it stands for the empty value, and is kept.
 * (Specification: common/README.md, "AnyValue".)
 */
#ifndef OTELMQ_VALUE_H
#define OTELMQ_VALUE_H

#include <otelmq/str.h>

#include <stdint.h>

OTELMQ_BEGIN_C

typedef enum {
    OTELMQ_VALUE_NONE = 0,
    OTELMQ_VALUE_STRING, /* UTF-8; what is not is exported with U+FFFD in place of its bad bytes */
    OTELMQ_VALUE_BOOL,
    OTELMQ_VALUE_INT,
    OTELMQ_VALUE_DOUBLE,
    OTELMQ_VALUE_STRING_ARRAY,
    OTELMQ_VALUE_BOOL_ARRAY,
    OTELMQ_VALUE_INT_ARRAY,
    OTELMQ_VALUE_DOUBLE_ARRAY,
    OTELMQ_VALUE_BYTES,
    OTELMQ_VALUE_ARRAY, /* of values of any types, further arrays and maps too */
    OTELMQ_VALUE_MAP, /* of such values by key; of equal keys the last one counts */
} otelmq_value_type;

typedef struct otelmq_value otelmq_value;
typedef struct otelmq_attribute otelmq_attribute;

struct otelmq_value {
    otelmq_value_type type;
    uint32_t count; /* elements of an array, entries of a map; 0 for the other types */
    union {
        otelmq_str string;
        bool boolean;
        int64_t integer;
        double real;
        const otelmq_str *strings;
        const bool *booleans;
        const int64_t *integers;
        const double *reals;
        otelmq_str bytes;
        const otelmq_value *values;
        const otelmq_attribute *entries;
    } as;
};

/* A key and its value: an attribute, or an entry of a map. */
struct otelmq_attribute {
    otelmq_str key;
    otelmq_value value;
};

/* No value, or inside an array or a map the empty one. */
static inline otelmq_value otelmq_value_none(void)
{
    otelmq_value value;
    memset(&value, 0, sizeof(value));
    return value;
}

static inline otelmq_value otelmq_value_string(otelmq_str string)
{
    otelmq_value value = otelmq_value_none();
    value.type = OTELMQ_VALUE_STRING;
    value.as.string = string;
    return value;
}

static inline otelmq_value otelmq_value_bool(bool boolean)
{
    otelmq_value value = otelmq_value_none();
    value.type = OTELMQ_VALUE_BOOL;
    value.as.boolean = boolean;
    return value;
}

static inline otelmq_value otelmq_value_int(int64_t integer)
{
    otelmq_value value = otelmq_value_none();
    value.type = OTELMQ_VALUE_INT;
    value.as.integer = integer;
    return value;
}

static inline otelmq_value otelmq_value_double(double real)
{
    otelmq_value value = otelmq_value_none();
    value.type = OTELMQ_VALUE_DOUBLE;
    value.as.real = real;
    return value;
}

static inline otelmq_value otelmq_value_bytes(otelmq_str bytes)
{
    otelmq_value value = otelmq_value_none();
    value.type = OTELMQ_VALUE_BYTES;
    value.as.bytes = bytes;
    return value;
}

/* The arrays borrow count values; count 0 is an empty array, which is a value too. */
static inline otelmq_value otelmq_value_string_array(const otelmq_str strings[], uint32_t count)
{
    otelmq_value value = otelmq_value_none();
    value.type = OTELMQ_VALUE_STRING_ARRAY;
    value.count = count;
    value.as.strings = strings;
    return value;
}

static inline otelmq_value otelmq_value_bool_array(const bool booleans[], uint32_t count)
{
    otelmq_value value = otelmq_value_none();
    value.type = OTELMQ_VALUE_BOOL_ARRAY;
    value.count = count;
    value.as.booleans = booleans;
    return value;
}

static inline otelmq_value otelmq_value_int_array(const int64_t integers[], uint32_t count)
{
    otelmq_value value = otelmq_value_none();
    value.type = OTELMQ_VALUE_INT_ARRAY;
    value.count = count;
    value.as.integers = integers;
    return value;
}

static inline otelmq_value otelmq_value_double_array(const double reals[], uint32_t count)
{
    otelmq_value value = otelmq_value_none();
    value.type = OTELMQ_VALUE_DOUBLE_ARRAY;
    value.count = count;
    value.as.reals = reals;
    return value;
}

static inline otelmq_value otelmq_value_array(const otelmq_value values[], uint32_t count)
{
    otelmq_value value = otelmq_value_none();
    value.type = OTELMQ_VALUE_ARRAY;
    value.count = count;
    value.as.values = values;
    return value;
}

/* Borrows count entries, whose keys may be empty. */
static inline otelmq_value otelmq_value_map(const otelmq_attribute entries[], uint32_t count)
{
    otelmq_value value = otelmq_value_none();
    value.type = OTELMQ_VALUE_MAP;
    value.count = count;
    value.as.entries = entries;
    return value;
}

/* Whether it is an array, of whatever. */
static inline bool otelmq_value_is_array(const otelmq_value *value)
{
    return value->type == OTELMQ_VALUE_ARRAY ||
           (value->type >= OTELMQ_VALUE_STRING_ARRAY && value->type <= OTELMQ_VALUE_DOUBLE_ARRAY);
}

/* The index-th element of any array, as a value of its own; for exporters. Borrowed from it. */
static inline otelmq_value otelmq_value_element(const otelmq_value *array, uint32_t index)
{
    switch (array->type) {
    case OTELMQ_VALUE_STRING_ARRAY:
        return otelmq_value_string(array->as.strings[index]);
    case OTELMQ_VALUE_BOOL_ARRAY:
        return otelmq_value_bool(array->as.booleans[index]);
    case OTELMQ_VALUE_INT_ARRAY:
        return otelmq_value_int(array->as.integers[index]);
    case OTELMQ_VALUE_DOUBLE_ARRAY:
        return otelmq_value_double(array->as.reals[index]);
    case OTELMQ_VALUE_ARRAY:
        return array->as.values[index];
    default:
        return otelmq_value_none();
    }
}

OTELMQ_END_C

#endif
