/* SPDX-License-Identifier: Apache-2.0 */
/* The header traceparent, alone and with its tracestate. */
#include "fuzz/fuzz.h"
#include "fuzz/header_input.h"
#include "fuzz/round_trip.h"
#include "propagation/traceparent.h"

static void check_alone(otelmq_str text)
{
    otelmq_span_context parsed;
    otelmq_span_context again;
    char formatted[OTELMQ_TRACEPARENT_LEN];
    if (!otelmq_traceparent_parse(text, &parsed)) {
        return;
    }
    otelmq_traceparent_format(&parsed, formatted);
    otelmq_str formatted_text = otelmq_str_from_bytes(formatted, sizeof(formatted));
    fuzz_require(otelmq_traceparent_parse(formatted_text, &again), "what is written can be read");
    fuzz_require(otelmq_span_context_is_same_span(&parsed, &again), "ids are kept");
    fuzz_require(parsed.trace_flags == again.trace_flags, "flags are kept");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    otelmq_str text = fuzz_copy(otelmq_str_from_bytes(data, size));
    check_alone(text);
    fuzz_free(text);
    otelmq_map *map = header_input_read(data, size, "traceparent");
    round_trip_check(otelmq_propagator_trace_context(), map);
    otelmq_map_destroy(map);
    return 0;
}
