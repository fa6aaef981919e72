/* SPDX-License-Identifier: Apache-2.0 */
#include "trace/attribute_set.h"

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

/* A list of the set, moved into a longer one; NULL without memory. */
static void *longer(otelmq_arena *arena, const void *list, size_t len, size_t wanted_len)
{
    char *moved = otelmq_arena_take(arena, wanted_len, _Alignof(otelmq_attribute));
    if (moved != NULL && len > 0) {
        memcpy(moved, list, len);
    }
    return moved;
}

/* New rooms at the end hold nothing, because no value was replaced there. */
static otelmq_room *longer_rooms(otelmq_arena *arena, const otelmq_room *rooms, uint32_t count,
                                 uint32_t capacity)
{
    otelmq_room *moved =
        longer(arena, rooms, count * sizeof(*rooms), (size_t)capacity * sizeof(*rooms));
    for (uint32_t i = count; moved != NULL && i < capacity; i++) {
        moved[i] = (otelmq_room){0};
    }
    return moved;
}

static bool grow(otelmq_attribute_set *set, otelmq_arena *arena, uint32_t max_count)
{
    uint32_t capacity = set->capacity > 0 ? 2 * set->capacity : FIRST_CAPACITY;
    capacity = capacity < max_count ? capacity : max_count;
    otelmq_attribute *items =
        longer(arena, set->items, set->count * sizeof(*items), (size_t)capacity * sizeof(*items));
    otelmq_room *rooms =
        set->rooms != NULL ? longer_rooms(arena, set->rooms, set->count, capacity) : NULL;
    if (items == NULL || (set->rooms != NULL && rooms == NULL)) {
        return false;
    }
    set->items = items;
    set->rooms = rooms;
    set->capacity = capacity;
    return true;
}

/* Key and value stand together, the value first because only it may need an alignment. */
static bool add(otelmq_attribute_set *set, otelmq_arena *arena,
                const otelmq_attribute_limits *limits, otelmq_str key, const otelmq_value *value)
{
    if (set->count >= limits->max_count ||
        (set->count == set->capacity && !grow(set, arena, limits->max_count))) {
        return false;
    }
    size_t size = otelmq_value_copy_size(value, limits->values);
    char *data = otelmq_arena_take(arena, size + key.len, otelmq_value_copy_align(value));
    if (data == NULL) {
        return false;
    }
    otelmq_attribute *item = &set->items[set->count++];
    set->emptied += otelmq_value_copy(&item->value, value, data, limits->values);
    memcpy(data + size, key.data, key.len);
    item->key.data = data + size;
    item->key.len = key.len;
    return true;
}

/* When there is no memory, the old value stands. */
static bool replace(otelmq_attribute_set *set, otelmq_arena *arena, otelmq_value_limits limits,
                    uint32_t index, const otelmq_value *value)
{
    size_t size = otelmq_value_copy_size(value, limits);
    otelmq_room none = {0};
    otelmq_room *room = &none;
    if (size > 0) {
        if (set->rooms == NULL) {
            set->rooms = longer_rooms(arena, NULL, 0, set->capacity);
        }
        if (set->rooms == NULL ||
            !otelmq_room_reserve(&set->rooms[index], arena, size, otelmq_value_copy_align(value))) {
            return false;
        }
        room = &set->rooms[index];
    }
    set->emptied += otelmq_value_copy(&set->items[index].value, value, room->data, limits);
    return true;
}

void otelmq_attribute_set_put_value(otelmq_attribute_set *set, otelmq_arena *arena,
                                    const otelmq_attribute_limits *limits, otelmq_str key,
                                    const otelmq_value *value)
{
    if (key.len == 0) {
        otelmq_diagnostics_report(OTELMQ_SEVERITY_DEBUG,
                                  "An attribute with an empty key was ignored.");
        return;
    }
    if (!otelmq_value_is_known(value)) {
        return;
    }
    uint32_t index = index_of(set, key);
    bool is_kept = index < set->count ? replace(set, arena, limits->values, index, value)
                                      : add(set, arena, limits, key, value);
    set->dropped += !is_kept;
}

void otelmq_attribute_set_put_all(otelmq_attribute_set *set, otelmq_arena *arena,
                                  const otelmq_attribute_limits *limits,
                                  const otelmq_attribute attributes[], size_t count)
{
    for (size_t i = 0; i < count; i++) {
        otelmq_attribute_set_put(set, arena, limits, &attributes[i]);
    }
}
