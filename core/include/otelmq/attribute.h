/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Attributes: the key-value pairs on spans, events, links, resources and instrumentation scopes.
 *
 *     otelmq_attribute attributes[] = {
 *         otelmq_attribute_string("order.id", OTELMQ_STR("123")),
 *         otelmq_attribute_int("order.items", 3),
 *     };
 *
 * Keys and values are borrowed until the call that takes them returns. Keys must not be empty.
 * There is no null value: an attribute of type OTELMQ_VALUE_NONE is ignored wherever it is given.
 * (Specification: common/README.md, "Attribute".)
 */
#ifndef OTELMQ_ATTRIBUTE_H
#define OTELMQ_ATTRIBUTE_H

#include <otelmq/value.h>

OTELMQ_BEGIN_C

/* An attribute of a value that is there already. */
static inline otelmq_attribute otelmq_attribute_of(const char *key, otelmq_value value)
{
    otelmq_attribute attribute;
    attribute.key = otelmq_str_from(key);
    attribute.value = value;
    return attribute;
}

/* An attribute whose value is still to be filled in: {key, OTELMQ_VALUE_NONE}. */
static inline otelmq_attribute otelmq_attribute_none(const char *key)
{
    return otelmq_attribute_of(key, otelmq_value_none());
}

static inline otelmq_attribute otelmq_attribute_string(const char *key, otelmq_str value)
{
    return otelmq_attribute_of(key, otelmq_value_string(value));
}

static inline otelmq_attribute otelmq_attribute_bool(const char *key, bool value)
{
    return otelmq_attribute_of(key, otelmq_value_bool(value));
}

static inline otelmq_attribute otelmq_attribute_int(const char *key, int64_t value)
{
    return otelmq_attribute_of(key, otelmq_value_int(value));
}

static inline otelmq_attribute otelmq_attribute_double(const char *key, double value)
{
    return otelmq_attribute_of(key, otelmq_value_double(value));
}

/* Bytes that are not text; text belongs into a string. */
static inline otelmq_attribute otelmq_attribute_bytes(const char *key, otelmq_str value)
{
    return otelmq_attribute_of(key, otelmq_value_bytes(value));
}

/* The arrays borrow count values; count 0 is an empty array, which is a value too. */
static inline otelmq_attribute
otelmq_attribute_string_array(const char *key, const otelmq_str values[], uint32_t count)
{
    return otelmq_attribute_of(key, otelmq_value_string_array(values, count));
}

static inline otelmq_attribute otelmq_attribute_bool_array(const char *key, const bool values[],
                                                           uint32_t count)
{
    return otelmq_attribute_of(key, otelmq_value_bool_array(values, count));
}

static inline otelmq_attribute otelmq_attribute_int_array(const char *key, const int64_t values[],
                                                          uint32_t count)
{
    return otelmq_attribute_of(key, otelmq_value_int_array(values, count));
}

static inline otelmq_attribute otelmq_attribute_double_array(const char *key, const double values[],
                                                             uint32_t count)
{
    return otelmq_attribute_of(key, otelmq_value_double_array(values, count));
}

/* An array of values of any types. */
static inline otelmq_attribute otelmq_attribute_array(const char *key, const otelmq_value values[],
                                                      uint32_t count)
{
    return otelmq_attribute_of(key, otelmq_value_array(values, count));
}

/* A map, whose entries are written like attributes. */
static inline otelmq_attribute
otelmq_attribute_map(const char *key, const otelmq_attribute entries[], uint32_t count)
{
    return otelmq_attribute_of(key, otelmq_value_map(entries, count));
}

OTELMQ_END_C

#endif
