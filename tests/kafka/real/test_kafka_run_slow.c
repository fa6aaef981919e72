/* SPDX-License-Identifier: Apache-2.0 */
/* Handlers that take longer than Kafka waits for a consumer, or than a rebalance does. */
#include "kafka/real/workers.h"

/* Longer than max.poll.interval.ms, after which Kafka gives the partitions to another member. */
static void a_slow_handler_keeps_its_membership(void **state)
{
    static work shared;
    static const otelmq_kafka_run_options options = {.slow_handler_ms = 1000};
    worker slow = {.options = &options, .handler_ms = 11000};
    work_init(&shared, *state, 1, 2);
    worker_start(&slow, *state, &shared, "range", true);
    assert_true(wait_for_number(&shared.distinct, 2));
    worker_stop(&slow);
    assert_int_equal(work_repeated(&shared), 0);
    assert_int_equal(work_committed(&shared, *state), 2);
}

static void a_rebalance_waits_for_a_slow_handler_and_commits_what_it_did(void **state)
{
    static work shared;
    static const otelmq_kafka_run_options options = {.slow_handler_ms = 4000};
    static const otelmq_kafka_run_options quick = {.slow_handler_ms = 1000};
    worker slow = {.options = &options, .handler_ms = 6000};
    worker other = {.options = &quick};
    work_init(&shared, *state, 2, 2);
    worker_start(&slow, *state, &shared, "range", true);
    /* The group is there once the first one has its partitions, and is at its first message. */
    sleep_ms(5000);
    worker_start(&other, *state, &shared, "range", true);
    assert_true(wait_for_number(&shared.distinct, 2));
    worker_stop(&other);
    worker_stop(&slow);
    assert_int_equal(work_repeated(&shared), 0);
    assert_int_equal(work_committed(&shared, *state), 2);
}

/* The handler takes longer than the others wait: its answer comes too late, and is dropped. */
static void what_comes_too_late_is_dropped_and_done_by_the_next_owner(void **state)
{
    static work shared;
    static const otelmq_kafka_run_options options = {.slow_handler_ms = 500};
    worker slow = {.options = &options, .handler_ms = 20000};
    worker other = {.options = &options};
    work_init(&shared, *state, 1, 3);
    worker_start(&slow, *state, &shared, "range", true);
    sleep_ms(5000);
    worker_start(&other, *state, &shared, "range", true);
    sleep_ms(3000);
    /* It leaves the group when its handler returns; until then the partition may be anybody's. */
    otelmq_kafka_stop(slow.consumer);
    assert_true(wait_for_number(&slow.handled, 1));
    worker_stop(&slow);
    assert_true(wait_for_number(&shared.distinct, 3));
    worker_stop(&other);
    assert_int_equal(work_committed(&shared, *state), 3);
}

#define TEST(name) cmocka_unit_test_setup(name, kafka_fixture_clear)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_slow_handler_keeps_its_membership),
        TEST(a_rebalance_waits_for_a_slow_handler_and_commits_what_it_did),
        TEST(what_comes_too_late_is_dropped_and_done_by_the_next_owner),
    };
    return cmocka_run_group_tests(tests, cluster_setup_apache, kafka_fixture_teardown);
}
