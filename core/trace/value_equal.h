/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whether two attribute values are the same: of one type, element by element. An array of integers
 * is the same as an array of values that are these integers, as both are on the wire; maps are the
 * same whatever the order of their entries. Any thread.
 */
#ifndef OTELMQ_TRACE_VALUE_EQUAL_H
#define OTELMQ_TRACE_VALUE_EQUAL_H

#include <otelmq/attribute.h>

bool otelmq_value_equal(const otelmq_value *a, const otelmq_value *b);

#endif
