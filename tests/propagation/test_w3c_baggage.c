/* SPDX-License-Identifier: Apache-2.0 */
#include "base/buffer.h"
#include "support/diagnostics_log.h"
#include "support/test.h"

#include <otelmq/map_carrier.h>
#include <otelmq/propagator.h>
#include <otelmq/stats.h>

static diagnostics_log seen;

static const otelmq_context *extract_str(otelmq_str header)
{
    otelmq_map *map = otelmq_map_create();
    otelmq_map_add(map, "baggage", header);
    const otelmq_context *context = otelmq_propagator_extract(
        otelmq_propagator_baggage(), otelmq_context_root(), otelmq_map_carrier(map));
    otelmq_map_destroy(map);
    return context;
}

static const otelmq_context *extract(const char *header)
{
    return extract_str(otelmq_str_from(header));
}

/* The header that goes out, in a map that the caller destroys. */
static otelmq_map *inject(const otelmq_context *context)
{
    otelmq_map *map = otelmq_map_create();
    otelmq_propagator_inject(otelmq_propagator_baggage(), context, otelmq_map_carrier(map));
    return map;
}

/* Writes the entries as "key=value;metadata|key=value" with the values decoded. */
static void show(const otelmq_baggage *baggage, otelmq_buffer *out)
{
    for (size_t i = 0; i < otelmq_baggage_count(baggage); i++) {
        otelmq_baggage_entry entry = otelmq_baggage_entry_at(baggage, i);
        otelmq_buffer_add_text(out, i > 0 ? "|" : "");
        otelmq_buffer_add_str(out, entry.key);
        otelmq_buffer_add_char(out, '=');
        otelmq_buffer_add_str(out, entry.value);
        otelmq_buffer_add_text(out, entry.metadata.len > 0 ? ";" : "");
        otelmq_buffer_add_str(out, entry.metadata);
    }
}

/* (W3C Baggage, section 3.2.) */
static const struct {
    const char *rule;
    const char *header;
    const char *expected;
} ROWS[] = {
    {"one member", "a=1", "a=1"},
    {"order is kept", "b=1,a=2", "b=1|a=2"},
    {"white space around all separators is optional", " a \t=\t 1 , b = 2 ; p = 3 ",
     "a=1|b=2;p = 3"},
    {"empty members are skipped", ",a=1,,b=2,", "a=1|b=2"},
    {"empty value", "a=", "a="},
    {"a value may contain equals signs", "a=1=2==", "a=1=2=="},
    {"every key character", "!#$%&'*+-.^_`|~09AZaz=1", "!#$%&'*+-.^_`|~09AZaz=1"},
    {"every value character", "a=!#$&'()*+-./09:<=>?@AZ[]^_`az{|}~",
     "a=!#$&'()*+-./09:<=>?@AZ[]^_`az{|}~"},
    {"percent coding in both cases", "a=%20%2c%2C%3B%25", "a= ,,;%"},
    {"encoded UTF-8", "a=%C3%A9%F0%9F%98%80", "a=\xC3\xA9\xF0\x9F\x98\x80"},
    {"a plus is a plus", "a=1+2", "a=1+2"},
    {"what decodes to no UTF-8 is replaced", "a=x%FFy", "a=x\xEF\xBF\xBDy"},
    {"each bad sequence is replaced once", "a=%E2%82z", "a=\xEF\xBF\xBDz"},
    {"a percent sign without digits stands for itself", "a=100%,b=%zz,c=%4", "a=100%|b=%zz|c=%4"},
    {"keys are not decoded", "%41=1", "%41=1"},
    {"metadata is kept as it stood", "a=1;p1;p2=%20;p3 = x", "a=1;p1;p2=%20;p3 = x"},
    {"empty metadata is none", "a=1; ", "a=1"},
    {"last value wins, with its metadata", "a=1;old,b=2,a=3;new", "a=3;new|b=2"},
    {"a member without an equals sign is dropped", "a,b=2", "b=2"},
    {"an equals sign in the metadata is too late", "a;p=1,b=2", "b=2"},
    {"a member without a key is dropped", "=1,b=2", "b=2"},
    {"a space in a key", "a b=1,c=2", "c=2"},
    {"a space in a value", "a=1 2,c=2", "c=2"},
    {"a quote in a value", "a=\"1\",c=2", "c=2"},
    {"a backslash in a value", "a=\\,c=2", "c=2"},
    {"raw UTF-8 in a value", "a=\xC3\xA9,c=2", "c=2"},
    {"a control character in a value", "a=\x01,c=2", "c=2"},
    {"a control character in metadata", "a=1;\x01,c=2", "c=2"},
    {"nothing", "", ""},
    {"commas only", ",,,", ""},
    {"nothing well formed", "a,b;c", ""},
};

static void a_header_is_read_as_the_grammar_says(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(ROWS); i++) {
        const otelmq_context *context = extract(ROWS[i].header);
        otelmq_buffer shown;
        otelmq_buffer_init(&shown);
        show(otelmq_context_baggage(context), &shown);
        assert_same_str(otelmq_buffer_str(&shown), otelmq_str_from(ROWS[i].expected), ROWS[i].rule);
        otelmq_buffer_clean(&shown);
        otelmq_context_release(context);
    }
}

static void a_value_is_written_percent_coded(void **state)
{
    static const struct {
        const char *value;
        const char *header;
    } rows[] = {
        {"plain", "k=plain"},     {"", "k="},
        {"a b", "k=a%20b"},       {"1,2;3", "k=1%2C2%3B3"},
        {"100%", "k=100%25"},     {"\"\\", "k=%22%5C"},
        {"a=b", "k=a=b"},         {"1+1", "k=1%2B1"},
        {"\xC3\xA9", "k=%C3%A9"}, {"\r\nX: y", "k=%0D%0AX:%20y"},
        {"\x7F", "k=%7F"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        otelmq_baggage_entry entry = {OTELMQ_STR("k"), otelmq_str_from(rows[i].value), {0}};
        const otelmq_baggage *baggage = NULL;
        assert_int_equal(otelmq_baggage_with(NULL, entry, &baggage), OTELMQ_OK);
        const otelmq_context *context = otelmq_context_with_baggage(NULL, baggage);
        otelmq_map *map = inject(context);
        assert_same_str(otelmq_map_get(map, "baggage"), otelmq_str_from(rows[i].header),
                        rows[i].value);
        otelmq_map_destroy(map);
        otelmq_context_release(context);
        otelmq_baggage_release(baggage);
    }
}

static void what_came_in_goes_out_with_its_metadata(void **state)
{
    (void)state;
    const otelmq_context *context = extract(" a = %41%2C ; ttl=5; secret , b=2 ");
    otelmq_map *map = inject(context);
    assert_str(otelmq_map_get(map, "baggage"), "a=A%2C;ttl=5; secret,b=2");
    otelmq_map_destroy(map);
    otelmq_context_release(context);
}

static void without_baggage_there_is_no_header(void **state)
{
    (void)state;
    otelmq_map *map = inject(otelmq_context_root());
    assert_int_equal(otelmq_map_count(map), 0);
    otelmq_map_destroy(map);
}

static void a_header_that_adds_nothing_leaves_the_context(void **state)
{
    (void)state;
    const otelmq_context *context = extract("garbage");
    assert_ptr_equal(context, otelmq_context_root());
    otelmq_context_release(context);
}

static void several_headers_count_as_one_list(void **state)
{
    (void)state;
    otelmq_map *map = otelmq_map_create();
    otelmq_map_add(map, "baggage", OTELMQ_STR("a=1,b=2"));
    otelmq_map_add(map, "baggage", OTELMQ_STR("c=3,a=4"));
    const otelmq_context *context = otelmq_propagator_extract(
        otelmq_propagator_baggage(), otelmq_context_root(), otelmq_map_carrier(map));
    const otelmq_baggage *baggage = otelmq_context_baggage(context);
    assert_int_equal(otelmq_baggage_count(baggage), 3);
    assert_str(otelmq_baggage_get(baggage, "a"), "4");
    assert_str(otelmq_baggage_get(baggage, "c"), "3");
    otelmq_context_release(context);
    otelmq_map_destroy(map);
}

/* "k0=v...v,k1=v...v", count members, len bytes in all. */
static void fill(otelmq_buffer *header, size_t count, size_t len)
{
    otelmq_buffer_init(header);
    for (size_t i = 0; i < count; i++) {
        otelmq_buffer_add_text(header, i > 0 ? ",k" : "k");
        otelmq_buffer_add_uint(header, i);
        otelmq_buffer_add_char(header, '=');
        for (size_t end = len * (i + 1) / count; header->len < end;) {
            otelmq_buffer_add_char(header, 'v');
        }
    }
}

static void what_w3c_asks_for_and_more_is_passed_on_whole(void **state)
{
    static const struct {
        size_t members;
        size_t len;
    } rows[] = {{64, 8192}, {1, 8192}, {512, 8192}, {180, 2000}};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        otelmq_buffer header;
        fill(&header, rows[i].members, rows[i].len);
        assert_int_equal(header.len, rows[i].len);
        const otelmq_context *context = extract_str(otelmq_buffer_str(&header));
        otelmq_map *map = inject(context);
        assert_same_str(otelmq_map_get(map, "baggage"), otelmq_buffer_str(&header), "baggage");
        otelmq_map_destroy(map);
        otelmq_context_release(context);
        otelmq_buffer_clean(&header);
    }
}

static void beyond_the_limits_whole_members_are_dropped_and_reported(void **state)
{
    static const struct {
        const char *rule;
        size_t members;
        size_t len;
        size_t expected;
    } rows[] = {
        {"a 513th member", 513, 8000, 512},
        {"one byte too many", 64, 8193, 63},
        {"one member that is too long", 1, 8193, 0},
        {"very many members", 20000, 200000, 512},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        otelmq_buffer header;
        fill(&header, rows[i].members, rows[i].len);
        diagnostics_log_start(&seen, OTELMQ_SEVERITY_WARNING);
        const otelmq_context *context = extract_str(otelmq_buffer_str(&header));
        diagnostics_log_stop();
        assert_row(otelmq_baggage_count(otelmq_context_baggage(context)) == rows[i].expected,
                   rows[i].rule);
        assert_row(seen.count == 1, rows[i].rule);
        otelmq_context_release(context);
        otelmq_buffer_clean(&header);
    }
}

/* A header that it broke would lose the others too. */
static void an_entry_whose_key_is_no_token_stays_at_home(void **state)
{
    (void)state;
    static const char *const keys[] = {"a b", "good", "a=b", "a,evil=1", "\xC3\xA9", "x\r\ny"};
    const otelmq_baggage *baggage = NULL;
    for (size_t i = 0; i < COUNT_OF(keys); i++) {
        const otelmq_baggage *before = baggage;
        otelmq_baggage_entry entry = {.key = otelmq_str_from(keys[i]), .value = OTELMQ_STR("v")};
        assert_int_equal(otelmq_baggage_with(before, entry, &baggage), OTELMQ_OK);
        otelmq_baggage_release(before);
    }
    const otelmq_context *context = otelmq_context_with_baggage(otelmq_context_root(), baggage);
    diagnostics_log_start(&seen, OTELMQ_SEVERITY_WARNING);
    otelmq_map *map = inject(context);
    diagnostics_log_stop();
    assert_str(otelmq_map_get(map, "baggage"), "good=v");
    assert_int_equal(seen.count, 1);
    otelmq_map_destroy(map);
    otelmq_context_release(context);
    otelmq_baggage_release(baggage);
}

static void the_limits_hold_over_all_headers_together(void **state)
{
    (void)state;
    otelmq_map *map = otelmq_map_create();
    for (int i = 0; i < 600; i++) {
        char member[] = {
            'k', (char)('0' + i / 100), (char)('0' + i / 10 % 10), (char)('0' + i % 10), '=', '1'};
        otelmq_map_add(map, "baggage", otelmq_str_from_bytes(member, sizeof(member)));
    }
    const otelmq_context *context = otelmq_propagator_extract(
        otelmq_propagator_baggage(), otelmq_context_root(), otelmq_map_carrier(map));
    assert_int_equal(otelmq_baggage_count(otelmq_context_baggage(context)), 512);
    otelmq_context_release(context);
    otelmq_map_destroy(map);
}

static void a_header_of_commas_or_bad_bytes_only_is_survived(void **state)
{
    static const char patterns[][4] = {",", " ,\t", "%FF", "a=%", "=;,", "a=1"};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(patterns); i++) {
        otelmq_buffer header;
        otelmq_buffer_init(&header);
        while (header.len < 300000) {
            otelmq_buffer_add_text(&header, patterns[i]);
        }
        otelmq_context_release(extract_str(otelmq_buffer_str(&header)));
        otelmq_buffer_clean(&header);
    }
}

static const otelmq_baggage *create_long(size_t entries, size_t value_len)
{
    static char value[10000];
    memset(value, ' ', sizeof(value)); /* three characters each when it is sent */
    const otelmq_baggage *baggage = NULL;
    for (size_t i = 0; i < entries; i++) {
        char key[] = {'k', (char)('0' + i / 100), (char)('0' + i / 10 % 10), (char)('0' + i % 10)};
        otelmq_baggage_entry entry = {
            otelmq_str_from_bytes(key, sizeof(key)), otelmq_str_from_bytes(value, value_len), {0}};
        const otelmq_baggage *next = NULL;
        assert_int_equal(otelmq_baggage_with(baggage, entry, &next), OTELMQ_OK);
        otelmq_baggage_release(baggage);
        baggage = next;
    }
    return baggage;
}

static void too_much_baggage_goes_out_in_whole_members_and_is_counted(void **state)
{
    static const struct {
        const char *rule;
        size_t entries;
        size_t value_len;
        size_t expected; /* members in the header */
    } rows[] = {
        {"too many entries", 513, 1, 512},
        {"too many bytes", 3, 1000, 2},
        {"an entry that cannot go at all", 1, 9000, 0},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        const otelmq_baggage *baggage = create_long(rows[i].entries, rows[i].value_len);
        const otelmq_context *context = otelmq_context_with_baggage(NULL, baggage);
        uint64_t before = otelmq_stats_read().counts[OTELMQ_STAT_INJECT_SHORTENED];
        otelmq_map *map = inject(context);
        uint64_t after = otelmq_stats_read().counts[OTELMQ_STAT_INJECT_SHORTENED];
        assert_row(after - before == 1, rows[i].rule);
        assert_row(otelmq_map_get(map, "baggage").len <= 8192, rows[i].rule);
        const otelmq_context *back = extract_str(otelmq_map_get(map, "baggage"));
        assert_row(otelmq_baggage_count(otelmq_context_baggage(back)) == rows[i].expected,
                   rows[i].rule);
        otelmq_context_release(back);
        otelmq_map_destroy(map);
        otelmq_context_release(context);
        otelmq_baggage_release(baggage);
    }
}

static otelmq_status refuse(void *self, const char *key, otelmq_str value)
{
    (void)self;
    (void)key;
    (void)value;
    return OTELMQ_ERROR_LIMIT;
}

static void baggage_that_the_carrier_refuses_is_counted_and_reported(void **state)
{
    static const otelmq_carrier_ops ops = {.set = refuse};
    (void)state;
    const otelmq_context *context = extract("a=1");
    uint64_t before = otelmq_stats_read().counts[OTELMQ_STAT_INJECT_SHORTENED];
    diagnostics_log_start(&seen, OTELMQ_SEVERITY_WARNING);
    otelmq_propagator_inject(otelmq_propagator_baggage(), context, (otelmq_carrier){&ops, NULL});
    diagnostics_log_stop();
    assert_int_equal(otelmq_stats_read().counts[OTELMQ_STAT_INJECT_SHORTENED] - before, 1);
    assert_int_equal(seen.count, 1);
    otelmq_context_release(context);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_header_is_read_as_the_grammar_says),
        cmocka_unit_test(a_value_is_written_percent_coded),
        cmocka_unit_test(what_came_in_goes_out_with_its_metadata),
        cmocka_unit_test(without_baggage_there_is_no_header),
        cmocka_unit_test(a_header_that_adds_nothing_leaves_the_context),
        cmocka_unit_test(several_headers_count_as_one_list),
        cmocka_unit_test(what_w3c_asks_for_and_more_is_passed_on_whole),
        cmocka_unit_test(beyond_the_limits_whole_members_are_dropped_and_reported),
        cmocka_unit_test(an_entry_whose_key_is_no_token_stays_at_home),
        cmocka_unit_test(the_limits_hold_over_all_headers_together),
        cmocka_unit_test(a_header_of_commas_or_bad_bytes_only_is_survived),
        cmocka_unit_test(too_much_baggage_goes_out_in_whole_members_and_is_counted),
        cmocka_unit_test(baggage_that_the_carrier_refuses_is_counted_and_reported),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
