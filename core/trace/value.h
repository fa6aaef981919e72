/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Copies of attribute values: how much memory one needs beside itself, and the copying. Strings are
 * cut at max_len bytes (0: never), between characters. Any thread.
 */
#ifndef OTELMQ_TRACE_VALUE_H
#define OTELMQ_TRACE_VALUE_H

#include <otelmq/attribute.h>

/* Whether value is something to be kept: not OTELMQ_VALUE_NONE, and a type that there is. */
static inline bool otelmq_value_is_known(const otelmq_value *value)
{
    return value->type > OTELMQ_VALUE_NONE && value->type <= OTELMQ_VALUE_DOUBLE_ARRAY;
}

/* The bytes that a copy needs beside the otelmq_value; 0 for a single number. */
size_t otelmq_value_copy_size(const otelmq_value *value, size_t max_len);

/* The alignment of these bytes. */
static inline size_t otelmq_value_copy_align(const otelmq_value *value)
{
    return value->type == OTELMQ_VALUE_STRING ? 1 : sizeof(uint64_t);
}

/* A copy whose strings and arrays stand in data, which has room for otelmq_value_copy_size. */
otelmq_value otelmq_value_copy(const otelmq_value *value, char *data, size_t max_len);

#endif
