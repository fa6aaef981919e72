/* SPDX-License-Identifier: Apache-2.0 */
/* The law of every propagator, for contexts that came out of headers of any kind. */
#ifndef OTELMQ_TESTS_FUZZ_ROUND_TRIP_H
#define OTELMQ_TESTS_FUZZ_ROUND_TRIP_H

#include <otelmq/map_carrier.h>
#include <otelmq/propagator.h>

/*
 * Extracts from map, and requires that what is injected of it is made of characters that a header
 * can hold, is no longer than a message should carry, and is extracted as the same again.
 */
void round_trip_check(otelmq_propagator propagator, otelmq_map *map);

#endif
