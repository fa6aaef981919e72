/* SPDX-License-Identifier: Apache-2.0 */
/* Jaeger's headers, with baggage. */
#include "fuzz/fuzz.h"
#include "fuzz/header_input.h"
#include "fuzz/round_trip.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    otelmq_map *map = header_input_read(data, size, "uber-trace-id");
    round_trip_check(otelmq_propagator_jaeger(), map);
    otelmq_map_destroy(map);
    return 0;
}
