/* SPDX-License-Identifier: Apache-2.0 */
/* The produce calls of <otelmq/kafka_produce.h> for one message, with a traced conf and without. */
#include "produce_ways.h"
#include "span_asserts.h"

#include "base/clock.h"

#include <stdlib.h>

static const char FOREIGN_TRACEPARENT[] = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

static void assert_one_send(const kafka_fixture *fixture, const char *topic, size_t own_headers)
{
    char name[80];
    (void)snprintf(name, sizeof(name), "send %s", topic);
    assert_int_equal(otelmq_memory_exporter_count(fixture->memory), 1);
    const otelmq_span_data *span = find_span(fixture, name);
    assert_no_error(span);
    assert_int_equal(span->kind, OTELMQ_SPAN_PRODUCER);
    assert_string_attribute(span, "messaging.kafka.message.key", "key");
    rd_kafka_message_t *message = kafka_read_first(fixture, topic);
    assert_sent_by(message, span);
    assert_int_equal(message->len, 1);
    assert_int_equal(kafka_header_count(message, "own"), own_headers);
    rd_kafka_message_destroy(message);
}

static void check_all_ways(const kafka_fixture *fixture, rd_kafka_t *producer, const char *prefix)
{
    char value[] = "v";
    for (size_t i = 0; i < PRODUCE_WAYS; i++) {
        char topic[64];
        (void)snprintf(topic, sizeof(topic), "%s-%s", prefix, produce_ways[i].name);
        kafka_create_topic(fixture, topic, 1);
        otelmq_memory_exporter_clear(fixture->memory);
        assert_int_equal(produce_ways[i].produce(producer, topic, 0, value, 1), 0);
        kafka_flush(producer);
        assert_one_send(fixture, topic, produce_ways[i].own_headers);
    }
}

static void a_traced_producer_has_one_span_for_each_call(void **state)
{
    rd_kafka_t *producer = kafka_producer(*state, NULL, NULL);
    check_all_ways(*state, producer, "traced");
    rd_kafka_destroy(producer);
}

static void an_untraced_producer_is_traced_by_the_calls(void **state)
{
    rd_kafka_t *producer = untraced_producer(*state, NULL);
    check_all_ways(*state, producer, "untraced");
    rd_kafka_destroy(producer);
}

/* librdkafka's own calls have no place where it may be asked for. */
static void a_traced_call_tells_the_cluster(void **state)
{
    const kafka_fixture *fixture = *state;
    char value[] = "v";
    rd_kafka_t *producer = kafka_producer(fixture, NULL, NULL);
    char *id = rd_kafka_clusterid(producer, 10000);
    assert_int_equal(by_producev(producer, "clustered", 0, value, 1), 0);
    kafka_flush(producer);
    rd_kafka_destroy(producer);
    assert_string_attribute(find_span(fixture, "send clustered"), "messaging.kafka.cluster.id", id);
    free(id);
}

static void a_disabled_or_suppressed_call_passes_through(void **state)
{
    const kafka_fixture *fixture = *state;
    char value[] = "v";
    otelmq_kafka_options options = {.messaging.is_disabled = true};
    rd_kafka_t *disabled = kafka_producer(fixture, NULL, &options);
    rd_kafka_t *traced = kafka_producer(fixture, NULL, NULL);
    rd_kafka_t *untraced = untraced_producer(fixture, NULL);
    kafka_create_topic(fixture, "passed", 1);
    otelmq_scope scope = otelmq_messaging_suppress();
    for (size_t i = 0; i < PRODUCE_WAYS; i++) {
        assert_int_equal(produce_ways[i].produce(traced, "passed", 0, value, 1), 0);
        assert_int_equal(produce_ways[i].produce(untraced, "passed", 0, value, 1), 0);
    }
    otelmq_scope_end(&scope);
    for (size_t i = 0; i < PRODUCE_WAYS; i++) {
        assert_int_equal(produce_ways[i].produce(disabled, "passed", 0, value, 1), 0);
    }
    kafka_flush(disabled);
    kafka_flush(traced);
    kafka_flush(untraced);
    assert_int_equal(otelmq_memory_exporter_count(fixture->memory), 0);
    rd_kafka_message_t *message = kafka_read_first(fixture, "passed");
    assert_int_equal(kafka_header_count(message, "traceparent"), 0);
    rd_kafka_message_destroy(message);
    rd_kafka_destroy(disabled);
    rd_kafka_destroy(traced);
    rd_kafka_destroy(untraced);
}

static void raw_calls_end_at_the_return_too(void **state)
{
    const kafka_fixture *fixture = *state;
    otelmq_kafka_options options = {.messaging.ends_send_at_return = true};
    kafka_create_topic(fixture, "returned", 1);
    rd_kafka_t *producer = kafka_producer(fixture, NULL, &options);
    rd_kafka_headers_t *headers = rd_kafka_headers_new(1);
    assert_int_equal(rd_kafka_producev(producer, RD_KAFKA_V_TOPIC("returned"),
                                       RD_KAFKA_V_PARTITION(7), RD_KAFKA_V_HEADERS(headers),
                                       RD_KAFKA_V_END),
                     RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION);
    assert_int_equal(rd_kafka_header_cnt(headers), 0);
    assert_int_equal(count_spans(fixture, "send returned"), 1);
    assert_int_equal(rd_kafka_producev(producer, RD_KAFKA_V_TOPIC("returned"),
                                       RD_KAFKA_V_HEADERS(headers), RD_KAFKA_V_END),
                     0);
    assert_int_equal(count_spans(fixture, "send returned"), 2);
    kafka_flush(producer);
    assert_int_equal(count_spans(fixture, "send returned"), 2);
    rd_kafka_message_t *message = kafka_read_first(fixture, "returned");
    assert_sent_by(message, otelmq_memory_exporter_span_at(fixture->memory, 1));
    rd_kafka_message_destroy(message);
    rd_kafka_destroy(producer);
}

/* Whether the second of two messages had to wait for the room of the first. */
static bool has_waited(const kafka_fixture *fixture, rd_kafka_t *producer, rd_kafka_topic_t *topic)
{
    const int flags = RD_KAFKA_MSG_F_COPY | RD_KAFKA_MSG_F_BLOCK;
    char value[] = "v";
    otelmq_memory_exporter_clear(fixture->memory);
    assert_int_equal(otelmq_kafka_produce(producer, topic, 0, flags, value, 1, NULL, 0, NULL), 0);
    uint64_t before = otelmq_clock_unix_nano();
    assert_int_equal(otelmq_kafka_produce(producer, topic, 0, flags, value, 1, NULL, 0, NULL), 0);
    kafka_flush(producer);
    return otelmq_memory_exporter_span_at(fixture->memory, 0)->end_time_unix_nano > before;
}

static void a_call_that_blocks_is_a_part_of_its_span(void **state)
{
    static const char *const properties[] = {"queue.buffering.max.messages", "1", "linger.ms",
                                             "200", NULL};
    const kafka_fixture *fixture = *state;
    rd_kafka_t *producer = kafka_producer(fixture, properties, NULL);
    rd_kafka_topic_t *topic = rd_kafka_topic_new(producer, "failing", NULL);
    /* On a slow machine the first may be gone by the time of the second. */
    for (int i = 0; !has_waited(fixture, producer, topic); i++) {
        assert_true(i < 20);
    }
    rd_kafka_topic_destroy(topic);
    rd_kafka_destroy(producer);
    const otelmq_span_data *first = otelmq_memory_exporter_span_at(fixture->memory, 0);
    const otelmq_span_data *second = otelmq_memory_exporter_span_at(fixture->memory, 1);
    assert_true(second->start_time_unix_nano < first->end_time_unix_nano);
}

static void a_context_of_the_application_is_kept_by_both(void **state)
{
    const kafka_fixture *fixture = *state;
    rd_kafka_t *producers[] = {kafka_producer(fixture, NULL, NULL),
                               untraced_producer(fixture, NULL)};
    static const char *const topics[] = {"kept-traced", "kept-untraced"};
    for (size_t i = 0; i < 2; i++) {
        char traceparent[64];
        kafka_create_topic(fixture, topics[i], 1);
        otelmq_memory_exporter_clear(fixture->memory);
        assert_int_equal(
            otelmq_kafka_producev(producers[i], RD_KAFKA_V_TOPIC(topics[i]),
                                  RD_KAFKA_V_HEADER("traceparent", FOREIGN_TRACEPARENT, -1),
                                  RD_KAFKA_V_END),
            0);
        kafka_flush(producers[i]);
        rd_kafka_destroy(producers[i]);
        rd_kafka_message_t *message = kafka_read_first(fixture, topics[i]);
        kafka_header(message, "traceparent", traceparent, sizeof(traceparent));
        assert_string_equal(traceparent, FOREIGN_TRACEPARENT);
        rd_kafka_message_destroy(message);
        const otelmq_span_data *span = otelmq_memory_exporter_span_at(fixture->memory, 0);
        assert_int_equal(span->kind, OTELMQ_SPAN_CLIENT);
        assert_int_equal(span->link_count, 1);
    }
}

/* With its context the message is too large, and without it is not. */
static void an_untraced_message_near_the_limit_goes_out_without_context(void **state)
{
    static const char *const properties[] = {"message.max.bytes", "1000", NULL};
    const kafka_fixture *fixture = *state;
    char value[900] = "";
    kafka_create_topic(fixture, "limit", 1);
    rd_kafka_t *producer = untraced_producer(fixture, properties);
    uint64_t skipped = otelmq_stats_read().counts[OTELMQ_STAT_INJECT_SKIPPED];
    assert_int_equal(by_produceva(producer, "limit", 0, value, sizeof(value)), 0);
    kafka_flush(producer);
    rd_kafka_destroy(producer);
    assert_int_equal(otelmq_stats_read().counts[OTELMQ_STAT_INJECT_SKIPPED], skipped + 1);
    assert_no_error(find_span(fixture, "send limit"));
    rd_kafka_message_t *message = kafka_read_first(fixture, "limit");
    assert_int_equal(kafka_header_count(message, NULL), 2);
    rd_kafka_message_destroy(message);
}

int main(void)
{
#define T(test) cmocka_unit_test_setup(test, kafka_fixture_clear)
    const struct CMUnitTest tests[] = {
        T(a_traced_producer_has_one_span_for_each_call),
        T(an_untraced_producer_is_traced_by_the_calls),
        T(a_traced_call_tells_the_cluster),
        T(a_disabled_or_suppressed_call_passes_through),
        T(raw_calls_end_at_the_return_too),
        T(a_call_that_blocks_is_a_part_of_its_span),
        T(a_context_of_the_application_is_kept_by_both),
        T(an_untraced_message_near_the_limit_goes_out_without_context),
    };
#undef T
    return cmocka_run_group_tests(tests, kafka_fixture_setup, kafka_fixture_teardown);
}
