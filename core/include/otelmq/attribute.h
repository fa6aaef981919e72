/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Attributes: the key-value pairs on spans, events, links and resources. A value has a type, and
 * the constructors below are the way to make one:
 *
 *     otelmq_attribute attributes[] = {
 *         otelmq_attribute_string("order.id", OTELMQ_STR("123")),
 *         otelmq_attribute_int("order.items", 3),
 *     };
 *
 * Keys and values are borrowed until the call that takes them returns. Keys must not be empty.
 * There is no null value: an attribute of type OTELMQ_VALUE_NONE is ignored wherever it is given.
 * Strings should be UTF-8; one that is not is exported with U+FFFD in place of its bad bytes.
 * (Specification: common/README.md, "Attribute".)
 */
#ifndef OTELMQ_ATTRIBUTE_H
#define OTELMQ_ATTRIBUTE_H

#include <otelmq/str.h>

#include <stdint.h>

OTELMQ_BEGIN_C

typedef enum {
    OTELMQ_VALUE_NONE = 0,
    OTELMQ_VALUE_STRING,
    OTELMQ_VALUE_BOOL,
    OTELMQ_VALUE_INT,
    OTELMQ_VALUE_DOUBLE,
    OTELMQ_VALUE_STRING_ARRAY,
    OTELMQ_VALUE_BOOL_ARRAY,
    OTELMQ_VALUE_INT_ARRAY,
    OTELMQ_VALUE_DOUBLE_ARRAY,
} otelmq_value_type;

typedef struct {
    otelmq_value_type type;
    uint32_t count; /* elements of an array; 0 for the other types */
    union {
        otelmq_str string;
        bool boolean;
        int64_t integer;
        double real;
        const otelmq_str *strings;
        const bool *booleans;
        const int64_t *integers;
        const double *reals;
    } as;
} otelmq_value;

typedef struct {
    otelmq_str key;
    otelmq_value value;
} otelmq_attribute;

/* An attribute whose value is still to be filled in: {key, OTELMQ_VALUE_NONE}. */
static inline otelmq_attribute otelmq_attribute_none(const char *key)
{
    otelmq_attribute attribute;
    memset(&attribute, 0, sizeof(attribute));
    attribute.key = otelmq_str_from(key);
    return attribute;
}

static inline otelmq_attribute otelmq_attribute_string(const char *key, otelmq_str value)
{
    otelmq_attribute attribute = otelmq_attribute_none(key);
    attribute.value.type = OTELMQ_VALUE_STRING;
    attribute.value.as.string = value;
    return attribute;
}

static inline otelmq_attribute otelmq_attribute_bool(const char *key, bool value)
{
    otelmq_attribute attribute = otelmq_attribute_none(key);
    attribute.value.type = OTELMQ_VALUE_BOOL;
    attribute.value.as.boolean = value;
    return attribute;
}

static inline otelmq_attribute otelmq_attribute_int(const char *key, int64_t value)
{
    otelmq_attribute attribute = otelmq_attribute_none(key);
    attribute.value.type = OTELMQ_VALUE_INT;
    attribute.value.as.integer = value;
    return attribute;
}

static inline otelmq_attribute otelmq_attribute_double(const char *key, double value)
{
    otelmq_attribute attribute = otelmq_attribute_none(key);
    attribute.value.type = OTELMQ_VALUE_DOUBLE;
    attribute.value.as.real = value;
    return attribute;
}

/* The arrays borrow count values; count 0 is an empty array, which is a value too. */
static inline otelmq_attribute
otelmq_attribute_string_array(const char *key, const otelmq_str values[], uint32_t count)
{
    otelmq_attribute attribute = otelmq_attribute_none(key);
    attribute.value.type = OTELMQ_VALUE_STRING_ARRAY;
    attribute.value.count = count;
    attribute.value.as.strings = values;
    return attribute;
}

static inline otelmq_attribute otelmq_attribute_bool_array(const char *key, const bool values[],
                                                           uint32_t count)
{
    otelmq_attribute attribute = otelmq_attribute_none(key);
    attribute.value.type = OTELMQ_VALUE_BOOL_ARRAY;
    attribute.value.count = count;
    attribute.value.as.booleans = values;
    return attribute;
}

static inline otelmq_attribute otelmq_attribute_int_array(const char *key, const int64_t values[],
                                                          uint32_t count)
{
    otelmq_attribute attribute = otelmq_attribute_none(key);
    attribute.value.type = OTELMQ_VALUE_INT_ARRAY;
    attribute.value.count = count;
    attribute.value.as.integers = values;
    return attribute;
}

static inline otelmq_attribute otelmq_attribute_double_array(const char *key, const double values[],
                                                             uint32_t count)
{
    otelmq_attribute attribute = otelmq_attribute_none(key);
    attribute.value.type = OTELMQ_VALUE_DOUBLE_ARRAY;
    attribute.value.count = count;
    attribute.value.as.reals = values;
    return attribute;
}

OTELMQ_END_C

#endif
