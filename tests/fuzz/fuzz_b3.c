/* SPDX-License-Identifier: Apache-2.0 */
/* B3 in one header and in several, read and written by both propagators. */
#include "fuzz/fuzz.h"
#include "fuzz/header_input.h"
#include "fuzz/round_trip.h"
#include "propagation/sampling_state.h"

/* What one propagator writes, the other one reads. */
static void check_other(otelmq_propagator writer, otelmq_propagator reader, otelmq_map *map)
{
    const otelmq_context *context =
        otelmq_propagator_extract(reader, otelmq_context_root(), otelmq_map_carrier(map));
    otelmq_map *sent = otelmq_map_create();
    otelmq_propagator_inject(writer, context, otelmq_map_carrier(sent));
    const otelmq_context *back =
        otelmq_propagator_extract(reader, otelmq_context_root(), otelmq_map_carrier(sent));
    otelmq_sampled_ids expected = otelmq_context_sampled_ids(context);
    otelmq_sampled_ids found = otelmq_context_sampled_ids(back);
    fuzz_require(memcmp(&expected.trace_id, &found.trace_id, sizeof(found.trace_id)) == 0,
                 "trace id");
    fuzz_require(memcmp(&expected.span_id, &found.span_id, sizeof(found.span_id)) == 0, "span id");
    fuzz_require(expected.sampling == found.sampling, "sampling state");
    otelmq_context_release(context);
    otelmq_context_release(back);
    otelmq_map_destroy(sent);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    otelmq_map *map = header_input_read(data, size, "b3");
    round_trip_check(otelmq_propagator_b3(), map);
    round_trip_check(otelmq_propagator_b3_multi(), map);
    check_other(otelmq_propagator_b3(), otelmq_propagator_b3_multi(), map);
    check_other(otelmq_propagator_b3_multi(), otelmq_propagator_b3(), map);
    otelmq_map_destroy(map);
    return 0;
}
