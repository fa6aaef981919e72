/* SPDX-License-Identifier: Apache-2.0 */
#include "trace/value_equal.h"

/* Zero and minus zero are equal, and not-a-number is equal to nothing. */
static bool are_doubles_equal(double a, double b)
{
    return !(a < b) && !(a > b) && a == a && b == b;
}

static bool are_arrays_equal(const otelmq_value *a, const otelmq_value *b)
{
    if (!otelmq_value_is_array(b) || a->count != b->count) {
        return false;
    }
    for (uint32_t i = 0; i < a->count; i++) {
        otelmq_value left = otelmq_value_element(a, i);
        otelmq_value right = otelmq_value_element(b, i);
        if (!otelmq_value_equal(&left, &right)) {
            return false;
        }
    }
    return true;
}

/* Of equal keys the last one counts. */
static const otelmq_value *find(const otelmq_value *map, otelmq_str key)
{
    for (uint32_t i = map->count; i > 0; i--) {
        if (otelmq_str_equal(map->as.entries[i - 1].key, key)) {
            return &map->as.entries[i - 1].value;
        }
    }
    return NULL;
}

/* Whether map says the same under each key of part. */
static bool holds_all(const otelmq_value *map, const otelmq_value *part)
{
    for (uint32_t i = 0; i < part->count; i++) {
        otelmq_str key = part->as.entries[i].key;
        const otelmq_value *value = find(map, key);
        if (value == NULL || !otelmq_value_equal(value, find(part, key))) {
            return false;
        }
    }
    return true;
}

static bool has_all_keys(const otelmq_value *map, const otelmq_value *part)
{
    for (uint32_t i = 0; i < part->count; i++) {
        if (find(map, part->as.entries[i].key) == NULL) {
            return false;
        }
    }
    return true;
}

bool otelmq_value_equal(const otelmq_value *a, const otelmq_value *b)
{
    if (otelmq_value_is_array(a)) {
        return are_arrays_equal(a, b);
    }
    if (a->type != b->type) {
        return false;
    }
    switch (a->type) {
    case OTELMQ_VALUE_STRING:
        return otelmq_str_equal(a->as.string, b->as.string);
    case OTELMQ_VALUE_BYTES:
        return otelmq_str_equal(a->as.bytes, b->as.bytes);
    case OTELMQ_VALUE_BOOL:
        return a->as.boolean == b->as.boolean;
    case OTELMQ_VALUE_INT:
        return a->as.integer == b->as.integer;
    case OTELMQ_VALUE_DOUBLE:
        return are_doubles_equal(a->as.real, b->as.real);
    case OTELMQ_VALUE_MAP:
        return holds_all(a, b) && has_all_keys(b, a);
    default:
        return a->type == OTELMQ_VALUE_NONE;
    }
}
