/* SPDX-License-Identifier: Apache-2.0 */
#include "received.h"

static const char *const GROUP[] = {"group.id",           "billing", "client.id", "billing-1",
                                    "enable.auto.commit", "false",   NULL};

/* The simple consumer: no group, no assignment. */
static rd_kafka_topic_t *start_simple(rd_kafka_t *consumer, const char *topic)
{
    rd_kafka_topic_t *handle = rd_kafka_topic_new(consumer, topic, NULL);
    assert_int_equal(rd_kafka_consume_start(handle, 0, RD_KAFKA_OFFSET_BEGINNING), 0);
    return handle;
}

static void stop_simple(rd_kafka_t *consumer, rd_kafka_topic_t *handle)
{
    assert_int_equal(rd_kafka_consume_stop(handle, 0), 0);
    rd_kafka_topic_destroy(handle);
    rd_kafka_destroy(consumer);
}

static rd_kafka_t *simple_consumer(const kafka_fixture *fixture)
{
    rd_kafka_conf_t *conf = kafka_conf(fixture, NULL);
    assert_int_equal(otelmq_kafka_conf_trace(conf, NULL), OTELMQ_OK);
    char error[256] = "";
    rd_kafka_t *consumer = rd_kafka_new(RD_KAFKA_CONSUMER, conf, error, sizeof(error));
    assert_non_null(consumer);
    return consumer;
}

static void the_simple_consumer_has_one_span_for_one_message(void **state)
{
    const kafka_fixture *fixture = *state;
    sent_messages sent = produce_to_one(fixture, "simple");
    rd_kafka_t *consumer = simple_consumer(fixture);
    rd_kafka_topic_t *topic = start_simple(consumer, "simple");
    rd_kafka_message_t *message = otelmq_kafka_consume(consumer, topic, 0, PATIENCE_MS);
    assert_non_null(message);
    rd_kafka_message_destroy(message);
    stop_simple(consumer, topic);
    assert_int_equal(otelmq_memory_exporter_count(fixture->memory), 1);
    const otelmq_span_data *span = find_span(fixture, "poll simple");
    assert_only_link(span, &sent.contexts[0]);
    assert_int_attribute(span, "messaging.kafka.offset", 0);
    assert_no_attribute(span, "messaging.batch.message_count");
    assert_no_attribute(span, "messaging.consumer.group.name");
}

static void the_simple_consumer_has_one_span_for_a_batch(void **state)
{
    const kafka_fixture *fixture = *state;
    sent_messages sent = produce_to_one(fixture, "simple-batch");
    rd_kafka_t *consumer = simple_consumer(fixture);
    rd_kafka_topic_t *topic = start_simple(consumer, "simple-batch");
    rd_kafka_message_t *messages[MESSAGES];
    ssize_t count = otelmq_kafka_consume_batch(consumer, topic, 0, PATIENCE_MS, messages, MESSAGES);
    assert_int_equal(count, MESSAGES);
    destroy_all(messages, MESSAGES);
    stop_simple(consumer, topic);
    assert_int_equal(otelmq_memory_exporter_count(fixture->memory), 1);
    const otelmq_span_data *span = find_span(fixture, "poll simple-batch");
    assert_int_attribute(span, "messaging.batch.message_count", MESSAGES);
    assert_link_number(find_link(span, &sent.contexts[2]), "messaging.kafka.offset", 2);
}

static void a_queue_of_the_application_has_one_span_for_one_message(void **state)
{
    const kafka_fixture *fixture = *state;
    sent_messages sent = produce_to_one(fixture, "queued");
    rd_kafka_t *consumer = simple_consumer(fixture);
    rd_kafka_queue_t *queue = rd_kafka_queue_new(consumer);
    rd_kafka_topic_t *topic = rd_kafka_topic_new(consumer, "queued", NULL);
    assert_int_equal(rd_kafka_consume_start_queue(topic, 0, RD_KAFKA_OFFSET_BEGINNING, queue), 0);
    rd_kafka_message_t *message = otelmq_kafka_consume_queue(consumer, queue, PATIENCE_MS);
    assert_non_null(message);
    rd_kafka_message_destroy(message);
    rd_kafka_queue_destroy(queue);
    stop_simple(consumer, topic);
    assert_int_equal(otelmq_memory_exporter_count(fixture->memory), 1);
    assert_only_link(find_span(fixture, "poll queued"), &sent.contexts[0]);
}

static void count_and_work(rd_kafka_message_t *message, void *count)
{
    if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR) {
        otelmq_scope work =
            otelmq_tracer_start_scope(otelmq_tracer_get("test", NULL), "work", NULL);
        otelmq_scope_end(&work);
        ++*(size_t *)count;
    }
}

static void a_callback_runs_in_the_process_span_of_its_message(void **state)
{
    const kafka_fixture *fixture = *state;
    sent_messages sent = produce_to_one(fixture, "called");
    rd_kafka_t *consumer = simple_consumer(fixture);
    rd_kafka_topic_t *topic = start_simple(consumer, "called");
    size_t count = 0;
    for (int i = 0; i < 300 && count < MESSAGES; i++) {
        assert_true(
            otelmq_kafka_consume_callback(consumer, topic, 0, 100, count_and_work, &count) >= 0);
    }
    stop_simple(consumer, topic);
    assert_int_equal(count, MESSAGES);
    assert_int_equal(otelmq_memory_exporter_count(fixture->memory), 2 * MESSAGES);
    assert_int_equal(count_spans(fixture, "process called"), MESSAGES);
    const otelmq_span_data *process = find_span(fixture, "process called");
    assert_only_link(process, &sent.contexts[0]);
    assert_child_of(find_span(fixture, "work"), &process->span_context);
}

/* An event is waited for by another call than the one that gives its message. */
static void an_event_has_a_span_for_its_message(void **state)
{
    const kafka_fixture *fixture = *state;
    sent_messages sent = produce_to_one(fixture, "events");
    rd_kafka_t *consumer = kafka_consumer(fixture, GROUP, NULL);
    kafka_assign(consumer, "events", 1);
    rd_kafka_queue_t *queue = rd_kafka_queue_get_consumer(consumer);
    size_t count = 0;
    for (int i = 0; i < 300 && count < MESSAGES; i++) {
        rd_kafka_event_t *event = rd_kafka_queue_poll(queue, 100);
        const rd_kafka_message_t *message = NULL;
        while (rd_kafka_event_type(event) == RD_KAFKA_EVENT_FETCH &&
               (message = rd_kafka_event_message_next(event)) != NULL) {
            otelmq_scope scope = otelmq_kafka_process_start(consumer, message);
            otelmq_scope_end(&scope);
            count++;
        }
        rd_kafka_event_destroy(event);
    }
    rd_kafka_queue_destroy(queue);
    rd_kafka_destroy(consumer);
    assert_int_equal(count_spans(fixture, "poll events"), MESSAGES);
    assert_int_equal(count_spans(fixture, "process events"), MESSAGES);
    assert_only_link(find_span(fixture, "poll events"), &sent.contexts[0]);
}

/* What a share consumer of librdkafka 2.15 gives belongs to no rd_kafka_t that is traced. */
static void a_message_can_be_processed_without_its_consumer(void **state)
{
    const kafka_fixture *fixture = *state;
    sent_messages sent = produce_to_one(fixture, "shared");
    rd_kafka_message_t *message = kafka_read_first(fixture, "shared");
    otelmq_scope scope = otelmq_kafka_process_start(NULL, message);
    otelmq_scope_end(&scope);
    rd_kafka_message_destroy(message);
    const otelmq_span_data *span = find_span(fixture, "process shared");
    assert_only_link(span, &sent.contexts[0]);
    assert_int_attribute(span, "messaging.kafka.offset", 0);
}

#define TEST(name) cmocka_unit_test_setup(name, kafka_fixture_clear)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_simple_consumer_has_one_span_for_one_message),
        TEST(the_simple_consumer_has_one_span_for_a_batch),
        TEST(a_queue_of_the_application_has_one_span_for_one_message),
        TEST(a_callback_runs_in_the_process_span_of_its_message),
        TEST(an_event_has_a_span_for_its_message),
        TEST(a_message_can_be_processed_without_its_consumer),
    };
    return cmocka_run_group_tests(tests, kafka_fixture_setup, kafka_fixture_teardown);
}
