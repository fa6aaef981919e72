/* SPDX-License-Identifier: Apache-2.0 */
#include "propagation/header_lines.h"
#include "support/test.h"

#include <otelmq/stats.h>

#define HALF "a3ce929d0e0e4736"
#define SPAN "00f067aa0ba902b7"
#define IDS(trace_id, span_id) "ot-tracer-traceid: " trace_id "\not-tracer-spanid: " span_id
#define SAMPLED(value) "\not-tracer-sampled: " value

static void check_passed_on(const char *in, const char *out, const char *rule)
{
    const otelmq_context *context = header_lines_extract(otelmq_propagator_ot_trace(), in);
    assert_injects(otelmq_propagator_ot_trace(), context, out, rule);
    otelmq_context_release(context);
}

static void what_came_in_goes_out(void **state)
{
    static const struct {
        const char *rule;
        const char *in;
        const char *out;
    } rows[] = {
        {"sampled", IDS(HALF, SPAN) SAMPLED("true"), IDS(HALF, SPAN) SAMPLED("true")},
        {"not sampled", IDS(HALF, SPAN) SAMPLED("false"), IDS(HALF, SPAN) SAMPLED("false")},
        {"a bit for sampled", IDS(HALF, SPAN) SAMPLED("1"), IDS(HALF, SPAN) SAMPLED("true")},
        {"a bit for not sampled", IDS(HALF, SPAN) SAMPLED("0"), IDS(HALF, SPAN) SAMPLED("false")},
        {"not said", IDS(HALF, SPAN), IDS(HALF, SPAN) SAMPLED("false")},
        {"lost zeros come back", IDS("1c3b00da", "deadbeaf"),
         IDS("000000001c3b00da", "00000000deadbeaf") SAMPLED("false")},
        {"of 128 bits the right half is sent", IDS("4bf92f3577b34da6" HALF, SPAN) SAMPLED("true"),
         IDS(HALF, SPAN) SAMPLED("true")},
        {"a trace id without a right half", IDS("4bf92f3577b34da60000000000000000", SPAN), ""},
        {"white space", IDS(" " HALF "\t", " " SPAN), IDS(HALF, SPAN) SAMPLED("false")},
        {"an unknown word for sampled", IDS(HALF, SPAN) SAMPLED("yes"), ""},
        {"upper case digits", IDS("A3CE929D0E0E4736", SPAN), ""},
        {"a trace id of zeros", IDS("0", SPAN), ""},
        {"a span id of zeros", IDS(HALF, "0"), ""},
        {"a span id too long", IDS(HALF, "0" SPAN), ""},
        {"no span id", "ot-tracer-traceid: " HALF, ""},
        {"no trace id", "ot-tracer-spanid: " SPAN, ""},
        {"baggage", IDS(HALF, SPAN) SAMPLED("true") "\not-baggage-a: x y\not-baggage-b: %20+",
         IDS(HALF, SPAN) SAMPLED("true") "\not-baggage-a: x y\not-baggage-b: %20+"},
        {"baggage of bytes that are no UTF-8", IDS(HALF, SPAN) "\not-baggage-a: x\xFF",
         IDS(HALF, SPAN) SAMPLED("false") "\not-baggage-a: x\xEF\xBF\xBD"},
        {"baggage without ids", "ot-baggage-a: 1", ""},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        check_passed_on(rows[i].in, rows[i].out, rows[i].rule);
    }
}

static void malformed_ids_are_counted(void **state)
{
    (void)state;
    uint64_t before = otelmq_stats_read().counts[OTELMQ_STAT_EXTRACT_MALFORMED];
    check_passed_on(IDS("no hex", SPAN), "", "bad trace id");
    check_passed_on(IDS(HALF, "no hex"), "", "bad span id");
    check_passed_on("other: 1", "", "no ids at all");
    assert_int_equal(otelmq_stats_read().counts[OTELMQ_STAT_EXTRACT_MALFORMED] - before, 2);
}

static void a_value_that_cannot_stand_in_a_header_is_left_out_and_counted(void **state)
{
    (void)state;
    const otelmq_baggage *baggage = NULL;
    otelmq_baggage_entry entry = {OTELMQ_STR("a"), OTELMQ_STR("two\nlines"), {0}};
    assert_int_equal(otelmq_baggage_with(NULL, entry, &baggage), OTELMQ_OK);
    const otelmq_context *traced =
        header_lines_extract(otelmq_propagator_ot_trace(), IDS(HALF, SPAN));
    const otelmq_context *context = otelmq_context_with_baggage(traced, baggage);
    uint64_t before = otelmq_stats_read().counts[OTELMQ_STAT_INJECT_SHORTENED];
    assert_injects(otelmq_propagator_ot_trace(), context, IDS(HALF, SPAN) SAMPLED("false"),
                   "no baggage");
    assert_int_equal(otelmq_stats_read().counts[OTELMQ_STAT_INJECT_SHORTENED] - before, 1);
    otelmq_context_release(context);
    otelmq_context_release(traced);
    otelmq_baggage_release(baggage);
}

static void beside_traceparent_the_whole_trace_id_stays(void **state)
{
    (void)state;
    const otelmq_propagator parts[] = {otelmq_propagator_trace_context(),
                                       otelmq_propagator_ot_trace()};
    otelmq_propagator both = otelmq_propagator_composite(parts, COUNT_OF(parts));
    const char *lines = "traceparent: 00-4bf92f3577b34da6" HALF "-" SPAN "-03\n" //
        IDS(HALF, SPAN) SAMPLED("true");
    const otelmq_context *context = header_lines_extract(both, lines);
    assert_injects(both, context, lines, "both formats");
    otelmq_context_release(context);
    otelmq_propagator_destroy(both);
}

static otelmq_status refuse_span_id(void *self, const char *key, otelmq_str value)
{
    return strcmp(key, "ot-tracer-spanid") == 0 ? OTELMQ_ERROR_LIMIT
                                                : otelmq_map_set(self, key, value);
}

static otelmq_str get(const void *self, const char *key)
{
    return otelmq_map_get(self, key);
}

static void headers_that_do_not_fit_leave_no_half_of_a_context(void **state)
{
    static const otelmq_carrier_ops ops = {.get = get, .set = refuse_span_id};
    (void)state;
    const otelmq_context *context =
        header_lines_extract(otelmq_propagator_ot_trace(), IDS(HALF, SPAN));
    otelmq_map *map = otelmq_map_create();
    uint64_t before = otelmq_stats_read().counts[OTELMQ_STAT_INJECT_SKIPPED];
    otelmq_propagator_inject(otelmq_propagator_ot_trace(), context, (otelmq_carrier){&ops, map});
    assert_str(otelmq_map_get(map, "ot-tracer-traceid"), "");
    assert_int_equal(otelmq_stats_read().counts[OTELMQ_STAT_INJECT_SKIPPED] - before, 1);
    otelmq_map_destroy(map);
    otelmq_context_release(context);
}

static void the_fields_are_the_headers_that_are_always_written(void **state)
{
    static const char *const fields[] = {"ot-tracer-traceid", "ot-tracer-spanid",
                                         "ot-tracer-sampled"};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(fields); i++) {
        assert_string_equal(otelmq_propagator_field_at(otelmq_propagator_ot_trace(), i), fields[i]);
    }
    assert_null(otelmq_propagator_field_at(otelmq_propagator_ot_trace(), COUNT_OF(fields)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_came_in_goes_out),
        cmocka_unit_test(malformed_ids_are_counted),
        cmocka_unit_test(a_value_that_cannot_stand_in_a_header_is_left_out_and_counted),
        cmocka_unit_test(beside_traceparent_the_whole_trace_id_stays),
        cmocka_unit_test(headers_that_do_not_fit_leave_no_half_of_a_context),
        cmocka_unit_test(the_fields_are_the_headers_that_are_always_written),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
