/* SPDX-License-Identifier: Apache-2.0 */
/* Tracestate: each line a header, of which the first one is also the key and value of a change. */
#include "base/text.h"
#include "context/tracestate_header.h"
#include "fuzz/fuzz.h"
#include "fuzz/header_input.h"
#include "fuzz/round_trip.h"

enum { MEMBERS_MAX = 32 };

static size_t count_members(const otelmq_tracestate *tracestate)
{
    otelmq_str text = otelmq_tracestate_text(tracestate);
    size_t count = text.len > 0;
    for (size_t i = 0; i < text.len; i++) {
        count += text.data[i] == ',';
    }
    return count;
}

static void check_text(const otelmq_tracestate *tracestate)
{
    otelmq_str text = otelmq_tracestate_text(tracestate);
    const otelmq_tracestate *again = NULL;
    fuzz_require(otelmq_tracestate_parse(text, &again) == OTELMQ_OK, "its text can be parsed");
    fuzz_require_equal(otelmq_tracestate_text(again), text, "its text is the same again");
    fuzz_require(count_members(tracestate) <= MEMBERS_MAX, "at most 32 members");
    otelmq_tracestate_release(again);
}

static void check_shortened(const otelmq_tracestate *tracestate)
{
    char out[OTELMQ_TRACESTATE_INJECT_MAX];
    if (tracestate == NULL) {
        return;
    }
    otelmq_str text = otelmq_tracestate_shorten(tracestate, out);
    const otelmq_tracestate *shortened = NULL;
    fuzz_require(text.len <= OTELMQ_TRACESTATE_INJECT_MAX, "short enough");
    fuzz_require(otelmq_tracestate_parse(text, &shortened) == OTELMQ_OK, "still well formed");
    otelmq_tracestate_release(shortened);
}

static void check_changed(const otelmq_tracestate *tracestate, otelmq_str member)
{
    otelmq_str value = member;
    otelmq_str key = member.len > 0 ? otelmq_take_until(&value, '=') : member;
    const otelmq_tracestate *with = NULL;
    const otelmq_tracestate *without = NULL;
    if (otelmq_tracestate_with(tracestate, key, value, &with) == OTELMQ_OK) {
        fuzz_require_equal(otelmq_tracestate_get(with, key), value, "what was set is found");
        check_text(with);
    }
    if (otelmq_tracestate_without(tracestate, key, &without) == OTELMQ_OK) {
        fuzz_require(otelmq_tracestate_get(without, key).len == 0, "what was removed is not there");
        check_text(without);
    }
    otelmq_tracestate_release(with);
    otelmq_tracestate_release(without);
}

static void check_alone(otelmq_str text)
{
    otelmq_str rest = text;
    otelmq_str member = text.len > 0 ? fuzz_take_line(&rest) : text;
    const otelmq_tracestate *tracestate = NULL;
    if (otelmq_tracestate_parse(rest, &tracestate) == OTELMQ_OK) {
        check_text(tracestate);
        check_shortened(tracestate);
        check_changed(tracestate, member);
        otelmq_tracestate_release(tracestate);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    otelmq_str text = fuzz_copy(otelmq_str_from_bytes(data, size));
    check_alone(text);
    fuzz_free(text);
    otelmq_map *map = header_input_read(data, size, "tracestate");
    (void)otelmq_map_set(map, "traceparent",
                         OTELMQ_STR("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"));
    round_trip_check(otelmq_propagator_trace_context(), map);
    otelmq_map_destroy(map);
    return 0;
}
