/* SPDX-License-Identifier: Apache-2.0 */
#include "trace/value_nested.h"

typedef struct {
    otelmq_value_limits limits; /* none of the depth is 0 */
    char *at; /* where the next piece goes, aligned */
    uint32_t emptied;
} copier;

static otelmq_value_limits resolve(otelmq_value_limits limits)
{
    if (limits.max_depth == 0) {
        limits.max_depth = OTELMQ_VALUE_DEPTH_DEFAULT;
    }
    return limits;
}

static size_t padded(size_t size)
{
    return (size + sizeof(uint64_t) - 1) & ~(sizeof(uint64_t) - 1);
}

static bool has_elements(const otelmq_value *value)
{
    return value->count > 0 && (otelmq_value_is_array(value) || value->type == OTELMQ_VALUE_MAP);
}

static bool is_nested(const otelmq_value *value)
{
    return value->type == OTELMQ_VALUE_ARRAY || value->type == OTELMQ_VALUE_MAP;
}

/* Keys are unique in what is exported: of equal ones the last counts. */
static bool is_replaced_later(const otelmq_value *map, uint32_t index)
{
    for (uint32_t i = index + 1; i < map->count; i++) {
        if (otelmq_str_equal(map->as.entries[i].key, map->as.entries[index].key)) {
            return true;
        }
    }
    return false;
}

static size_t nested_size(const otelmq_value *value, otelmq_value_limits limits, uint32_t depth);

static size_t size_inside(const otelmq_value *value, otelmq_value_limits limits, uint32_t depth)
{
    if (has_elements(value) && depth > limits.max_depth) {
        return 0;
    }
    return is_nested(value) ? nested_size(value, limits, depth)
                            : padded(otelmq_value_copy_size(value, limits));
}

static size_t map_size(const otelmq_value *map, otelmq_value_limits limits, uint32_t depth)
{
    size_t size = map->count * sizeof(otelmq_attribute);
    for (uint32_t i = 0; i < map->count; i++) {
        const otelmq_attribute *entry = &map->as.entries[i];
        if (!is_replaced_later(map, i)) {
            size += size_inside(&entry->value, limits, depth + 1) + padded(entry->key.len);
        }
    }
    return size;
}

static size_t nested_size(const otelmq_value *value, otelmq_value_limits limits, uint32_t depth)
{
    if (value->type == OTELMQ_VALUE_MAP) {
        return map_size(value, limits, depth);
    }
    size_t size = value->count * sizeof(otelmq_value);
    for (uint32_t i = 0; i < value->count; i++) {
        size += size_inside(&value->as.values[i], limits, depth + 1);
    }
    return size;
}

size_t otelmq_nested_copy_size(const otelmq_value *value, otelmq_value_limits limits)
{
    return nested_size(value, resolve(limits), 1);
}

static void copy_nested(copier *copying, otelmq_value *copy, const otelmq_value *value,
                        uint32_t depth);

static void copy_inside(copier *copying, otelmq_value *copy, const otelmq_value *value,
                        uint32_t depth)
{
    *copy = otelmq_value_none();
    if (has_elements(value) && depth > copying->limits.max_depth) {
        copy->type = value->type;
        copying->emptied++;
    } else if (is_nested(value)) {
        copy_nested(copying, copy, value, depth);
    } else if (otelmq_value_is_known(value)) {
        (void)otelmq_value_copy(copy, value, copying->at, copying->limits);
        copying->at += padded(otelmq_value_copy_size(value, copying->limits));
    }
}

static otelmq_str copy_key(copier *copying, otelmq_str key)
{
    otelmq_str copy = otelmq_str_from_bytes(copying->at, key.len);
    if (key.len > 0) {
        memcpy(copying->at, key.data, key.len);
    }
    copying->at += padded(key.len);
    return copy;
}

static void copy_map(copier *copying, otelmq_value *copy, const otelmq_value *map, uint32_t depth)
{
    otelmq_attribute *entries = (otelmq_attribute *)(void *)copying->at;
    copying->at += map->count * sizeof(*entries);
    uint32_t count = 0;
    for (uint32_t i = 0; i < map->count; i++) {
        const otelmq_attribute *entry = &map->as.entries[i];
        if (!is_replaced_later(map, i)) {
            copy_inside(copying, &entries[count].value, &entry->value, depth + 1);
            entries[count++].key = copy_key(copying, entry->key);
        }
    }
    copy->count = count;
    copy->as.entries = entries;
}

static void copy_array(copier *copying, otelmq_value *copy, const otelmq_value *array,
                       uint32_t depth)
{
    otelmq_value *values = (otelmq_value *)(void *)copying->at;
    copying->at += array->count * sizeof(*values);
    for (uint32_t i = 0; i < array->count; i++) {
        copy_inside(copying, &values[i], &array->as.values[i], depth + 1);
    }
    copy->count = array->count;
    copy->as.values = values;
}

static void copy_nested(copier *copying, otelmq_value *copy, const otelmq_value *value,
                        uint32_t depth)
{
    copy->type = value->type;
    if (value->type == OTELMQ_VALUE_MAP) {
        copy_map(copying, copy, value, depth);
    } else {
        copy_array(copying, copy, value, depth);
    }
}

uint32_t otelmq_nested_copy(otelmq_value *copy, const otelmq_value *value, char *data,
                            otelmq_value_limits limits)
{
    copier copying = {.limits = resolve(limits), .at = data};
    copy_nested(&copying, copy, value, 1);
    return copying.emptied;
}
