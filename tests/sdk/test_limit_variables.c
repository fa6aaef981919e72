/* SPDX-License-Identifier: Apache-2.0 */
/* What the variables for limits do to a span that is over all of them. */
#include "support/test.h"
#include "trace/trace_fixture.h"

#include <otelmq/sdk.h>

#include <stdlib.h>

enum { GIVEN = 5, GIVEN_LENGTH = 10 };

/* How much of GIVEN attributes, events and links was kept. */
typedef struct {
    uint32_t attributes;
    size_t value_length;
    uint32_t events;
    uint32_t links;
    uint32_t attributes_per_event;
    uint32_t attributes_per_link;
} kept;

static const struct {
    const char *variable;
    kept kept;
} ROWS[] = {
    {"OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT", {2, 10, 5, 5, 5, 5}},
    {"OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT", {5, 2, 5, 5, 5, 5}},
    {"OTEL_SPAN_EVENT_COUNT_LIMIT", {5, 10, 2, 5, 5, 5}},
    {"OTEL_SPAN_LINK_COUNT_LIMIT", {5, 10, 5, 2, 5, 5}},
    {"OTEL_EVENT_ATTRIBUTE_COUNT_LIMIT", {5, 10, 5, 5, 2, 5}},
    {"OTEL_LINK_ATTRIBUTE_COUNT_LIMIT", {5, 10, 5, 5, 5, 2}},
    {"OTEL_ATTRIBUTE_COUNT_LIMIT", {2, 10, 5, 5, 2, 2}},
    {"OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT", {5, 2, 5, 5, 5, 5}},
};

static void unset_all(void)
{
    for (size_t i = 0; i < COUNT_OF(ROWS); i++) {
        unsetenv(ROWS[i].variable);
    }
}

static void end_full_span(void)
{
    static const char *const keys[GIVEN] = {"a", "b", "c", "d", "e"};
    otelmq_attribute attributes[GIVEN];
    for (size_t i = 0; i < GIVEN; i++) {
        attributes[i] = otelmq_attribute_string(keys[i], OTELMQ_STR("0123456789"));
    }
    otelmq_link link = {.attributes = attributes, .attribute_count = GIVEN};
    otelmq_span *span = otelmq_tracer_start_span(otelmq_tracer_get("tests", NULL), "full", NULL);
    for (size_t i = 0; i < GIVEN; i++) {
        otelmq_span_set_attribute(span, attributes[i]);
        otelmq_span_add_event(span, "event", attributes, GIVEN);
        otelmq_span_add_link(span, &link);
    }
    otelmq_span_end(span);
}

/* What is kept of a full span by an SDK that starts now. */
static kept measure(void)
{
    otelmq_memory_exporter *memory = otelmq_memory_exporter_create();
    otelmq_sdk_options options = {.exporter = otelmq_memory_exporter_as_exporter(memory)};
    otelmq_sdk *sdk = NULL;
    assert_int_equal(otelmq_sdk_start(&options, &sdk), OTELMQ_OK);
    end_full_span();
    assert_int_equal(otelmq_sdk_shutdown(sdk, 30000), OTELMQ_OK);
    const otelmq_span_data *span = otelmq_memory_exporter_find(memory, "full");
    assert_non_null(span);
    kept result = {
        .attributes = span->attribute_count,
        .value_length = span->attributes[0].value.as.string.len,
        .events = span->event_count,
        .links = span->link_count,
        .attributes_per_event = span->events[0].attribute_count,
        .attributes_per_link = span->links[0].attribute_count,
    };
    assert_int_equal(span->dropped_attribute_count, GIVEN - result.attributes);
    otelmq_memory_exporter_destroy(memory);
    return result;
}

static void assert_kept(kept found, kept expected, const char *variable)
{
    assert_row(found.attributes == expected.attributes, variable);
    assert_row(found.value_length == expected.value_length, variable);
    assert_row(found.events == expected.events, variable);
    assert_row(found.links == expected.links, variable);
    assert_row(found.attributes_per_event == expected.attributes_per_event, variable);
    assert_row(found.attributes_per_link == expected.attributes_per_link, variable);
}

static void each_limit_is_set_by_its_variable(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(ROWS); i++) {
        unset_all();
        setenv(ROWS[i].variable, "2", 1);
        assert_kept(measure(), ROWS[i].kept, ROWS[i].variable);
    }
    unset_all();
}

static void without_a_variable_nothing_of_it_is_dropped(void **state)
{
    (void)state;
    unset_all();
    assert_kept(measure(), (kept){5, GIVEN_LENGTH, 5, 5, 5, 5}, "none");
}

static void the_variable_for_spans_wins_over_the_general_one(void **state)
{
    (void)state;
    unset_all();
    setenv("OTEL_ATTRIBUTE_COUNT_LIMIT", "1", 1);
    setenv("OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT", "3", 1);
    setenv("OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT", "1", 1);
    setenv("OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT", "4", 1);
    assert_kept(measure(), (kept){3, 4, 5, 5, 1, 1}, "both");
    unset_all();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_limit_is_set_by_its_variable),
        cmocka_unit_test(without_a_variable_nothing_of_it_is_dropped),
        cmocka_unit_test(the_variable_for_spans_wins_over_the_general_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
