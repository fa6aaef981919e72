/* SPDX-License-Identifier: Apache-2.0 */
/* The member "ot" of a tracestate: its first byte says what is written, the rest is its value. */
#include "fuzz/fuzz.h"
#include "trace/sampling/ot_member.h"
#include "trace/sampling/threshold.h"

enum { WRITES_THRESHOLD = 1, WRITES_RANDOMNESS = 2, VALUE_MAX = 256 };

/* Values that differ with the input, and are below 2^56. */
static otelmq_ot_values values_of(uint8_t choice)
{
    return (otelmq_ot_values){
        .has_threshold = (choice & WRITES_THRESHOLD) != 0,
        .has_randomness = (choice & WRITES_RANDOMNESS) != 0,
        .threshold = (uint64_t)choice << 40,
        .randomness = (uint64_t)choice * UINT64_C(0xabcdef01234567) % OTELMQ_THRESHOLD_END,
    };
}

static void check_written(const otelmq_tracestate *before, const otelmq_ot_values *values)
{
    const otelmq_tracestate *written = otelmq_ot_write(before, values);
    otelmq_ot_values was = otelmq_ot_read(before);
    otelmq_ot_values is = otelmq_ot_read(written);
    otelmq_str ot = otelmq_tracestate_get(written, OTELMQ_STR("ot"));
    fuzz_require(ot.len <= VALUE_MAX, "a member fits");
    fuzz_require(!is.has_threshold || (values->has_threshold && is.threshold == values->threshold),
                 "no other threshold stays");
    fuzz_require(!was.has_randomness || (is.has_randomness && is.randomness == was.randomness),
                 "an rv is never overwritten");
    const otelmq_tracestate *again = otelmq_ot_write(written, values);
    fuzz_require_equal(otelmq_tracestate_text(again), otelmq_tracestate_text(written),
                       "writing twice changes nothing");
    otelmq_tracestate_release(again);
    otelmq_tracestate_release(written);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0) {
        return 0;
    }
    otelmq_str value = fuzz_copy(otelmq_str_from_bytes(data + 1, size - 1));
    const otelmq_tracestate *tracestate = NULL;
    if (otelmq_tracestate_with(NULL, OTELMQ_STR("ot"), value, &tracestate) == OTELMQ_OK) {
        otelmq_ot_values values = values_of(data[0]);
        check_written(tracestate, &values);
        otelmq_tracestate_release(tracestate);
    }
    fuzz_free(value);
    return 0;
}
