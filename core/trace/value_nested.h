/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The part of copying values that goes into arrays of values and maps. A copy is one block:
 *
 *     +------------------+------------+---+------------+---+
 *     | elements [count] | of the 1st | / | of the 2nd | / | ...     /: up to the next 8 bytes
 *     +------------------+------------+---+------------+---+
 *
 * where what belongs to an entry of a map is what belongs to its value, and then its key. Walked by
 * recursion, which the limit of the depth bounds. Any thread.
 */
#ifndef OTELMQ_TRACE_VALUE_NESTED_H
#define OTELMQ_TRACE_VALUE_NESTED_H

#include "trace/value.h"

/* As those of trace/value.h, for an array of values or a map. */
size_t otelmq_nested_copy_size(const otelmq_value *value, otelmq_value_limits limits);
uint32_t otelmq_nested_copy(otelmq_value *copy, const otelmq_value *value, char *data,
                            otelmq_value_limits limits);

#endif
