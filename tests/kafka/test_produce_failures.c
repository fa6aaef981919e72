/* SPDX-License-Identifier: Apache-2.0 */
/* The produce calls of <otelmq/kafka_produce.h> that librdkafka refuses. */
#include "produce_ways.h"
#include "span_asserts.h"

#include <errno.h>
#include <stdlib.h>

static void assert_failed_sends(const kafka_fixture *fixture, const char *error_type)
{
    assert_int_equal(otelmq_memory_exporter_count(fixture->memory), PRODUCE_WAYS);
    for (size_t i = 0; i < PRODUCE_WAYS; i++) {
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
    for (size_t i = 0; i < PRODUCE_WAYS; i++) {
        assert_int_equal(produce_ways[i].produce(producer, "failing", partition, value, size),
                         expected);
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

static rd_kafka_resp_err_t
batch_answer(rd_kafka_t *producer, int (*produce)(rd_kafka_t *producer, rd_kafka_topic_t *topic,
                                                  rd_kafka_message_t *message))
{
    rd_kafka_topic_t *topic = rd_kafka_topic_new(producer, "failing", NULL);
    rd_kafka_message_t message = {.payload = NULL};
    assert_int_equal(produce(producer, topic, &message), 0);
    rd_kafka_topic_destroy(topic);
    return message.err;
}

static int produce_batch_plain(rd_kafka_t *producer, rd_kafka_topic_t *topic,
                               rd_kafka_message_t *message)
{
    (void)producer;
    return rd_kafka_produce_batch(topic, 0, RD_KAFKA_MSG_F_COPY, message, 1);
}

static int produce_batch_traced(rd_kafka_t *producer, rd_kafka_topic_t *topic,
                                rd_kafka_message_t *message)
{
    return otelmq_kafka_produce_batch(producer, topic, 0, RD_KAFKA_MSG_F_COPY, message, 1);
}

static void after_a_fatal_error_calls_answer_as_those_of_librdkafka(void **state)
{
    static const char *const idempotent[] = {"enable.idempotence", "true", NULL};
    char value[] = "v";
    rd_kafka_t *producers[] = {kafka_producer(*state, idempotent, NULL),
                               untraced_producer(*state, idempotent)};
    for (size_t i = 0; i < 2; i++) {
        rd_kafka_t *producer = producers[i];
        rd_kafka_resp_err_t cause = RD_KAFKA_RESP_ERR_INVALID_PRODUCER_EPOCH;
        assert_int_equal(rd_kafka_test_fatal_error(producer, cause, "for the test"), 0);
        assert_int_equal(rd_kafka_producev(producer, RD_KAFKA_V_TOPIC("failing"), RD_KAFKA_V_END),
                         RD_KAFKA_RESP_ERR__FATAL);
        assert_int_equal(by_producev(producer, "failing", 0, value, 1), RD_KAFKA_RESP_ERR__FATAL);
        assert_int_equal(by_produceva(producer, "failing", 0, value, 1), cause);
        assert_int_equal(batch_answer(producer, produce_batch_traced),
                         batch_answer(producer, produce_batch_plain));
        rd_kafka_destroy(producer);
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
        many[i] = (rd_kafka_vu_t){.vtype = RD_KAFKA_VTYPE_OPAQUE, .u.ptr = NULL};
    }
    many[0] = (rd_kafka_vu_t){.vtype = RD_KAFKA_VTYPE_HEADER, .u.header = {"own", "1", 1}};
    many[1] = (rd_kafka_vu_t){.vtype = RD_KAFKA_VTYPE_TOPIC, .u.cstr = "failing"};
    assert_null(otelmq_kafka_produceva(producer, many, 70));
    kafka_flush(producer);
    rd_kafka_destroy(producer);
}

int main(void)
{
#define T(test) cmocka_unit_test_setup(test, kafka_fixture_clear)
    const struct CMUnitTest tests[] = {
        T(a_traced_call_that_fails_has_a_failed_span),
        T(an_untraced_call_that_fails_has_a_failed_span),
        T(a_span_that_ends_at_the_return_tells_what_was_returned),
        T(retries_of_the_application_are_spans_of_their_own),
        T(produce_answers_with_errno_and_the_last_error),
        T(after_a_fatal_error_calls_answer_as_those_of_librdkafka),
        T(a_list_with_fields_of_its_own_is_the_same_after_a_failure),
        T(both_forms_of_headers_are_refused_as_ever),
        T(arguments_that_make_no_sense_are_refused_as_ever),
    };
#undef T
    return cmocka_run_group_tests(tests, kafka_fixture_setup, kafka_fixture_teardown);
}
