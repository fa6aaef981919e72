/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The attributes of a span, an event or a link: copies in an arena, each key once, at most as many
 * as the limit says. Not for two threads at once.
 */
#ifndef OTELMQ_TRACE_ATTRIBUTE_SET_H
#define OTELMQ_TRACE_ATTRIBUTE_SET_H

#include "trace/arena.h"

#include <otelmq/attribute.h>

typedef struct {
    otelmq_attribute *items;
    otelmq_room *rooms; /* of the items' values, one each */
    uint32_t count;
    uint32_t capacity;
    uint32_t dropped; /* for the limit, or for want of memory */
} otelmq_attribute_set;

/* What one set may hold. */
typedef struct {
    uint32_t max_count;
    uint32_t max_value_len; /* of strings, in bytes; 0: no limit */
} otelmq_attribute_limits;

/*
 * Puts a copy of attribute into the set, in place of the one with its key. An empty key, or no
 * value, is ignored.
 */
void otelmq_attribute_set_put(otelmq_attribute_set *set, otelmq_arena *arena,
                              otelmq_attribute_limits limits, const otelmq_attribute *attribute);

/* The same for count attributes, in order. */
void otelmq_attribute_set_put_all(otelmq_attribute_set *set, otelmq_arena *arena,
                                  otelmq_attribute_limits limits,
                                  const otelmq_attribute attributes[], size_t count);

#endif
