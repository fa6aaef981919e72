/* SPDX-License-Identifier: Apache-2.0 */
#include "running.h"

static const otelmq_process_options WITH_SETTLEMENT = {.ends = OTELMQ_PROCESS_ENDS_WITH_SETTLEMENT};

static rd_kafka_t *consumer_of(const kafka_fixture *fixture, const char *topic, int count,
                               const otelmq_kafka_options *options)
{
    static const char *const properties[] = {"group.id", "workers", "enable.auto.commit", "false",
                                             NULL};
    kafka_create_topic(fixture, topic, 1);
    produce_numbers(fixture, topic, 0, count);
    rd_kafka_t *consumer = kafka_consumer(fixture, properties, options);
    kafka_assign(consumer, topic, 1);
    return consumer;
}

/* Processes the next one, whose scope is over on return. */
static rd_kafka_message_t *process_next(rd_kafka_t *consumer)
{
    rd_kafka_message_t *message = kafka_poll_traced(consumer);
    otelmq_scope scope = otelmq_kafka_process_start_with(consumer, message, &WITH_SETTLEMENT);
    assert_non_null(scope.span);
    otelmq_scope_end(&scope);
    return message;
}

static void a_span_ends_with_the_commit_that_covers_its_message(void **state)
{
    const kafka_fixture *fixture = *state;
    rd_kafka_t *consumer = consumer_of(fixture, "kept", 3, NULL);
    rd_kafka_message_t *messages[3];
    for (size_t i = 0; i < 3; i++) {
        messages[i] = process_next(consumer);
    }
    assert_int_equal(count_spans(fixture, "process kept"), 0);
    assert_int_equal(otelmq_kafka_commit_message(consumer, messages[1], 0), 0);
    assert_int_equal(count_spans(fixture, "process kept"), 2);
    assert_no_error(find_span(fixture, "process kept"));
    assert_int_equal(otelmq_kafka_commit(consumer, NULL, 0), 0);
    assert_int_equal(count_spans(fixture, "process kept"), 3);
    for (size_t i = 0; i < 3; i++) {
        rd_kafka_message_destroy(messages[i]);
    }
    rd_kafka_destroy(consumer);
    assert_int_equal(count_spans(fixture, "process kept"), 3);
}

/* Whoever commits: librdkafka's own call, which has no span, tells the interceptor too. */
static void a_commit_without_a_span_ends_it_too(void **state)
{
    const kafka_fixture *fixture = *state;
    rd_kafka_t *consumer = consumer_of(fixture, "kept-plain", 1, NULL);
    rd_kafka_message_t *message = process_next(consumer);
    assert_int_equal(rd_kafka_commit_message(consumer, message, 0), 0);
    assert_no_error(find_span(fixture, "process kept-plain"));
    rd_kafka_message_destroy(message);
    rd_kafka_destroy(consumer);
}

static void a_commit_that_fails_does_not_end_it(void **state)
{
    const kafka_fixture *fixture = *state;
    rd_kafka_t *consumer = consumer_of(fixture, "kept-failed", 1, NULL);
    rd_kafka_message_t *message = process_next(consumer);
    rd_kafka_mock_push_request_errors(fixture->cluster, 8, 1,
                                      RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED);
    assert_int_not_equal(otelmq_kafka_commit_message(consumer, message, 0), 0);
    assert_int_equal(count_spans(fixture, "process kept-failed"), 0);
    assert_int_equal(otelmq_kafka_commit_message(consumer, message, 0), 0);
    assert_no_error(find_span(fixture, "process kept-failed"));
    rd_kafka_message_destroy(message);
    rd_kafka_destroy(consumer);
}

static void what_is_open_ends_with_the_client(void **state)
{
    const kafka_fixture *fixture = *state;
    rd_kafka_t *consumer = consumer_of(fixture, "kept-open", 1, NULL);
    rd_kafka_message_destroy(process_next(consumer));
    rd_kafka_destroy(consumer);
    assert_error(find_span(fixture, "process kept-open"), "client-closed");
}

static void a_partition_that_goes_ends_it(void **state)
{
    const kafka_fixture *fixture = *state;
    rd_kafka_t *consumer = consumer_of(fixture, "kept-revoked", 1, NULL);
    rd_kafka_message_destroy(process_next(consumer));
    assert_int_equal(rd_kafka_assign(consumer, NULL), 0);
    for (int i = 0; i < 100 && count_spans(fixture, "process kept-revoked") == 0; i++) {
        assert_null(otelmq_kafka_consumer_poll(consumer, 100));
    }
    assert_error(find_span(fixture, "process kept-revoked"), "partition-revoked");
    rd_kafka_destroy(consumer);
}

static void the_rebalance_callback_ends_it_at_once(void **state)
{
    const kafka_fixture *fixture = *state;
    rd_kafka_t *consumer = consumer_of(fixture, "kept-rebalanced", 1, NULL);
    rd_kafka_message_destroy(process_next(consumer));
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(1);
    rd_kafka_topic_partition_list_add(list, "kept-rebalanced", 0);
    otelmq_kafka_rebalance(consumer, RD_KAFKA_RESP_ERR__REVOKE_PARTITIONS, list, NULL);
    assert_error(find_span(fixture, "process kept-rebalanced"), "partition-revoked");
    rd_kafka_topic_partition_list_destroy(list);
    rd_kafka_destroy(consumer);
}

/* A consumer that commits by itself, and whose only partition has just gone. */
static rd_kafka_t *revoked_consumer_of(const kafka_fixture *fixture, const char *topic,
                                       const char *stores)
{
    const char *const properties[] = {
        "group.id", "itself", "auto.commit.interval.ms", "3600000", "enable.auto.offset.store",
        stores,     NULL};
    kafka_create_topic(fixture, topic, 1);
    produce_numbers(fixture, topic, 0, 1);
    rd_kafka_t *consumer = kafka_consumer(fixture, properties, NULL);
    kafka_assign(consumer, topic, 1);
    rd_kafka_message_destroy(process_next(consumer));
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(1);
    rd_kafka_topic_partition_list_add(list, topic, 0);
    otelmq_kafka_rebalance(consumer, RD_KAFKA_RESP_ERR__REVOKE_PARTITIONS, list, NULL);
    rd_kafka_topic_partition_list_destroy(list);
    return consumer;
}

static void the_last_commit_of_librdkafka_itself_settles_what_goes(void **state)
{
    const kafka_fixture *fixture = *state;
    rd_kafka_t *consumer = revoked_consumer_of(fixture, "kept-auto", "true");
    assert_no_error(wait_for_span(fixture, "process kept-auto"));
    rd_kafka_destroy(consumer);
}

static void what_librdkafka_itself_does_not_commit_ends_later(void **state)
{
    const kafka_fixture *fixture = *state;
    rd_kafka_t *consumer = revoked_consumer_of(fixture, "kept-unstored", "false");
    for (int i = 0; i < 200 && count_spans(fixture, "process kept-unstored") == 0; i++) {
        assert_null(otelmq_kafka_consumer_poll(consumer, 100));
    }
    assert_error(find_span(fixture, "process kept-unstored"), "partition-revoked");
    rd_kafka_destroy(consumer);
}

static void a_poll_wakes_up_for_the_time_limit(void **state)
{
    const kafka_fixture *fixture = *state;
    otelmq_kafka_options options = {
        .messaging = {.process_ends = OTELMQ_PROCESS_ENDS_WITH_SETTLEMENT,
                      .process_timeout_ms = 50}};
    rd_kafka_t *consumer = consumer_of(fixture, "kept-late", 1, &options);
    rd_kafka_message_t *message = kafka_poll_traced(consumer);
    otelmq_scope scope = otelmq_kafka_process_start(consumer, message);
    otelmq_scope_end(&scope);
    rd_kafka_message_destroy(message);
    assert_int_equal(count_spans(fixture, "process kept-late"), 0);
    assert_null(otelmq_kafka_consumer_poll(consumer, 4000));
    const otelmq_span_data *span = find_span(fixture, "process kept-late");
    assert_error(span, "timeout");
    assert_true(span->end_time_unix_nano - span->start_time_unix_nano < 3900000000);
    rd_kafka_destroy(consumer);
}

/* Or it would wait on for the time limit, and for ever where it was asked to. */
static void a_poll_that_is_told_to_yield_returns(void **state)
{
    const kafka_fixture *fixture = *state;
    rd_kafka_t *consumer = consumer_of(fixture, "kept-yield", 1, NULL);
    rd_kafka_message_destroy(process_next(consumer));
    rd_kafka_queue_t *queue = rd_kafka_queue_get_consumer(consumer);
    rd_kafka_queue_yield(queue);
    assert_null(otelmq_kafka_consume_queue(consumer, queue, -1));
    assert_int_equal(count_spans(fixture, "process kept-yield"), 0);
    rd_kafka_queue_destroy(queue);
    rd_kafka_destroy(consumer);
}

static void a_message_processed_again_ends_the_first_attempt(void **state)
{
    const kafka_fixture *fixture = *state;
    rd_kafka_t *consumer = consumer_of(fixture, "kept-again", 1, NULL);
    rd_kafka_message_t *message = process_next(consumer);
    otelmq_scope scope = otelmq_kafka_process_start_with(consumer, message, &WITH_SETTLEMENT);
    otelmq_scope_end(&scope);
    assert_int_equal(count_spans(fixture, "process kept-again"), 1);
    assert_no_error(find_span(fixture, "process kept-again"));
    assert_int_equal(otelmq_kafka_commit_message(consumer, message, 0), 0);
    assert_int_equal(count_spans(fixture, "process kept-again"), 2);
    rd_kafka_message_destroy(message);
    rd_kafka_destroy(consumer);
}

/* Nothing would tell of its commits. */
static void a_consumer_without_tracing_ends_it_with_its_scope(void **state)
{
    const kafka_fixture *fixture = *state;
    kafka_create_topic(fixture, "kept-untraced", 1);
    produce_numbers(fixture, "kept-untraced", 0, 1);
    rd_kafka_message_t *message = kafka_read_first(fixture, "kept-untraced");
    otelmq_scope scope =
        otelmq_kafka_process_start_with(fixture->reader, message, &WITH_SETTLEMENT);
    otelmq_scope_end(&scope);
    rd_kafka_message_destroy(message);
    assert_no_error(find_span(fixture, "process kept-untraced"));
}

/* Messages of a share consumer belong to no rd_kafka_t, and nothing may be asked of one. */
static void without_a_consumer_it_ends_with_its_scope(void **state)
{
    const kafka_fixture *fixture = *state;
    kafka_create_topic(fixture, "kept-shared", 1);
    produce_numbers(fixture, "kept-shared", 0, 1);
    rd_kafka_message_t *message = kafka_read_first(fixture, "kept-shared");
    otelmq_scope scope = otelmq_kafka_process_start_with(NULL, message, &WITH_SETTLEMENT);
    otelmq_scope_end(&scope);
    assert_no_error(find_span(fixture, "process kept-shared"));
    /* Nor is it remembered for commits of another consumer without tracing. */
    otelmq_memory_exporter_clear(fixture->memory);
    assert_int_equal(otelmq_kafka_commit_message(fixture->reader, message, 0), 0);
    assert_root(find_span(fixture, "commit kept-shared"));
    rd_kafka_message_destroy(message);
}

static void the_parent_can_be_chosen_for_a_message(void **state)
{
    static const char *const headers[] = {
        "traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", NULL};
    const kafka_fixture *fixture = *state;
    otelmq_process_options options = {.parent_mode = OTELMQ_PARENT_LINK_ONLY};
    kafka_create_topic(fixture, "linked", 1);
    kafka_produce_foreign(fixture, "linked", "v", headers);
    rd_kafka_t *consumer = runner_of(fixture, "linked", 1);
    rd_kafka_message_t *message = kafka_poll_traced(consumer);
    otelmq_scope scope = otelmq_kafka_process_start_with(consumer, message, &options);
    otelmq_scope_end(&scope);
    rd_kafka_message_destroy(message);
    rd_kafka_destroy(consumer);
    const otelmq_span_data *span = find_span(fixture, "process linked");
    assert_root(span);
    assert_int_equal(span->link_count, 1);
}

#define TEST(name) cmocka_unit_test_setup(name, kafka_fixture_clear)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_span_ends_with_the_commit_that_covers_its_message),
        TEST(a_commit_without_a_span_ends_it_too),
        TEST(a_commit_that_fails_does_not_end_it),
        TEST(what_is_open_ends_with_the_client),
        TEST(a_partition_that_goes_ends_it),
        TEST(the_rebalance_callback_ends_it_at_once),
        TEST(the_last_commit_of_librdkafka_itself_settles_what_goes),
        TEST(what_librdkafka_itself_does_not_commit_ends_later),
        TEST(a_poll_wakes_up_for_the_time_limit),
        TEST(a_poll_that_is_told_to_yield_returns),
        TEST(a_message_processed_again_ends_the_first_attempt),
        TEST(a_consumer_without_tracing_ends_it_with_its_scope),
        TEST(without_a_consumer_it_ends_with_its_scope),
        TEST(the_parent_can_be_chosen_for_a_message),
    };
    return cmocka_run_group_tests(tests, kafka_fixture_setup, kafka_fixture_teardown);
}
