/* SPDX-License-Identifier: Apache-2.0 */
#include "fuzz/round_trip.h"

#include "base/text.h"
#include "base/utf8.h"
#include "fuzz/fuzz.h"

/* Both bounds of baggage, and the ids and tracestate of all formats. */
enum { BYTES_MAX = 8192 + 1024 };

static const otelmq_context *extract(otelmq_propagator propagator, otelmq_map *map)
{
    return otelmq_propagator_extract(propagator, otelmq_context_root(), otelmq_map_carrier(map));
}

static otelmq_map *inject(otelmq_propagator propagator, const otelmq_context *context)
{
    otelmq_map *map = otelmq_map_create();
    otelmq_propagator_inject(propagator, context, otelmq_map_carrier(map));
    return map;
}

static void require_good_headers(const otelmq_map *map)
{
    size_t bytes = 0;
    for (size_t i = 0; i < otelmq_map_count(map); i++) {
        otelmq_str value = otelmq_map_value_at(map, i);
        fuzz_require(otelmq_is_field_value(value), "a header has no control characters");
        fuzz_require(otelmq_utf8_is_valid(value), "a header is UTF-8");
        bytes += value.len;
    }
    fuzz_require(bytes <= BYTES_MAX, "the headers are within their bounds");
}

static void require_same_headers(const otelmq_map *actual, const otelmq_map *expected)
{
    fuzz_require(otelmq_map_count(actual) == otelmq_map_count(expected), "as many headers");
    for (size_t i = 0; i < otelmq_map_count(expected); i++) {
        fuzz_require_equal(otelmq_map_key_at(actual, i), otelmq_map_key_at(expected, i), "name");
        fuzz_require_equal(otelmq_map_value_at(actual, i), otelmq_map_value_at(expected, i),
                           "value");
    }
}

static void require_good_context(const otelmq_context *context)
{
    const otelmq_span_context *found = otelmq_context_span_context(context);
    const otelmq_baggage *baggage = otelmq_context_baggage(context);
    bool has_ids = found != otelmq_context_span_context(otelmq_context_root());
    fuzz_require(!has_ids || otelmq_span_context_is_valid(found), "extracted ids are valid");
    fuzz_require(!has_ids || found->is_remote, "what is extracted is remote");
    fuzz_require((found->trace_flags & ~3) == 0, "no flag that has no meaning");
    for (size_t i = 0; i < otelmq_baggage_count(baggage); i++) {
        fuzz_require(otelmq_utf8_is_valid(otelmq_baggage_entry_at(baggage, i).value),
                     "baggage is UTF-8");
    }
}

void round_trip_check(otelmq_propagator propagator, otelmq_map *map)
{
    const otelmq_context *first = extract(propagator, map);
    otelmq_map *sent = inject(propagator, first);
    const otelmq_context *second = extract(propagator, sent);
    otelmq_map *sent_again = inject(propagator, second);
    require_good_context(first);
    require_good_context(second);
    require_good_headers(sent);
    require_same_headers(sent_again, sent);
    otelmq_context_release(first);
    otelmq_context_release(second);
    otelmq_map_destroy(sent);
    otelmq_map_destroy(sent_again);
}
