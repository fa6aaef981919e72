/* SPDX-License-Identifier: Apache-2.0 */
#include "kafka_fixture.h"
#include "span_asserts.h"

#include <stdlib.h>

enum { API_PRODUCE = 0 };

/*
 * rd_kafka_produce_batch loses a message to a partition that does not exist (up to librdkafka
 * 2.0.2 at least). For LeakSanitizer, which asks for this function by its name.
 */
__attribute__((visibility("default"))) const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
    return "leak:rd_kafka_produce_batch\n";
}

static rd_kafka_resp_err_t produce_to(rd_kafka_t *producer, const char *topic, int32_t partition)
{
    char value[] = "v";
    return rd_kafka_producev(producer, RD_KAFKA_V_TOPIC(topic), RD_KAFKA_V_PARTITION(partition),
                             RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY), RD_KAFKA_V_VALUE(value, 1),
                             RD_KAFKA_V_END);
}

/* A producer that knows the topic's one partition, because it has sent a message there. */
static rd_kafka_t *producer_that_knows(const kafka_fixture *fixture, const char *topic)
{
    kafka_create_topic(fixture, topic, 1);
    rd_kafka_t *producer = kafka_producer(fixture, NULL, NULL);
    assert_int_equal(produce_to(producer, topic, 0), 0);
    kafka_flush(producer);
    otelmq_memory_exporter_clear(fixture->memory);
    return producer;
}

/* A producer whose messages stay where they are, because nothing listens at its broker. */
static rd_kafka_t *producer_without_broker(const kafka_fixture *fixture,
                                           const char *const properties[])
{
    rd_kafka_conf_t *conf = kafka_conf(fixture, properties);
    rd_kafka_conf_set(conf, "bootstrap.servers", "127.0.0.1:1", NULL, 0);
    assert_int_equal(otelmq_kafka_conf_trace(conf, NULL), OTELMQ_OK);
    return kafka_client_new(RD_KAFKA_PRODUCER, conf);
}

static void a_message_to_an_unknown_topic_ends_its_span(void **state)
{
    static const char *const properties[] = {"topic.metadata.propagation.max.ms", "0", NULL};
    const kafka_fixture *fixture = *state;
    rd_kafka_mock_topic_set_error(fixture->cluster, "unknown",
                                  RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART);
    rd_kafka_t *producer = kafka_producer(fixture, properties, NULL);
    assert_int_equal(produce_to(producer, "unknown", 0), 0);
    kafka_flush(producer);
    rd_kafka_destroy(producer);
    assert_int_equal(count_spans(fixture, "send unknown"), 1);
    assert_error(find_span(fixture, "send unknown"), "UNKNOWN_TOPIC_OR_PART");
}

static void an_error_of_the_broker_is_the_error_of_the_span(void **state)
{
    const kafka_fixture *fixture = *state;
    rd_kafka_t *producer = producer_that_knows(fixture, "refused");
    rd_kafka_mock_push_request_errors(fixture->cluster, API_PRODUCE, 1,
                                      RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED);
    assert_int_equal(produce_to(producer, "refused", 0), 0);
    kafka_flush(producer);
    rd_kafka_destroy(producer);
    const otelmq_span_data *span = find_span(fixture, "send refused");
    assert_error(span, "TOPIC_AUTHORIZATION_FAILED");
    assert_string_attribute(span, "messaging.destination.partition.id", "0");
    assert_no_attribute(span, "messaging.kafka.offset");
}

static void a_message_that_is_delivered_at_the_second_try_has_one_span(void **state)
{
    const kafka_fixture *fixture = *state;
    rd_kafka_t *producer = producer_that_knows(fixture, "retried");
    rd_kafka_mock_push_request_errors(fixture->cluster, API_PRODUCE, 1,
                                      RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION);
    assert_int_equal(produce_to(producer, "retried", 0), 0);
    kafka_flush(producer);
    rd_kafka_destroy(producer);
    assert_int_equal(otelmq_memory_exporter_count(fixture->memory), 1);
    assert_no_error(find_span(fixture, "send retried"));
    assert_int_attribute(find_span(fixture, "send retried"), "messaging.kafka.offset", 1);
}

static void a_purged_message_says_so(void **state)
{
    const kafka_fixture *fixture = *state;
    rd_kafka_t *producer = producer_without_broker(fixture, NULL);
    assert_int_equal(produce_to(producer, "purged", 0), 0);
    assert_int_equal(rd_kafka_purge(producer, RD_KAFKA_PURGE_F_QUEUE), 0);
    kafka_flush(producer);
    assert_error(find_span(fixture, "send purged"), "_PURGE_QUEUE");
    rd_kafka_destroy(producer);
}

static void a_message_without_a_broker_times_out(void **state)
{
    static const char *const properties[] = {"message.timeout.ms", "200", NULL};
    const kafka_fixture *fixture = *state;
    rd_kafka_t *producer = producer_without_broker(fixture, properties);
    assert_int_equal(produce_to(producer, "late", 0), 0);
    kafka_flush(producer);
    rd_kafka_destroy(producer);
    assert_error(find_span(fixture, "send late"), "_MSG_TIMED_OUT");
}

static void a_producer_destroyed_without_a_flush_ends_its_spans(void **state)
{
    const kafka_fixture *fixture = *state;
    rd_kafka_t *producer = producer_without_broker(fixture, NULL);
    for (int i = 0; i < 100; i++) {
        assert_int_equal(produce_to(producer, "unflushed", 0), 0);
    }
    rd_kafka_destroy(producer);
    assert_int_equal(count_spans(fixture, "send unflushed"), 100);
    assert_error(find_span(fixture, "send unflushed"), "_DESTROY");
}

static void a_producer_destroyed_amid_deliveries_ends_its_spans(void **state)
{
    const kafka_fixture *fixture = *state;
    rd_kafka_t *producer = producer_that_knows(fixture, "amid");
    for (int i = 0; i < 1000; i++) {
        assert_int_equal(produce_to(producer, "amid", 0), 0);
    }
    rd_kafka_poll(producer, 5);
    rd_kafka_destroy(producer);
    assert_int_equal(count_spans(fixture, "send amid"), 1000);
}

static void a_full_queue_answers_as_ever_and_makes_no_span(void **state)
{
    static const char *const properties[] = {"queue.buffering.max.messages", "1", NULL};
    const kafka_fixture *fixture = *state;
    rd_kafka_t *producer = producer_without_broker(fixture, properties);
    assert_int_equal(produce_to(producer, "full", 0), 0);
    assert_int_equal(produce_to(producer, "full", 0), RD_KAFKA_RESP_ERR__QUEUE_FULL);
    rd_kafka_destroy(producer);
    assert_int_equal(count_spans(fixture, "send full"), 1);
}

static rd_kafka_resp_err_t produce_list(rd_kafka_t *producer, const char *topic, int32_t partition,
                                        rd_kafka_headers_t *headers)
{
    return rd_kafka_producev(producer, RD_KAFKA_V_TOPIC(topic), RD_KAFKA_V_PARTITION(partition),
                             RD_KAFKA_V_HEADERS(headers), RD_KAFKA_V_END);
}

static void a_failed_produce_leaves_the_header_list_for_another_try(void **state)
{
    const kafka_fixture *fixture = *state;
    rd_kafka_t *producer = producer_that_knows(fixture, "again");
    rd_kafka_headers_t *headers = rd_kafka_headers_new(1);
    rd_kafka_header_add(headers, "own", -1, "1", -1);
    assert_int_equal(produce_list(producer, "again", 99, headers),
                     RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION);
    assert_int_equal(rd_kafka_header_cnt(headers), 1);
    assert_error(find_span(fixture, "send again"), "_UNKNOWN_PARTITION");
    otelmq_memory_exporter_clear(fixture->memory);
    assert_int_equal(produce_list(producer, "again", 0, headers), 0);
    kafka_flush(producer);
    rd_kafka_destroy(producer);
    const otelmq_span_data *span = find_span(fixture, "send again");
    assert_int_equal(span->kind, OTELMQ_SPAN_PRODUCER);
    assert_int_equal(span->link_count, 0);
}

static void a_failed_produce_without_headers_ends_its_span(void **state)
{
    const kafka_fixture *fixture = *state;
    rd_kafka_t *producer = producer_that_knows(fixture, "nowhere");
    rd_kafka_topic_t *topic = rd_kafka_topic_new(producer, "nowhere", NULL);
    assert_int_equal(rd_kafka_produce(topic, 99, 0, NULL, 0, NULL, 0, NULL), -1);
    assert_int_equal(rd_kafka_last_error(), RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION);
    rd_kafka_topic_destroy(topic);
    rd_kafka_destroy(producer);
    assert_int_equal(otelmq_memory_exporter_count(fixture->memory), 1);
    assert_error(find_span(fixture, "send nowhere"), "_UNKNOWN_PARTITION");
}

static void detach_headers(rd_kafka_t *producer, const rd_kafka_message_t *message, void *user)
{
    rd_kafka_message_t *mine = NULL;
    (void)producer;
    memcpy(&mine, &message, sizeof(mine));
    rd_kafka_message_detach_headers(mine, user);
}

static void a_failed_delivery_gives_the_headers_back_without_ours(void **state)
{
    const kafka_fixture *fixture = *state;
    rd_kafka_headers_t *detached = NULL;
    rd_kafka_conf_t *conf = kafka_conf(fixture, NULL);
    rd_kafka_conf_set(conf, "bootstrap.servers", "127.0.0.1:1", NULL, 0);
    rd_kafka_conf_set(conf, "message.timeout.ms", "200", NULL, 0);
    rd_kafka_conf_set_opaque(conf, &detached);
    rd_kafka_conf_set_dr_msg_cb(conf, detach_headers);
    assert_int_equal(otelmq_kafka_conf_trace(conf, NULL), OTELMQ_OK);
    rd_kafka_t *producer = kafka_client_new(RD_KAFKA_PRODUCER, conf);
    rd_kafka_headers_t *headers = rd_kafka_headers_new(1);
    rd_kafka_header_add(headers, "own", -1, "1", -1);
    assert_int_equal(produce_list(producer, "returned", 0, headers), 0);
    kafka_flush(producer);
    rd_kafka_destroy(producer);
    assert_ptr_equal(detached, headers);
    assert_int_equal(rd_kafka_header_cnt(detached), 1);
    rd_kafka_headers_destroy(detached);
}

static int32_t partition_99(const rd_kafka_topic_t *topic, const void *key, size_t key_len,
                            int32_t partition_count, void *topic_opaque, void *message_opaque)
{
    (void)topic;
    (void)key;
    (void)key_len;
    (void)partition_count;
    (void)topic_opaque;
    (void)message_opaque;
    return 99;
}

/* librdkafka acknowledges these with the structs of the array below, on the heap without a gap. */
static void a_batch_that_finds_no_partition_ends_its_spans(void **state)
{
    const kafka_fixture *fixture = *state;
    static char key[] = "k";
    rd_kafka_t *producer = producer_that_knows(fixture, "batch-lost");
    rd_kafka_topic_conf_t *topic_conf = rd_kafka_topic_conf_new();
    rd_kafka_topic_conf_set_partitioner_cb(topic_conf, partition_99);
    rd_kafka_conf_t *conf = kafka_conf(fixture, NULL);
    rd_kafka_conf_set_default_topic_conf(conf, topic_conf);
    assert_int_equal(otelmq_kafka_conf_trace(conf, NULL), OTELMQ_OK);
    rd_kafka_t *astray = kafka_client_new(RD_KAFKA_PRODUCER, conf);
    assert_int_equal(produce_to(astray, "batch-lost", 0), 0);
    kafka_flush(astray);
    otelmq_memory_exporter_clear(fixture->memory);
    rd_kafka_message_t *batch = calloc(3, sizeof(*batch));
    for (size_t i = 0; i < 3; i++) {
        batch[i].key = key;
        batch[i].key_len = 1;
    }
    rd_kafka_topic_t *topic = rd_kafka_topic_new(astray, "batch-lost", NULL);
    assert_int_equal(rd_kafka_produce_batch(topic, RD_KAFKA_PARTITION_UA, 0, batch, 3), 0);
    assert_int_equal(batch[2].err, RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION);
    free(batch);
    assert_int_equal(count_spans(fixture, "send batch-lost"), 3);
    for (size_t i = 0; i < 3; i++) {
        assert_error(otelmq_memory_exporter_span_at(fixture->memory, i), "_UNKNOWN_PARTITION");
    }
    rd_kafka_topic_destroy(topic);
    rd_kafka_destroy(astray);
    rd_kafka_destroy(producer);
}

static void a_batch_message_that_librdkafka_forgets_ends_with_its_client(void **state)
{
    const kafka_fixture *fixture = *state;
    rd_kafka_message_t batch[2];
    rd_kafka_t *producer = producer_that_knows(fixture, "forgotten");
    rd_kafka_topic_t *topic = rd_kafka_topic_new(producer, "forgotten", NULL);
    memset(batch, 0, sizeof(batch));
    batch[1].partition = 99;
    assert_int_equal(
        rd_kafka_produce_batch(topic, RD_KAFKA_PARTITION_UA, RD_KAFKA_MSG_F_PARTITION, batch, 2),
        1);
    rd_kafka_topic_destroy(topic);
    /* A flush would wait for it for ever. */
    for (int i = 0; i < 300 && otelmq_memory_exporter_count(fixture->memory) == 0; i++) {
        rd_kafka_poll(producer, 100);
    }
    assert_int_equal(otelmq_memory_exporter_count(fixture->memory), 1);
    rd_kafka_destroy(producer);
    assert_int_equal(otelmq_memory_exporter_count(fixture->memory), 2);
    assert_no_error(otelmq_memory_exporter_span_at(fixture->memory, 0));
    assert_error(otelmq_memory_exporter_span_at(fixture->memory, 1), "_DESTROY");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_message_to_an_unknown_topic_ends_its_span, kafka_fixture_clear),
        cmocka_unit_test_setup(an_error_of_the_broker_is_the_error_of_the_span,
                               kafka_fixture_clear),
        cmocka_unit_test_setup(a_message_that_is_delivered_at_the_second_try_has_one_span,
                               kafka_fixture_clear),
        cmocka_unit_test_setup(a_purged_message_says_so, kafka_fixture_clear),
        cmocka_unit_test_setup(a_message_without_a_broker_times_out, kafka_fixture_clear),
        cmocka_unit_test_setup(a_producer_destroyed_without_a_flush_ends_its_spans,
                               kafka_fixture_clear),
        cmocka_unit_test_setup(a_producer_destroyed_amid_deliveries_ends_its_spans,
                               kafka_fixture_clear),
        cmocka_unit_test_setup(a_full_queue_answers_as_ever_and_makes_no_span, kafka_fixture_clear),
        cmocka_unit_test_setup(a_failed_produce_leaves_the_header_list_for_another_try,
                               kafka_fixture_clear),
        cmocka_unit_test_setup(a_failed_produce_without_headers_ends_its_span, kafka_fixture_clear),
        cmocka_unit_test_setup(a_failed_delivery_gives_the_headers_back_without_ours,
                               kafka_fixture_clear),
        cmocka_unit_test_setup(a_batch_that_finds_no_partition_ends_its_spans, kafka_fixture_clear),
        cmocka_unit_test_setup(a_batch_message_that_librdkafka_forgets_ends_with_its_client,
                               kafka_fixture_clear),
    };
    return cmocka_run_group_tests(tests, kafka_fixture_setup, kafka_fixture_teardown);
}
