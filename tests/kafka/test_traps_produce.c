/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What librdkafka does with messages that fail, and in which order it tells of those that do not:
 * with tracing it must be the same. docs/kafka.md lists the traps.
 */
#include "kafka_fixture.h"
#include "span_asserts.h"

#include <stdlib.h>

enum { COUNT = 20, NOWHERE = 99 };

static rd_kafka_resp_err_t produce(rd_kafka_t *producer, const char *topic, int32_t partition,
                                   rd_kafka_headers_t *headers)
{
    return rd_kafka_producev(producer, RD_KAFKA_V_TOPIC(topic), RD_KAFKA_V_PARTITION(partition),
                             RD_KAFKA_V_HEADERS(headers), RD_KAFKA_V_END);
}

static rd_kafka_headers_t *new_list(void)
{
    rd_kafka_headers_t *headers = rd_kafka_headers_new(1);
    assert_int_equal(rd_kafka_header_add(headers, "own", -1, "1", 1), 0);
    return headers;
}

static rd_kafka_t *new_traced(const kafka_fixture *fixture, const char *topic,
                              rd_kafka_conf_t *conf)
{
    kafka_create_topic(fixture, topic, 1);
    assert_int_equal(otelmq_kafka_conf_trace(conf, NULL), OTELMQ_OK);
    rd_kafka_t *producer = kafka_client_new(RD_KAFKA_PRODUCER, conf);
    assert_int_equal(produce(producer, topic, 0, NULL), 0); /* It knows the partitions then. */
    kafka_flush(producer);
    otelmq_memory_exporter_clear(fixture->memory);
    return producer;
}

/* What is added in on_send stays in the application's list when the call fails after it. */
static void a_list_given_again_and_again_brings_one_context(void **state)
{
    static const char *const properties[] = {"queue.buffering.max.messages", "2", "linger.ms",
                                             "100000", NULL};
    const kafka_fixture *fixture = *state;
    rd_kafka_t *producer = new_traced(fixture, "given-again", kafka_conf(fixture, properties));
    rd_kafka_headers_t *headers = new_list();
    for (int i = 0; i < COUNT; i++) {
        assert_int_equal(produce(producer, "given-again", NOWHERE, headers),
                         RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION);
        assert_int_equal(rd_kafka_header_cnt(headers), 1);
    }
    assert_int_equal(produce(producer, "given-again", 0, headers), 0);
    kafka_flush(producer);
    rd_kafka_destroy(producer);
    assert_int_equal(count_spans(fixture, "send given-again"), COUNT + 1);
    kafka_assign(fixture->reader, "given-again", 1);
    rd_kafka_message_destroy(kafka_poll_plain(fixture->reader)); /* the one of new_traced */
    rd_kafka_message_t *message = kafka_poll_plain(fixture->reader);
    assert_int_equal(kafka_header_count(message, "traceparent"), 1);
    assert_int_equal(kafka_header_count(message, NULL), 2);
    assert_sent_by(message, otelmq_memory_exporter_span_at(fixture->memory, COUNT));
    rd_kafka_message_destroy(message);
}

/* Neither on_send nor on_acknowledgement is called; what is in the list is the application's. */
static void a_list_that_finds_the_queue_full_is_not_touched(void **state)
{
    static const char *const properties[] = {"queue.buffering.max.messages", "1", "linger.ms",
                                             "100000", NULL};
    const kafka_fixture *fixture = *state;
    rd_kafka_t *producer = new_traced(fixture, "full-up", kafka_conf(fixture, properties));
    rd_kafka_headers_t *headers = new_list();
    assert_int_equal(produce(producer, "full-up", 0, NULL), 0);
    for (int i = 0; i < COUNT; i++) {
        assert_int_equal(produce(producer, "full-up", 0, headers), RD_KAFKA_RESP_ERR__QUEUE_FULL);
        assert_int_equal(rd_kafka_header_cnt(headers), 1);
    }
    rd_kafka_headers_destroy(headers);
    kafka_flush(producer);
    rd_kafka_destroy(producer);
    assert_int_equal(otelmq_memory_exporter_count(fixture->memory), 1);
}

static int32_t find_nothing(const rd_kafka_topic_t *topic, const void *key, size_t key_len,
                            int32_t partition_count, void *topic_opaque, void *message_opaque)
{
    (void)topic, (void)key, (void)key_len;
    (void)partition_count, (void)topic_opaque, (void)message_opaque;
    return NOWHERE;
}

/* A message without a key would go to any partition, whatever the partitioner says. */
static rd_kafka_resp_err_t produce_by_key(rd_kafka_t *producer, const char *topic,
                                          rd_kafka_headers_t *headers)
{
    return rd_kafka_producev(producer, RD_KAFKA_V_TOPIC(topic), RD_KAFKA_V_KEY("key", 3),
                             RD_KAFKA_V_HEADERS(headers), RD_KAFKA_V_END);
}

/* The acknowledgement comes inside of the call, on the application's own thread. */
static void a_partitioner_that_fails_ends_the_span_inside_of_the_call(void **state)
{
    const kafka_fixture *fixture = *state;
    rd_kafka_topic_conf_t *topic_conf = rd_kafka_topic_conf_new();
    rd_kafka_topic_conf_set_partitioner_cb(topic_conf, find_nothing);
    rd_kafka_conf_t *conf = kafka_conf(fixture, NULL);
    rd_kafka_conf_set_default_topic_conf(conf, topic_conf);
    rd_kafka_t *producer = new_traced(fixture, "partitioned", conf);
    rd_kafka_headers_t *headers = new_list();
    for (size_t i = 1; i <= COUNT; i++) {
        assert_int_equal(produce_by_key(producer, "partitioned", headers),
                         RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION);
        assert_int_equal(otelmq_memory_exporter_count(fixture->memory), i);
        assert_int_equal(rd_kafka_header_cnt(headers), 1);
    }
    assert_error(find_span(fixture, "send partitioned"), "_UNKNOWN_PARTITION");
    rd_kafka_headers_destroy(headers);
    rd_kafka_destroy(producer);
    assert_int_equal(otelmq_memory_exporter_count(fixture->memory), COUNT);
}

/* What a delivery report callback sees. */
typedef struct {
    const kafka_fixture *fixture;
    size_t reported;
    size_t spans_behind; /* reports that came before the span was there */
    size_t contexts; /* among the headers, which the message still has */
} witness;

static void see(rd_kafka_t *producer, const rd_kafka_message_t *message, void *of_witness)
{
    witness *self = of_witness;
    (void)producer;
    assert_int_equal(message->err, RD_KAFKA_RESP_ERR_NO_ERROR);
    self->reported++;
    self->spans_behind += otelmq_memory_exporter_count(self->fixture->memory) < self->reported;
    self->contexts += kafka_header_count(message, "traceparent");
}

static void the_span_is_there_before_its_delivery_report(void **state)
{
    witness self = {.fixture = *state};
    rd_kafka_conf_t *conf = kafka_conf(self.fixture, NULL);
    rd_kafka_conf_set_opaque(conf, &self);
    rd_kafka_conf_set_dr_msg_cb(conf, see);
    rd_kafka_t *producer = new_traced(self.fixture, "reported", conf);
    self.reported = self.spans_behind = self.contexts = 0;
    for (int i = 0; i < COUNT; i++) {
        assert_int_equal(produce(producer, "reported", 0, new_list()), 0);
    }
    kafka_flush(producer);
    rd_kafka_destroy(producer);
    assert_int_equal(self.reported, COUNT);
    assert_int_equal(self.spans_behind, 0);
    assert_int_equal(self.contexts, COUNT);
}

/* The message's address is used again by the next one, whose span is another. */
static void messages_at_one_address_have_a_span_each(void **state)
{
    const kafka_fixture *fixture = *state;
    rd_kafka_t *producer = new_traced(fixture, "one-by-one", kafka_conf(fixture, NULL));
    for (int i = 0; i < COUNT; i++) {
        assert_int_equal(produce(producer, "one-by-one", 0, NULL), 0);
        kafka_flush(producer);
    }
    rd_kafka_destroy(producer);
    assert_int_equal(otelmq_memory_exporter_count(fixture->memory), COUNT);
    for (int i = 0; i < COUNT; i++) {
        const otelmq_span_data *span = otelmq_memory_exporter_span_at(fixture->memory, (size_t)i);
        assert_int_attribute(span, "messaging.kafka.offset", i + 1);
    }
}

#define TEST(name) cmocka_unit_test_setup(name, kafka_fixture_clear)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_list_given_again_and_again_brings_one_context),
        TEST(a_list_that_finds_the_queue_full_is_not_touched),
        TEST(a_partitioner_that_fails_ends_the_span_inside_of_the_call),
        TEST(the_span_is_there_before_its_delivery_report),
        TEST(messages_at_one_address_have_a_span_each),
    };
    return cmocka_run_group_tests(tests, kafka_fixture_setup, kafka_fixture_teardown);
}
