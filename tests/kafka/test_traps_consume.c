/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Messages that librdkafka hands to interceptors and to nobody else, and those that it hands out
 * twice. docs/kafka.md lists the traps.
 */
#include "received.h"

static ssize_t to_drop; /* messages that the next batch loses after on_consume */

/* The test is linked with -Wl,--wrap=rd_kafka_consume_batch_queue. */
ssize_t __real_rd_kafka_consume_batch_queue(rd_kafka_queue_t *queue, int timeout_ms,
                                            rd_kafka_message_t *messages[], size_t size);
ssize_t __wrap_rd_kafka_consume_batch_queue(rd_kafka_queue_t *queue, int timeout_ms,
                                            rd_kafka_message_t *messages[], size_t size);

/* As librdkafka does since 2.1 with what became outdated meanwhile by a seek or a rebalance. */
ssize_t __wrap_rd_kafka_consume_batch_queue(rd_kafka_queue_t *queue, int timeout_ms,
                                            rd_kafka_message_t *messages[], size_t size)
{
    ssize_t count = __real_rd_kafka_consume_batch_queue(queue, timeout_ms, messages, size);
    while (count > 0 && to_drop > 0) {
        rd_kafka_message_destroy(messages[--count]);
        to_drop--;
    }
    return count;
}

static rd_kafka_t *consumer_of(const kafka_fixture *fixture, const char *topic)
{
    static const char *const properties[] = {"group.id", "trapped", "enable.auto.commit", "false",
                                             NULL};
    rd_kafka_t *consumer = kafka_consumer(fixture, properties, NULL);
    kafka_assign(consumer, topic, 1);
    return consumer;
}

static size_t take_some(rd_kafka_t *consumer, rd_kafka_message_t *messages[], size_t size)
{
    rd_kafka_queue_t *queue = rd_kafka_queue_get_consumer(consumer);
    size_t count = 0;
    for (int i = 0; i < 60 && count == 0; i++) {
        count = (size_t)otelmq_kafka_consume_batch_queue(consumer, queue, 1000, messages, size);
    }
    rd_kafka_queue_destroy(queue);
    return count;
}

static void messages_that_a_batch_drops_are_not_received(void **state)
{
    const kafka_fixture *fixture = *state;
    sent_messages sent = produce_to_one(fixture, "dropped");
    rd_kafka_message_t *messages[MESSAGES];
    rd_kafka_t *consumer = consumer_of(fixture, "dropped");
    to_drop = 1;
    size_t count = take_some(consumer, messages, MESSAGES);
    assert_int_equal(to_drop, 0);
    destroy_all(messages, count);
    rd_kafka_destroy(consumer);
    assert_int_equal(count, MESSAGES - 1);
    assert_int_equal(otelmq_memory_exporter_count(fixture->memory), 1);
    const otelmq_span_data *span = find_span(fixture, "poll dropped");
    assert_int_attribute(span, "messaging.batch.message_count", (int64_t)count);
    assert_int_equal(span->link_count, count);
    for (size_t i = 0; i < count; i++) {
        (void)find_link(span, &sent.contexts[i]);
    }
}

static void a_batch_that_drops_all_it_had_is_none(void **state)
{
    const kafka_fixture *fixture = *state;
    (void)produce_to_one(fixture, "all-dropped");
    rd_kafka_message_t *messages[MESSAGES];
    rd_kafka_t *consumer = consumer_of(fixture, "all-dropped");
    rd_kafka_queue_t *queue = rd_kafka_queue_get_consumer(consumer);
    to_drop = MESSAGES;
    for (int i = 0; i < 60 && to_drop > 0; i++) {
        assert_int_equal(
            otelmq_kafka_consume_batch_queue(consumer, queue, 1000, messages, MESSAGES), 0);
    }
    assert_int_equal(to_drop, 0);
    rd_kafka_queue_destroy(queue);
    rd_kafka_destroy(consumer);
    assert_int_equal(otelmq_memory_exporter_count(fixture->memory), 0);
}

static void seek_to_begin(rd_kafka_t *consumer, const char *topic)
{
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(1);
    rd_kafka_topic_partition_list_add(list, topic, 0)->offset = 0;
    assert_null(rd_kafka_seek_partitions(consumer, list, PATIENCE_MS));
    rd_kafka_topic_partition_list_destroy(list);
}

/* Also one whose first attempt is still open: there is one span for each attempt. */
static void what_comes_again_after_a_seek_is_another_attempt(void **state)
{
    enum { ATTEMPTS = 3 };
    static const otelmq_process_options later = {.ends = OTELMQ_PROCESS_ENDS_WITH_SETTLEMENT};
    const kafka_fixture *fixture = *state;
    sent_messages sent = produce_to_one(fixture, "sought");
    rd_kafka_t *consumer = consumer_of(fixture, "sought");
    for (int i = 0; i < ATTEMPTS; i++) {
        rd_kafka_message_t *message = kafka_poll_traced(consumer);
        assert_int_equal(message->offset, 0);
        otelmq_scope scope = otelmq_kafka_process_start_with(consumer, message, &later);
        otelmq_scope_end(&scope);
        rd_kafka_message_destroy(message);
        seek_to_begin(consumer, "sought");
    }
    rd_kafka_destroy(consumer);
    assert_int_equal(count_spans(fixture, "poll sought"), ATTEMPTS);
    assert_int_equal(count_spans(fixture, "process sought"), ATTEMPTS);
    assert_only_link(find_span(fixture, "poll sought"), &sent.contexts[0]);
    assert_child_of(find_span(fixture, "process sought"), &sent.contexts[0]);
}

/* What librdkafka has fetched and then gives up as the partition goes, nobody has received. */
static void what_is_fetched_and_given_up_is_not_received(void **state)
{
    const kafka_fixture *fixture = *state;
    (void)produce_to_one(fixture, "given-up");
    rd_kafka_t *consumer = consumer_of(fixture, "given-up");
    rd_kafka_message_destroy(kafka_poll_traced(consumer));
    assert_int_equal(rd_kafka_assign(consumer, NULL), 0);
    assert_null(otelmq_kafka_consumer_poll(consumer, 100));
    rd_kafka_destroy(consumer);
    assert_int_equal(count_spans(fixture, "poll given-up"), 1);
}

#define TEST(name) cmocka_unit_test_setup(name, kafka_fixture_clear)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(messages_that_a_batch_drops_are_not_received),
        TEST(a_batch_that_drops_all_it_had_is_none),
        TEST(what_comes_again_after_a_seek_is_another_attempt),
        TEST(what_is_fetched_and_given_up_is_not_received),
    };
    return cmocka_run_group_tests(tests, kafka_fixture_setup, kafka_fixture_teardown);
}
