/* SPDX-License-Identifier: Apache-2.0 */
#include "kafka/consume/commits.h"

#include "base/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static otelmq_kafka_commits commits;

/* Only addresses are looked at. */
static char spans[OTELMQ_KAFKA_MAX_PENDING_COMMITS + 1];

static otelmq_span *span_of(size_t index)
{
    return (otelmq_span *)(void *)&spans[index];
}

static int set_up(void **state)
{
    (void)state;
    otelmq_kafka_commits_init(&commits);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    while (otelmq_kafka_commits_take_any(&commits) != NULL) {
    }
    return 0;
}

static bool add(size_t index, const char *topic, int32_t partition, int64_t offset)
{
    otelmq_kafka_committed committed = {topic, partition, offset};
    return otelmq_kafka_commits_add(&commits, span_of(index), &committed, 1);
}

static otelmq_span *answer(const char *topic, int32_t partition, int64_t offset)
{
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(1);
    rd_kafka_topic_partition_list_add(list, topic, partition)->offset = offset;
    otelmq_span *span = otelmq_kafka_commits_take(&commits, list);
    rd_kafka_topic_partition_list_destroy(list);
    return span;
}

static void an_answer_finds_the_commit_of_its_offsets(void **state)
{
    (void)state;
    assert_true(add(0, "orders", 0, 7));
    assert_true(add(1, "orders", 0, 9));
    assert_true(add(2, "orders", 1, 7));
    assert_true(add(3, "invoices", 0, 7));
    assert_null(answer("orders", 0, 8));
    assert_ptr_equal(answer("invoices", 0, 7), span_of(3));
    assert_ptr_equal(answer("orders", 0, 9), span_of(1));
    assert_ptr_equal(answer("orders", 1, 7), span_of(2));
    assert_ptr_equal(answer("orders", 0, 7), span_of(0));
    assert_null(answer("orders", 0, 7));
}

static void the_order_of_the_list_does_not_matter(void **state)
{
    (void)state;
    otelmq_kafka_committed two[] = {{"b", 0, 1}, {"a", 0, 2}};
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(2);
    rd_kafka_topic_partition_list_add(list, "a", 0)->offset = 2;
    assert_true(otelmq_kafka_commits_add(&commits, span_of(0), two, 2));
    assert_null(otelmq_kafka_commits_take(&commits, list));
    rd_kafka_topic_partition_list_add(list, "b", 0)->offset = 1;
    assert_ptr_equal(otelmq_kafka_commits_take(&commits, list), span_of(0));
    rd_kafka_topic_partition_list_destroy(list);
}

static void any_other_answer_is_to_the_oldest_commit_of_what_was_stored(void **state)
{
    (void)state;
    assert_true(otelmq_kafka_commits_add(&commits, span_of(0), NULL, 0));
    assert_true(add(1, "orders", 0, 7));
    assert_true(otelmq_kafka_commits_add(&commits, span_of(2), NULL, 0));
    assert_ptr_equal(answer("orders", 0, 7), span_of(1));
    assert_ptr_equal(answer("orders", 0, 8), span_of(0));
    assert_ptr_equal(answer("orders", 0, 9), span_of(2));
    assert_null(answer("orders", 0, 10));
}

static void one_that_was_not_asked_for_is_withdrawn(void **state)
{
    (void)state;
    assert_true(add(0, "orders", 0, 7));
    assert_true(otelmq_kafka_commits_withdraw(&commits, span_of(0)));
    assert_false(otelmq_kafka_commits_withdraw(&commits, span_of(0)));
    assert_true(add(1, "orders", 0, 8));
    assert_ptr_equal(answer("orders", 0, 8), span_of(1));
}

static void the_answer_to_a_call_that_waits_is_not_taken_for_another(void **state)
{
    otelmq_kafka_committed waiting = {"orders", 0, 9};
    (void)state;
    assert_true(otelmq_kafka_commits_add(&commits, span_of(0), NULL, 0));
    otelmq_kafka_commits_add_waiting(&commits, span_of(1), &waiting, 1);
    assert_null(answer("orders", 0, 9));
    assert_false(otelmq_kafka_commits_withdraw(&commits, span_of(1)));
    assert_ptr_equal(answer("orders", 0, 8), span_of(0));
    otelmq_kafka_commits_add_waiting(&commits, span_of(2), NULL, 0);
    assert_null(answer("orders", 0, 10));
    otelmq_kafka_commits_add_waiting(&commits, span_of(3), NULL, 0);
    assert_null(otelmq_kafka_commits_take_any(&commits));
    assert_true(otelmq_kafka_commits_withdraw(&commits, span_of(3)));
}

static void what_gets_no_answer_is_given_up(void **state)
{
    bool has_list = true;
    uint64_t now = otelmq_clock_monotonic_nano();
    uint64_t later = now + 130 * (uint64_t)1000000000;
    (void)state;
    assert_true(otelmq_kafka_commits_add(&commits, span_of(0), NULL, 0));
    assert_true(add(1, "orders", 0, 7));
    assert_null(otelmq_kafka_commits_take_unanswered(&commits, now, &has_list));
    assert_ptr_equal(otelmq_kafka_commits_take_unanswered(&commits, later, &has_list), span_of(0));
    assert_false(has_list);
    assert_ptr_equal(otelmq_kafka_commits_take_unanswered(&commits, later, &has_list), span_of(1));
    assert_true(has_list);
    assert_null(otelmq_kafka_commits_take_unanswered(&commits, later, &has_list));
}

static void only_so_many_are_awaited(void **state)
{
    (void)state;
    for (size_t i = 0; i < OTELMQ_KAFKA_MAX_PENDING_COMMITS; i++) {
        assert_true(add(i, "orders", 0, (int64_t)i));
    }
    assert_false(add(OTELMQ_KAFKA_MAX_PENDING_COMMITS, "orders", 1, 0));
    assert_ptr_equal(otelmq_kafka_commits_take_any(&commits), span_of(0));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(an_answer_finds_the_commit_of_its_offsets),
        TEST(the_order_of_the_list_does_not_matter),
        TEST(any_other_answer_is_to_the_oldest_commit_of_what_was_stored),
        TEST(one_that_was_not_asked_for_is_withdrawn),
        TEST(the_answer_to_a_call_that_waits_is_not_taken_for_another),
        TEST(what_gets_no_answer_is_given_up),
        TEST(only_so_many_are_awaited),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
