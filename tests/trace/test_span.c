/* SPDX-License-Identifier: Apache-2.0 */
#include "support/diagnostics_log.h"
#include "support/test.h"
#include "trace/trace_fixture.h"

#include <stdlib.h>
#include <time.h>

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

static otelmq_span *start(const char *name)
{
    return otelmq_tracer_start_span(fixture.tracer, name, NULL);
}

/* The only span that was exported. */
static const otelmq_span_data *exported(void)
{
    assert_int_equal(otelmq_memory_exporter_count(fixture.memory), 1);
    return otelmq_memory_exporter_span_at(fixture.memory, 0);
}

static void a_span_has_its_name_kind_and_scope(void **state)
{
    (void)state;
    otelmq_span_options options = {.kind = OTELMQ_SPAN_PRODUCER};
    otelmq_span_end(otelmq_tracer_start_span(fixture.tracer, "publish orders", &options));
    const otelmq_span_data *span = exported();
    assert_str(span->name, "publish orders");
    assert_int_equal(span->kind, OTELMQ_SPAN_PRODUCER);
    assert_str(span->scope->name, "tests");
    assert_str(span->scope->version, "1.0");
    assert_int_equal(span->status, OTELMQ_STATUS_UNSET);
}

static void a_span_is_internal_unless_said_otherwise(void **state)
{
    (void)state;
    otelmq_span_end(start("work"));
    assert_int_equal(exported()->kind, OTELMQ_SPAN_INTERNAL);
}

static void attributes_of_every_type_arrive(void **state)
{
    (void)state;
    const otelmq_str strings[] = {OTELMQ_STR("a"), OTELMQ_STR(""), OTELMQ_STR("ccc")};
    const bool booleans[] = {true, false};
    const int64_t integers[] = {INT64_MIN, INT64_MAX};
    const double reals[] = {0.5, -1e300};
    otelmq_span *span = start("work");
    otelmq_span_set_string(span, "string", OTELMQ_STR("text"));
    otelmq_span_set_bool(span, "bool", true);
    otelmq_span_set_int(span, "int", -7);
    otelmq_span_set_double(span, "double", 2.5);
    otelmq_span_put_string(span, otelmq_str_from_bytes("stringXX", 6), OTELMQ_STR("text"));
    otelmq_span_set_attribute(span, otelmq_attribute_string("plain", OTELMQ_STR("text")));
    otelmq_span_set_attribute(span, otelmq_attribute_string_array("strings", strings, 3));
    otelmq_span_set_attribute(span, otelmq_attribute_bool_array("bools", booleans, 2));
    otelmq_span_set_attribute(span, otelmq_attribute_int_array("ints", integers, 2));
    otelmq_span_set_attribute(span, otelmq_attribute_double_array("doubles", reals, 2));
    otelmq_span_set_attribute(span, otelmq_attribute_int_array("empty", NULL, 0));
    otelmq_span_end(span);

    const otelmq_span_data *data = exported();
    assert_int_equal(data->attribute_count, 10);
    assert_str(otelmq_span_data_attribute(data, "string").as.string, "text");
    assert_true(otelmq_span_data_attribute(data, "bool").as.boolean);
    assert_int_equal(otelmq_span_data_attribute(data, "int").as.integer, -7);
    assert_true(otelmq_span_data_attribute(data, "double").as.real == 2.5);
    assert_int_equal(otelmq_span_data_attribute(data, "strings").count, 3);
    assert_str(otelmq_span_data_attribute(data, "strings").as.strings[1], "");
    assert_str(otelmq_span_data_attribute(data, "strings").as.strings[2], "ccc");
    assert_false(otelmq_span_data_attribute(data, "bools").as.booleans[1]);
    assert_true(otelmq_span_data_attribute(data, "ints").as.integers[0] == INT64_MIN);
    assert_true(otelmq_span_data_attribute(data, "doubles").as.reals[1] == -1e300);
    assert_int_equal(otelmq_span_data_attribute(data, "empty").type, OTELMQ_VALUE_INT_ARRAY);
    assert_int_equal(otelmq_span_data_attribute(data, "empty").count, 0);
    assert_int_equal(otelmq_span_data_attribute(data, "absent").type, OTELMQ_VALUE_NONE);
}

static void keys_and_values_are_copied(void **state)
{
    (void)state;
    char name[] = "work";
    char key[] = "key";
    char value[] = "value";
    otelmq_span *span = start(name);
    otelmq_span_set_string(span, key, otelmq_str_from(value));
    memset(name, 'x', 4);
    memset(key, 'x', 3);
    memset(value, 'x', 5);
    otelmq_span_end(span);
    assert_str(exported()->name, "work");
    assert_str(otelmq_span_data_attribute(exported(), "key").as.string, "value");
}

static void the_last_value_of_a_key_wins(void **state)
{
    (void)state;
    const int64_t integers[] = {1, 2, 3};
    otelmq_span *span = start("work");
    otelmq_span_set_string(span, "a", OTELMQ_STR("first"));
    otelmq_span_set_int(span, "b", 1);
    otelmq_span_set_string(span, "a", OTELMQ_STR("a longer second value"));
    otelmq_span_set_attribute(span, otelmq_attribute_int_array("a", integers, 3));
    otelmq_span_set_string(span, "b", OTELMQ_STR("text"));
    otelmq_span_set_string(span, "a", OTELMQ_STR("last"));
    otelmq_span_end(span);
    assert_int_equal(exported()->attribute_count, 2);
    assert_str(exported()->attributes[0].key, "a");
    assert_str(exported()->attributes[0].value.as.string, "last");
    assert_str(exported()->attributes[1].value.as.string, "text");
}

static void a_value_may_be_replaced_a_million_times(void **state)
{
    (void)state;
    otelmq_span *span = start("work");
    for (int i = 0; i < 1000000; i++) {
        otelmq_str value = i % 2 == 0 ? OTELMQ_STR("even") : OTELMQ_STR("odd, and a longer one");
        otelmq_span_set_string(span, "parity", value);
    }
    otelmq_span_update_name(span, "a");
    otelmq_span_update_name(span, "a longer name");
    otelmq_span_end(span);
    assert_int_equal(exported()->attribute_count, 1);
    assert_str(exported()->attributes[0].value.as.string, "odd, and a longer one");
    assert_str(exported()->name, "a longer name");
}

static void more_attributes_than_the_usual_arrive_in_order(void **state)
{
    (void)state;
    otelmq_span *span = start("work");
    char key[16];
    char value[200];
    memset(value, 'v', sizeof(value));
    for (int i = 0; i < 128; i++) {
        snprintf(key, sizeof(key), "key.%d", i);
        otelmq_span_set_string(span, key, otelmq_str_from_bytes(value, sizeof(value)));
    }
    otelmq_span_end(span);
    assert_int_equal(exported()->attribute_count, 128);
    for (uint32_t i = 0; i < 128; i++) {
        snprintf(key, sizeof(key), "key.%u", (unsigned)i);
        assert_str(exported()->attributes[i].key, key);
        assert_int_equal(exported()->attributes[i].value.as.string.len, sizeof(value));
    }
}

static void a_large_value_arrives(void **state)
{
    (void)state;
    size_t len = 1000000;
    char *value = malloc(len);
    memset(value, 'x', len);
    otelmq_span *span = start("work");
    otelmq_span_set_string(span, "before", OTELMQ_STR("b"));
    otelmq_span_set_string(span, "large", otelmq_str_from_bytes(value, len));
    otelmq_span_set_string(span, "after", OTELMQ_STR("a"));
    otelmq_span_end(span);
    otelmq_str large = otelmq_span_data_attribute(exported(), "large").as.string;
    assert_int_equal(large.len, len);
    assert_memory_equal(large.data, value, len);
    assert_str(otelmq_span_data_attribute(exported(), "after").as.string, "a");
    free(value);
}

static void an_empty_key_and_no_value_are_ignored(void **state)
{
    (void)state;
    diagnostics_log log;
    diagnostics_log_start(&log, OTELMQ_SEVERITY_DEBUG);
    otelmq_span *span = start("work");
    otelmq_span_set_string(span, "", OTELMQ_STR("value"));
    otelmq_span_set_string(span, NULL, OTELMQ_STR("value"));
    otelmq_span_set_attribute(span, otelmq_attribute_none("key"));
    otelmq_span_end(span);
    diagnostics_log_stop();
    assert_int_equal(exported()->attribute_count, 0);
    assert_int_equal(exported()->dropped_attribute_count, 0);
    assert_int_equal(log.count, 2);
    assert_int_equal(log.severities[0], OTELMQ_SEVERITY_DEBUG);
}

static void the_clock_gives_dates_of_today_and_no_negative_duration(void **state)
{
    (void)state;
    uint64_t before = (uint64_t)time(NULL);
    otelmq_span_end(start("work"));
    uint64_t after = (uint64_t)time(NULL);
    /* The clock of time is a coarser one. */
    assert_in_range(exported()->start_time_unix_nano / 1000000000, before - 1, after + 1);
    assert_in_range(exported()->end_time_unix_nano / 1000000000, before - 1, after + 1);
    assert_true(exported()->end_time_unix_nano >= exported()->start_time_unix_nano);
}

static void explicit_times_are_kept_as_they_are(void **state)
{
    (void)state;
    otelmq_span_options options = {.start_time_unix_nano = 1000};
    otelmq_span *span = otelmq_tracer_start_span(fixture.tracer, "work", &options);
    otelmq_span_end_at(span, 1500);
    assert_int_equal(exported()->start_time_unix_nano, 1000);
    assert_int_equal(exported()->end_time_unix_nano, 1500);
}

static void a_span_that_starts_in_the_future_does_not_end_before(void **state)
{
    (void)state;
    otelmq_span_options options = {.start_time_unix_nano = UINT64_MAX - 1};
    otelmq_span_end(otelmq_tracer_start_span(fixture.tracer, "work", &options));
    assert_true(exported()->end_time_unix_nano == UINT64_MAX - 1);
}

static otelmq_span_context foreign_context(void)
{
    otelmq_span_context context = {.trace_flags = 1, .is_remote = true};
    context.trace_id.bytes[0] = 0x4b;
    context.span_id.bytes[7] = 0xb7;
    return context;
}

static void an_ended_span_takes_no_change(void **state)
{
    (void)state;
    otelmq_span *span = otelmq_span_retain(start("work"));
    assert_true(otelmq_span_is_recording(span));
    otelmq_span_end(span);
    assert_false(otelmq_span_is_recording(span));
    otelmq_span_set_int(span, "late", 1);
    otelmq_span_add_event(span, "late", NULL, 0);
    otelmq_span_add_link(span, &(otelmq_link){.span_context = foreign_context()});
    otelmq_span_set_status(span, OTELMQ_STATUS_ERROR, "late");
    otelmq_span_record_error(span, "Late", NULL);
    otelmq_span_update_name(span, "late");
    otelmq_span_end_at(span, 1);
    otelmq_span_end(span);
    assert_str(exported()->name, "work");
    assert_int_equal(exported()->attribute_count, 0);
    assert_int_equal(exported()->event_count, 0);
    assert_int_equal(exported()->link_count, 0);
    assert_int_equal(exported()->status, OTELMQ_STATUS_UNSET);
    assert_true(exported()->end_time_unix_nano > 1);
    assert_true(otelmq_span_context_is_valid(otelmq_span_get_context(span)));
    otelmq_span_release(span);
}

static void no_span_takes_every_call(void **state)
{
    (void)state;
    otelmq_span *nothing = otelmq_context_span(otelmq_context_root());
    otelmq_span *spans[] = {NULL, nothing};
    for (size_t i = 0; i < COUNT_OF(spans); i++) {
        otelmq_span *span = spans[i];
        assert_false(otelmq_span_context_is_valid(otelmq_span_get_context(span)));
        assert_false(otelmq_span_is_recording(span));
        assert_null(otelmq_span_read(span));
        otelmq_span_set_int(span, "k", 1);
        otelmq_span_add_event(span, "e", NULL, 0);
        otelmq_span_add_link(span, &(otelmq_link){.span_context = foreign_context()});
        otelmq_span_set_status(span, OTELMQ_STATUS_OK, NULL);
        otelmq_span_record_error(span, "E", "m");
        otelmq_span_update_name(span, "n");
        otelmq_span_release(otelmq_span_retain(span));
        otelmq_span_end(span);
        otelmq_span_end_at(span, 5);
    }
    assert_int_equal(otelmq_memory_exporter_count(fixture.memory), 0);
}

static void a_span_can_be_read_while_it_records(void **state)
{
    (void)state;
    otelmq_span *span = start("work");
    assert_str(otelmq_span_read(span)->name, "work");
    otelmq_span_end(span);
}

int main(void)
{
#define T(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        T(a_span_has_its_name_kind_and_scope),
        T(a_span_is_internal_unless_said_otherwise),
        T(attributes_of_every_type_arrive),
        T(keys_and_values_are_copied),
        T(the_last_value_of_a_key_wins),
        T(a_value_may_be_replaced_a_million_times),
        T(more_attributes_than_the_usual_arrive_in_order),
        T(a_large_value_arrives),
        T(an_empty_key_and_no_value_are_ignored),
        T(the_clock_gives_dates_of_today_and_no_negative_duration),
        T(explicit_times_are_kept_as_they_are),
        T(a_span_that_starts_in_the_future_does_not_end_before),
        T(an_ended_span_takes_no_change),
        T(no_span_takes_every_call),
        T(a_span_can_be_read_while_it_records),
    };
#undef T
    return cmocka_run_group_tests(tests, NULL, NULL);
}
