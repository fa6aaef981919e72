/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The attributes of a span, an event or a link: copies in an arena, each key once, at most as many
 * as the limit says. Not for two threads at once.
 */
#ifndef OTELMQ_TRACE_ATTRIBUTE_SET_H
#define OTELMQ_TRACE_ATTRIBUTE_SET_H

#include "trace/arena.h"
#include "trace/value.h"

typedef struct {
    otelmq_attribute *items;
    otelmq_room *rooms; /* of values that were replaced, one for each item; NULL until the first */
    uint32_t count;
    uint32_t capacity;
    uint32_t dropped; /* for the limit, or for want of memory */
    uint32_t emptied; /* arrays and maps that stood too deep in a value */
} otelmq_attribute_set;

/* What one set may hold. */
typedef struct {
    uint32_t max_count;
    otelmq_value_limits values;
} otelmq_attribute_limits;

/*
 * Puts a copy of key and value into the set, in place of the value that key has. An empty key, or
 * no value, is ignored.
 */
void otelmq_attribute_set_put_value(otelmq_attribute_set *set, otelmq_arena *arena,
                                    const otelmq_attribute_limits *limits, otelmq_str key,
                                    const otelmq_value *value);

/* The same for an attribute. */
static inline void otelmq_attribute_set_put(otelmq_attribute_set *set, otelmq_arena *arena,
                                            const otelmq_attribute_limits *limits,
                                            const otelmq_attribute *attribute)
{
    otelmq_attribute_set_put_value(set, arena, limits, attribute->key, &attribute->value);
}

/* The same for count attributes, in order. */
void otelmq_attribute_set_put_all(otelmq_attribute_set *set, otelmq_arena *arena,
                                  const otelmq_attribute_limits *limits,
                                  const otelmq_attribute attributes[], size_t count);

#endif
