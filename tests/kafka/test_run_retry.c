/* SPDX-License-Identifier: Apache-2.0 */
#include "running.h"

#include <time.h>

enum { API_PRODUCE = 0 };

static const char TRACEPARENT[] = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

static void assert_header(const rd_kafka_message_t *message, const char *name, const char *expected)
{
    char text[128];
    kafka_header(message, name, text, sizeof(text));
    assert_string_equal(text, expected);
}

/* How many spans of the name ended with this error.type. */
static size_t count_errors(const kafka_fixture *fixture, const char *name, const char *error_type)
{
    size_t count = 0;
    for (size_t i = 0; i < otelmq_memory_exporter_count(fixture->memory); i++) {
        const otelmq_span_data *span = otelmq_memory_exporter_span_at(fixture->memory, i);
        if (otelmq_str_equal(span->name, otelmq_str_from(name)) &&
            span->status != OTELMQ_STATUS_UNSET) {
            assert_error(span, error_type);
            count++;
        }
    }
    return count;
}

static void a_retry_calls_the_handler_again_after_the_delay(void **state)
{
    const kafka_fixture *fixture = *state;
    seen_messages seen = {.answer = OTELMQ_KAFKA_RETRY, .answer_count = 2, .stop_after = 4};
    otelmq_kafka_run_options options = {.retry_delay_ms = 20};
    kafka_create_topic(fixture, "again", 1);
    produce_numbers(fixture, "again", 0, 2);
    rd_kafka_t *consumer = runner_of(fixture, "again", 1);
    assert_int_equal(otelmq_kafka_run(consumer, remember, &seen, &options), 0);
    assert_int_equal(committed_offset(consumer, "again"), 2);
    rd_kafka_destroy(consumer);
    static const char *const expected[] = {"0", "0", "0", "1"};
    assert_int_equal(seen.count, 4);
    for (size_t i = 0; i < 4; i++) {
        assert_string_equal(seen.values[i], expected[i]);
    }
    assert_int_equal(count_spans(fixture, "poll again"), 2);
    assert_int_equal(count_spans(fixture, "process again"), 4);
    assert_int_equal(count_errors(fixture, "process again", "retry"), 2);
}

static void produce_to(const kafka_fixture *fixture, const char *topic, int32_t partition)
{
    char value[] = "other";
    rd_kafka_t *producer = kafka_client_new(RD_KAFKA_PRODUCER, kafka_conf(fixture, NULL));
    assert_int_equal(rd_kafka_producev(producer, RD_KAFKA_V_TOPIC(topic),
                                       RD_KAFKA_V_PARTITION(partition), RD_KAFKA_V_VALUE(value, 5),
                                       RD_KAFKA_V_END),
                     0);
    kafka_flush(producer);
    rd_kafka_destroy(producer);
}

static void other_partitions_go_on_while_one_waits(void **state)
{
    const kafka_fixture *fixture = *state;
    seen_messages seen = {.answer = OTELMQ_KAFKA_RETRY, .answer_count = 1, .stop_after = 2};
    otelmq_kafka_run_options options = {.retry_delay_ms = 3600000};
    kafka_create_topic(fixture, "waiting", 2);
    produce_numbers(fixture, "waiting", 0, 1);
    rd_kafka_t *consumer = runner_of(fixture, "waiting", 2);
    produce_to(fixture, "waiting", 1);
    assert_int_equal(otelmq_kafka_run(consumer, remember, &seen, &options), 0);
    rd_kafka_destroy(consumer);
    assert_int_equal(seen.count, 2);
    assert_string_not_equal(seen.values[1], seen.values[0]);
}

/* Asks for ever for another try of two partitions, and produces to a third meanwhile. */
typedef struct {
    const kafka_fixture *fixture;
    size_t tries[2];
    bool has_third;
} insatiable;

static otelmq_kafka_answer ask_again(void *user, rd_kafka_t *consumer,
                                     const rd_kafka_message_t *message)
{
    enum { WARM = 3, TOO_MANY = 2000 };
    static const struct timespec longer_than_the_delay = {.tv_nsec = 5000000};
    insatiable *self = user;
    (void)consumer;
    if (message->partition == 2) {
        self->has_third = true;
        return OTELMQ_KAFKA_STOP;
    }
    self->tries[message->partition]++;
    if (message->partition == 0 && self->tries[0] == WARM) {
        produce_to(self->fixture, "greedy", 2);
    }
    nanosleep(&longer_than_the_delay, NULL);
    return self->tries[0] > TOO_MANY ? OTELMQ_KAFKA_STOP : OTELMQ_KAFKA_RETRY;
}

static void the_consumer_is_polled_while_messages_are_always_due(void **state)
{
    const kafka_fixture *fixture = *state;
    insatiable self = {.fixture = fixture};
    otelmq_kafka_run_options options = {.retry_delay_ms = 1, .max_retries = 1000000};
    kafka_create_topic(fixture, "greedy", 3);
    produce_to(fixture, "greedy", 0);
    produce_to(fixture, "greedy", 1);
    rd_kafka_t *consumer = runner_of(fixture, "greedy", 3);
    assert_int_equal(otelmq_kafka_run(consumer, ask_again, &self, &options), 0);
    rd_kafka_destroy(consumer);
    assert_true(self.tries[1] > 0);
    assert_true(self.has_third);
}

static void too_many_retries_skip_a_message_without_a_dead_letter_topic(void **state)
{
    const kafka_fixture *fixture = *state;
    seen_messages seen = {.answer = OTELMQ_KAFKA_RETRY, .answer_count = 3, .stop_after = 4};
    otelmq_kafka_run_options options = {.retry_delay_ms = 5, .max_retries = 2};
    kafka_create_topic(fixture, "given-up", 1);
    produce_numbers(fixture, "given-up", 0, 2);
    rd_kafka_t *consumer = runner_of(fixture, "given-up", 1);
    assert_int_equal(otelmq_kafka_run(consumer, remember, &seen, &options), 0);
    assert_int_equal(committed_offset(consumer, "given-up"), 2);
    rd_kafka_destroy(consumer);
    assert_string_equal(seen.values[2], "0");
    assert_string_equal(seen.values[3], "1");
    assert_error(otelmq_memory_exporter_span_at(fixture->memory, 3), "too-many-retries");
}

static void a_dead_letter_keeps_its_key_value_headers_and_link(void **state)
{
    static const char *const headers[] = {"traceparent", TRACEPARENT, "shop", "north", NULL};
    const kafka_fixture *fixture = *state;
    seen_messages seen = {.answer = OTELMQ_KAFKA_DEAD_LETTER, .stop_after = 1};
    rd_kafka_t *producer = kafka_producer(fixture, NULL, NULL);
    kafka_create_topic(fixture, "bad", 1);
    kafka_create_topic(fixture, "dead", 1);
    kafka_produce_foreign(fixture, "bad", "value", headers);
    rd_kafka_t *consumer = runner_of(fixture, "bad", 1);
    otelmq_kafka_run_options options = {.producer = producer, .dead_letter_topic = "dead"};
    assert_int_equal(otelmq_kafka_run(consumer, remember, &seen, &options), 0);
    assert_int_equal(committed_offset(consumer, "bad"), 1);
    rd_kafka_destroy(consumer);
    rd_kafka_destroy(producer);
    const otelmq_span_data *send = find_span(fixture, "send dead");
    const otelmq_span_data *process = find_span(fixture, "process bad");
    assert_error(process, "rejected");
    assert_child_of(send, &process->span_context);
    assert_int_equal(send->kind, OTELMQ_SPAN_CLIENT);
    assert_only_link(send, &process->links[0].span_context);
    rd_kafka_message_t *message = kafka_read_first(fixture, "dead");
    assert_memory_equal(message->payload, "value", 5);
    assert_header(message, "shop", "north");
    assert_header(message, "traceparent", TRACEPARENT);
    assert_header(message, "otelmq-error", "rejected");
    assert_header(message, "otelmq-retry-count", "0");
    assert_header(message, "otelmq-topic", "bad");
    assert_header(message, "otelmq-partition", "0");
    assert_header(message, "otelmq-offset", "0");
    assert_header(message, "otelmq-group", "workers");
    assert_int_equal(kafka_header_count(message, "otelmq-retry-at"), 0);
    rd_kafka_message_destroy(message);
}

/* One consumer has both topics, as a small program would do it. */
static rd_kafka_t *consumer_of_two(const kafka_fixture *fixture, const char *topic,
                                   const char *retries)
{
    rd_kafka_t *consumer = runner_of(fixture, topic, 1);
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(2);
    rd_kafka_topic_partition_list_add(list, topic, 0)->offset = 0;
    rd_kafka_topic_partition_list_add(list, retries, 0)->offset = 0;
    assert_int_equal(rd_kafka_assign(consumer, list), 0);
    rd_kafka_topic_partition_list_destroy(list);
    return consumer;
}

static void a_message_goes_round_through_the_retry_topic_and_then_to_the_dead_letters(void **state)
{
    const kafka_fixture *fixture = *state;
    seen_messages seen = {.answer = OTELMQ_KAFKA_RETRY, .stop_after = 3};
    rd_kafka_t *producer = kafka_producer(fixture, NULL, NULL);
    kafka_create_topic(fixture, "hard", 1);
    kafka_create_topic(fixture, "hard-retries", 1);
    kafka_create_topic(fixture, "hard-dead", 1);
    produce_numbers(fixture, "hard", 0, 1);
    rd_kafka_t *consumer = consumer_of_two(fixture, "hard", "hard-retries");
    otelmq_kafka_run_options options = {.producer = producer,
                                        .retry_topic = "hard-retries",
                                        .dead_letter_topic = "hard-dead",
                                        .max_retries = 2,
                                        .retry_delay_ms = 30};
    assert_int_equal(otelmq_kafka_run(consumer, remember, &seen, &options), 0);
    assert_int_equal(committed_offset(consumer, "hard"), 1);
    assert_int_equal(committed_offset(consumer, "hard-retries"), 2);
    rd_kafka_destroy(consumer);
    rd_kafka_destroy(producer);
    rd_kafka_message_t *message = kafka_read_first(fixture, "hard-dead");
    assert_header(message, "otelmq-error", "too-many-retries");
    assert_header(message, "otelmq-retry-count", "2");
    assert_header(message, "otelmq-topic", "hard");
    assert_header(message, "shop", "north");
    assert_int_equal(kafka_header_count(message, "otelmq-retry-count"), 1);
    assert_memory_equal(message->key, "key", 3);
    rd_kafka_message_destroy(message);
    assert_int_equal(count_spans(fixture, "process hard"), 1);
    assert_int_equal(count_spans(fixture, "process hard-retries"), 2);
}

static void a_message_of_a_retry_topic_waits_for_its_time(void **state)
{
    const kafka_fixture *fixture = *state;
    static const char *const headers[] = {"otelmq-retry-at", "99999999999999", NULL};
    static const char *const broken[] = {"otelmq-retry-at", "soon", "otelmq-retry-count",
                                         "999999999999999999999", NULL};
    seen_messages seen = {.stop_after = 2};
    otelmq_kafka_run_options options = {.retry_delay_ms = 300};
    kafka_create_topic(fixture, "later", 1);
    kafka_produce_foreign(fixture, "later", "far", headers);
    kafka_produce_foreign(fixture, "later", "broken", broken);
    rd_kafka_t *consumer = runner_of(fixture, "later", 1);
    assert_int_equal(otelmq_kafka_run(consumer, remember, &seen, &options), 0);
    rd_kafka_destroy(consumer);
    /* Longer than the loop's own delay it never waits, whatever a header says. */
    assert_string_equal(seen.values[0], "far");
    assert_string_equal(seen.values[1], "broken");
    const otelmq_span_data *poll = find_span(fixture, "poll later");
    const otelmq_span_data *process = find_span(fixture, "process later");
    assert_true(process->start_time_unix_nano - poll->end_time_unix_nano >= 290000000);
}

static void a_copy_that_fails_is_sent_again_before_anything_is_committed(void **state)
{
    static const char *const properties[] = {"retries", "0", NULL};
    const kafka_fixture *fixture = *state;
    seen_messages seen = {.answer = OTELMQ_KAFKA_DEAD_LETTER, .answer_count = 1, .stop_after = 2};
    rd_kafka_t *producer = kafka_producer(fixture, properties, NULL);
    kafka_create_topic(fixture, "stubborn", 1);
    kafka_create_topic(fixture, "stubborn-dead", 1);
    produce_numbers(fixture, "stubborn", 0, 2);
    rd_kafka_t *consumer = runner_of(fixture, "stubborn", 1);
    otelmq_kafka_run_options options = {
        .producer = producer, .dead_letter_topic = "stubborn-dead", .retry_delay_ms = 20};
    rd_kafka_mock_push_request_errors(fixture->cluster, API_PRODUCE, 1,
                                      RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS);
    assert_int_equal(otelmq_kafka_run(consumer, remember, &seen, &options), 0);
    assert_int_equal(committed_offset(consumer, "stubborn"), 2);
    rd_kafka_destroy(consumer);
    rd_kafka_destroy(producer);
    /* The handler was asked once for each message. */
    assert_string_equal(seen.values[0], "0");
    assert_string_equal(seen.values[1], "1");
    assert_int_equal(count_spans(fixture, "send stubborn-dead"), 2);
    rd_kafka_message_destroy(kafka_read_first(fixture, "stubborn-dead"));
}

static void check_refused_copy(const kafka_fixture *fixture, const char *topic,
                               rd_kafka_t *producer, rd_kafka_resp_err_t expected)
{
    seen_messages seen = {.answer = OTELMQ_KAFKA_DEAD_LETTER, .answer_count = 1, .stop_after = 3};
    otelmq_kafka_run_options options = {
        .producer = producer, .dead_letter_topic = "refused-dead", .retry_delay_ms = 5};
    rd_kafka_t *consumer = runner_of(fixture, topic, 1);
    assert_int_equal(otelmq_kafka_run(consumer, remember, &seen, &options), expected);
    assert_int_equal(seen.count, 1);
    assert_int_equal(committed_offset(consumer, topic), RD_KAFKA_OFFSET_INVALID);
    /* It comes again: nothing is lost. */
    assert_int_equal(otelmq_kafka_run(consumer, remember, &seen, &options), 0);
    assert_string_equal(seen.values[1], "0");
    assert_string_equal(seen.values[2], "1");
    rd_kafka_destroy(consumer);
}

static void a_copy_that_is_refused_for_good_ends_the_loop_with_its_error(void **state)
{
    const kafka_fixture *fixture = *state;
    rd_kafka_t *producer = kafka_producer(fixture, NULL, NULL);
    kafka_create_topic(fixture, "unauthorized", 1);
    kafka_create_topic(fixture, "refused-dead", 1);
    produce_numbers(fixture, "unauthorized", 0, 2);
    rd_kafka_mock_push_request_errors(fixture->cluster, API_PRODUCE, 1,
                                      RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED);
    check_refused_copy(fixture, "unauthorized", producer,
                       RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED);
    rd_kafka_destroy(producer);
}

static void a_producer_after_a_fatal_error_ends_the_loop(void **state)
{
    static const char *const idempotent[] = {"enable.idempotence", "true", NULL};
    const kafka_fixture *fixture = *state;
    rd_kafka_t *producer = kafka_producer(fixture, idempotent, NULL);
    kafka_create_topic(fixture, "fenced", 1);
    produce_numbers(fixture, "fenced", 0, 2);
    assert_int_equal(
        rd_kafka_test_fatal_error(producer, RD_KAFKA_RESP_ERR_INVALID_PRODUCER_EPOCH, "test"), 0);
    check_refused_copy(fixture, "fenced", producer, RD_KAFKA_RESP_ERR__FATAL);
    rd_kafka_destroy(producer);
}

/* A loop must not need what is switched off. */
static void a_producer_whose_tracing_is_disabled_sends_dead_letters_too(void **state)
{
    static const otelmq_kafka_options disabled = {.messaging.is_disabled = true};
    const kafka_fixture *fixture = *state;
    seen_messages seen = {.answer = OTELMQ_KAFKA_DEAD_LETTER, .answer_count = 1, .stop_after = 2};
    rd_kafka_t *producer = kafka_producer(fixture, NULL, &disabled);
    kafka_create_topic(fixture, "quiet", 1);
    kafka_create_topic(fixture, "quiet-dead", 1);
    produce_numbers(fixture, "quiet", 0, 2);
    rd_kafka_t *consumer = runner_of(fixture, "quiet", 1);
    otelmq_kafka_run_options options = {.producer = producer, .dead_letter_topic = "quiet-dead"};
    assert_int_equal(otelmq_kafka_run(consumer, remember, &seen, &options), 0);
    assert_int_equal(committed_offset(consumer, "quiet"), 2);
    rd_kafka_destroy(consumer);
    rd_kafka_destroy(producer);
    assert_int_equal(count_spans(fixture, "send quiet-dead"), 0);
    rd_kafka_message_destroy(kafka_read_first(fixture, "quiet-dead"));
}

#define TEST(name) cmocka_unit_test_setup(name, kafka_fixture_clear)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_retry_calls_the_handler_again_after_the_delay),
        TEST(other_partitions_go_on_while_one_waits),
        TEST(the_consumer_is_polled_while_messages_are_always_due),
        TEST(too_many_retries_skip_a_message_without_a_dead_letter_topic),
        TEST(a_dead_letter_keeps_its_key_value_headers_and_link),
        TEST(a_message_goes_round_through_the_retry_topic_and_then_to_the_dead_letters),
        TEST(a_message_of_a_retry_topic_waits_for_its_time),
        TEST(a_copy_that_fails_is_sent_again_before_anything_is_committed),
        TEST(a_copy_that_is_refused_for_good_ends_the_loop_with_its_error),
        TEST(a_producer_after_a_fatal_error_ends_the_loop),
        TEST(a_producer_whose_tracing_is_disabled_sends_dead_letters_too),
    };
    return cmocka_run_group_tests(tests, kafka_fixture_setup, kafka_fixture_teardown);
}
