/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A plain map of names to values as a carrier: for tests, for envelopes of your own, and for
 * transports whose headers you build from it. Not for two threads at once.
 */
#ifndef OTELMQ_MAP_CARRIER_H
#define OTELMQ_MAP_CARRIER_H

#include <otelmq/carrier.h>

OTELMQ_BEGIN_C

typedef struct otelmq_map otelmq_map;

/* An empty map, yours; NULL without memory. */
OTELMQ_API otelmq_map *otelmq_map_create(void);

/* The first value of key, empty when absent. Borrowed until the next set or add. */
OTELMQ_API otelmq_str otelmq_map_get(const otelmq_map *map, const char *key);

/* Gives key this one value in place of all that it had. Copies both. */
OTELMQ_API otelmq_status otelmq_map_set(otelmq_map *map, const char *key, otelmq_str value);

/* Adds one more value of key, as a header that comes twice. Copies both. */
OTELMQ_API otelmq_status otelmq_map_add(otelmq_map *map, const char *key, otelmq_str value);

/* Removes every value of key. */
OTELMQ_API void otelmq_map_remove(otelmq_map *map, const char *key);

/* How many values there are, and the index-th name and value; empty past the last. Borrowed. */
OTELMQ_API size_t otelmq_map_count(const otelmq_map *map);
OTELMQ_API otelmq_str otelmq_map_key_at(const otelmq_map *map, size_t index);
OTELMQ_API otelmq_str otelmq_map_value_at(const otelmq_map *map, size_t index);

/* Frees it; NULL is fine. */
OTELMQ_API void otelmq_map_destroy(otelmq_map *map);

/* The map as a carrier. Borrows it. */
OTELMQ_API otelmq_carrier otelmq_map_carrier(otelmq_map *map);

OTELMQ_END_C

#endif
