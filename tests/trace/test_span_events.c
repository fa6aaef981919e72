/* SPDX-License-Identifier: Apache-2.0 */
#include "support/test.h"
#include "trace/trace_fixture.h"

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

static void events_keep_their_order_names_and_attributes(void **state)
{
    (void)state;
    otelmq_span *span = start("work");
    for (int i = 0; i < 20; i++) {
        otelmq_attribute attributes[] = {otelmq_attribute_int("i", i)};
        otelmq_span_add_event(span, i % 2 == 0 ? "even" : "odd", attributes, 1);
    }
    otelmq_span_add_event_at(span, "at", 1234567890, NULL, 0);
    otelmq_span_end(span);
    const otelmq_span_data *data = exported();
    assert_int_equal(data->event_count, 21);
    for (uint32_t i = 0; i < 20; i++) {
        assert_str(data->events[i].name, i % 2 == 0 ? "even" : "odd");
        assert_int_equal(data->events[i].attributes[0].value.as.integer, i);
        assert_true(data->events[i].time_unix_nano >= data->start_time_unix_nano);
        assert_true(data->events[i].time_unix_nano <= data->end_time_unix_nano);
    }
    assert_int_equal(data->events[20].time_unix_nano, 1234567890);
}

static otelmq_span_context foreign_context(void)
{
    otelmq_span_context context = {.trace_flags = 1, .is_remote = true};
    context.trace_id.bytes[0] = 0x4b;
    context.span_id.bytes[7] = 0xb7;
    return context;
}

static void links_from_the_start_and_later_keep_their_order(void **state)
{
    (void)state;
    otelmq_span_context first = foreign_context();
    otelmq_span_context second = foreign_context();
    second.span_id.bytes[7] = 2;
    assert_int_equal(otelmq_tracestate_parse(OTELMQ_STR("a=1"), &second.tracestate), OTELMQ_OK);
    otelmq_attribute attributes[] = {otelmq_attribute_string("k", OTELMQ_STR("v"))};
    otelmq_link links[] = {{first, NULL, 0}};
    otelmq_span_options options = {.links = links, .link_count = 1};
    otelmq_span *span = otelmq_tracer_start_span(fixture.tracer, "work", &options);
    otelmq_span_add_link(span, &(otelmq_link){second, attributes, 1});
    otelmq_tracestate_release(second.tracestate);
    otelmq_span_end(span);
    const otelmq_span_data *data = exported();
    assert_int_equal(data->link_count, 2);
    assert_true(otelmq_span_context_is_same_span(&data->links[0].span_context, &first));
    assert_true(data->links[0].span_context.is_remote);
    assert_true(otelmq_span_context_is_same_span(&data->links[1].span_context, &second));
    assert_str(otelmq_tracestate_text(data->links[1].span_context.tracestate), "a=1");
    assert_str(data->links[1].attributes[0].value.as.string, "v");
}

static void a_link_to_nothing_is_kept_only_with_attributes(void **state)
{
    (void)state;
    otelmq_attribute attributes[] = {otelmq_attribute_int("k", 1)};
    otelmq_span *span = start("work");
    otelmq_span_add_link(span, &(otelmq_link){0});
    otelmq_span_add_link(span, &(otelmq_link){{{{0}}, {{0}}, 0, false, NULL}, attributes, 1});
    otelmq_span_add_link(span, NULL);
    otelmq_span_end(span);
    assert_int_equal(exported()->link_count, 1);
    assert_int_equal(exported()->dropped_link_count, 0);
}

static void status_ok_is_final(void **state)
{
    (void)state;
    otelmq_span *span = start("work");
    otelmq_span_set_status(span, OTELMQ_STATUS_ERROR, "no items");
    otelmq_span_set_status(span, OTELMQ_STATUS_UNSET, NULL);
    otelmq_span_set_status(span, OTELMQ_STATUS_OK, "ignored");
    otelmq_span_set_status(span, OTELMQ_STATUS_ERROR, "too late");
    otelmq_span_end(span);
    assert_int_equal(exported()->status, OTELMQ_STATUS_OK);
    assert_str(exported()->status_description, "");
}

static void a_later_error_replaces_an_earlier_one(void **state)
{
    (void)state;
    otelmq_span *span = start("work");
    otelmq_span_set_status(span, OTELMQ_STATUS_ERROR, "first");
    otelmq_span_set_status(span, OTELMQ_STATUS_ERROR, "the second");
    otelmq_span_end(span);
    assert_int_equal(exported()->status, OTELMQ_STATUS_ERROR);
    assert_str(exported()->status_description, "the second");
}

static void record_error_makes_event_attribute_and_status(void **state)
{
    (void)state;
    otelmq_span *span = start("work");
    otelmq_span_record_error(span, "ValidationError", "no items");
    otelmq_span_end(span);
    const otelmq_span_data *data = exported();
    assert_int_equal(data->status, OTELMQ_STATUS_ERROR);
    assert_str(data->status_description, "no items");
    assert_str(otelmq_span_data_attribute(data, "error.type").as.string, "ValidationError");
    assert_int_equal(data->event_count, 1);
    assert_str(data->events[0].name, "exception");
    assert_int_equal(data->events[0].attribute_count, 2);
    assert_str(data->events[0].attributes[0].key, "exception.type");
    assert_str(data->events[0].attributes[1].key, "exception.message");
    assert_str(data->events[0].attributes[1].value.as.string, "no items");
}

static void record_error_does_without_type_and_message(void **state)
{
    (void)state;
    otelmq_span *span = start("work");
    otelmq_span_record_error(span, NULL, NULL);
    otelmq_span_end(span);
    assert_int_equal(exported()->status, OTELMQ_STATUS_ERROR);
    assert_str(otelmq_span_data_attribute(exported(), "error.type").as.string, "_OTHER");
    assert_int_equal(exported()->events[0].attribute_count, 1);
}

static void record_exception_adds_an_event_and_nothing_else(void **state)
{
    (void)state;
    otelmq_attribute attributes[] = {
        otelmq_attribute_string("exception.stacktrace", OTELMQ_STR("at main")),
        otelmq_attribute_int("attempt", 2),
    };
    otelmq_span *span = start("work");
    otelmq_span_record_exception(span, "TimeoutError", "no answer", attributes, 2);
    otelmq_span_end(span);
    const otelmq_span_data *data = exported();
    assert_int_equal(data->status, OTELMQ_STATUS_UNSET);
    assert_int_equal(data->attribute_count, 0);
    assert_int_equal(data->event_count, 1);
    assert_str(data->events[0].name, "exception");
    assert_int_equal(data->events[0].attribute_count, 4);
    assert_str(data->events[0].attributes[0].value.as.string, "TimeoutError");
    assert_str(data->events[0].attributes[1].value.as.string, "no answer");
    assert_str(data->events[0].attributes[2].key, "exception.stacktrace");
    assert_int_equal(data->events[0].attributes[3].value.as.integer, 2);
}

static void what_an_exception_is_given_wins_over_what_it_would_say(void **state)
{
    (void)state;
    otelmq_attribute attribute = otelmq_attribute_string("exception.message", OTELMQ_STR("mine"));
    otelmq_span *span = start("work");
    otelmq_span_record_exception(span, "TimeoutError", "no answer", &attribute, 1);
    otelmq_span_record_exception(span, NULL, NULL, NULL, 3);
    otelmq_span_end(span);
    const otelmq_span_data *data = exported();
    assert_int_equal(data->event_count, 2);
    assert_int_equal(data->events[0].attribute_count, 2);
    assert_str(data->events[0].attributes[1].value.as.string, "mine");
    assert_int_equal(data->events[1].attribute_count, 1);
    assert_str(data->events[1].attributes[0].value.as.string, "_OTHER");
}

int main(void)
{
#define T(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        T(events_keep_their_order_names_and_attributes),
        T(links_from_the_start_and_later_keep_their_order),
        T(a_link_to_nothing_is_kept_only_with_attributes),
        T(status_ok_is_final),
        T(a_later_error_replaces_an_earlier_one),
        T(record_error_makes_event_attribute_and_status),
        T(record_error_does_without_type_and_message),
        T(record_exception_adds_an_event_and_nothing_else),
        T(what_an_exception_is_given_wins_over_what_it_would_say),
    };
#undef T
    return cmocka_run_group_tests(tests, NULL, NULL);
}
