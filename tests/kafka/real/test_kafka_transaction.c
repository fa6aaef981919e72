/* SPDX-License-Identifier: Apache-2.0 */
/* Transactions on a real Kafka, whose coordinator decides what readers see. */
#include "kafka/real/cluster.h"
#include "kafka/span_asserts.h"

enum { TIMEOUT_MS = 30000, COUNT = 20 };

static void produce(rd_kafka_t *producer, const char *topic, char *value)
{
    for (int i = 0; i < COUNT; i++) {
        assert_int_equal(
            otelmq_kafka_producev(producer, RD_KAFKA_V_TOPIC(topic), RD_KAFKA_V_PARTITION(0),
                                  RD_KAFKA_V_VALUE(value, strlen(value)),
                                  RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY), RD_KAFKA_V_END),
            0);
    }
}

static rd_kafka_t *transactional_producer(const kafka_fixture *fixture, const char *topic)
{
    const char *const properties[] = {"transactional.id", topic, NULL};
    rd_kafka_t *producer = cluster_producer(fixture, properties);
    assert_null(rd_kafka_init_transactions(producer, TIMEOUT_MS));
    return producer;
}

static size_t count_with_error(const kafka_fixture *fixture, const char *name, const char *type)
{
    size_t count = 0;
    const otelmq_span_data *span = NULL;
    for (size_t i = 0; (span = otelmq_memory_exporter_span_at(fixture->memory, i)) != NULL; i++) {
        otelmq_value error = otelmq_span_data_attribute(span, "error.type");
        otelmq_str found = error.type == OTELMQ_VALUE_STRING ? error.as.string : (otelmq_str){0};
        count += otelmq_str_equal(span->name, otelmq_str_from(name)) &&
                 otelmq_str_equal(found, otelmq_str_from(type));
    }
    return count;
}

static void assert_read_from(const kafka_fixture *fixture, const char *topic, const char *value)
{
    rd_kafka_t *consumer = cluster_subscriber(fixture, topic, topic);
    for (int i = 0; i < COUNT; i++) {
        rd_kafka_message_t *message = kafka_poll_plain(consumer);
        assert_int_equal(message->len, strlen(value));
        assert_memory_equal(message->payload, value, message->len);
        assert_int_equal(kafka_header_count(message, "traceparent"), 1);
        rd_kafka_message_destroy(message);
    }
    rd_kafka_destroy(consumer);
}

/* One transaction whose messages the broker has, one whose messages it may have, one to stay. */
static void what_is_aborted_is_marked_and_what_is_committed_is_read(void **state)
{
    const kafka_fixture *fixture = *state;
    char topic[CLUSTER_NAME_SIZE];
    char name[CLUSTER_SPAN_NAME_SIZE];
    cluster_name("transaction", topic);
    cluster_span_name("send", topic, name);
    rd_kafka_t *producer = transactional_producer(fixture, topic);

    assert_null(otelmq_kafka_begin_transaction(producer));
    produce(producer, topic, (char[]){"aborted"});
    kafka_flush(producer);
    assert_int_equal(count_spans(fixture, name), 0);
    assert_null(otelmq_kafka_abort_transaction(producer, TIMEOUT_MS));
    assert_int_equal(count_with_error(fixture, name, "aborted"), COUNT);

    assert_null(otelmq_kafka_begin_transaction(producer));
    produce(producer, topic, (char[]){"purged"});
    assert_null(otelmq_kafka_abort_transaction(producer, TIMEOUT_MS));
    assert_int_equal(count_with_error(fixture, name, "aborted"), 2 * COUNT);

    assert_null(otelmq_kafka_begin_transaction(producer));
    produce(producer, topic, (char[]){"committed"});
    assert_null(otelmq_kafka_commit_transaction(producer, TIMEOUT_MS));
    assert_int_equal(count_with_error(fixture, name, NULL), COUNT);
    rd_kafka_destroy(producer);
    assert_int_equal(count_spans(fixture, name), 3 * COUNT);
    assert_read_from(fixture, topic, "committed");
}

static void a_batch_of_a_transaction_is_committed(void **state)
{
    const kafka_fixture *fixture = *state;
    char topic[CLUSTER_NAME_SIZE];
    char name[CLUSTER_SPAN_NAME_SIZE];
    char value[] = "batched";
    rd_kafka_message_t messages[COUNT];
    memset(messages, 0, sizeof(messages));
    for (int i = 0; i < COUNT; i++) {
        messages[i].payload = value;
        messages[i].len = strlen(value);
    }
    cluster_name("transacted-batch", topic);
    cluster_span_name("send", topic, name);
    rd_kafka_t *producer = transactional_producer(fixture, topic);
    rd_kafka_topic_t *handle = rd_kafka_topic_new(producer, topic, NULL);
    assert_null(otelmq_kafka_begin_transaction(producer));
    assert_int_equal(otelmq_kafka_produce_batch(producer, handle, RD_KAFKA_PARTITION_UA,
                                                RD_KAFKA_MSG_F_COPY, messages, COUNT),
                     COUNT);
    assert_null(otelmq_kafka_commit_transaction(producer, TIMEOUT_MS));
    rd_kafka_topic_destroy(handle);
    rd_kafka_destroy(producer);
    assert_no_error(find_span(fixture, name));
    assert_int_equal(find_span(fixture, name)->link_count, COUNT);
    assert_read_from(fixture, topic, "batched");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(what_is_aborted_is_marked_and_what_is_committed_is_read,
                               kafka_fixture_clear),
        cmocka_unit_test_setup(a_batch_of_a_transaction_is_committed, kafka_fixture_clear),
    };
    return cmocka_run_group_tests(tests, cluster_setup_apache, kafka_fixture_teardown);
}
