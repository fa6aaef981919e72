/* SPDX-License-Identifier: Apache-2.0 */
#include "trace/value.h"

#include "base/utf8.h"
#include "trace/value_nested.h"

/* There are at least as many bytes as characters. */
static otelmq_str cut(otelmq_str text, size_t max_len)
{
    if (max_len == OTELMQ_VALUE_LEN_ZERO) {
        text.len = 0;
    }
    return max_len > 0 && text.len > max_len ? otelmq_utf8_first(text, max_len) : text;
}

static otelmq_str cut_bytes(otelmq_str bytes, size_t max_len)
{
    if (max_len == OTELMQ_VALUE_LEN_ZERO) {
        bytes.len = 0;
    }
    return max_len > 0 && bytes.len > max_len ? otelmq_str_from_bytes(bytes.data, max_len) : bytes;
}

/* An element of a string array is stored behind the array. */
static size_t strings_size(const otelmq_value *value, size_t max_len)
{
    size_t size = value->count * sizeof(otelmq_str);
    for (uint32_t i = 0; i < value->count; i++) {
        size += cut(value->as.strings[i], max_len).len;
    }
    return size;
}

size_t otelmq_value_copy_size(const otelmq_value *value, otelmq_value_limits limits)
{
    switch (value->type) {
    case OTELMQ_VALUE_STRING:
        return cut(value->as.string, limits.max_len).len;
    case OTELMQ_VALUE_STRING_ARRAY:
        return strings_size(value, limits.max_len);
    case OTELMQ_VALUE_BOOL_ARRAY:
        return value->count * sizeof(bool);
    case OTELMQ_VALUE_INT_ARRAY:
        return value->count * sizeof(int64_t);
    case OTELMQ_VALUE_DOUBLE_ARRAY:
        return value->count * sizeof(double);
    case OTELMQ_VALUE_BYTES:
        return cut_bytes(value->as.bytes, limits.max_len).len;
    case OTELMQ_VALUE_ARRAY:
    case OTELMQ_VALUE_MAP:
        return otelmq_nested_copy_size(value, limits);
    case OTELMQ_VALUE_NONE:
    case OTELMQ_VALUE_BOOL:
    case OTELMQ_VALUE_INT:
    case OTELMQ_VALUE_DOUBLE:
        break;
    }
    return 0;
}

static otelmq_str copy_string(otelmq_str text, char *data)
{
    if (text.len > 0) {
        memcpy(data, text.data, text.len);
    }
    return otelmq_str_from_bytes(data, text.len);
}

static const otelmq_str *copy_strings(const otelmq_value *value, char *data, size_t max_len)
{
    otelmq_str *strings = (otelmq_str *)(void *)data;
    if (value->count == 0) {
        return strings;
    }
    data += value->count * sizeof(otelmq_str);
    for (uint32_t i = 0; i < value->count; i++) {
        strings[i] = copy_string(cut(value->as.strings[i], max_len), data);
        data += strings[i].len;
    }
    return strings;
}

static const void *copy_numbers(const void *numbers, char *data, size_t size)
{
    if (size > 0) {
        memcpy(data, numbers, size);
    }
    return data;
}

/*
 * By its fields and not as a whole: the compiler would load a whole value with wide instructions
 * right after the caller stored its parts, and processors wait for such loads.
 */
uint32_t otelmq_value_copy(otelmq_value *copy, const otelmq_value *value, char *data,
                           otelmq_value_limits limits)
{
    size_t count = value->count;
    copy->type = value->type;
    copy->count = value->count;
    switch (value->type) {
    case OTELMQ_VALUE_STRING:
        copy->as.string = copy_string(cut(value->as.string, limits.max_len), data);
        break;
    case OTELMQ_VALUE_STRING_ARRAY:
        copy->as.strings = copy_strings(value, data, limits.max_len);
        break;
    case OTELMQ_VALUE_BOOL_ARRAY:
        copy->as.booleans = copy_numbers(value->as.booleans, data, count * sizeof(bool));
        break;
    case OTELMQ_VALUE_INT_ARRAY:
        copy->as.integers = copy_numbers(value->as.integers, data, count * sizeof(int64_t));
        break;
    case OTELMQ_VALUE_DOUBLE_ARRAY:
        copy->as.reals = copy_numbers(value->as.reals, data, count * sizeof(double));
        break;
    case OTELMQ_VALUE_BOOL:
        copy->as.boolean = value->as.boolean;
        break;
    case OTELMQ_VALUE_INT:
        copy->as.integer = value->as.integer;
        break;
    case OTELMQ_VALUE_DOUBLE:
        copy->as.real = value->as.real;
        break;
    case OTELMQ_VALUE_BYTES:
        copy->as.bytes = copy_string(cut_bytes(value->as.bytes, limits.max_len), data);
        break;
    case OTELMQ_VALUE_ARRAY:
    case OTELMQ_VALUE_MAP:
        return otelmq_nested_copy(copy, value, data, limits);
    case OTELMQ_VALUE_NONE:
        break;
    }
    return 0;
}
