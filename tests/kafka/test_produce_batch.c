/* SPDX-License-Identifier: Apache-2.0 */
#include "kafka_fixture.h"
#include "span_asserts.h"
#include "support/test.h"

#include <stdlib.h>

enum { COUNT = 5 };

/*
 * rd_kafka_produce_batch loses a message to a partition that does not exist (up to librdkafka
 * 2.0.2 at least), with its topic and headers. For LeakSanitizer, which asks for this function by
 * its name, and does not always see who called whom in a library without frame pointers.
 */
__attribute__((visibility("default"))) const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
    return "leak:librdkafka.so\n";
}

static char value[] = "v";

static void fill(rd_kafka_message_t messages[COUNT])
{
    static char *const keys[] = {"a", "b", "c", "d", "e"};
    memset(messages, 0, COUNT * sizeof(*messages));
    for (size_t i = 0; i < COUNT; i++) {
        messages[i].payload = value;
        messages[i].len = 1;
        messages[i].key = keys[i];
        messages[i].key_len = 1;
        messages[i].err = RD_KAFKA_RESP_ERR_UNKNOWN; /* as of an array that was used before */
    }
}

/* A producer that knows the topic, traced or not. */
static rd_kafka_t *producer_of(const kafka_fixture *fixture, bool is_traced,
                               const otelmq_kafka_options *options, const char *topic)
{
    static const char *const properties[] = {"message.max.bytes", "1000",
                                             "queue.buffering.max.messages", "10", NULL};
    kafka_create_topic(fixture, topic, 1);
    rd_kafka_t *producer =
        is_traced ? kafka_producer(fixture, properties, options)
                  : kafka_client_new(RD_KAFKA_PRODUCER, kafka_conf(fixture, properties));
    otelmq_scope scope = otelmq_messaging_suppress();
    assert_int_equal(rd_kafka_producev(producer, RD_KAFKA_V_TOPIC(topic), RD_KAFKA_V_END), 0);
    kafka_flush(producer);
    otelmq_scope_end(&scope);
    return producer;
}

static int produce(rd_kafka_t *producer, const char *topic, int32_t partition, int flags,
                   rd_kafka_message_t messages[COUNT])
{
    rd_kafka_topic_t *handle = rd_kafka_topic_new(producer, topic, NULL);
    int good = otelmq_kafka_produce_batch(producer, handle, partition, flags, messages, COUNT);
    rd_kafka_topic_destroy(handle);
    return good;
}

static void assert_send_links_to_creates(const kafka_fixture *fixture, const char *topic)
{
    char name[80];
    (void)snprintf(name, sizeof(name), "send %s", topic);
    const otelmq_span_data *send = find_span(fixture, name);
    assert_int_equal(otelmq_memory_exporter_count(fixture->memory), COUNT + 1);
    assert_int_equal(send->kind, OTELMQ_SPAN_CLIENT);
    assert_int_equal(send->link_count, COUNT);
    assert_int_attribute(send, "messaging.batch.message_count", COUNT);
    assert_string_attribute(send, "messaging.destination.name", topic);
    assert_no_attribute(send, "messaging.kafka.message.key");
    assert_no_attribute(send, "messaging.kafka.message.tombstone");
    for (size_t i = 0; i < COUNT; i++) {
        const otelmq_span_data *create = otelmq_memory_exporter_span_at(fixture->memory, i);
        assert_int_equal(create->kind, OTELMQ_SPAN_PRODUCER);
        assert_string_attribute(create, "messaging.operation.type", "create");
        assert_string_attribute(create, "messaging.destination.name", topic);
        assert_int_equal(
            otelmq_span_data_attribute(create, "messaging.kafka.message.key").as.string.data[0],
            'a' + (int)i);
        assert_true(
            otelmq_span_context_is_same_span(&send->links[i].span_context, &create->span_context));
    }
}

/* The first message of the topic is not of the batch. */
static void assert_messages_sent_by(const kafka_fixture *fixture, const char *topic,
                                    bool by_one_span)
{
    rd_kafka_message_destroy(kafka_read_first(fixture, topic));
    for (size_t i = 0; i < COUNT; i++) {
        rd_kafka_message_t *message = kafka_poll_plain(fixture->reader);
        assert_sent_by(message,
                       otelmq_memory_exporter_span_at(fixture->memory, by_one_span ? 0 : i));
        rd_kafka_message_destroy(message);
    }
}

static void check_batch(const kafka_fixture *fixture, bool is_traced, const char *topic)
{
    rd_kafka_message_t messages[COUNT];
    rd_kafka_t *producer = producer_of(fixture, is_traced, NULL, topic);
    fill(messages);
    assert_int_equal(produce(producer, topic, 0, RD_KAFKA_MSG_F_COPY, messages), COUNT);
    for (size_t i = 0; i < COUNT; i++) {
        assert_int_equal(messages[i].err, RD_KAFKA_RESP_ERR_NO_ERROR);
    }
    kafka_flush(producer);
    rd_kafka_destroy(producer);
    assert_send_links_to_creates(fixture, topic);
    assert_no_error(otelmq_memory_exporter_span_at(fixture->memory, COUNT));
    assert_messages_sent_by(fixture, topic, false);
}

static void each_message_has_a_create_span_and_the_batch_a_send_span(void **state)
{
    check_batch(*state, true, "batch-traced");
}

static void so_has_the_batch_of_an_untraced_producer(void **state)
{
    check_batch(*state, false, "batch-untraced");
}

static void the_send_span_ends_with_the_last_delivery(void **state)
{
    const kafka_fixture *fixture = *state;
    rd_kafka_message_t messages[COUNT];
    rd_kafka_t *producer = producer_of(fixture, true, NULL, "batch-last");
    rd_kafka_mock_broker_set_down(fixture->cluster, 1);
    fill(messages);
    assert_int_equal(produce(producer, "batch-last", 0, RD_KAFKA_MSG_F_COPY, messages), COUNT);
    assert_int_equal(count_spans(fixture, "create batch-last"), COUNT);
    assert_int_equal(count_spans(fixture, "send batch-last"), 0);
    rd_kafka_mock_broker_set_up(fixture->cluster, 1);
    kafka_flush(producer);
    rd_kafka_destroy(producer);
    assert_no_error(find_span(fixture, "send batch-last"));
}

static void without_create_spans_there_is_the_send_span_only(void **state)
{
    const kafka_fixture *fixture = *state;
    rd_kafka_message_t messages[COUNT];
    otelmq_kafka_options options = {.messaging.omits_create_spans = true};
    rd_kafka_t *producer = producer_of(fixture, true, &options, "batch-omits");
    fill(messages);
    assert_int_equal(produce(producer, "batch-omits", 0, RD_KAFKA_MSG_F_COPY, messages), COUNT);
    kafka_flush(producer);
    rd_kafka_destroy(producer);
    assert_int_equal(otelmq_memory_exporter_count(fixture->memory), 1);
    const otelmq_span_data *send = find_span(fixture, "send batch-omits");
    assert_int_equal(send->kind, OTELMQ_SPAN_PRODUCER);
    assert_int_equal(send->link_count, 0);
    assert_messages_sent_by(fixture, "batch-omits", true);
}

static void the_send_span_can_end_at_the_return(void **state)
{
    const kafka_fixture *fixture = *state;
    rd_kafka_message_t messages[COUNT];
    otelmq_kafka_options options = {.messaging.ends_send_at_return = true};
    rd_kafka_t *producer = producer_of(fixture, true, &options, "batch-returned");
    rd_kafka_mock_broker_set_down(fixture->cluster, 1);
    fill(messages);
    assert_int_equal(produce(producer, "batch-returned", 0, RD_KAFKA_MSG_F_COPY, messages), COUNT);
    assert_send_links_to_creates(fixture, "batch-returned");
    rd_kafka_mock_broker_set_up(fixture->cluster, 1);
    kafka_flush(producer);
    rd_kafka_destroy(producer);
    assert_int_equal(otelmq_memory_exporter_count(fixture->memory), COUNT + 1);
    assert_messages_sent_by(fixture, "batch-returned", false);
}

static void assert_all_but_second_sent(const kafka_fixture *fixture, const char *topic)
{
    rd_kafka_message_destroy(kafka_read_first(fixture, topic));
    for (size_t i = 0; i < COUNT; i++) {
        if (i != 1) {
            rd_kafka_message_t *message = kafka_poll_plain(fixture->reader);
            assert_sent_by(message, otelmq_memory_exporter_span_at(fixture->memory, i));
            rd_kafka_message_destroy(message);
        }
    }
}

/* One is too large, which on_send never sees: the contexts of the others must not slip. */
static void check_too_large(const kafka_fixture *fixture, bool is_traced, const char *topic)
{
    char name[80];
    char large[2000] = "";
    rd_kafka_message_t messages[COUNT];
    rd_kafka_t *producer = producer_of(fixture, is_traced, NULL, topic);
    fill(messages);
    messages[1].payload = large;
    messages[1].len = sizeof(large);
    assert_int_equal(produce(producer, topic, 0, RD_KAFKA_MSG_F_COPY, messages), COUNT - 1);
    assert_int_equal(messages[1].err, RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE);
    assert_int_equal(messages[2].err, RD_KAFKA_RESP_ERR_NO_ERROR);
    kafka_flush(producer);
    rd_kafka_destroy(producer);
    (void)snprintf(name, sizeof(name), "send %s", topic);
    assert_error(find_span(fixture, name), "MSG_SIZE_TOO_LARGE");
    assert_int_equal(find_span(fixture, name)->status_description.len,
                     strlen("1 of 5 messages failed"));
    assert_all_but_second_sent(fixture, topic);
}

static void a_message_that_is_too_large_fails_alone(void **state)
{
    check_too_large(*state, true, "large-traced");
    otelmq_memory_exporter_clear(((const kafka_fixture *)*state)->memory);
    check_too_large(*state, false, "large-untraced");
}

static void check_full(const kafka_fixture *fixture, bool is_traced, const char *topic)
{
    rd_kafka_message_t messages[COUNT];
    rd_kafka_t *producer = producer_of(fixture, is_traced, NULL, topic);
    rd_kafka_mock_broker_set_down(fixture->cluster, 1);
    int good = 0;
    for (int i = 0; i < 3; i++) {
        fill(messages);
        good += produce(producer, topic, 0, RD_KAFKA_MSG_F_COPY, messages);
    }
    assert_int_equal(good, 10);
    for (size_t i = 0; i < COUNT; i++) {
        assert_int_equal(messages[i].err, RD_KAFKA_RESP_ERR__QUEUE_FULL);
    }
    rd_kafka_mock_broker_set_up(fixture->cluster, 1);
    kafka_flush(producer);
    rd_kafka_destroy(producer);
    assert_int_equal(otelmq_memory_exporter_count(fixture->memory), 3 * (COUNT + 1));
}

static void a_full_queue_refuses_as_ever(void **state)
{
    const kafka_fixture *fixture = *state;
    check_full(fixture, true, "full-traced");
    assert_error(otelmq_memory_exporter_span_at(fixture->memory, 3 * COUNT), "_QUEUE_FULL");
    otelmq_memory_exporter_clear(fixture->memory);
    check_full(fixture, false, "full-untraced");
    assert_error(otelmq_memory_exporter_span_at(fixture->memory, 3 * COUNT + 2), "_QUEUE_FULL");
}

/* Up to librdkafka 2.0.2 at least, these are never acknowledged; the call knows better. */
static void a_message_to_an_unknown_partition_does_not_keep_the_span_open(void **state)
{
    const kafka_fixture *fixture = *state;
    rd_kafka_message_t messages[COUNT];
    rd_kafka_t *producer = producer_of(fixture, true, NULL, "batch-hole");
    fill(messages);
    messages[1].partition = 99;
    messages[3].partition = 99;
    assert_int_equal(produce(producer, "batch-hole", 0,
                             RD_KAFKA_MSG_F_COPY | RD_KAFKA_MSG_F_PARTITION, messages),
                     COUNT - 2);
    assert_int_equal(messages[3].err, RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION);
    /* A flush would wait for them for ever. */
    for (int i = 0; i < 300 && count_spans(fixture, "send batch-hole") == 0; i++) {
        rd_kafka_poll(producer, 100);
    }
    assert_error(find_span(fixture, "send batch-hole"), "_UNKNOWN_PARTITION");
    assert_int_equal(otelmq_memory_exporter_count(fixture->memory), COUNT + 1);
    rd_kafka_destroy(producer);
    assert_int_equal(otelmq_memory_exporter_count(fixture->memory), COUNT + 1);
}

static int32_t partition_99(const rd_kafka_topic_t *topic, const void *key, size_t key_len,
                            int32_t partition_count, void *topic_opaque, void *message_opaque)
{
    (void)topic;
    (void)key_len;
    (void)partition_count;
    (void)topic_opaque;
    (void)message_opaque;
    return key != NULL && *(const char *)key == 'b' ? 99 : 0;
}

/* librdkafka acknowledges these with the application's own struct, and frees what on_send saw. */
static void a_message_that_finds_no_partition_fails_alone(void **state)
{
    const kafka_fixture *fixture = *state;
    rd_kafka_message_t *messages = calloc(COUNT, sizeof(*messages));
    kafka_create_topic(fixture, "batch-astray", 1);
    rd_kafka_topic_conf_t *topic_conf = rd_kafka_topic_conf_new();
    rd_kafka_topic_conf_set_partitioner_cb(topic_conf, partition_99);
    rd_kafka_conf_t *conf = kafka_conf(fixture, NULL);
    rd_kafka_conf_set_default_topic_conf(conf, topic_conf);
    assert_int_equal(otelmq_kafka_conf_trace(conf, NULL), OTELMQ_OK);
    rd_kafka_t *producer = kafka_client_new(RD_KAFKA_PRODUCER, conf);
    assert_int_equal(rd_kafka_producev(producer, RD_KAFKA_V_TOPIC("batch-astray"), RD_KAFKA_V_END),
                     0);
    kafka_flush(producer);
    otelmq_memory_exporter_clear(fixture->memory);
    fill(messages);
    assert_int_equal(
        produce(producer, "batch-astray", RD_KAFKA_PARTITION_UA, RD_KAFKA_MSG_F_COPY, messages),
        COUNT - 1);
    assert_int_equal(messages[1].err, RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION);
    free(messages);
    kafka_flush(producer);
    rd_kafka_destroy(producer);
    assert_int_equal(count_spans(fixture, "send batch-astray"), 1);
    const otelmq_span_data *send = find_span(fixture, "send batch-astray");
    assert_error(send, "_UNKNOWN_PARTITION");
    assert_str(send->status_description, "1 of 5 messages failed");
    assert_all_but_second_sent(fixture, "batch-astray");
}

static void a_batch_that_is_never_delivered_ends_with_its_producer(void **state)
{
    const kafka_fixture *fixture = *state;
    rd_kafka_message_t messages[COUNT];
    rd_kafka_t *producer = producer_of(fixture, true, NULL, "batch-never");
    rd_kafka_mock_broker_set_down(fixture->cluster, 1);
    fill(messages);
    assert_int_equal(produce(producer, "batch-never", 0, RD_KAFKA_MSG_F_COPY, messages), COUNT);
    rd_kafka_destroy(producer);
    rd_kafka_mock_broker_set_up(fixture->cluster, 1);
    assert_error(find_span(fixture, "send batch-never"), "_DESTROY");
}

static void no_messages_are_no_batch(void **state)
{
    const kafka_fixture *fixture = *state;
    rd_kafka_t *producer = producer_of(fixture, true, NULL, "batch-empty");
    rd_kafka_topic_t *topic = rd_kafka_topic_new(producer, "batch-empty", NULL);
    assert_int_equal(otelmq_kafka_produce_batch(producer, topic, 0, 0, NULL, 0), 0);
    rd_kafka_topic_destroy(topic);
    rd_kafka_destroy(producer);
    assert_int_equal(otelmq_memory_exporter_count(fixture->memory), 0);
}

int main(void)
{
#define T(test) cmocka_unit_test_setup(test, kafka_fixture_clear)
    const struct CMUnitTest tests[] = {
        T(each_message_has_a_create_span_and_the_batch_a_send_span),
        T(so_has_the_batch_of_an_untraced_producer),
        T(the_send_span_ends_with_the_last_delivery),
        T(without_create_spans_there_is_the_send_span_only),
        T(the_send_span_can_end_at_the_return),
        T(a_message_that_is_too_large_fails_alone),
        T(a_full_queue_refuses_as_ever),
        T(a_message_to_an_unknown_partition_does_not_keep_the_span_open),
        T(a_message_that_finds_no_partition_fails_alone),
        T(a_batch_that_is_never_delivered_ends_with_its_producer),
        T(no_messages_are_no_batch),
    };
#undef T
    return cmocka_run_group_tests(tests, kafka_fixture_setup, kafka_fixture_teardown);
}
