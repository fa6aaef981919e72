/* SPDX-License-Identifier: Apache-2.0 */
/* The produce calls of <otelmq/kafka_produce.h> for one message, with a traced conf and without. */
#include "kafka_fixture.h"
#include "span_asserts.h"

#include "base/clock.h"

#include <errno.h>
#include <stdlib.h>

static const char FOREIGN_TRACEPARENT[] = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

/* A producer whose conf is not traced. */
static rd_kafka_t *untraced_producer(const kafka_fixture *fixture, const char *const properties[])
{
    return kafka_client_new(RD_KAFKA_PRODUCER, kafka_conf(fixture, properties));
}

static int by_produce(rd_kafka_t *producer, const char *topic, int32_t partition, void *value,
                      size_t size)
{
    rd_kafka_topic_t *handle = rd_kafka_topic_new(producer, topic, NULL);
    int result = otelmq_kafka_produce(producer, handle, partition, RD_KAFKA_MSG_F_COPY, value, size,
                                      "key", 3, NULL);
    rd_kafka_resp_err_t err = rd_kafka_last_error();
    rd_kafka_topic_destroy(handle);
    return result == 0 ? 0 : (int)err;
}

static int by_producev(rd_kafka_t *producer, const char *topic, int32_t partition, void *value,
                       size_t size)
{
    return otelmq_kafka_producev(producer, RD_KAFKA_V_TOPIC(topic), RD_KAFKA_V_PARTITION(partition),
                                 RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY), RD_KAFKA_V_KEY("key", 3),
                                 RD_KAFKA_V_VALUE(value, size), RD_KAFKA_V_TIMESTAMP(0),
                                 RD_KAFKA_V_OPAQUE(NULL), RD_KAFKA_V_END);
}

static int by_producev_with_single_headers(rd_kafka_t *producer, const char *topic,
                                           int32_t partition, void *value, size_t size)
{
    return otelmq_kafka_producev(producer, RD_KAFKA_V_TOPIC(topic), RD_KAFKA_V_PARTITION(partition),
                                 RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY), RD_KAFKA_V_KEY("key", 3),
                                 RD_KAFKA_V_VALUE(value, size), RD_KAFKA_V_HEADER("own", "1", 1),
                                 RD_KAFKA_V_HEADER("own", "2", -1), RD_KAFKA_V_END);
}

static int by_producev_with_a_list(rd_kafka_t *producer, const char *topic, int32_t partition,
                                   void *value, size_t size)
{
    rd_kafka_headers_t *headers = rd_kafka_headers_new(1);
    rd_kafka_header_add(headers, "own", -1, "1", 1);
    rd_kafka_header_add(headers, "own", -1, "2", 1);
    rd_kafka_topic_t *handle = rd_kafka_topic_new(producer, topic, NULL);
    rd_kafka_resp_err_t err = otelmq_kafka_producev(
        producer, RD_KAFKA_V_RKT(handle), RD_KAFKA_V_PARTITION(partition),
        RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY), RD_KAFKA_V_KEY("key", 3),
        RD_KAFKA_V_VALUE(value, size), RD_KAFKA_V_HEADERS(headers), RD_KAFKA_V_END);
    rd_kafka_topic_destroy(handle);
    if (err != RD_KAFKA_RESP_ERR_NO_ERROR) {
        assert_int_equal(rd_kafka_header_cnt(headers), 2);
        rd_kafka_headers_destroy(headers);
    }
    return (int)err;
}

static int by_produceva(rd_kafka_t *producer, const char *topic, int32_t partition, void *value,
                        size_t size)
{
    rd_kafka_vu_t vus[] = {
        {.vtype = RD_KAFKA_VTYPE_TOPIC, .u.cstr = topic},
        {.vtype = RD_KAFKA_VTYPE_PARTITION, .u.i32 = partition},
        {.vtype = RD_KAFKA_VTYPE_MSGFLAGS, .u.i = RD_KAFKA_MSG_F_COPY},
        {.vtype = RD_KAFKA_VTYPE_KEY, .u.mem = {(char[]){'k', 'e', 'y'}, 3}},
        {.vtype = RD_KAFKA_VTYPE_VALUE, .u.mem = {value, size}},
        {.vtype = RD_KAFKA_VTYPE_HEADER, .u.header = {"own", "1", 1}},
        {.vtype = RD_KAFKA_VTYPE_HEADER, .u.header = {"own", "2", 1}},
    };
    rd_kafka_error_t *error = otelmq_kafka_produceva(producer, vus, sizeof(vus) / sizeof(vus[0]));
    int err = error != NULL ? (int)rd_kafka_error_code(error) : 0;
    rd_kafka_error_destroy(error);
    return err;
}

typedef struct {
    const char *name;
    int (*produce)(rd_kafka_t *producer, const char *topic, int32_t partition, void *value,
                   size_t size);
    size_t own_headers;
} way;

static const way WAYS[] = {
    {"produce", by_produce, 0},
    {"producev", by_producev, 0},
    {"producev-single", by_producev_with_single_headers, 2},
    {"producev-list", by_producev_with_a_list, 2},
    {"produceva", by_produceva, 2},
};

enum { WAYS_COUNT = sizeof(WAYS) / sizeof(WAYS[0]) };

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
    for (size_t i = 0; i < WAYS_COUNT; i++) {
        char topic[64];
        (void)snprintf(topic, sizeof(topic), "%s-%s", prefix, WAYS[i].name);
        kafka_create_topic(fixture, topic, 1);
        otelmq_memory_exporter_clear(fixture->memory);
        assert_int_equal(WAYS[i].produce(producer, topic, 0, value, 1), 0);
        kafka_flush(producer);
        assert_one_send(fixture, topic, WAYS[i].own_headers);
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
    for (size_t i = 0; i < WAYS_COUNT; i++) {
        assert_int_equal(WAYS[i].produce(traced, "passed", 0, value, 1), 0);
        assert_int_equal(WAYS[i].produce(untraced, "passed", 0, value, 1), 0);
    }
    otelmq_scope_end(&scope);
    for (size_t i = 0; i < WAYS_COUNT; i++) {
        assert_int_equal(WAYS[i].produce(disabled, "passed", 0, value, 1), 0);
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

static void assert_failed_sends(const kafka_fixture *fixture, const char *error_type)
{
    assert_int_equal(otelmq_memory_exporter_count(fixture->memory), WAYS_COUNT);
    for (size_t i = 0; i < WAYS_COUNT; i++) {
        const otelmq_span_data *span = otelmq_memory_exporter_span_at(fixture->memory, i);
        assert_error(span, error_type);
        assert_string_attribute(span, "messaging.kafka.message.key", "key");
        assert_string_attribute(span, "messaging.destination.name", "failing");
        assert_no_attribute(span, "messaging.kafka.offset");
    }
}

static void check_failures(const kafka_fixture *fixture, rd_kafka_t *producer, int32_t partition,
                           size_t size, rd_kafka_resp_err_t expected)
{
    char *value = calloc(1, size);
    otelmq_memory_exporter_clear(fixture->memory);
    for (size_t i = 0; i < WAYS_COUNT; i++) {
        assert_int_equal(WAYS[i].produce(producer, "failing", partition, value, size), expected);
    }
    free(value);
    assert_failed_sends(fixture, rd_kafka_err2name(expected));
}

/* Fills the queue of a producer whose queue has room for one message. */
static void fill(rd_kafka_t *producer)
{
    char value[] = "v";
    otelmq_scope scope = otelmq_messaging_suppress();
    assert_int_equal(by_producev(producer, "failing", 0, value, 1), 0);
    otelmq_scope_end(&scope);
}

static void check_each_failure(const kafka_fixture *fixture, rd_kafka_t *producer)
{
    char value[] = "v";
    assert_int_equal(by_producev(producer, "failing", 0, value, 1), 0);
    kafka_flush(producer);
    check_failures(fixture, producer, 0, 2000, RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE);
    check_failures(fixture, producer, 99, 1, RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION);
    fill(producer);
    check_failures(fixture, producer, 0, 1, RD_KAFKA_RESP_ERR__QUEUE_FULL);
    kafka_flush(producer);
}

static const char *const SMALL[] = {
    "message.max.bytes", "1000", "queue.buffering.max.messages", "1", "linger.ms", "100000", NULL};

static void a_traced_call_that_fails_has_a_failed_span(void **state)
{
    kafka_create_topic(*state, "failing", 1);
    rd_kafka_t *producer = kafka_producer(*state, SMALL, NULL);
    check_each_failure(*state, producer);
    rd_kafka_destroy(producer);
}

static void an_untraced_call_that_fails_has_a_failed_span(void **state)
{
    rd_kafka_t *producer = untraced_producer(*state, SMALL);
    check_each_failure(*state, producer);
    rd_kafka_destroy(producer);
}

static void a_span_that_ends_at_the_return_tells_what_was_returned(void **state)
{
    const kafka_fixture *fixture = *state;
    otelmq_kafka_options options = {.messaging.ends_send_at_return = true};
    rd_kafka_t *producer = kafka_producer(fixture, SMALL, &options);
    check_each_failure(fixture, producer);
    otelmq_memory_exporter_clear(fixture->memory);
    char value[] = "v";
    rd_kafka_mock_broker_set_down(fixture->cluster, 1);
    assert_int_equal(by_producev(producer, "failing", 0, value, 1), 0);
    assert_int_equal(otelmq_memory_exporter_count(fixture->memory), 1);
    assert_no_error(find_span(fixture, "send failing"));
    assert_no_attribute(find_span(fixture, "send failing"), "messaging.kafka.offset");
    rd_kafka_mock_broker_set_up(fixture->cluster, 1);
    kafka_flush(producer);
    assert_int_equal(otelmq_memory_exporter_count(fixture->memory), 1);
    rd_kafka_destroy(producer);
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

static void retries_of_the_application_are_spans_of_their_own(void **state)
{
    const kafka_fixture *fixture = *state;
    char value[] = "v";
    rd_kafka_t *producer = kafka_producer(fixture, SMALL, NULL);
    fill(producer);
    assert_int_equal(by_producev(producer, "failing", 0, value, 1), RD_KAFKA_RESP_ERR__QUEUE_FULL);
    kafka_flush(producer);
    assert_int_equal(by_producev(producer, "failing", 0, value, 1), 0);
    kafka_flush(producer);
    rd_kafka_destroy(producer);
    assert_int_equal(count_spans(fixture, "send failing"), 2);
    assert_error(otelmq_memory_exporter_span_at(fixture->memory, 0), "_QUEUE_FULL");
    assert_no_error(otelmq_memory_exporter_span_at(fixture->memory, 1));
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

static void produce_answers_with_errno_and_the_last_error(void **state)
{
    const kafka_fixture *fixture = *state;
    char value[] = "v";
    rd_kafka_t *producers[] = {kafka_producer(fixture, NULL, NULL),
                               untraced_producer(fixture, NULL)};
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(by_producev(producers[i], "failing", 0, value, 1), 0);
        kafka_flush(producers[i]);
        rd_kafka_topic_t *topic = rd_kafka_topic_new(producers[i], "failing", NULL);
        assert_int_equal(otelmq_kafka_produce(producers[i], topic, 99, RD_KAFKA_MSG_F_COPY, value,
                                              1, NULL, 0, NULL),
                         -1);
        assert_int_equal(errno, ESRCH);
        assert_int_equal(rd_kafka_last_error(), RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION);
        rd_kafka_topic_destroy(topic);
        rd_kafka_destroy(producers[i]);
    }
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

static const struct {
    const char *name;
    const char *value;
} BROUGHT[] = {{"first", "1"}, {"baggage", "a=1"}, {"traceparent", "no context"}, {"last", "4"}};

enum { BROUGHT_COUNT = sizeof(BROUGHT) / sizeof(BROUGHT[0]) };

static void assert_brought(const rd_kafka_headers_t *headers)
{
    assert_int_equal(rd_kafka_header_cnt(headers), BROUGHT_COUNT);
    for (size_t i = 0; i < BROUGHT_COUNT; i++) {
        const char *name = NULL;
        const void *value = NULL;
        size_t size = 0;
        assert_int_equal(rd_kafka_header_get_all(headers, i, &name, &value, &size), 0);
        assert_string_equal(name, BROUGHT[i].name);
        assert_int_equal(size, strlen(BROUGHT[i].value));
        assert_memory_equal(value, BROUGHT[i].value, size);
    }
}

/* Of a list that a failed call gives back, nothing may have changed, not even the order. */
static void a_list_with_fields_of_its_own_is_the_same_after_a_failure(void **state)
{
    const kafka_fixture *fixture = *state;
    char value[] = "v";
    rd_kafka_t *producers[] = {kafka_producer(fixture, NULL, NULL),
                               untraced_producer(fixture, NULL)};
    rd_kafka_headers_t *headers = rd_kafka_headers_new(BROUGHT_COUNT);
    for (size_t i = 0; i < BROUGHT_COUNT; i++) {
        rd_kafka_header_add(headers, BROUGHT[i].name, -1, BROUGHT[i].value, -1);
    }
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(by_producev(producers[i], "failing", 0, value, 1), 0);
        kafka_flush(producers[i]);
        assert_int_equal(otelmq_kafka_producev(producers[i], RD_KAFKA_V_TOPIC("failing"),
                                               RD_KAFKA_V_PARTITION(99),
                                               RD_KAFKA_V_HEADERS(headers), RD_KAFKA_V_END),
                         RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION);
        assert_brought(headers);
        rd_kafka_destroy(producers[i]);
    }
    rd_kafka_headers_destroy(headers);
}

/* Headers come in one form or the other; librdkafka refuses both. */
static void both_forms_of_headers_are_refused_as_ever(void **state)
{
    const kafka_fixture *fixture = *state;
    rd_kafka_t *producers[] = {kafka_producer(fixture, NULL, NULL),
                               untraced_producer(fixture, NULL)};
    rd_kafka_headers_t *headers = rd_kafka_headers_new(1);
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(otelmq_kafka_producev(producers[i], RD_KAFKA_V_TOPIC("failing"),
                                               RD_KAFKA_V_HEADER("a", "1", 1),
                                               RD_KAFKA_V_HEADERS(headers), RD_KAFKA_V_END),
                         RD_KAFKA_RESP_ERR__CONFLICT);
        assert_int_equal(rd_kafka_header_cnt(headers), 0);
        rd_kafka_destroy(producers[i]);
    }
    rd_kafka_headers_destroy(headers);
    assert_int_equal(count_spans(fixture, "send failing"), 2);
    assert_error(find_span(fixture, "send failing"), "_CONFLICT");
}

static void arguments_that_make_no_sense_are_refused_as_ever(void **state)
{
    const kafka_fixture *fixture = *state;
    rd_kafka_t *producer = kafka_producer(fixture, NULL, NULL);
    assert_int_equal(otelmq_kafka_producev(producer, RD_KAFKA_V_PARTITION(0), RD_KAFKA_V_END),
                     RD_KAFKA_RESP_ERR__INVALID_ARG);
    assert_int_equal(
        otelmq_kafka_producev(producer, RD_KAFKA_V_TOPIC("failing"), 4711, RD_KAFKA_V_END),
        RD_KAFKA_RESP_ERR__INVALID_ARG);
    rd_kafka_vu_t many[70];
    for (size_t i = 0; i < 70; i++) {
        many[i] = (rd_kafka_vu_t){.vtype = RD_KAFKA_VTYPE_TOPIC, .u.cstr = "failing"};
    }
    many[0] = (rd_kafka_vu_t){.vtype = RD_KAFKA_VTYPE_HEADER, .u.header = {"own", "1", 1}};
    assert_null(otelmq_kafka_produceva(producer, many, 70));
    kafka_flush(producer);
    rd_kafka_destroy(producer);
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
        T(a_disabled_or_suppressed_call_passes_through),
        T(a_traced_call_that_fails_has_a_failed_span),
        T(an_untraced_call_that_fails_has_a_failed_span),
        T(a_span_that_ends_at_the_return_tells_what_was_returned),
        T(raw_calls_end_at_the_return_too),
        T(retries_of_the_application_are_spans_of_their_own),
        T(a_call_that_blocks_is_a_part_of_its_span),
        T(produce_answers_with_errno_and_the_last_error),
        T(a_context_of_the_application_is_kept_by_both),
        T(a_list_with_fields_of_its_own_is_the_same_after_a_failure),
        T(both_forms_of_headers_are_refused_as_ever),
        T(arguments_that_make_no_sense_are_refused_as_ever),
        T(an_untraced_message_near_the_limit_goes_out_without_context),
    };
#undef T
    return cmocka_run_group_tests(tests, kafka_fixture_setup, kafka_fixture_teardown);
}
