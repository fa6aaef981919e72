/* SPDX-License-Identifier: Apache-2.0 */
#include "running.h"

enum { API_OFFSET_COMMIT = 8, PATIENCE_MS = 30000, ROUND_TRIP_MS = 300 };

static rd_kafka_message_t *process_next(rd_kafka_t *consumer)
{
    rd_kafka_message_t *message = kafka_poll_traced(consumer);
    otelmq_scope scope = otelmq_kafka_process_start(consumer, message);
    otelmq_scope_end(&scope);
    return message;
}

static rd_kafka_t *consumer_of_two_messages(const kafka_fixture *fixture, const char *topic)
{
    kafka_create_topic(fixture, topic, 1);
    produce_numbers(fixture, topic, 0, 2);
    return runner_of(fixture, topic, 1);
}

static void its_span_ends_when_the_broker_has_answered(void **state)
{
    const kafka_fixture *fixture = *state;
    rd_kafka_t *consumer = consumer_of_two_messages(fixture, "async");
    rd_kafka_message_t *message = process_next(consumer);
    (void)committed_offset(consumer, "async"); /* the coordinator is known from here on */
    rd_kafka_mock_broker_set_rtt(fixture->cluster, 1, ROUND_TRIP_MS);
    assert_int_equal(otelmq_kafka_commit_message(consumer, message, 1), 0);
    rd_kafka_message_destroy(message);
    const otelmq_span_data *span = wait_for_span(fixture, "commit async");
    rd_kafka_mock_broker_set_rtt(fixture->cluster, 1, 0);
    assert_no_error(span);
    assert_true(span->end_time_unix_nano - span->start_time_unix_nano >= 100000000);
    assert_child_of(span, &find_span(fixture, "process async")->span_context);
    assert_int_attribute(span, "messaging.kafka.offset", 0);
    assert_int_equal(committed_offset(consumer, "async"), 1);
    rd_kafka_destroy(consumer);
    assert_int_equal(count_spans(fixture, "commit async"), 1);
}

static void its_span_has_the_error_of_the_answer(void **state)
{
    const kafka_fixture *fixture = *state;
    rd_kafka_t *consumer = consumer_of_two_messages(fixture, "async-denied");
    rd_kafka_message_t *message = process_next(consumer);
    rd_kafka_mock_push_request_errors(fixture->cluster, API_OFFSET_COMMIT, 1,
                                      RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED);
    assert_int_equal(otelmq_kafka_commit_message(consumer, message, 1), 0);
    rd_kafka_message_destroy(message);
    assert_error(wait_for_span(fixture, "commit async-denied"), "GROUP_AUTHORIZATION_FAILED");
    rd_kafka_destroy(consumer);
}

static void a_commit_of_what_is_stored_ends_with_its_answer(void **state)
{
    const kafka_fixture *fixture = *state;
    rd_kafka_t *consumer = consumer_of_two_messages(fixture, "async-stored");
    rd_kafka_message_destroy(process_next(consumer));
    rd_kafka_message_destroy(process_next(consumer));
    assert_int_equal(otelmq_kafka_commit(consumer, NULL, 1), 0);
    const otelmq_span_data *span = wait_for_span(fixture, "commit async-stored");
    assert_no_error(span);
    assert_int_attribute(span, "messaging.batch.message_count", 2);
    rd_kafka_destroy(consumer);
}

static void a_commit_of_nothing_ends_at_once(void **state)
{
    const kafka_fixture *fixture = *state;
    kafka_create_topic(fixture, "async-nothing", 1);
    rd_kafka_t *consumer = runner_of(fixture, "async-nothing", 1);
    (void)otelmq_kafka_commit(consumer, NULL, 1);
    assert_int_equal(count_spans(fixture, "commit"), 1);
    rd_kafka_topic_partition_list_t *none = rd_kafka_topic_partition_list_new(1);
    rd_kafka_topic_partition_list_add(none, "async-nothing", 0);
    (void)otelmq_kafka_commit(consumer, none, 1);
    rd_kafka_topic_partition_list_destroy(none);
    assert_int_equal(count_spans(fixture, "commit async-nothing"), 1);
    rd_kafka_destroy(consumer);
}

static void commits_under_way_end_each_with_its_own_answer(void **state)
{
    const kafka_fixture *fixture = *state;
    rd_kafka_t *consumer = consumer_of_two_messages(fixture, "async-two");
    rd_kafka_message_t *first = process_next(consumer);
    rd_kafka_message_t *second = process_next(consumer);
    rd_kafka_mock_push_request_errors(fixture->cluster, API_OFFSET_COMMIT, 1,
                                      RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED);
    assert_int_equal(otelmq_kafka_commit_message(consumer, first, 1), 0);
    (void)wait_for_span(fixture, "commit async-two");
    assert_int_equal(otelmq_kafka_commit_message(consumer, second, 1), 0);
    rd_kafka_message_destroy(first);
    rd_kafka_message_destroy(second);
    rd_kafka_destroy(consumer);
    assert_int_equal(count_spans(fixture, "commit async-two"), 2);
    const otelmq_span_data *span = find_span(fixture, "commit async-two");
    assert_error(span, "GROUP_AUTHORIZATION_FAILED");
    assert_int_attribute(span, "messaging.kafka.offset", 0);
}

static void count_answer(rd_kafka_t *consumer, rd_kafka_resp_err_t err,
                         rd_kafka_topic_partition_list_t *offsets, void *count)
{
    (void)consumer;
    assert_int_equal(err, 0);
    assert_int_equal(offsets->cnt, 1);
    ++*(int *)count;
}

static rd_kafka_topic_partition_list_t *one_offset(const char *topic, int64_t offset)
{
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(1);
    rd_kafka_topic_partition_list_add(list, topic, 0)->offset = offset;
    return list;
}

static void a_commit_to_a_queue_ends_with_its_answer(void **state)
{
    const kafka_fixture *fixture = *state;
    rd_kafka_t *consumer = consumer_of_two_messages(fixture, "queued-commit");
    rd_kafka_message_destroy(process_next(consumer));
    rd_kafka_queue_t *queue = rd_kafka_queue_new(consumer);
    rd_kafka_topic_partition_list_t *offsets = one_offset("queued-commit", 1);
    int count = 0;
    assert_int_equal(otelmq_kafka_commit_queue(consumer, offsets, queue, count_answer, &count), 0);
    assert_no_error(wait_for_span(fixture, "commit queued-commit"));
    assert_int_equal(rd_kafka_queue_poll_callback(queue, PATIENCE_MS), 1);
    assert_int_equal(count, 1);
    rd_kafka_topic_partition_list_destroy(offsets);
    rd_kafka_queue_destroy(queue);
    rd_kafka_destroy(consumer);
}

static void without_a_queue_it_waits_for_the_answer(void **state)
{
    const kafka_fixture *fixture = *state;
    rd_kafka_t *consumer = consumer_of_two_messages(fixture, "unqueued-commit");
    rd_kafka_message_destroy(process_next(consumer));
    rd_kafka_topic_partition_list_t *offsets = one_offset("unqueued-commit", 1);
    int count = 0;
    assert_int_equal(otelmq_kafka_commit_queue(consumer, offsets, NULL, count_answer, &count), 0);
    assert_int_equal(count_spans(fixture, "commit unqueued-commit"), 1);
    assert_int_equal(count, 1);
    rd_kafka_topic_partition_list_destroy(offsets);
    rd_kafka_destroy(consumer);
}

static void what_librdkafka_commits_by_itself_has_no_span(void **state)
{
    static const char *const properties[] = {
        "group.id", "itself", "enable.auto.commit", "true", "auto.commit.interval.ms", "10", NULL};
    const kafka_fixture *fixture = *state;
    kafka_create_topic(fixture, "automatic", 1);
    produce_numbers(fixture, "automatic", 0, 1);
    rd_kafka_t *consumer = kafka_consumer(fixture, properties, NULL);
    kafka_assign(consumer, "automatic", 1);
    rd_kafka_message_destroy(process_next(consumer));
    for (int i = 0; i < 600 && committed_offset(consumer, "automatic") != 1; i++) {
        assert_null(rd_kafka_consumer_poll(consumer, 50));
    }
    assert_int_equal(committed_offset(consumer, "automatic"), 1);
    otelmq_memory_exporter_clear(fixture->memory);
    /* What it has committed, a commit of the application does not count again. */
    (void)otelmq_kafka_commit(consumer, NULL, 0);
    assert_no_attribute(find_span(fixture, "commit"), "messaging.batch.message_count");
    rd_kafka_destroy(consumer);
    assert_int_equal(otelmq_memory_exporter_count(fixture->memory), 1);
}

#define TEST(name) cmocka_unit_test_setup(name, kafka_fixture_clear)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(its_span_ends_when_the_broker_has_answered),
        TEST(its_span_has_the_error_of_the_answer),
        TEST(a_commit_of_what_is_stored_ends_with_its_answer),
        TEST(a_commit_of_nothing_ends_at_once),
        TEST(commits_under_way_end_each_with_its_own_answer),
        TEST(a_commit_to_a_queue_ends_with_its_answer),
        TEST(without_a_queue_it_waits_for_the_answer),
        TEST(what_librdkafka_commits_by_itself_has_no_span),
    };
    return cmocka_run_group_tests(tests, kafka_fixture_setup, kafka_fixture_teardown);
}
