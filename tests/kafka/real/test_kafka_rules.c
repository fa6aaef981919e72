/* SPDX-License-Identifier: Apache-2.0 */
/* What only a real Kafka does: it refuses what is too large, and hides what was aborted. */
#include "kafka/real/cluster.h"
#include "kafka/span_asserts.h"

#include <stdlib.h>

enum { TOO_LARGE = 3000000, TIMEOUT_MS = 30000 };

static rd_kafka_resp_err_t produce(rd_kafka_t *producer, const char *topic, void *value,
                                   size_t size)
{
    return rd_kafka_producev(producer, RD_KAFKA_V_TOPIC(topic), RD_KAFKA_V_PARTITION(0),
                             RD_KAFKA_V_VALUE(value, size),
                             RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY), RD_KAFKA_V_END);
}

static void a_message_that_the_broker_finds_too_large_is_an_error_of_its_span(void **state)
{
    static const char *const properties[] = {"message.max.bytes", "4000000", NULL};
    const kafka_fixture *fixture = *state;
    char topic[CLUSTER_NAME_SIZE];
    char name[CLUSTER_SPAN_NAME_SIZE];
    char *value = calloc(1, TOO_LARGE);
    assert_non_null(value);
    cluster_name("large", topic);
    cluster_span_name("send", topic, name);
    rd_kafka_t *producer = cluster_producer(fixture, properties);
    assert_int_equal(produce(producer, topic, value, TOO_LARGE), 0);
    kafka_flush(producer);
    rd_kafka_destroy(producer);
    free(value);
    assert_int_equal(count_spans(fixture, name), 1);
    assert_error(find_span(fixture, name), "MSG_SIZE_TOO_LARGE");
    assert_no_attribute(find_span(fixture, name), "messaging.kafka.offset");
}

typedef rd_kafka_error_t *(*end_of_transaction)(rd_kafka_t *producer, int timeout_ms);

static void produce_in_transaction(rd_kafka_t *producer, const char *topic, char *value,
                                   end_of_transaction end)
{
    assert_null(rd_kafka_begin_transaction(producer));
    assert_int_equal(produce(producer, topic, value, strlen(value)), 0);
    kafka_flush(producer);
    assert_null(end(producer, TIMEOUT_MS));
}

static void produce_aborted_and_committed(const kafka_fixture *fixture, const char *topic)
{
    const char *const properties[] = {"transactional.id", topic, NULL};
    char aborted[] = "aborted";
    char committed[] = "committed";
    rd_kafka_t *producer = cluster_producer(fixture, properties);
    assert_null(rd_kafka_init_transactions(producer, TIMEOUT_MS));
    produce_in_transaction(producer, topic, aborted, rd_kafka_abort_transaction);
    produce_in_transaction(producer, topic, committed, rd_kafka_commit_transaction);
    rd_kafka_destroy(producer);
}

static void an_aborted_message_is_sent_but_never_received(void **state)
{
    const kafka_fixture *fixture = *state;
    char topic[CLUSTER_NAME_SIZE];
    char name[CLUSTER_SPAN_NAME_SIZE];
    cluster_name("transacted", topic);
    produce_aborted_and_committed(fixture, topic);
    cluster_span_name("send", topic, name);
    assert_int_equal(count_spans(fixture, name), 2);
    rd_kafka_t *consumer = cluster_subscriber(fixture, topic, topic);
    rd_kafka_message_t *message = kafka_poll_traced(consumer);
    assert_int_equal(message->len, strlen("committed"));
    assert_memory_equal(message->payload, "committed", message->len);
    rd_kafka_message_destroy(message);
    rd_kafka_destroy(consumer);
    cluster_span_name("poll", topic, name);
    assert_int_equal(count_spans(fixture, name), 1);
    /* The aborted message is at 0, and what marks the end of its transaction at 1. */
    assert_int_attribute(find_span(fixture, name), "messaging.kafka.offset", 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_message_that_the_broker_finds_too_large_is_an_error_of_its_span,
                               kafka_fixture_clear),
        cmocka_unit_test_setup(an_aborted_message_is_sent_but_never_received, kafka_fixture_clear),
    };
    return cmocka_run_group_tests(tests, cluster_setup_apache, kafka_fixture_teardown);
}
