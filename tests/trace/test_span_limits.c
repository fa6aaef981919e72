/* SPDX-License-Identifier: Apache-2.0 */
#include "support/diagnostics_log.h"
#include "support/test.h"
#include "trace/trace_fixture.h"

static traced fixture;

static void start_with(otelmq_span_limits limits)
{
    traced_start(&fixture, &(otelmq_tracer_provider_options){.limits = limits});
}

static otelmq_span *start(void)
{
    return otelmq_tracer_start_span(fixture.tracer, "work", NULL);
}

static const otelmq_span_data *end(otelmq_span *span)
{
    otelmq_span_end(span);
    return otelmq_memory_exporter_span_at(fixture.memory, 0);
}

static int tear_down(void **state)
{
    (void)state;
    traced_stop(&fixture);
    return 0;
}

static void set_numbered(otelmq_span *span, int count)
{
    for (int i = 0; i < count; i++) {
        char key[16];
        snprintf(key, sizeof(key), "key.%d", i);
        otelmq_span_set_int(span, key, i);
    }
}

static void the_default_is_128_of_each(void **state)
{
    (void)state;
    start_with((otelmq_span_limits){0});
    otelmq_attribute attributes[130];
    char keys[130][16];
    otelmq_link link = {.attributes = attributes, .attribute_count = 130};
    link.span_context.trace_id.bytes[0] = 1;
    link.span_context.span_id.bytes[0] = 1;
    for (int i = 0; i < 130; i++) {
        snprintf(keys[i], sizeof(keys[i]), "key.%d", i);
        attributes[i] = otelmq_attribute_int(keys[i], i);
    }
    otelmq_span *span = start();
    for (int i = 0; i < 130; i++) {
        otelmq_span_set_attribute(span, attributes[i]);
        otelmq_span_add_event(span, "event", attributes, 130);
        otelmq_span_add_link(span, &link);
    }
    const otelmq_span_data *data = end(span);
    assert_int_equal(data->attribute_count, 128);
    assert_int_equal(data->dropped_attribute_count, 2);
    assert_int_equal(data->event_count, 128);
    assert_int_equal(data->dropped_event_count, 2);
    assert_int_equal(data->events[127].attribute_count, 128);
    assert_int_equal(data->events[127].dropped_attribute_count, 2);
    assert_int_equal(data->link_count, 128);
    assert_int_equal(data->dropped_link_count, 2);
    assert_int_equal(data->links[0].attribute_count, 128);
    assert_int_equal(data->links[0].dropped_attribute_count, 2);
}

static void each_limit_is_kept_and_counted(void **state)
{
    (void)state;
    start_with((otelmq_span_limits){
        .max_attributes = 3,
        .max_events = 2,
        .max_links = 1,
        .max_attributes_per_event = 1,
        .max_attributes_per_link = 1,
    });
    otelmq_attribute attributes[] = {otelmq_attribute_int("a", 1), otelmq_attribute_int("b", 2),
                                     otelmq_attribute_int("a", 3)};
    otelmq_link link = {.attributes = attributes, .attribute_count = 2};
    otelmq_span *span = start();
    set_numbered(span, 5);
    for (int i = 0; i < 5; i++) {
        otelmq_span_add_event(span, "event", attributes, 3);
        otelmq_span_add_link(span, &link);
    }
    const otelmq_span_data *data = end(span);
    assert_int_equal(data->attribute_count, 3);
    assert_int_equal(data->dropped_attribute_count, 2);
    assert_int_equal(data->event_count, 2);
    assert_int_equal(data->dropped_event_count, 3);
    assert_int_equal(data->events[0].attribute_count, 1);
    assert_int_equal(data->events[0].attributes[0].value.as.integer, 3);
    assert_int_equal(data->events[0].dropped_attribute_count, 1);
    assert_int_equal(data->link_count, 1);
    assert_int_equal(data->dropped_link_count, 4);
    assert_int_equal(data->links[0].dropped_attribute_count, 1);
}

static void a_full_span_still_takes_new_values_of_its_keys(void **state)
{
    (void)state;
    start_with((otelmq_span_limits){.max_attributes = 2});
    otelmq_span *span = start();
    set_numbered(span, 2);
    otelmq_span_set_int(span, "key.0", 100);
    const otelmq_span_data *data = end(span);
    assert_int_equal(data->attributes[0].value.as.integer, 100);
    assert_int_equal(data->dropped_attribute_count, 0);
}

static void long_strings_are_cut_after_so_many_characters(void **state)
{
    (void)state;
    static const struct {
        const char *given;
        const char *kept;
    } rows[] = {
        {"", ""},
        {"abcd", "abcd"},
        {"abcdefg", "abcde"},
        {"abcd\xC3\xA4", "abcd\xC3\xA4"},
        {"abcd\xC3\xA4z", "abcd\xC3\xA4"},
        {"abcdez\xC3\xA4", "abcde"},
        {"ab\xF0\x9F\x98\x80", "ab\xF0\x9F\x98\x80"},
        {"ab\xFF\xFF\xFF\xFF", "ab\xFF\xFF\xFF"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        start_with((otelmq_span_limits){.max_attribute_value_length = 5});
        otelmq_span *span = start();
        otelmq_str text = otelmq_str_from(rows[i].given);
        otelmq_span_set_string(span, "text", text);
        otelmq_span_set_attribute(span, otelmq_attribute_string_array("texts", &text, 1));
        otelmq_span_set_attribute(span, otelmq_attribute_bytes("bytes", text));
        otelmq_attribute attribute = otelmq_attribute_string("text", text);
        otelmq_span_add_event(span, "an event with a long name", &attribute, 1);
        const otelmq_span_data *data = end(span);
        assert_str(otelmq_span_data_attribute(data, "text").as.string, rows[i].kept);
        assert_str(otelmq_span_data_attribute(data, "texts").as.strings[0], rows[i].kept);
        assert_int_equal(otelmq_span_data_attribute(data, "bytes").as.bytes.len,
                         text.len < 5 ? text.len : 5);
        assert_str(data->events[0].attributes[0].value.as.string, rows[i].kept);
        assert_str(data->events[0].name, "an event with a long name");
        assert_int_equal(data->dropped_attribute_count, 0);
        if (i + 1 < COUNT_OF(rows)) {
            traced_stop(&fixture);
        }
    }
}

static void a_span_that_drops_says_so_once(void **state)
{
    (void)state;
    start_with((otelmq_span_limits){.max_attributes = 1,
                                    .max_events = 1,
                                    .max_links = 1,
                                    .max_attributes_per_event = 1,
                                    .max_attribute_value_length = 3});
    diagnostics_log log;
    diagnostics_log_start(&log, OTELMQ_SEVERITY_WARNING);
    otelmq_attribute attributes[] = {otelmq_attribute_int("a", 1), otelmq_attribute_int("b", 2)};
    otelmq_link link = {.attributes = attributes, .attribute_count = 1};
    otelmq_span *span = start();
    set_numbered(span, 4);
    for (int i = 0; i < 3; i++) {
        otelmq_span_add_event(span, "event", attributes, 2);
        otelmq_span_add_link(span, &link);
    }
    assert_int_equal(log.count, 0);
    otelmq_span_end(span);
    span = start();
    otelmq_span_set_string(span, "a", OTELMQ_STR("cut, as it was asked for"));
    otelmq_span_end(span);
    diagnostics_log_stop();
    assert_int_equal(log.count, 1);
    assert_string_equal(log.messages[0],
                        "Span \"work\" lost, for its limits or for want of memory, 3 attributes, "
                        "2 events, 2 links, the contents of 0 arrays and maps, and 1 attributes of "
                        "events and links.");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(the_default_is_128_of_each, tear_down),
        cmocka_unit_test_teardown(each_limit_is_kept_and_counted, tear_down),
        cmocka_unit_test_teardown(a_full_span_still_takes_new_values_of_its_keys, tear_down),
        cmocka_unit_test_teardown(long_strings_are_cut_after_so_many_characters, tear_down),
        cmocka_unit_test_teardown(a_span_that_drops_says_so_once, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
