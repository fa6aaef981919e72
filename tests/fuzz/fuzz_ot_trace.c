/* SPDX-License-Identifier: Apache-2.0 */
/* OT Trace's headers, with baggage. */
#include "fuzz/fuzz.h"
#include "fuzz/header_input.h"
#include "fuzz/round_trip.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    otelmq_map *map = header_input_read(data, size, "ot-baggage-x");
    round_trip_check(otelmq_propagator_ot_trace(), map);
    otelmq_map_destroy(map);
    return 0;
}
