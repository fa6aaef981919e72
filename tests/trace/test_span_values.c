/* SPDX-License-Identifier: Apache-2.0 */
/* Values of bytes, arrays of values and maps on spans, as exporters get them. */
#include "support/diagnostics_log.h"
#include "support/test.h"
#include "trace/trace_fixture.h"
#include "trace/value_equal.h"

static traced fixture;

static int set_up(void **state)
{
    (void)state;
    traced_start(&fixture, NULL);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    traced_stop(&fixture);
    return 0;
}

/* The value of an attribute as it is exported; the given one is overwritten before. */
static otelmq_value exported(otelmq_attribute *given)
{
    otelmq_span *span = otelmq_tracer_start_span(fixture.tracer, "work", NULL);
    otelmq_span_set_attribute(span, *given);
    otelmq_span_end(span);
    *given = otelmq_attribute_none("gone");
    size_t last = otelmq_memory_exporter_count(fixture.memory) - 1;
    return otelmq_memory_exporter_span_at(fixture.memory, last)->attributes[0].value;
}

static void bytes_are_copied_as_they_are(void **state)
{
    (void)state;
    char bytes[] = {'\0', '\xFF', 'x'};
    otelmq_attribute attribute = otelmq_attribute_bytes("k", otelmq_str_from_bytes(bytes, 3));
    otelmq_value value = exported(&attribute);
    memset(bytes, 0, sizeof(bytes));
    assert_int_equal(value.type, OTELMQ_VALUE_BYTES);
    assert_same_str(value.as.bytes, OTELMQ_STR("\0\xFFx"), "bytes");
    attribute = otelmq_attribute_bytes("k", (otelmq_str){NULL, 0});
    value = exported(&attribute);
    assert_int_equal(value.type, OTELMQ_VALUE_BYTES);
    assert_int_equal(value.as.bytes.len, 0);
}

static void an_array_holds_values_of_all_types(void **state)
{
    (void)state;
    char text[] = "text";
    int64_t numbers[] = {1, 2};
    otelmq_value inner[] = {otelmq_value_double(0.5)};
    otelmq_value values[] = {
        otelmq_value_string(otelmq_str_from(text)),
        otelmq_value_bool(true),
        otelmq_value_int(-7),
        otelmq_value_bytes(OTELMQ_STR("b")),
        otelmq_value_int_array(numbers, 2),
        otelmq_value_array(inner, 1),
        otelmq_value_array(NULL, 0),
    };
    otelmq_attribute attribute = otelmq_attribute_array("k", values, COUNT_OF(values));
    otelmq_value value = exported(&attribute);
    memset(values, 0, sizeof(values));
    memset(text, 0, sizeof(text));
    memset(numbers, 0, sizeof(numbers));
    memset(inner, 0, sizeof(inner));
    assert_int_equal(value.type, OTELMQ_VALUE_ARRAY);
    assert_int_equal(value.count, COUNT_OF(values));
    assert_str(value.as.values[0].as.string, "text");
    assert_true(value.as.values[1].as.boolean);
    assert_int_equal(value.as.values[2].as.integer, -7);
    assert_str(value.as.values[3].as.bytes, "b");
    assert_int_equal(value.as.values[4].as.integers[1], 2);
    assert_true(value.as.values[5].as.values[0].as.real > 0.4);
    assert_int_equal(value.as.values[6].type, OTELMQ_VALUE_ARRAY);
    assert_int_equal(value.as.values[6].count, 0);
}

static void a_map_keeps_its_entries_and_of_equal_keys_the_last(void **state)
{
    (void)state;
    otelmq_attribute address[] = {otelmq_attribute_string("city", OTELMQ_STR("Ulm"))};
    otelmq_attribute entries[] = {
        otelmq_attribute_int("id", 1),
        otelmq_attribute_map("address", address, 1),
        otelmq_attribute_string("", OTELMQ_STR("empty key")),
        otelmq_attribute_int("id", 2),
    };
    otelmq_attribute attribute = otelmq_attribute_map("k", entries, COUNT_OF(entries));
    otelmq_value value = exported(&attribute);
    memset(entries, 0, sizeof(entries));
    memset(address, 0, sizeof(address));
    assert_int_equal(value.type, OTELMQ_VALUE_MAP);
    assert_int_equal(value.count, 3);
    assert_str(value.as.entries[0].key, "address");
    assert_str(value.as.entries[0].value.as.entries[0].key, "city");
    assert_str(value.as.entries[0].value.as.entries[0].value.as.string, "Ulm");
    assert_str(value.as.entries[1].value.as.string, "empty key");
    assert_str(value.as.entries[2].key, "id");
    assert_int_equal(value.as.entries[2].value.as.integer, 2);
}

static void no_value_is_ignored_as_an_attribute_and_kept_inside_of_one(void **state)
{
    (void)state;
    otelmq_value values[] = {otelmq_value_none(), otelmq_value_int(1)};
    values[1].type = (otelmq_value_type)77;
    otelmq_span *span = otelmq_tracer_start_span(fixture.tracer, "work", NULL);
    otelmq_span_set_attribute(span, otelmq_attribute_none("none"));
    otelmq_span_set_attribute(span, otelmq_attribute_of("unknown", values[1]));
    otelmq_span_set_attribute(span, otelmq_attribute_array("array", values, 2));
    otelmq_span_end(span);
    const otelmq_span_data *data = otelmq_memory_exporter_span_at(fixture.memory, 0);
    assert_int_equal(data->attribute_count, 1);
    assert_int_equal(data->dropped_attribute_count, 0);
    assert_int_equal(data->attributes[0].value.count, 2);
    assert_int_equal(data->attributes[0].value.as.values[0].type, OTELMQ_VALUE_NONE);
    assert_int_equal(data->attributes[0].value.as.values[1].type, OTELMQ_VALUE_NONE);
}

static void a_nested_value_replaces_another_and_is_replaced(void **state)
{
    (void)state;
    otelmq_value values[40];
    for (size_t i = 0; i < COUNT_OF(values); i++) {
        values[i] = otelmq_value_string(OTELMQ_STR("a text of some length"));
    }
    otelmq_span *span = otelmq_tracer_start_span(fixture.tracer, "work", NULL);
    otelmq_span_set_string(span, "k", OTELMQ_STR("before"));
    for (uint32_t count = 1; count <= COUNT_OF(values); count++) {
        otelmq_span_set_attribute(span, otelmq_attribute_array("k", values, count));
    }
    otelmq_span_set_attribute(span, otelmq_attribute_bytes("other", OTELMQ_STR("\x01")));
    otelmq_span_set_attribute(span, otelmq_attribute_array("k", values, 2));
    otelmq_span_end(span);
    const otelmq_span_data *data = otelmq_memory_exporter_span_at(fixture.memory, 0);
    assert_int_equal(data->attribute_count, 2);
    assert_int_equal(data->attributes[0].value.count, 2);
    assert_str(data->attributes[0].value.as.values[1].as.string, "a text of some length");
}

static void limit_values_to(otelmq_span_limits limits)
{
    traced_stop(&fixture);
    traced_start(&fixture, &(otelmq_tracer_provider_options){.limits = limits});
}

static void the_length_limit_holds_inside_of_arrays_and_maps(void **state)
{
    (void)state;
    limit_values_to((otelmq_span_limits){.max_attribute_value_length = 3});
    const otelmq_str strings[] = {OTELMQ_STR("\xC3\xA4\xC3\xA4\xC3\xA4\xC3\xA4")};
    otelmq_attribute entries[] = {
        otelmq_attribute_string("a long key", OTELMQ_STR("abcdef")),
        otelmq_attribute_bytes("b", OTELMQ_STR("\xC3\xA4\xC3\xA4")),
    };
    otelmq_value values[] = {otelmq_value_map(entries, 2), otelmq_value_string_array(strings, 1)};
    otelmq_attribute attribute = otelmq_attribute_array("k", values, 2);
    otelmq_value value = exported(&attribute);
    const otelmq_value *map = &value.as.values[0];
    assert_str(map->as.entries[0].key, "a long key");
    assert_str(map->as.entries[0].value.as.string, "abc");
    assert_str(map->as.entries[1].value.as.bytes, "\xC3\xA4\xC3");
    assert_str(value.as.values[1].as.strings[0], "\xC3\xA4\xC3\xA4\xC3\xA4");
}

enum { CHAIN = 100 };

/* An array in an array, and so on, so that the whole is depth deep, with a number in the last. */
static otelmq_value make_chain(otelmq_value links[CHAIN], uint32_t depth)
{
    links[0] = otelmq_value_int(1);
    for (uint32_t i = 1; i <= depth; i++) {
        links[i] = otelmq_value_array(&links[i - 1], 1);
    }
    return links[depth];
}

/* How many arrays stand in each other. */
static uint32_t depth_of(const otelmq_value *value)
{
    uint32_t depth = 0;
    while (otelmq_value_is_array(value)) {
        depth++;
        if (value->count == 0) {
            break;
        }
        value = &value->as.values[0];
    }
    return depth;
}

static void what_stands_deeper_than_the_limit_is_emptied_and_reported(void **state)
{
    static const struct {
        uint32_t limit;
        uint32_t given;
        uint32_t kept; /* the last of them empty, if fewer than given */
    } rows[] = {
        {0, 64, 64}, {0, 65, 65}, {0, 90, 65}, {1, 1, 1},
        {1, 3, 2},   {2, 3, 3},   {2, 4, 3},   {3, 90, 4},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        limit_values_to((otelmq_span_limits){.max_attribute_value_depth = rows[i].limit});
        diagnostics_log log;
        diagnostics_log_start(&log, OTELMQ_SEVERITY_WARNING);
        otelmq_value links[CHAIN];
        otelmq_attribute attribute = otelmq_attribute_of("k", make_chain(links, rows[i].given));
        otelmq_value value = exported(&attribute);
        diagnostics_log_stop();
        uint32_t limit = rows[i].limit > 0 ? rows[i].limit : 64;
        assert_int_equal(depth_of(&value), rows[i].kept);
        assert_int_equal(log.count, rows[i].given > limit);
        assert_true(log.count == 0 ||
                    strstr(log.messages[0], "the contents of 1 arrays and maps") != NULL);
    }
}

static void plain_arrays_and_maps_count_as_levels_too(void **state)
{
    (void)state;
    limit_values_to((otelmq_span_limits){.max_attribute_value_depth = 1});
    const int64_t numbers[] = {1, 2};
    otelmq_attribute nested[] = {otelmq_attribute_int("n", 1)};
    otelmq_attribute entries[] = {
        otelmq_attribute_int_array("numbers", numbers, 2),
        otelmq_attribute_map("map", nested, 1),
        otelmq_attribute_int("single", 3),
    };
    otelmq_attribute attribute = otelmq_attribute_map("k", entries, 3);
    otelmq_value value = exported(&attribute);
    assert_int_equal(value.count, 3);
    assert_int_equal(value.as.entries[0].value.type, OTELMQ_VALUE_INT_ARRAY);
    assert_int_equal(value.as.entries[0].value.count, 0);
    assert_int_equal(value.as.entries[1].value.type, OTELMQ_VALUE_MAP);
    assert_int_equal(value.as.entries[1].value.count, 0);
    assert_int_equal(value.as.entries[2].value.as.integer, 3);
}

static void values_are_equal_by_their_elements(void **state)
{
    (void)state;
    const int64_t numbers[] = {1, 2};
    const otelmq_value values[] = {otelmq_value_int(1), otelmq_value_int(2)};
    const otelmq_attribute ab[] = {otelmq_attribute_int("a", 1), otelmq_attribute_int("b", 2)};
    const otelmq_attribute ba[] = {otelmq_attribute_int("b", 2), otelmq_attribute_int("a", 1)};
    const otelmq_attribute aba[] = {otelmq_attribute_int("a", 9), ab[1], ab[0]};
    const otelmq_attribute ac[] = {ab[0], otelmq_attribute_int("c", 2)};
    const struct {
        otelmq_value a;
        otelmq_value b;
        bool is_equal;
        const char *what;
    } rows[] = {
        {otelmq_value_none(), otelmq_value_none(), true, "none"},
        {otelmq_value_int(1), otelmq_value_double(1), false, "types"},
        {otelmq_value_bytes(OTELMQ_STR("a")), otelmq_value_bytes(OTELMQ_STR("a")), true, "bytes"},
        {otelmq_value_bytes(OTELMQ_STR("a")), otelmq_value_string(OTELMQ_STR("a")), false, "text"},
        {otelmq_value_array(values, 2), otelmq_value_array(values, 2), true, "arrays"},
        {otelmq_value_array(values, 2), otelmq_value_array(values, 1), false, "lengths"},
        {otelmq_value_array(values, 2), otelmq_value_int_array(numbers, 2), true, "any integers"},
        {otelmq_value_array(values, 2), otelmq_value_int(1), false, "an array and a number"},
        {otelmq_value_map(ab, 2), otelmq_value_map(ba, 2), true, "order of a map"},
        {otelmq_value_map(aba, 3), otelmq_value_map(ba, 2), true, "the last of a key counts"},
        {otelmq_value_map(ab, 2), otelmq_value_map(ab, 1), false, "a smaller map"},
        {otelmq_value_map(ab, 2), otelmq_value_map(ac, 2), false, "other keys"},
        {otelmq_value_map(ab, 0), otelmq_value_map(NULL, 0), true, "empty maps"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        assert_row(otelmq_value_equal(&rows[i].a, &rows[i].b) == rows[i].is_equal, rows[i].what);
        assert_row(otelmq_value_equal(&rows[i].b, &rows[i].a) == rows[i].is_equal, rows[i].what);
    }
}

static void events_links_and_resources_take_such_values_too(void **state)
{
    (void)state;
    otelmq_attribute entry = otelmq_attribute_int("n", 1);
    otelmq_attribute attribute = otelmq_attribute_map("k", &entry, 1);
    otelmq_link link = {.attributes = &attribute, .attribute_count = 1};
    otelmq_span *span = otelmq_tracer_start_span(fixture.tracer, "work", NULL);
    otelmq_span_add_event(span, "event", &attribute, 1);
    otelmq_span_add_link(span, &link);
    otelmq_span_end(span);
    const otelmq_span_data *data = otelmq_memory_exporter_span_at(fixture.memory, 0);
    assert_true(otelmq_value_equal(&data->events[0].attributes[0].value, &attribute.value));
    assert_true(otelmq_value_equal(&data->links[0].attributes[0].value, &attribute.value));
}

int main(void)
{
#define T(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        T(bytes_are_copied_as_they_are),
        T(an_array_holds_values_of_all_types),
        T(a_map_keeps_its_entries_and_of_equal_keys_the_last),
        T(no_value_is_ignored_as_an_attribute_and_kept_inside_of_one),
        T(a_nested_value_replaces_another_and_is_replaced),
        T(the_length_limit_holds_inside_of_arrays_and_maps),
        T(what_stands_deeper_than_the_limit_is_emptied_and_reported),
        T(plain_arrays_and_maps_count_as_levels_too),
        T(values_are_equal_by_their_elements),
        T(events_links_and_resources_take_such_values_too),
    };
#undef T
    return cmocka_run_group_tests(tests, NULL, NULL);
}
