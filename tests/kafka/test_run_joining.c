/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A loop whose group begins another generation at an awkward moment. What librdkafka would tell of
 * the requests on the wire, the test says in its place.
 */
#include "running.h"

enum { API_JOIN_GROUP = 11, API_SYNC_GROUP = 14 };

typedef enum {
    STABLE,
    ABOUT_TO_JOIN, /* the next question for the assignment is answered behind a JoinGroup */
    JOINING,
} group_state;

static group_state group;
static bool is_join_brief; /* it is over by the question after that */
static int commits_while_stable;
static int commits_while_joining;
static rd_kafka_interceptor_f_on_request_sent_t *tell_request;
static void *request_opaque;
static rd_kafka_interceptor_f_on_response_received_t *tell_response;
static void *response_opaque;

static void join(rd_kafka_t *consumer)
{
    group = JOINING;
    (void)tell_request(consumer, -1, "broker", 1, API_JOIN_GROUP, 5, 1, 100, request_opaque);
}

static void end_join(rd_kafka_t *consumer)
{
    group = STABLE;
    (void)tell_response(consumer, -1, "broker", 1, API_SYNC_GROUP, 3, 2, 100, 1000,
                        RD_KAFKA_RESP_ERR_NO_ERROR, response_opaque);
}

/* The test is linked with -Wl,--wrap for each of these. */
rd_kafka_resp_err_t
__real_rd_kafka_interceptor_add_on_request_sent(rd_kafka_t *rk, const char *name,
                                                rd_kafka_interceptor_f_on_request_sent_t *callback,
                                                void *opaque);
rd_kafka_resp_err_t
__wrap_rd_kafka_interceptor_add_on_request_sent(rd_kafka_t *rk, const char *name,
                                                rd_kafka_interceptor_f_on_request_sent_t *callback,
                                                void *opaque);
rd_kafka_resp_err_t
__wrap_rd_kafka_interceptor_add_on_request_sent(rd_kafka_t *rk, const char *name,
                                                rd_kafka_interceptor_f_on_request_sent_t *callback,
                                                void *opaque)
{
    tell_request = callback;
    request_opaque = opaque;
    return __real_rd_kafka_interceptor_add_on_request_sent(rk, name, callback, opaque);
}

rd_kafka_resp_err_t __real_rd_kafka_interceptor_add_on_response_received(
    rd_kafka_t *rk, const char *name, rd_kafka_interceptor_f_on_response_received_t *callback,
    void *opaque);
rd_kafka_resp_err_t __wrap_rd_kafka_interceptor_add_on_response_received(
    rd_kafka_t *rk, const char *name, rd_kafka_interceptor_f_on_response_received_t *callback,
    void *opaque);
rd_kafka_resp_err_t __wrap_rd_kafka_interceptor_add_on_response_received(
    rd_kafka_t *rk, const char *name, rd_kafka_interceptor_f_on_response_received_t *callback,
    void *opaque)
{
    tell_response = callback;
    response_opaque = opaque;
    return __real_rd_kafka_interceptor_add_on_response_received(rk, name, callback, opaque);
}

rd_kafka_resp_err_t __real_rd_kafka_assignment(rd_kafka_t *rk,
                                               rd_kafka_topic_partition_list_t **partitions);
rd_kafka_resp_err_t __wrap_rd_kafka_assignment(rd_kafka_t *rk,
                                               rd_kafka_topic_partition_list_t **partitions);
rd_kafka_resp_err_t __wrap_rd_kafka_assignment(rd_kafka_t *rk,
                                               rd_kafka_topic_partition_list_t **partitions)
{
    if (group == ABOUT_TO_JOIN) {
        join(rk);
    } else if (group == JOINING && is_join_brief) {
        end_join(rk);
    }
    return __real_rd_kafka_assignment(rk, partitions);
}

typedef void commit_callback(rd_kafka_t *rk, rd_kafka_resp_err_t err,
                             rd_kafka_topic_partition_list_t *offsets, void *opaque);

static void count_commit(void)
{
    if (group == JOINING) {
        commits_while_joining++;
    } else {
        commits_while_stable++;
    }
}

rd_kafka_resp_err_t __real_rd_kafka_commit_queue(rd_kafka_t *rk,
                                                 const rd_kafka_topic_partition_list_t *offsets,
                                                 rd_kafka_queue_t *queue, commit_callback *callback,
                                                 void *opaque);
rd_kafka_resp_err_t __wrap_rd_kafka_commit_queue(rd_kafka_t *rk,
                                                 const rd_kafka_topic_partition_list_t *offsets,
                                                 rd_kafka_queue_t *queue, commit_callback *callback,
                                                 void *opaque);
rd_kafka_resp_err_t __wrap_rd_kafka_commit_queue(rd_kafka_t *rk,
                                                 const rd_kafka_topic_partition_list_t *offsets,
                                                 rd_kafka_queue_t *queue, commit_callback *callback,
                                                 void *opaque)
{
    count_commit();
    return __real_rd_kafka_commit_queue(rk, offsets, queue, callback, opaque);
}

rd_kafka_resp_err_t
__real_rd_kafka_commit(rd_kafka_t *rk, const rd_kafka_topic_partition_list_t *offsets, int async);
rd_kafka_resp_err_t
__wrap_rd_kafka_commit(rd_kafka_t *rk, const rd_kafka_topic_partition_list_t *offsets, int async);
rd_kafka_resp_err_t
__wrap_rd_kafka_commit(rd_kafka_t *rk, const rd_kafka_topic_partition_list_t *offsets, int async)
{
    count_commit();
    return __real_rd_kafka_commit(rk, offsets, async);
}

static int clear(void **state)
{
    group = STABLE;
    is_join_brief = false;
    commits_while_stable = 0;
    commits_while_joining = 0;
    return kafka_fixture_clear(state);
}

/* The group is joined as the commit of message 0 is prepared, until message 1 is handled. */
static otelmq_kafka_answer join_in_the_middle(void *user, rd_kafka_t *consumer,
                                              const rd_kafka_message_t *message)
{
    int *commits_before_2 = user;
    switch (message->offset) {
    case 0:
        group = ABOUT_TO_JOIN;
        break;
    case 1:
        assert_int_equal(group, JOINING);
        end_join(consumer);
        break;
    default:
        *commits_before_2 = commits_while_stable;
        otelmq_kafka_stop(consumer);
        break;
    }
    return OTELMQ_KAFKA_DONE;
}

static void a_commit_waits_for_a_join_that_begins_as_it_is_prepared(void **state)
{
    const kafka_fixture *fixture = *state;
    const otelmq_kafka_run_options options = {.commit_count = 1};
    int commits_before_2 = 0;
    kafka_create_topic(fixture, "joining", 1);
    produce_numbers(fixture, "joining", 0, 3);
    rd_kafka_t *consumer = runner_of(fixture, "joining", 1);
    assert_int_equal(otelmq_kafka_run(consumer, join_in_the_middle, &commits_before_2, &options),
                     0);
    assert_int_equal(commits_while_joining, 0);
    assert_int_equal(commits_before_2, 1);
    assert_int_equal(committed_offset(consumer, "joining"), 3);
    rd_kafka_destroy(consumer);
}

static otelmq_kafka_answer stop_and_join(void *user, rd_kafka_t *consumer,
                                         const rd_kafka_message_t *message)
{
    (void)user;
    (void)message;
    group = ABOUT_TO_JOIN;
    is_join_brief = true;
    otelmq_kafka_stop(consumer);
    return OTELMQ_KAFKA_DONE;
}

static void the_last_commit_waits_for_it_too(void **state)
{
    const kafka_fixture *fixture = *state;
    kafka_create_topic(fixture, "last", 1);
    produce_numbers(fixture, "last", 0, 1);
    rd_kafka_t *consumer = runner_of(fixture, "last", 1);
    assert_int_equal(otelmq_kafka_run(consumer, stop_and_join, NULL, NULL), 0);
    assert_int_equal(commits_while_joining, 0);
    assert_int_equal(commits_while_stable, 1);
    assert_int_equal(committed_offset(consumer, "last"), 1);
    rd_kafka_destroy(consumer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_commit_waits_for_a_join_that_begins_as_it_is_prepared, clear),
        cmocka_unit_test_setup(the_last_commit_waits_for_it_too, clear),
    };
    return cmocka_run_group_tests(tests, kafka_fixture_setup, kafka_fixture_teardown);
}
