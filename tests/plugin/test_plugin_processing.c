/* SPDX-License-Identifier: Apache-2.0 */
#include "kafka/plugin/processing.h"

#include "running.h"

/* Hands a message to this thread, as the plugin's interceptors do. */
static rd_kafka_t *consumer_that_gave_one(const kafka_fixture *fixture, const char *topic)
{
    kafka_create_topic(fixture, topic, 1);
    produce_numbers(fixture, topic, 0, 1);
    rd_kafka_t *consumer = runner_of(fixture, topic, 1);
    rd_kafka_message_t *message = kafka_poll_traced(consumer);
    otelmq_plugin_process_end_own();
    otelmq_plugin_process_start(consumer, message);
    rd_kafka_message_destroy(message);
    return consumer;
}

static bool has_active_span(void)
{
    return otelmq_span_context_is_valid(otelmq_context_span_context(otelmq_context_current()));
}

static void a_span_that_is_over_is_left_at_the_next_send(void **state)
{
    const kafka_fixture *fixture = *state;
    rd_kafka_t *consumer = consumer_that_gave_one(fixture, "left");
    otelmq_plugin_process_leave_ended();
    assert_true(has_active_span());
    assert_int_equal(count_spans(fixture, "process left"), 0);
    otelmq_plugin_process_end(consumer);
    assert_int_equal(count_spans(fixture, "process left"), 1);
    otelmq_plugin_process_leave_ended();
    assert_false(has_active_span());
    otelmq_plugin_process_leave_ended();
    rd_kafka_destroy(consumer);
}

static void the_next_message_ends_the_one_before(void **state)
{
    const kafka_fixture *fixture = *state;
    rd_kafka_t *first = consumer_that_gave_one(fixture, "next");
    rd_kafka_t *second = consumer_that_gave_one(fixture, "next-but-one");
    assert_int_equal(count_spans(fixture, "process next"), 1);
    otelmq_plugin_process_end_own();
    assert_int_equal(count_spans(fixture, "process next-but-one"), 1);
    assert_false(has_active_span());
    rd_kafka_destroy(first);
    rd_kafka_destroy(second);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_span_that_is_over_is_left_at_the_next_send, kafka_fixture_clear),
        cmocka_unit_test_setup(the_next_message_ends_the_one_before, kafka_fixture_clear),
    };
    return cmocka_run_group_tests(tests, kafka_fixture_setup, kafka_fixture_teardown);
}
