/* SPDX-License-Identifier: Apache-2.0 */
#include "trace/attribute_set.h"

#include "trace/value.h"

#include <otelmq/diagnostics.h>

enum { FIRST_CAPACITY = 4 };

static uint32_t index_of(const otelmq_attribute_set *set, otelmq_str key)
{
    uint32_t index = 0;
    while (index < set->count && !otelmq_str_equal(set->items[index].key, key)) {
        index++;
    }
    return index;
}

/* A replacement may not fit in memory: then the old value stands, and something was dropped. */
static bool copy_value(otelmq_attribute_set *set, uint32_t index, otelmq_arena *arena,
                       const otelmq_value *value, size_t max_len)
{
    otelmq_room *room = &set->rooms[index];
    size_t size = otelmq_value_copy_size(value, max_len);
    if (size > 0 && !otelmq_room_reserve(room, arena, size, otelmq_value_copy_align(value))) {
        return false;
    }
    set->items[index].value = otelmq_value_copy(value, room->data, max_len);
    return true;
}

static bool grow(otelmq_attribute_set *set, otelmq_arena *arena, uint32_t max_count)
{
    uint32_t capacity = set->capacity > 0 ? 2 * set->capacity : FIRST_CAPACITY;
    capacity = capacity < max_count ? capacity : max_count;
    otelmq_attribute *items =
        otelmq_arena_take(arena, capacity * sizeof(*items), _Alignof(otelmq_attribute));
    otelmq_room *rooms = otelmq_arena_take(arena, capacity * sizeof(*rooms), _Alignof(otelmq_room));
    if (items == NULL || rooms == NULL) {
        return false;
    }
    if (set->count > 0) {
        memcpy(items, set->items, set->count * sizeof(*items));
        memcpy(rooms, set->rooms, set->count * sizeof(*rooms));
    }
    set->items = items;
    set->rooms = rooms;
    set->capacity = capacity;
    return true;
}

static bool add(otelmq_attribute_set *set, otelmq_arena *arena, otelmq_attribute_limits limits,
                const otelmq_attribute *attribute)
{
    if (set->count >= limits.max_count ||
        (set->count == set->capacity && !grow(set, arena, limits.max_count))) {
        return false;
    }
    char *key = otelmq_arena_take(arena, attribute->key.len, 1);
    if (key == NULL) {
        return false;
    }
    uint32_t index = set->count;
    set->rooms[index] = (otelmq_room){0};
    if (!copy_value(set, index, arena, &attribute->value, limits.max_value_len)) {
        return false;
    }
    memcpy(key, attribute->key.data, attribute->key.len);
    set->items[index].key = otelmq_str_from_bytes(key, attribute->key.len);
    set->count++;
    return true;
}

void otelmq_attribute_set_put(otelmq_attribute_set *set, otelmq_arena *arena,
                              otelmq_attribute_limits limits, const otelmq_attribute *attribute)
{
    if (attribute->key.len == 0) {
        otelmq_diagnostics_report(OTELMQ_SEVERITY_DEBUG,
                                  "An attribute with an empty key was ignored.");
        return;
    }
    if (!otelmq_value_is_known(&attribute->value)) {
        return;
    }
    uint32_t index = index_of(set, attribute->key);
    bool is_kept = index < set->count
                       ? copy_value(set, index, arena, &attribute->value, limits.max_value_len)
                       : add(set, arena, limits, attribute);
    set->dropped += !is_kept;
}

void otelmq_attribute_set_put_all(otelmq_attribute_set *set, otelmq_arena *arena,
                                  otelmq_attribute_limits limits,
                                  const otelmq_attribute attributes[], size_t count)
{
    for (size_t i = 0; i < count; i++) {
        otelmq_attribute_set_put(set, arena, limits, &attributes[i]);
    }
}
