/* SPDX-License-Identifier: Apache-2.0 */
#include "base/buffer.h"
#include "support/diagnostics_log.h"
#include "support/test.h"

#include <otelmq/map_carrier.h>
#include <otelmq/propagator.h>
#include <otelmq/stats.h>

#define TRACE "4bf92f3577b34da6a3ce929d0e0e4736"
#define SPAN "00f067aa0ba902b7"
#define VALID "00-" TRACE "-" SPAN "-01"

static diagnostics_log seen;

static uint64_t count_of(otelmq_stat stat)
{
    return otelmq_stats_read().counts[stat];
}

static const otelmq_context *extract(otelmq_map *map)
{
    return otelmq_propagator_extract(otelmq_propagator_trace_context(), otelmq_context_root(),
                                     otelmq_map_carrier(map));
}

static void inject(const otelmq_context *context, otelmq_map *map)
{
    otelmq_propagator_inject(otelmq_propagator_trace_context(), context, otelmq_map_carrier(map));
}

static otelmq_map *create_map(const char *traceparent, const char *tracestate)
{
    otelmq_map *map = otelmq_map_create();
    if (traceparent != NULL) {
        otelmq_map_add(map, "traceparent", otelmq_str_from(traceparent));
    }
    if (tracestate != NULL) {
        otelmq_map_add(map, "tracestate", otelmq_str_from(tracestate));
    }
    return map;
}

static const otelmq_context *extract_text(const char *traceparent, const char *tracestate)
{
    otelmq_map *map = create_map(traceparent, tracestate);
    const otelmq_context *context = extract(map);
    otelmq_map_destroy(map);
    return context;
}

static void check_extracted(const otelmq_span_context *found, int flags, const char *rule)
{
    char trace_id[OTELMQ_TRACE_ID_HEX_SIZE];
    char span_id[OTELMQ_SPAN_ID_HEX_SIZE];
    otelmq_trace_id_format(found->trace_id, trace_id);
    otelmq_span_id_format(found->span_id, span_id);
    assert_same_str(otelmq_str_from(trace_id), OTELMQ_STR(TRACE), rule);
    assert_same_str(otelmq_str_from(span_id), OTELMQ_STR(SPAN), rule);
    assert_row(found->trace_flags == flags, rule);
    assert_row(found->is_remote, rule);
}

static void a_malformed_traceparent_is_counted_and_its_tracestate_not_read(void **state)
{
    static const char *const rows[] = {
        "", " ", "garbage", "00-" TRACE "-" SPAN, VALID "-what", "ff-" TRACE "-" SPAN "-01",
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        uint64_t malformed = count_of(OTELMQ_STAT_EXTRACT_MALFORMED);
        const otelmq_context *context = extract_text(rows[i], "foo=1");
        const otelmq_span_context *found = otelmq_context_span_context(context);
        assert_row(!otelmq_span_context_is_valid(found), rows[i]);
        assert_row(found->tracestate == NULL, rows[i]);
        assert_row(count_of(OTELMQ_STAT_EXTRACT_MALFORMED) - malformed == 1, rows[i]);
        otelmq_context_release(context);
    }
}

static void a_message_without_traceparent_is_not_malformed(void **state)
{
    (void)state;
    uint64_t malformed = count_of(OTELMQ_STAT_EXTRACT_MALFORMED);
    const otelmq_context *context = extract_text(NULL, "foo=1");
    assert_ptr_equal(context, otelmq_context_root());
    assert_int_equal(count_of(OTELMQ_STAT_EXTRACT_MALFORMED), malformed);
    otelmq_context_release(context);
}

static void several_traceparents_are_invalid_even_when_they_are_equal(void **state)
{
    (void)state;
    uint64_t malformed = count_of(OTELMQ_STAT_EXTRACT_MALFORMED);
    otelmq_map *map = create_map(VALID, NULL);
    otelmq_map_add(map, "traceparent", OTELMQ_STR(VALID));
    const otelmq_context *context = extract(map);
    assert_false(otelmq_span_context_is_valid(otelmq_context_span_context(context)));
    assert_int_equal(count_of(OTELMQ_STAT_EXTRACT_MALFORMED) - malformed, 1);
    otelmq_context_release(context);
    otelmq_map_destroy(map);
}

static void a_malformed_header_leaves_the_given_context_as_it_is(void **state)
{
    (void)state;
    const otelmq_context *before = extract_text(VALID, NULL);
    otelmq_map *map = create_map("garbage", NULL);
    const otelmq_context *after = otelmq_propagator_extract(otelmq_propagator_trace_context(),
                                                            before, otelmq_map_carrier(map));
    assert_ptr_equal(after, before);
    otelmq_context_release(before);
    otelmq_context_release(after);
    otelmq_map_destroy(map);
}

static void a_malformed_header_is_reported_without_forging_lines(void **state)
{
    (void)state;
    diagnostics_log_start(&seen, OTELMQ_SEVERITY_DEBUG);
    otelmq_context_release(extract_text("bad\r\nheader", NULL));
    diagnostics_log_stop();
    assert_int_equal(seen.count, 1);
    assert_int_equal(seen.severities[0], OTELMQ_SEVERITY_DEBUG);
    assert_non_null(strstr(seen.messages[0], "bad??header"));
}

/* expected NULL: dropped, while the traceparent is still used. */
static void a_bad_tracestate_is_dropped_and_the_traceparent_used(void **state)
{
    static const struct {
        const char *rule;
        const char *tracestate;
        const char *expected;
    } rows[] = {
        {"well formed", "foo=1 , bar=2", "foo=1,bar=2"},
        {"empty", "", NULL},
        {"one bad member", "foo=1,bar", NULL},
        {"upper case key", "FOO=1", NULL},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        const otelmq_context *context = extract_text(VALID, rows[i].tracestate);
        const otelmq_span_context *found = otelmq_context_span_context(context);
        check_extracted(found, 0x01, rows[i].rule);
        assert_same_str(otelmq_tracestate_text(found->tracestate),
                        otelmq_str_from(rows[i].expected), rows[i].rule);
        otelmq_context_release(context);
    }
}

static void several_tracestate_headers_are_combined_in_order(void **state)
{
    (void)state;
    otelmq_map *map = create_map(VALID, "foo=1,");
    otelmq_map_add(map, "tracestate", OTELMQ_STR(""));
    otelmq_map_add(map, "tracestate", OTELMQ_STR(" bar=2"));
    const otelmq_context *context = extract(map);
    assert_str(otelmq_tracestate_text(otelmq_context_span_context(context)->tracestate),
               "foo=1,bar=2");
    otelmq_context_release(context);
    otelmq_map_destroy(map);
}

static void more_members_than_32_in_all_headers_are_dropped(void **state)
{
    (void)state;
    for (size_t headers = 32; headers <= 34; headers++) {
        otelmq_map *map = create_map(VALID, NULL);
        for (size_t i = 0; i < headers; i++) {
            otelmq_map_add(map, "tracestate", OTELMQ_STR("k=v"));
        }
        const otelmq_context *context = extract(map);
        const otelmq_span_context *found = otelmq_context_span_context(context);
        assert_true(otelmq_span_context_is_valid(found));
        assert_int_equal(found->tracestate != NULL, headers == 32);
        otelmq_context_release(context);
        otelmq_map_destroy(map);
    }
}

/* What goes out for a message that came in with these headers, and was passed on. */
static void check_passed_on(const char *traceparent, const char *tracestate, const char *expected,
                            const char *expected_state)
{
    const otelmq_context *context = extract_text(traceparent, tracestate);
    otelmq_map *out = otelmq_map_create();
    inject(context, out);
    assert_same_str(otelmq_map_get(out, "traceparent"), otelmq_str_from(expected), traceparent);
    assert_same_str(otelmq_map_get(out, "tracestate"), otelmq_str_from(expected_state), tracestate);
    otelmq_context_release(context);
    otelmq_map_destroy(out);
}

static void what_came_in_goes_out_in_version_00(void **state)
{
    (void)state;
    check_passed_on(VALID, "foo=1,bar=2", VALID, "foo=1,bar=2");
    check_passed_on("00-" TRACE "-" SPAN "-02", NULL, "00-" TRACE "-" SPAN "-02", NULL);
    check_passed_on("00-" TRACE "-" SPAN "-ff", NULL, "00-" TRACE "-" SPAN "-03", NULL);
    check_passed_on("cc-" TRACE "-" SPAN "-03-more", "foo=1", VALID, "foo=1");
    check_passed_on("garbage", "foo=1", NULL, NULL);
}

static void nothing_is_written_without_a_valid_span_context(void **state)
{
    (void)state;
    otelmq_map *map = otelmq_map_create();
    inject(otelmq_context_root(), map);
    assert_int_equal(otelmq_map_count(map), 0);
    otelmq_map_destroy(map);
}

static void an_unsampled_context_travels_too(void **state)
{
    (void)state;
    otelmq_span_context span_context = {.trace_id = {{1}}, .span_id = {{2}}};
    const otelmq_context *context =
        otelmq_context_with_span_context(otelmq_context_root(), &span_context);
    otelmq_map *map = otelmq_map_create();
    inject(context, map);
    assert_str(otelmq_map_get(map, "traceparent"),
               "00-01000000000000000000000000000000-0200000000000000-00");
    assert_int_equal(otelmq_map_count(map), 1);
    otelmq_map_destroy(map);
    otelmq_context_release(context);
}

static void injecting_replaces_the_headers_of_another_trace(void **state)
{
    (void)state;
    const otelmq_context *context = extract_text(VALID, NULL);
    otelmq_map *map = create_map("00-" SPAN SPAN "-" SPAN "-00", "old=1");
    otelmq_map_add(map, "traceparent", OTELMQ_STR("second"));
    inject(context, map);
    otelmq_str values[2];
    assert_int_equal(otelmq_carrier_get_all(otelmq_map_carrier(map), "traceparent", values, 2), 1);
    assert_str(values[0], VALID);
    assert_str(otelmq_map_get(map, "tracestate"), "");
    otelmq_map_destroy(map);
    otelmq_context_release(context);
}

static void a_tracestate_over_512_characters_is_shortened(void **state)
{
    (void)state;
    otelmq_buffer text;
    otelmq_buffer_init(&text);
    otelmq_buffer_add_text(&text, "first=1,long=");
    for (int i = 0; i < 256; i++) {
        otelmq_buffer_add_char(&text, 'v');
    }
    for (int i = 0; i < 24; i++) {
        otelmq_buffer_add_text(&text, ",k");
        otelmq_buffer_add_int(&text, i);
        otelmq_buffer_add_text(&text, "=0123456789");
    }
    otelmq_buffer_add_char(&text, '\0');
    uint64_t shortened = count_of(OTELMQ_STAT_INJECT_SHORTENED);
    const otelmq_context *context = extract_text(VALID, text.data);
    otelmq_map *map = otelmq_map_create();
    inject(context, map);
    otelmq_str out = otelmq_map_get(map, "tracestate");
    assert_in_range(out.len, 1, 512);
    assert_memory_equal(out.data, "first=1,k0=0123456789,k1=", 25);
    assert_int_equal(count_of(OTELMQ_STAT_INJECT_SHORTENED) - shortened, 1);
    otelmq_map_destroy(map);
    otelmq_context_release(context);
    otelmq_buffer_clean(&text);
}

/* A transport whose headers have room for so many characters. */
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
    if (value.len > carrier->room) {
        return OTELMQ_ERROR_LIMIT;
    }
    carrier->room -= value.len;
    return otelmq_map_set(carrier->map, key, value);
}

static const otelmq_carrier_ops NARROW_OPS = {.get = narrow_get, .set = narrow_set};

static void headers_that_do_not_fit_are_counted_and_reported(void **state)
{
    static const struct {
        const char *rule;
        size_t room;
        bool has_traceparent;
        otelmq_stat counted;
    } rows[] = {
        {"no room for anything", 54, false, OTELMQ_STAT_INJECT_SKIPPED},
        {"no room for the tracestate", 59, true, OTELMQ_STAT_INJECT_SHORTENED},
    };
    (void)state;
    const otelmq_context *context = extract_text(VALID, "foo=1");
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        uint64_t before = count_of(rows[i].counted);
        narrow carrier = {otelmq_map_create(), rows[i].room};
        diagnostics_log_start(&seen, OTELMQ_SEVERITY_WARNING);
        otelmq_propagator_inject(otelmq_propagator_trace_context(), context,
                                 (otelmq_carrier){&NARROW_OPS, &carrier});
        diagnostics_log_stop();
        assert_row(seen.count == 1, rows[i].rule);
        assert_row(count_of(rows[i].counted) - before == 1, rows[i].rule);
        bool has_traceparent = otelmq_map_get(carrier.map, "traceparent").len > 0;
        assert_row(has_traceparent == rows[i].has_traceparent, rows[i].rule);
        assert_row(otelmq_map_get(carrier.map, "tracestate").len == 0, rows[i].rule);
        otelmq_map_destroy(carrier.map);
    }
    otelmq_context_release(context);
}

static void the_fields_are_the_headers_that_it_sets(void **state)
{
    (void)state;
    otelmq_propagator propagator = otelmq_propagator_trace_context();
    assert_string_equal(otelmq_propagator_field_at(propagator, 0), "traceparent");
    assert_string_equal(otelmq_propagator_field_at(propagator, 1), "tracestate");
    assert_null(otelmq_propagator_field_at(propagator, 2));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_malformed_traceparent_is_counted_and_its_tracestate_not_read),
        cmocka_unit_test(a_message_without_traceparent_is_not_malformed),
        cmocka_unit_test(several_traceparents_are_invalid_even_when_they_are_equal),
        cmocka_unit_test(a_malformed_header_leaves_the_given_context_as_it_is),
        cmocka_unit_test(a_malformed_header_is_reported_without_forging_lines),
        cmocka_unit_test(a_bad_tracestate_is_dropped_and_the_traceparent_used),
        cmocka_unit_test(several_tracestate_headers_are_combined_in_order),
        cmocka_unit_test(more_members_than_32_in_all_headers_are_dropped),
        cmocka_unit_test(what_came_in_goes_out_in_version_00),
        cmocka_unit_test(nothing_is_written_without_a_valid_span_context),
        cmocka_unit_test(an_unsampled_context_travels_too),
        cmocka_unit_test(injecting_replaces_the_headers_of_another_trace),
        cmocka_unit_test(a_tracestate_over_512_characters_is_shortened),
        cmocka_unit_test(headers_that_do_not_fit_are_counted_and_reported),
        cmocka_unit_test(the_fields_are_the_headers_that_it_sets),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
