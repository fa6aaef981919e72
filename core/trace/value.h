/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Copies of attribute values: how much memory one needs beside itself, and the copying, within
 * limits. Any thread.
 */
#ifndef OTELMQ_TRACE_VALUE_H
#define OTELMQ_TRACE_VALUE_H

#include <otelmq/attribute.h>

/* How deep arrays and maps may stand in each other unless somebody says less, or more. */
enum { OTELMQ_VALUE_DEPTH_DEFAULT = 64 };

/* As a length: none at all, as OTELMQ_LIMIT_ZERO. */
#define OTELMQ_VALUE_LEN_ZERO UINT32_MAX

/* A value itself is at depth 1, the elements of an array and the values of a map one deeper. */
typedef struct {
    /* Strings are cut after as many characters, and bytes after as many bytes; 0: never. */
    uint32_t max_len;
    /* An array or a map that stands deeper is left empty; 0: OTELMQ_VALUE_DEPTH_DEFAULT. */
    uint32_t max_depth;
} otelmq_value_limits;

/* Whether value is something to be kept: not OTELMQ_VALUE_NONE, and a type that there is. */
static inline bool otelmq_value_is_known(const otelmq_value *value)
{
    return value->type > OTELMQ_VALUE_NONE && value->type <= OTELMQ_VALUE_MAP;
}

/* The bytes that a copy needs beside the otelmq_value; 0 for a single number. */
size_t otelmq_value_copy_size(const otelmq_value *value, otelmq_value_limits limits);

/* The alignment of these bytes. */
static inline size_t otelmq_value_copy_align(const otelmq_value *value)
{
    return value->type == OTELMQ_VALUE_STRING || value->type == OTELMQ_VALUE_BYTES
               ? 1
               : sizeof(uint64_t);
}

/*
 * Makes *copy a copy, all of which stands in data, which has room for otelmq_value_copy_size.
 * Returns how many arrays and maps were emptied because they stood too deep.
 */
uint32_t otelmq_value_copy(otelmq_value *copy, const otelmq_value *value, char *data,
                           otelmq_value_limits limits);

#endif
