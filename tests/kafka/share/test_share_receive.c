/* SPDX-License-Identifier: Apache-2.0 */
#include "share_fixture.h"

static void a_poll_has_one_span_with_a_link_to_each_message(void **state)
{
    const kafka_fixture *fixture = *state;
    sent_messages sent = produce_to_one(fixture, "polled");
    rd_kafka_share_t *consumer = share_consumer(fixture, "polled", "implicit", NULL);
    rd_kafka_messages_destroy(share_take(consumer, MESSAGES));
    assert_well(otelmq_kafka_share_destroy(consumer));
    assert_int_equal(count_spans(fixture, "poll polled"), 1);
    const otelmq_span_data *span = find_span(fixture, "poll polled");
    assert_int_equal(span->kind, OTELMQ_SPAN_CLIENT);
    assert_of_group(span, "poll", "polled");
    assert_string_attribute(span, "messaging.operation.type", "receive");
    assert_string_attribute(span, "messaging.destination.partition.id", "0");
    assert_int_attribute(span, "messaging.batch.message_count", MESSAGES);
    assert_root(span);
    assert_int_equal(span->link_count, MESSAGES);
    for (size_t i = 0; i < MESSAGES; i++) {
        const otelmq_link_data *link = find_link(span, &sent.contexts[i]);
        assert_link_number(link, "messaging.kafka.offset", (int64_t)i);
        assert_null(find_attribute(link, "kafka.record.delivery_count"));
    }
}

static void a_poll_that_gives_nothing_has_no_span(void **state)
{
    const kafka_fixture *fixture = *state;
    kafka_create_topic(fixture, "empty", 1);
    rd_kafka_share_t *consumer = share_consumer(fixture, "empty", "implicit", NULL);
    share_take_none(consumer);
    assert_well(otelmq_kafka_share_destroy(consumer));
    assert_int_equal(otelmq_memory_exporter_count(fixture->memory), 0);
}

static void a_poll_that_fails_has_no_span(void **state)
{
    const kafka_fixture *fixture = *state;
    rd_kafka_conf_t *conf = share_conf(fixture, "explicit");
    assert_int_equal(otelmq_kafka_conf_trace(conf, NULL), OTELMQ_OK);
    rd_kafka_share_t *consumer = otelmq_kafka_share_consumer_new(conf, NULL, 0);
    rd_kafka_messages_t *messages = NULL;
    rd_kafka_error_t *error = otelmq_kafka_share_poll(consumer, 100, &messages);
    assert_int_equal(rd_kafka_error_code(error), RD_KAFKA_RESP_ERR__STATE); /* no subscription */
    rd_kafka_error_destroy(error);
    assert_well(otelmq_kafka_share_destroy_flags(consumer, 0));
    assert_int_equal(otelmq_memory_exporter_count(fixture->memory), 0);
}

static void a_process_span_belongs_to_the_message(void **state)
{
    const kafka_fixture *fixture = *state;
    sent_messages sent = produce_to_one(fixture, "processed");
    rd_kafka_share_t *consumer = share_consumer(fixture, "processed", "implicit", NULL);
    rd_kafka_messages_t *messages = share_take(consumer, MESSAGES);
    otelmq_memory_exporter_clear(fixture->memory);
    share_process(consumer, rd_kafka_messages_get(messages, 1));
    rd_kafka_messages_destroy(messages);
    assert_well(otelmq_kafka_share_destroy(consumer));
    const otelmq_span_data *span = find_span(fixture, "process processed");
    assert_int_equal(span->kind, OTELMQ_SPAN_CONSUMER);
    assert_of_group(span, "process", "processed");
    assert_int_attribute(span, "messaging.kafka.offset", 1);
    assert_string_attribute(span, "messaging.kafka.message.key", "b");
    assert_no_attribute(span, "kafka.record.delivery_count");
    assert_child_of(span, &sent.contexts[1]);
    assert_only_link(span, &sent.contexts[1]);
}

static void a_batch_has_one_process_span(void **state)
{
    const kafka_fixture *fixture = *state;
    sent_messages sent = produce_to_one(fixture, "batch");
    rd_kafka_share_t *consumer = share_consumer(fixture, "batch", "implicit", NULL);
    rd_kafka_messages_t *messages = share_take(consumer, MESSAGES);
    otelmq_scope scope = otelmq_kafka_share_process_batch_start(consumer, messages);
    otelmq_scope_end(&scope);
    rd_kafka_messages_destroy(messages);
    assert_well(otelmq_kafka_share_destroy(consumer));
    const otelmq_span_data *span = find_span(fixture, "process batch");
    assert_of_group(span, "process", "batch");
    assert_int_attribute(span, "messaging.batch.message_count", MESSAGES);
    assert_root(span);
    for (size_t i = 0; i < MESSAGES; i++) {
        assert_link_number(find_link(span, &sent.contexts[i]), "messaging.kafka.offset",
                           (int64_t)i);
    }
}

static void nothing_to_process_has_no_span(void **state)
{
    const kafka_fixture *fixture = *state;
    rd_kafka_share_t *consumer = share_consumer(fixture, "nothing", "implicit", NULL);
    otelmq_scope scope = otelmq_kafka_share_process_start(consumer, NULL);
    assert_null(scope.span);
    otelmq_scope_end(&scope);
    scope = otelmq_kafka_share_process_batch_start(consumer, NULL);
    assert_null(scope.span);
    otelmq_scope_end(&scope);
    assert_well(otelmq_kafka_share_destroy(consumer));
    assert_int_equal(otelmq_memory_exporter_count(fixture->memory), 0);
}

static void a_consumer_of_librdkafkas_own_call_has_spans_of_what_is_known(void **state)
{
    const kafka_fixture *fixture = *state;
    sent_messages sent = produce_to_one(fixture, "plain");
    rd_kafka_share_t *consumer =
        rd_kafka_share_consumer_new(share_conf(fixture, "explicit"), NULL, 0);
    share_subscribe(consumer, "plain");
    rd_kafka_messages_t *messages = share_take(consumer, MESSAGES);
    for (size_t i = 0; i < MESSAGES; i++) {
        const rd_kafka_message_t *message = rd_kafka_messages_get(messages, i);
        otelmq_process_options options = {.ends = OTELMQ_PROCESS_ENDS_WITH_SETTLEMENT};
        otelmq_scope scope = otelmq_kafka_share_process_start_with(consumer, message, &options);
        assert_int_equal(otelmq_kafka_share_acknowledge(consumer, message), 0);
        otelmq_scope_end(&scope);
    }
    rd_kafka_messages_destroy(messages);
    assert_well(otelmq_kafka_share_commit_async(consumer));
    assert_well(otelmq_kafka_share_set_acknowledgement_commit_cb(consumer, NULL, NULL));
    assert_well(otelmq_kafka_share_destroy(consumer));
    const otelmq_span_data *span = find_span(fixture, "process plain");
    assert_no_attribute(span, "messaging.consumer.group.name");
    assert_child_of(span, &sent.contexts[0]);
    assert_int_equal(count_spans(fixture, "poll plain"), 1);
    assert_int_equal(count_spans(fixture, "accept plain"), MESSAGES);
    assert_int_equal(count_spans(fixture, "commit"), 1);
}

static void a_conf_that_is_refused_leaves_nothing_behind(void **state)
{
    const kafka_fixture *fixture = *state;
    char error[256] = "";
    rd_kafka_conf_t *conf = share_conf(fixture, "explicit");
    assert_int_equal(rd_kafka_conf_set(conf, "group.protocol", "consumer", NULL, 0), 0);
    assert_int_equal(otelmq_kafka_conf_trace(conf, NULL), OTELMQ_OK);
    assert_null(otelmq_kafka_share_consumer_new(conf, error, sizeof(error)));
    assert_string_not_equal(error, "");
    rd_kafka_conf_destroy(conf);
    assert_null(otelmq_kafka_share_consumer_new(NULL, error, sizeof(error)));
}

static void a_disabled_consumer_has_no_spans(void **state)
{
    const kafka_fixture *fixture = *state;
    otelmq_kafka_options options = {.messaging.is_disabled = true};
    (void)produce_to_one(fixture, "disabled");
    rd_kafka_share_t *consumer = share_consumer(fixture, "disabled", "explicit", &options);
    rd_kafka_messages_t *messages = share_take(consumer, MESSAGES);
    for (size_t i = 0; i < MESSAGES; i++) {
        share_process(consumer, rd_kafka_messages_get(messages, i));
        assert_int_equal(
            otelmq_kafka_share_acknowledge(consumer, rd_kafka_messages_get(messages, i)), 0);
    }
    rd_kafka_messages_destroy(messages);
    assert_well(otelmq_kafka_share_commit_async(consumer));
    assert_well(otelmq_kafka_share_destroy(consumer));
    assert_int_equal(otelmq_memory_exporter_count(fixture->memory), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_poll_has_one_span_with_a_link_to_each_message,
                               kafka_fixture_clear),
        cmocka_unit_test_setup(a_poll_that_gives_nothing_has_no_span, kafka_fixture_clear),
        cmocka_unit_test_setup(a_poll_that_fails_has_no_span, kafka_fixture_clear),
        cmocka_unit_test_setup(a_process_span_belongs_to_the_message, kafka_fixture_clear),
        cmocka_unit_test_setup(a_batch_has_one_process_span, kafka_fixture_clear),
        cmocka_unit_test_setup(nothing_to_process_has_no_span, kafka_fixture_clear),
        cmocka_unit_test_setup(a_consumer_of_librdkafkas_own_call_has_spans_of_what_is_known,
                               kafka_fixture_clear),
        cmocka_unit_test_setup(a_conf_that_is_refused_leaves_nothing_behind, kafka_fixture_clear),
        cmocka_unit_test_setup(a_disabled_consumer_has_no_spans, kafka_fixture_clear),
    };
    return cmocka_run_group_tests(tests, share_fixture_setup, kafka_fixture_teardown);
}
