/* SPDX-License-Identifier: Apache-2.0 */
#include "trace/value.h"

#include "base/utf8.h"

static otelmq_str cut(otelmq_str text, size_t max_len)
{
    return max_len > 0 && text.len > max_len ? otelmq_utf8_truncate(text, max_len) : text;
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

size_t otelmq_value_copy_size(const otelmq_value *value, size_t max_len)
{
    switch (value->type) {
    case OTELMQ_VALUE_STRING:
        return cut(value->as.string, max_len).len;
    case OTELMQ_VALUE_STRING_ARRAY:
        return strings_size(value, max_len);
    case OTELMQ_VALUE_BOOL_ARRAY:
        return value->count * sizeof(bool);
    case OTELMQ_VALUE_INT_ARRAY:
        return value->count * sizeof(int64_t);
    case OTELMQ_VALUE_DOUBLE_ARRAY:
        return value->count * sizeof(double);
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

otelmq_value otelmq_value_copy(const otelmq_value *value, char *data, size_t max_len)
{
    otelmq_value copy = *value;
    size_t count = value->count;
    switch (value->type) {
    case OTELMQ_VALUE_STRING:
        copy.as.string = copy_string(cut(value->as.string, max_len), data);
        break;
    case OTELMQ_VALUE_STRING_ARRAY:
        copy.as.strings = copy_strings(value, data, max_len);
        break;
    case OTELMQ_VALUE_BOOL_ARRAY:
        copy.as.booleans = copy_numbers(value->as.booleans, data, count * sizeof(bool));
        break;
    case OTELMQ_VALUE_INT_ARRAY:
        copy.as.integers = copy_numbers(value->as.integers, data, count * sizeof(int64_t));
        break;
    case OTELMQ_VALUE_DOUBLE_ARRAY:
        copy.as.reals = copy_numbers(value->as.reals, data, count * sizeof(double));
        break;
    case OTELMQ_VALUE_NONE:
    case OTELMQ_VALUE_BOOL:
    case OTELMQ_VALUE_INT:
    case OTELMQ_VALUE_DOUBLE:
        break;
    }
    return copy;
}
