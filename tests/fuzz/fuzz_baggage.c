/* SPDX-License-Identifier: Apache-2.0 */
/* The header baggage, in one or several. */
#include "fuzz/fuzz.h"
#include "fuzz/header_input.h"
#include "fuzz/round_trip.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    otelmq_map *map = header_input_read(data, size, "baggage");
    round_trip_check(otelmq_propagator_baggage(), map);
    otelmq_map_destroy(map);
    return 0;
}
