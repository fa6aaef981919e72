/* SPDX-License-Identifier: Apache-2.0 */
/* Answers to commits as the mock cluster never gives them. */
#include "kafka/consume/settled.h"
#include "received.h"
#include "running.h"

#include <stdio.h>

static const otelmq_process_options WITH_SETTLEMENT = {.ends = OTELMQ_PROCESS_ENDS_WITH_SETTLEMENT};

/* A consumer with process spans of two partitions that wait for a commit. */
static rd_kafka_t *consumer_that_waits(const kafka_fixture *fixture, const char *topic)
{
    static const int32_t partitions[MESSAGES] = {0, 1, 1};
    static const char *const keys[MESSAGES] = {"a", "b", "c"};
    kafka_create_topic(fixture, topic, 2);
    (void)produce_three(fixture, topic, partitions, keys);
    rd_kafka_t *consumer = runner_of(fixture, topic, 2);
    for (size_t i = 0; i < MESSAGES; i++) {
        rd_kafka_message_t *message = kafka_poll_traced(consumer);
        otelmq_scope scope = otelmq_kafka_process_start_with(consumer, message, &WITH_SETTLEMENT);
        otelmq_scope_end(&scope);
        rd_kafka_message_destroy(message);
    }
    return consumer;
}

/* A commit of all was answered; one_err is that of partition 1. */
static void answer(const kafka_fixture *fixture, const char *topic, rd_kafka_resp_err_t one_err,
                   rd_kafka_resp_err_t err, size_t expected_ended)
{
    char name[64];
    rd_kafka_t *consumer = consumer_that_waits(fixture, topic);
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(2);
    rd_kafka_topic_partition_list_add(list, topic, 0)->offset = 1;
    rd_kafka_topic_partition_list_add(list, topic, 1)->offset = 2;
    list->elems[1].err = one_err;
    otelmq_kafka_on_commit(otelmq_kafka_client_find(consumer), consumer, list, err);
    rd_kafka_topic_partition_list_destroy(list);
    (void)snprintf(name, sizeof(name), "process %s", topic);
    assert_int_equal(count_spans(fixture, name), expected_ended);
    if (expected_ended > 0) {
        assert_no_error(find_span(fixture, name));
        assert_string_attribute(find_span(fixture, name), "messaging.destination.partition.id",
                                "0");
    }
    rd_kafka_destroy(consumer);
}

static void a_commit_that_failed_in_part_settles_the_rest(void **state)
{
    rd_kafka_resp_err_t denied = RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED;
    answer(*state, "partly", denied, denied, 1);
    answer(*state, "quietly", denied, RD_KAFKA_RESP_ERR_NO_ERROR, 1);
}

static void a_request_that_failed_settles_nothing(void **state)
{
    answer(*state, "wholly", RD_KAFKA_RESP_ERR_NO_ERROR, RD_KAFKA_RESP_ERR__TRANSPORT, 0);
}

#define TEST(name) cmocka_unit_test_setup(name, kafka_fixture_clear)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_commit_that_failed_in_part_settles_the_rest),
        TEST(a_request_that_failed_settles_nothing),
    };
    return cmocka_run_group_tests(tests, kafka_fixture_setup, kafka_fixture_teardown);
}
