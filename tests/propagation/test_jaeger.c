/* SPDX-License-Identifier: Apache-2.0 */
#include "propagation/baggage_header.h"
#include "propagation/header_lines.h"
#include "support/diagnostics_log.h"
#include "support/test.h"

#include <otelmq/stats.h>

#define TRACE "4bf92f3577b34da6a3ce929d0e0e4736"
#define HALF "a3ce929d0e0e4736"
#define SPAN "00f067aa0ba902b7"
#define ZEROS "0000000000000000"

static diagnostics_log seen;

static const otelmq_context *extract(const char *lines)
{
    return header_lines_extract(otelmq_propagator_jaeger(), lines);
}

static void check_passed_on(const char *in, const char *out, const char *rule)
{
    const otelmq_context *context = extract(in);
    assert_injects(otelmq_propagator_jaeger(), context, out, rule);
    otelmq_context_release(context);
}

/* Empty: nothing was taken over. */
static const struct {
    const char *rule;
    const char *in;
    const char *out;
} IDS[] = {
    {"sampled", TRACE ":" SPAN ":0:1", TRACE ":" SPAN ":0:1"},
    {"not sampled", TRACE ":" SPAN ":0:0", TRACE ":" SPAN ":0:0"},
    {"debug is kept", TRACE ":" SPAN ":0:3", TRACE ":" SPAN ":0:3"},
    {"debug implies sampled", TRACE ":" SPAN ":0:2", TRACE ":" SPAN ":0:3"},
    {"flags of two digits", TRACE ":" SPAN ":0:01", TRACE ":" SPAN ":0:1"},
    {"other flags are dropped", TRACE ":" SPAN ":0:f9", TRACE ":" SPAN ":0:1"},
    {"the parent span id is never sent", TRACE ":" SPAN ":" HALF ":1", TRACE ":" SPAN ":0:1"},
    {"a trace id of 64 bits", HALF ":" SPAN ":0:1", ZEROS HALF ":" SPAN ":0:1"},
    {"lost zeros come back", "1:f067aa0ba902b7:0:1", ZEROS "0000000000000001:" SPAN ":0:1"},
    {"colons encoded as in a URL", TRACE "%3A" SPAN "%3a0%3A1", TRACE ":" SPAN ":0:1"},
    {"white space around it", " " TRACE ":" SPAN ":0:1\t", TRACE ":" SPAN ":0:1"},
    {"upper case digits", "ABCDEF:" SPAN ":0:1", ""},
    {"a trace id of zeros", "0:" SPAN ":0:1", ""},
    {"a span id of zeros", TRACE ":0:0:1", ""},
    {"an empty trace id", ":" SPAN ":0:1", ""},
    {"an empty span id", TRACE "::0:1", ""},
    {"a trace id too long", "0" TRACE ":" SPAN ":0:1", ""},
    {"a span id too long", TRACE ":0" SPAN ":0:1", ""},
    {"a bad parent span id", TRACE ":" SPAN ":x:1", ""},
    {"flags too long", TRACE ":" SPAN ":0:001", ""},
    {"no flags", TRACE ":" SPAN ":0:", ""},
    {"a field missing", TRACE ":" SPAN ":1", ""},
    {"a field too many", TRACE ":" SPAN ":0:1:", ""},
    {"nothing but colons", ":::", ""},
    {"far too long", TRACE TRACE TRACE TRACE TRACE, ""},
};

static void ids_and_flags_are_passed_on(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(IDS); i++) {
        char in[256];
        char out[256];
        snprintf(in, sizeof(in), "uber-trace-id: %s", IDS[i].in);
        snprintf(out, sizeof(out), "uber-trace-id: %s", IDS[i].out);
        uint64_t before = otelmq_stats_read().counts[OTELMQ_STAT_EXTRACT_MALFORMED];
        check_passed_on(in, IDS[i].out[0] != '\0' ? out : "", IDS[i].rule);
        uint64_t malformed = otelmq_stats_read().counts[OTELMQ_STAT_EXTRACT_MALFORMED] - before;
        assert_row(malformed == (IDS[i].out[0] == '\0'), IDS[i].rule);
    }
}

static void baggage_travels_in_headers_of_its_own(void **state)
{
    static const struct {
        const char *rule;
        const char *in;
        const char *out;
    } rows[] = {
        {"without ids", "uberctx-a: 1", "uberctx-a: 1"},
        {"several", "uberctx-a: 1\nother: x\nuberctx-b: 2", "uberctx-a: 1\nuberctx-b: 2"},
        {"an empty value", "uberctx-a: ", "uberctx-a: "},
        {"percent-coded, a plus is a space", "uberctx-a: x+y%20z%2b%C3%A9",
         "uberctx-a: x%20y%20z%2B%C3%A9"},
        {"what decodes to no UTF-8", "uberctx-a: x%FF", "uberctx-a: x%EF%BF%BD"},
        {"the prefix in another case", "Uberctx-A: 1", "uberctx-A: 1"},
        {"a prefix without a key", "uberctx-: 1\nuberctx-b: 2", "uberctx-b: 2"},
        {"a key that is no token", "uberctx-a b: 1\nuberctx-b: 2", "uberctx-b: 2"},
        {"the first of two", "uberctx-a: 1\nuberctx-a: 2", "uberctx-a: 1"},
        {"a list by hand", "jaeger-baggage: a=1, b = x=y ,,c=+%20", /* not encoded */
         "uberctx-a: 1\nuberctx-b: x%3Dy\nuberctx-c: %2B%2520"},
        {"a list with bad members", "jaeger-baggage: a,=1,b c=2,d=3", "uberctx-d: 3"},
        {"the list wins", "jaeger-baggage: a=2\nuberctx-a: 1", "uberctx-a: 2"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        check_passed_on(rows[i].in, rows[i].out, rows[i].rule);
    }
}

static void what_stands_in_the_context_stays_when_no_header_says_otherwise(void **state)
{
    (void)state;
    const otelmq_context *before = extract("uber-trace-id: 1:2:0:1\nuberctx-a: 1");
    otelmq_map *map = header_lines_parse("uber-trace-id: bad");
    const otelmq_context *after =
        otelmq_propagator_extract(otelmq_propagator_jaeger(), before, otelmq_map_carrier(map));
    assert_ptr_equal(after, before);
    otelmq_map_destroy(map);
    otelmq_context_release(before);
    otelmq_context_release(after);
}

static void debug_of_b3_goes_on_as_debug_of_jaeger(void **state)
{
    (void)state;
    const otelmq_context *context =
        header_lines_extract(otelmq_propagator_b3(), "b3: " TRACE "-" SPAN "-d");
    assert_injects(otelmq_propagator_jaeger(), context, "uber-trace-id: " TRACE ":" SPAN ":0:3",
                   "debug");
    otelmq_context_release(context);
}

static void add_entries(otelmq_map *map, size_t count, size_t value_len)
{
    static char value[9000];
    memset(value, 'v', sizeof(value));
    for (size_t i = 0; i < count; i++) {
        char name[32];
        snprintf(name, sizeof(name), "uberctx-k%zu", i);
        otelmq_map_add(map, name, otelmq_str_from_bytes(value, value_len));
    }
}

static void too_much_baggage_is_cut_in_both_directions_and_reported(void **state)
{
    static const struct {
        const char *rule;
        size_t entries;
        size_t value_len;
        size_t expected;
    } rows[] = {
        {"as much as there may be", OTELMQ_BAGGAGE_MEMBERS_MAX, 10, OTELMQ_BAGGAGE_MEMBERS_MAX},
        {"too many", OTELMQ_BAGGAGE_MEMBERS_MAX + 1, 1, OTELMQ_BAGGAGE_MEMBERS_MAX},
        {"too long together", 10, 1000, 8},
        {"one that is too long", 1, 9000, 0},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        otelmq_map *map = otelmq_map_create();
        add_entries(map, rows[i].entries, rows[i].value_len);
        diagnostics_log_start(&seen, OTELMQ_SEVERITY_WARNING);
        const otelmq_context *context = otelmq_propagator_extract(
            otelmq_propagator_jaeger(), otelmq_context_root(), otelmq_map_carrier(map));
        diagnostics_log_stop();
        size_t count = otelmq_baggage_count(otelmq_context_baggage(context));
        assert_row(count == rows[i].expected, rows[i].rule);
        assert_row(seen.count == (rows[i].expected < rows[i].entries), rows[i].rule);
        otelmq_context_release(context);
        otelmq_map_destroy(map);
    }
}

static void an_entry_that_does_not_fit_is_left_out_and_counted(void **state)
{
    static char value[3000];
    (void)state;
    memset(value, ' ', sizeof(value)); /* three characters each when it is sent */
    const otelmq_baggage *baggage = NULL;
    const otelmq_baggage *two = NULL;
    const otelmq_baggage *all = NULL;
    otelmq_baggage_entry odd = {OTELMQ_STR("no token"), OTELMQ_STR("1"), {0}};
    otelmq_baggage_entry big = {OTELMQ_STR("big"), {value, sizeof(value)}, {0}};
    otelmq_baggage_entry small = {OTELMQ_STR("small"), OTELMQ_STR("1"), OTELMQ_STR("meta")};
    assert_int_equal(otelmq_baggage_with(NULL, big, &baggage), OTELMQ_OK);
    assert_int_equal(otelmq_baggage_with(baggage, odd, &two), OTELMQ_OK);
    assert_int_equal(otelmq_baggage_with(two, small, &all), OTELMQ_OK);
    const otelmq_context *context = otelmq_context_with_baggage(otelmq_context_root(), all);
    uint64_t before = otelmq_stats_read().counts[OTELMQ_STAT_INJECT_SHORTENED];
    assert_injects(otelmq_propagator_jaeger(), context, "uberctx-small: 1", "only the small one");
    assert_int_equal(otelmq_stats_read().counts[OTELMQ_STAT_INJECT_SHORTENED] - before, 1);
    otelmq_context_release(context);
    otelmq_baggage_release(baggage);
    otelmq_baggage_release(two);
    otelmq_baggage_release(all);
}

static void a_key_too_long_for_a_name_is_left_out_in_both_directions(void **state)
{
    char name[400];
    (void)state;
    memset(name, 'k', sizeof(name) - 1);
    name[sizeof(name) - 1] = '\0';
    memcpy(name, "uberctx-", 8);
    otelmq_map *map = header_lines_parse("uberctx-a: 1");
    otelmq_map_set(map, name, OTELMQ_STR("2"));
    const otelmq_context *read = otelmq_propagator_extract(
        otelmq_propagator_jaeger(), otelmq_context_root(), otelmq_map_carrier(map));
    assert_int_equal(otelmq_baggage_count(otelmq_context_baggage(read)), 1);
    otelmq_context_release(read);
    otelmq_map_destroy(map);
    const otelmq_baggage *baggage = NULL;
    otelmq_baggage_entry entry = {otelmq_str_from(name + 8), OTELMQ_STR("1"), {0}};
    assert_int_equal(otelmq_baggage_with(NULL, entry, &baggage), OTELMQ_OK);
    const otelmq_context *context = otelmq_context_with_baggage(otelmq_context_root(), baggage);
    assert_injects(otelmq_propagator_jaeger(), context, "", "no header");
    otelmq_context_release(context);
    otelmq_baggage_release(baggage);
}

static void a_list_that_is_too_long_is_cut(void **state)
{
    static char list[20000];
    size_t len = 0;
    (void)state;
    while (len < sizeof(list) - 32) {
        len += (size_t)snprintf(list + len, sizeof(list) - len, "k%zu=value of it,", len);
    }
    otelmq_map *map = otelmq_map_create();
    otelmq_map_set(map, "jaeger-baggage", otelmq_str_from(list));
    diagnostics_log_start(&seen, OTELMQ_SEVERITY_WARNING);
    const otelmq_context *context = otelmq_propagator_extract(
        otelmq_propagator_jaeger(), otelmq_context_root(), otelmq_map_carrier(map));
    diagnostics_log_stop();
    size_t count = otelmq_baggage_count(otelmq_context_baggage(context));
    assert_in_range(count, 300, OTELMQ_BAGGAGE_MEMBERS_MAX);
    assert_int_equal(seen.count, 1);
    otelmq_context_release(context);
    otelmq_map_destroy(map);
}

/* Each bad byte becomes three, so that what fits as it came does not fit repaired. */
static void a_value_that_grows_too_long_as_it_is_repaired_is_left_out(void **state)
{
    char value[4000];
    (void)state;
    memset(value, 0xFF, sizeof(value));
    otelmq_map *map = otelmq_map_create();
    otelmq_map_set(map, "uberctx-bad", otelmq_str_from_bytes(value, sizeof(value)));
    otelmq_map_set(map, "uberctx-a", OTELMQ_STR("1"));
    const otelmq_context *context = otelmq_propagator_extract(
        otelmq_propagator_jaeger(), otelmq_context_root(), otelmq_map_carrier(map));
    assert_injects(otelmq_propagator_jaeger(), context, "uberctx-a: 1", "only the good one");
    otelmq_context_release(context);
    otelmq_map_destroy(map);
}

static otelmq_status refuse(void *self, const char *key, otelmq_str value)
{
    (void)self;
    (void)key;
    (void)value;
    return OTELMQ_ERROR_LIMIT;
}

static void headers_that_do_not_fit_are_counted(void **state)
{
    static const otelmq_carrier_ops ops = {.set = refuse};
    (void)state;
    const otelmq_context *context = extract("uber-trace-id: 1:2:0:1\nuberctx-a: 1");
    otelmq_stats before = otelmq_stats_read();
    otelmq_propagator_inject(otelmq_propagator_jaeger(), context, (otelmq_carrier){&ops, NULL});
    otelmq_stats after = otelmq_stats_read();
    static const otelmq_stat counted[] = {OTELMQ_STAT_INJECT_SKIPPED, OTELMQ_STAT_INJECT_SHORTENED};
    for (size_t i = 0; i < COUNT_OF(counted); i++) {
        assert_int_equal(after.counts[counted[i]] - before.counts[counted[i]], 1);
    }
    otelmq_context_release(context);
}

static void its_field_is_the_one_that_is_always_written(void **state)
{
    (void)state;
    assert_string_equal(otelmq_propagator_field_at(otelmq_propagator_jaeger(), 0), "uber-trace-id");
    assert_null(otelmq_propagator_field_at(otelmq_propagator_jaeger(), 1));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ids_and_flags_are_passed_on),
        cmocka_unit_test(baggage_travels_in_headers_of_its_own),
        cmocka_unit_test(what_stands_in_the_context_stays_when_no_header_says_otherwise),
        cmocka_unit_test(debug_of_b3_goes_on_as_debug_of_jaeger),
        cmocka_unit_test(too_much_baggage_is_cut_in_both_directions_and_reported),
        cmocka_unit_test(an_entry_that_does_not_fit_is_left_out_and_counted),
        cmocka_unit_test(a_key_too_long_for_a_name_is_left_out_in_both_directions),
        cmocka_unit_test(a_list_that_is_too_long_is_cut),
        cmocka_unit_test(a_value_that_grows_too_long_as_it_is_repaired_is_left_out),
        cmocka_unit_test(headers_that_do_not_fit_are_counted),
        cmocka_unit_test(its_field_is_the_one_that_is_always_written),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
