/* SPDX-License-Identifier: Apache-2.0 */
#include "propagation/header_lines.h"
#include "support/diagnostics_log.h"
#include "support/test.h"

#include <otelmq/map_carrier.h>
#include <otelmq/propagator.h>
#include <otelmq/stats.h>

#define TRACE "4bf92f3577b34da6a3ce929d0e0e4736"
#define HALF "a3ce929d0e0e4736"
#define SPAN "00f067aa0ba902b7"
#define PARENT "05e3ac9a4f6e3b90"
#define ZEROS "0000000000000000"

static diagnostics_log seen;

static const otelmq_context *extract(const char *lines)
{
    return header_lines_extract(otelmq_propagator_b3(), lines);
}

/* What goes out for what came in; empty: nothing was taken over. */
static const struct {
    const char *rule;
    const char *in;
    const char *single;
} ROWS[] = {
    {"accepted", "b3: " TRACE "-" SPAN "-1", "b3: " TRACE "-" SPAN "-1"},
    {"denied", "b3: " TRACE "-" SPAN "-0", "b3: " TRACE "-" SPAN "-0"},
    {"debug is kept", "b3: " TRACE "-" SPAN "-d", "b3: " TRACE "-" SPAN "-d"},
    {"deferred is kept", "b3: " TRACE "-" SPAN, "b3: " TRACE "-" SPAN},
    {"words for the state", "b3: " TRACE "-" SPAN "-true", "b3: " TRACE "-" SPAN "-1"},
    {"the parent span id is never sent", "b3: " TRACE "-" SPAN "-1-" PARENT,
     "b3: " TRACE "-" SPAN "-1"},
    {"a trace id of 64 bits is padded", "b3: " HALF "-" SPAN "-1", "b3: " ZEROS HALF "-" SPAN "-1"},
    {"white space around it", "b3: \t" TRACE "-" SPAN "-1 ", "b3: " TRACE "-" SPAN "-1"},
    {"deny without ids", "b3: 0", "b3: 0"},
    {"accept without ids", "b3: 1", "b3: 1"},
    {"debug without ids", "b3: d", "b3: d"},
    {"upper case digits", "b3: 4BF92F3577B34DA6A3CE929D0E0E4736-" SPAN "-1", ""},
    {"a trace id of zeros", "b3: " ZEROS ZEROS "-" SPAN "-1", ""},
    {"a span id of zeros", "b3: " TRACE "-" ZEROS "-1", ""},
    {"a trace id of another length", "b3: 0" HALF "-" SPAN "-1", ""},
    {"a span id of another length", "b3: " TRACE "-0" SPAN "-1", ""},
    {"no span id", "b3: " TRACE, ""},
    {"an empty span id", "b3: " TRACE "-", ""},
    {"an empty state", "b3: " TRACE "-" SPAN "-", ""},
    {"an unknown state", "b3: " TRACE "-" SPAN "-2", ""},
    {"an unknown state alone", "b3: x", ""},
    {"a bad parent span id", "b3: " TRACE "-" SPAN "-1-x", ""},
    {"a field too many", "b3: " TRACE "-" SPAN "-1-" PARENT "-", ""},
    {"several headers", "X-B3-TraceId: " TRACE "\nX-B3-SpanId: " SPAN "\nX-B3-Sampled: 1",
     "b3: " TRACE "-" SPAN "-1"},
    {"several headers in lower case",
     "x-b3-traceid: " TRACE "\nx-b3-spanid: " SPAN "\nx-b3-sampled: 0", "b3: " TRACE "-" SPAN "-0"},
    {"several headers, 64 bits", "X-B3-TraceId: " HALF "\nX-B3-SpanId: " SPAN,
     "b3: " ZEROS HALF "-" SPAN},
    {"several headers, a word",
     "X-B3-TraceId: " TRACE "\nX-B3-SpanId: " SPAN "\nX-B3-Sampled: false",
     "b3: " TRACE "-" SPAN "-0"},
    {"the debug flag wins over sampled",
     "X-B3-TraceId: " TRACE "\nX-B3-SpanId: " SPAN "\nX-B3-Sampled: 0\nX-B3-Flags: 1",
     "b3: " TRACE "-" SPAN "-d"},
    {"other flags say nothing",
     "X-B3-TraceId: " TRACE "\nX-B3-SpanId: " SPAN "\nX-B3-Sampled: 1\nX-B3-Flags: 2",
     "b3: " TRACE "-" SPAN "-1"},
    {"sampled alone", "X-B3-Sampled: 0", "b3: 0"},
    {"the debug flag alone", "x-b3-flags: 1", "b3: d"},
    {"flags alone that say nothing", "X-B3-Flags: 0", ""},
    {"no span id among several", "X-B3-TraceId: " TRACE "\nX-B3-Sampled: 1", ""},
    {"no trace id among several", "X-B3-SpanId: " SPAN, ""},
    {"an unknown state among several",
     "X-B3-TraceId: " TRACE "\nX-B3-SpanId: " SPAN "\nX-B3-Sampled: maybe", ""},
    {"one header is read before several",
     "X-B3-TraceId: " TRACE "\nX-B3-SpanId: " PARENT "\nb3: " TRACE "-" SPAN "-0",
     "b3: " TRACE "-" SPAN "-0"},
    {"several are read when the one is malformed",
     "b3: bad\nX-B3-TraceId: " TRACE "\nX-B3-SpanId: " SPAN "\nX-B3-Sampled: 1",
     "b3: " TRACE "-" SPAN "-1"},
    {"nothing there", "other: 1", ""},
};

static void what_came_in_goes_out_in_one_header(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(ROWS); i++) {
        const otelmq_context *context = extract(ROWS[i].in);
        assert_injects(otelmq_propagator_b3(), context, ROWS[i].single, ROWS[i].rule);
        otelmq_context_release(context);
    }
}

static void what_came_in_goes_out_in_several_headers(void **state)
{
    static const struct {
        const char *in;
        const char *out;
    } rows[] = {
        {"b3: " TRACE "-" SPAN "-1",
         "X-B3-TraceId: " TRACE "\nX-B3-SpanId: " SPAN "\nX-B3-Sampled: 1"},
        {"b3: " TRACE "-" SPAN "-0",
         "X-B3-TraceId: " TRACE "\nX-B3-SpanId: " SPAN "\nX-B3-Sampled: 0"},
        {"b3: " TRACE "-" SPAN "-d-" PARENT,
         "X-B3-TraceId: " TRACE "\nX-B3-SpanId: " SPAN "\nX-B3-Flags: 1"},
        {"b3: " TRACE "-" SPAN, "X-B3-TraceId: " TRACE "\nX-B3-SpanId: " SPAN},
        {"b3: 0", "X-B3-Sampled: 0"},
        {"b3: d", "X-B3-Flags: 1"},
        {"b3: bad", ""},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        const otelmq_context *context = extract(rows[i].in);
        assert_injects(otelmq_propagator_b3_multi(), context, rows[i].out, rows[i].in);
        otelmq_context_release(context);
    }
}

static void debug_and_accepted_are_sampled_and_the_others_are_not(void **state)
{
    static const struct {
        const char *in;
        uint8_t flags;
    } rows[] = {
        {"b3: " TRACE "-" SPAN "-1", OTELMQ_TRACE_FLAG_SAMPLED},
        {"b3: " TRACE "-" SPAN "-d", OTELMQ_TRACE_FLAG_SAMPLED},
        {"b3: " TRACE "-" SPAN "-0", 0},
        {"b3: " TRACE "-" SPAN, 0},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        const otelmq_context *context = extract(rows[i].in);
        const otelmq_span_context *found = otelmq_context_span_context(context);
        assert_row(found->trace_flags == rows[i].flags, rows[i].in);
        assert_row(found->is_remote, rows[i].in);
        otelmq_context_release(context);
    }
}

/* The headers for a span of our own in the trace of context, or in another one. */
static void check_child(const char *in, otelmq_span_context child, const char *expected)
{
    const otelmq_context *context = extract(in);
    const otelmq_context *inside = otelmq_context_with_span_context(context, &child);
    assert_injects(otelmq_propagator_b3(), inside, expected, in);
    otelmq_context_release(inside);
    otelmq_context_release(context);
}

static void debug_goes_on_to_the_spans_of_its_trace_and_no_others(void **state)
{
    otelmq_span_context child = {.span_id = {{1}}, .trace_flags = OTELMQ_TRACE_FLAG_SAMPLED};
    otelmq_span_context stranger = {.trace_id = {{2}}, .span_id = {{2}}};
    (void)state;
    assert_int_equal(otelmq_trace_id_parse(OTELMQ_STR(TRACE), &child.trace_id), OTELMQ_OK);
    check_child("b3: " TRACE "-" SPAN "-d", child, "b3: " TRACE "-0100000000000000-d");
    check_child("b3: " TRACE "-" SPAN "-d", stranger,
                "b3: 02" ZEROS "00000000000000-0200000000000000-0");
    check_child("b3: d", child, "b3: " TRACE "-0100000000000000-d");
    child.is_remote = true;
    check_child("b3: d", child, "b3: " TRACE "-0100000000000000-1");
}

static void a_span_of_our_own_has_the_decision_of_our_sampler(void **state)
{
    otelmq_span_context child = {.span_id = {{1}}, .trace_flags = OTELMQ_TRACE_FLAG_SAMPLED};
    (void)state;
    assert_int_equal(otelmq_trace_id_parse(OTELMQ_STR(TRACE), &child.trace_id), OTELMQ_OK);
    check_child("b3: " TRACE "-" SPAN, child, "b3: " TRACE "-0100000000000000-1");
    check_child("b3: 0", child, "b3: " TRACE "-0100000000000000-1");
    child.trace_flags = 0;
    check_child("b3: " TRACE "-" SPAN, child, "b3: " TRACE "-0100000000000000-0");
}

/* Extracts the second on top of the first. */
static void check_extracted_twice(const char *first, const char *second, const char *expected)
{
    const otelmq_context *before = extract(first);
    otelmq_map *in = header_lines_parse(second);
    const otelmq_context *after =
        otelmq_propagator_extract(otelmq_propagator_b3(), before, otelmq_map_carrier(in));
    assert_injects(otelmq_propagator_b3(), after, expected, second);
    otelmq_map_destroy(in);
    otelmq_context_release(before);
    otelmq_context_release(after);
}

static void a_message_replaces_what_an_earlier_one_said(void **state)
{
    (void)state;
    check_extracted_twice("b3: " TRACE "-" SPAN "-d", "b3: " TRACE "-" PARENT "-1",
                          "b3: " TRACE "-" PARENT "-1");
    check_extracted_twice("b3: " TRACE "-" SPAN "-1", "b3: " TRACE "-" PARENT,
                          "b3: " TRACE "-" PARENT);
    check_extracted_twice("b3: d", "b3: 0", "b3: 0");
    check_extracted_twice("b3: " TRACE "-" SPAN "-1", "b3: d", "b3: " TRACE "-" SPAN "-1");
    check_extracted_twice("b3: " TRACE "-" SPAN "-1", "b3: bad", "b3: " TRACE "-" SPAN "-1");
}

static void what_traceparent_said_of_the_same_span_stays(void **state)
{
    static const struct {
        const char *rule;
        const char *b3;
        const char *traceparent;
        const char *tracestate;
    } rows[] = {
        {"same span", "b3: " TRACE "-" SPAN "-1", "00-" TRACE "-" SPAN "-03", "foo=1"},
        {"same span, 64 bits", "b3: " HALF "-" SPAN "-1", "00-" TRACE "-" SPAN "-03", "foo=1"},
        {"another span", "b3: " TRACE "-" PARENT "-1", "00-" TRACE "-" PARENT "-01", ""},
    };
    (void)state;
    const otelmq_propagator parts[] = {otelmq_propagator_trace_context(), otelmq_propagator_b3()};
    otelmq_propagator both = otelmq_propagator_composite(parts, COUNT_OF(parts));
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        otelmq_map *map = header_lines_parse(rows[i].b3);
        otelmq_map_set(map, "traceparent", OTELMQ_STR("00-" TRACE "-" SPAN "-03"));
        otelmq_map_set(map, "tracestate", OTELMQ_STR("foo=1"));
        const otelmq_context *context =
            otelmq_propagator_extract(both, otelmq_context_root(), otelmq_map_carrier(map));
        otelmq_propagator_inject(both, context, otelmq_map_carrier(map));
        assert_same_str(otelmq_map_get(map, "traceparent"), otelmq_str_from(rows[i].traceparent),
                        rows[i].rule);
        assert_same_str(otelmq_map_get(map, "tracestate"), otelmq_str_from(rows[i].tracestate),
                        rows[i].rule);
        otelmq_context_release(context);
        otelmq_map_destroy(map);
    }
    otelmq_propagator_destroy(both);
}

static void headers_of_an_earlier_hop_do_not_contradict_the_new_ones(void **state)
{
    (void)state;
    const otelmq_context *context = extract("b3: " TRACE "-" SPAN "-d");
    otelmq_map *map = header_lines_parse("X-B3-TraceId: " HALF "\nX-B3-SpanId: " PARENT
                                         "\nX-B3-ParentSpanId: " PARENT "\nX-B3-Sampled: 0\nb3: 0");
    otelmq_propagator_inject(otelmq_propagator_b3_multi(), context, otelmq_map_carrier(map));
    assert_header_lines(map,
                        "X-B3-TraceId: " TRACE "\nX-B3-SpanId: " SPAN
                        "\nX-B3-ParentSpanId: \nX-B3-Sampled: \nX-B3-Flags: 1\nb3: " TRACE "-" SPAN
                        "-d",
                        "stale headers");
    otelmq_map_destroy(map);
    otelmq_context_release(context);
}

static void malformed_headers_are_counted_and_reported(void **state)
{
    static const char *const rows[] = {"b3: bad\r\nheader", "X-B3-TraceId: bad", "X-B3-Sampled: 2"};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        uint64_t before = otelmq_stats_read().counts[OTELMQ_STAT_EXTRACT_MALFORMED];
        otelmq_map *map = otelmq_map_create();
        const char *colon = strchr(rows[i], ':');
        char name[32] = {0};
        memcpy(name, rows[i], (size_t)(colon - rows[i]));
        otelmq_map_set(map, name, otelmq_str_from(colon + 2));
        diagnostics_log_start(&seen, OTELMQ_SEVERITY_DEBUG);
        otelmq_context_release(otelmq_propagator_extract(
            otelmq_propagator_b3_multi(), otelmq_context_root(), otelmq_map_carrier(map)));
        diagnostics_log_stop();
        assert_row(seen.count == 1, rows[i]);
        uint64_t after = otelmq_stats_read().counts[OTELMQ_STAT_EXTRACT_MALFORMED];
        assert_row(after - before == 1, rows[i]);
        otelmq_map_destroy(map);
    }
}

/* A transport that takes a number of headers. */
typedef struct {
    otelmq_map *map;
    size_t room;
} narrow;

static otelmq_str narrow_get(const void *self, const char *key)
{
    return otelmq_map_get(((const narrow *)self)->map, key);
}

static otelmq_status narrow_set(void *self, const char *key, otelmq_str value)
{
    narrow *carrier = self;
    if (value.len > 0 && carrier->room-- == 0) {
        carrier->room = 0;
        return OTELMQ_ERROR_LIMIT;
    }
    return otelmq_map_set(carrier->map, key, value);
}

static void headers_that_do_not_fit_leave_no_half_of_a_context(void **state)
{
    static const otelmq_carrier_ops ops = {.get = narrow_get, .set = narrow_set};
    (void)state;
    const otelmq_context *context = extract("b3: " TRACE "-" SPAN "-1");
    const otelmq_propagator propagators[] = {otelmq_propagator_b3(), otelmq_propagator_b3_multi()};
    for (size_t i = 0; i < 4; i++) {
        uint64_t before = otelmq_stats_read().counts[OTELMQ_STAT_INJECT_SKIPPED];
        narrow carrier = {otelmq_map_create(), i > 0 ? i - 1 : 0};
        otelmq_propagator_inject(propagators[i > 0], context, (otelmq_carrier){&ops, &carrier});
        assert_str(otelmq_map_get(carrier.map, "X-B3-TraceId"), "");
        assert_str(otelmq_map_get(carrier.map, "b3"), "");
        assert_int_equal(otelmq_stats_read().counts[OTELMQ_STAT_INJECT_SKIPPED] - before, 1);
        otelmq_map_destroy(carrier.map);
    }
    otelmq_context_release(context);
}

static void the_fields_are_the_headers_that_are_written(void **state)
{
    static const char *const several[] = {"X-B3-TraceId", "X-B3-SpanId", "X-B3-Sampled",
                                          "X-B3-Flags"};
    (void)state;
    assert_string_equal(otelmq_propagator_field_at(otelmq_propagator_b3(), 0), "b3");
    assert_null(otelmq_propagator_field_at(otelmq_propagator_b3(), 1));
    for (size_t i = 0; i < COUNT_OF(several); i++) {
        assert_string_equal(otelmq_propagator_field_at(otelmq_propagator_b3_multi(), i),
                            several[i]);
    }
    assert_null(otelmq_propagator_field_at(otelmq_propagator_b3_multi(), COUNT_OF(several)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_came_in_goes_out_in_one_header),
        cmocka_unit_test(what_came_in_goes_out_in_several_headers),
        cmocka_unit_test(debug_and_accepted_are_sampled_and_the_others_are_not),
        cmocka_unit_test(debug_goes_on_to_the_spans_of_its_trace_and_no_others),
        cmocka_unit_test(a_span_of_our_own_has_the_decision_of_our_sampler),
        cmocka_unit_test(a_message_replaces_what_an_earlier_one_said),
        cmocka_unit_test(what_traceparent_said_of_the_same_span_stays),
        cmocka_unit_test(headers_of_an_earlier_hop_do_not_contradict_the_new_ones),
        cmocka_unit_test(malformed_headers_are_counted_and_reported),
        cmocka_unit_test(headers_that_do_not_fit_leave_no_half_of_a_context),
        cmocka_unit_test(the_fields_are_the_headers_that_are_written),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
