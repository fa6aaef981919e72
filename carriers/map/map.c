/* SPDX-License-Identifier: Apache-2.0 */
#include <otelmq/map_carrier.h>

#include <stdlib.h>

enum { FIRST_CAPACITY = 8 };

/* Name and value share one piece of memory, the value behind the name. */
typedef struct {
    char *text;
    size_t key_len;
    size_t value_len;
    size_t value_capacity;
} entry;

/* A list and no hash table: a message has a handful of headers, and their order is kept. */
struct otelmq_map {
    entry *entries;
    size_t count;
    size_t capacity;
};

static otelmq_str key_of(const entry *at)
{
    return (otelmq_str){at->text, at->key_len};
}

static otelmq_str value_of(const entry *at)
{
    return (otelmq_str){at->text + at->key_len, at->value_len};
}

otelmq_map *otelmq_map_create(void)
{
    return calloc(1, sizeof(otelmq_map));
}

size_t otelmq_map_count(const otelmq_map *map)
{
    return map != NULL ? map->count : 0;
}

/* The place of the first entry of key at or behind start; the count when there is none. */
static size_t find_from(const otelmq_map *map, otelmq_str key, size_t start)
{
    size_t at = start;
    while (at < otelmq_map_count(map) && !otelmq_str_equal(key_of(&map->entries[at]), key)) {
        at++;
    }
    return at;
}

otelmq_str otelmq_map_get(const otelmq_map *map, const char *key)
{
    return otelmq_map_value_at(map, find_from(map, otelmq_str_from(key), 0));
}

static bool reserve_entry(otelmq_map *map)
{
    if (map->count < map->capacity) {
        return true;
    }
    size_t capacity = map->capacity > 0 ? 2 * map->capacity : FIRST_CAPACITY;
    entry *entries = realloc(map->entries, capacity * sizeof(*entries));
    if (entries == NULL) {
        return false;
    }
    map->entries = entries;
    map->capacity = capacity;
    return true;
}

static bool create_entry(otelmq_str key, otelmq_str value, entry *created)
{
    char *text = malloc(key.len + value.len);
    if (text == NULL) {
        return false;
    }
    memcpy(text, key.data, key.len);
    if (value.len > 0) {
        memcpy(text + key.len, value.data, value.len);
    }
    *created = (entry){text, key.len, value.len, value.len};
    return true;
}

otelmq_status otelmq_map_add(otelmq_map *map, const char *key, otelmq_str value)
{
    otelmq_str name = otelmq_str_from(key);
    if (map == NULL || name.len == 0) {
        return OTELMQ_ERROR_INVALID_ARGUMENT;
    }
    if (!reserve_entry(map) || !create_entry(name, value, &map->entries[map->count])) {
        return OTELMQ_ERROR_NO_MEMORY;
    }
    map->count++;
    return OTELMQ_OK;
}

/* value may be borrowed from this very entry, so that the old text goes last. */
static otelmq_status replace_value(entry *old, otelmq_str value)
{
    if (value.len > old->value_capacity) {
        entry replacement;
        if (!create_entry(key_of(old), value, &replacement)) {
            return OTELMQ_ERROR_NO_MEMORY;
        }
        free(old->text);
        *old = replacement;
        return OTELMQ_OK;
    }
    if (value.len > 0) {
        memmove(old->text + old->key_len, value.data, value.len);
    }
    old->value_len = value.len;
    return OTELMQ_OK;
}

static void remove_at(otelmq_map *map, size_t at)
{
    free(map->entries[at].text);
    map->count--;
    memmove(&map->entries[at], &map->entries[at + 1], (map->count - at) * sizeof(map->entries[0]));
}

static void remove_from(otelmq_map *map, otelmq_str key, size_t start)
{
    size_t at = start;
    while ((at = find_from(map, key, at)) < otelmq_map_count(map)) {
        remove_at(map, at);
    }
}

otelmq_status otelmq_map_set(otelmq_map *map, const char *key, otelmq_str value)
{
    otelmq_str name = otelmq_str_from(key);
    size_t at = find_from(map, name, 0);
    if (at == otelmq_map_count(map)) {
        return otelmq_map_add(map, key, value);
    }
    otelmq_status status = replace_value(&map->entries[at], value);
    if (status == OTELMQ_OK) {
        remove_from(map, name, at + 1);
    }
    return status;
}

void otelmq_map_remove(otelmq_map *map, const char *key)
{
    remove_from(map, otelmq_str_from(key), 0);
}

otelmq_str otelmq_map_key_at(const otelmq_map *map, size_t index)
{
    return index < otelmq_map_count(map) ? key_of(&map->entries[index]) : (otelmq_str){0};
}

otelmq_str otelmq_map_value_at(const otelmq_map *map, size_t index)
{
    return index < otelmq_map_count(map) ? value_of(&map->entries[index]) : (otelmq_str){0};
}

void otelmq_map_destroy(otelmq_map *map)
{
    if (map == NULL) {
        return;
    }
    for (size_t i = 0; i < map->count; i++) {
        free(map->entries[i].text);
    }
    free(map->entries);
    free(map);
}

static otelmq_str carrier_get(const void *self, const char *key)
{
    return otelmq_map_get(self, key);
}

static size_t carrier_get_all(const void *self, const char *key, otelmq_str values[], size_t max)
{
    const otelmq_map *map = self;
    otelmq_str name = otelmq_str_from(key);
    size_t count = 0;
    for (size_t at = 0; (at = find_from(map, name, at)) < otelmq_map_count(map); at++) {
        if (count < max) {
            values[count] = value_of(&map->entries[at]);
        }
        count++;
    }
    return count;
}

static otelmq_status carrier_set(void *self, const char *key, otelmq_str value)
{
    return otelmq_map_set(self, key, value);
}

static otelmq_str carrier_key_at(const void *self, size_t index)
{
    return otelmq_map_key_at(self, index);
}

otelmq_carrier otelmq_map_carrier(otelmq_map *map)
{
    static const otelmq_carrier_ops ops = {carrier_get, carrier_get_all, carrier_set,
                                           carrier_key_at};
    return (otelmq_carrier){&ops, map};
}
