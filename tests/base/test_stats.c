/* SPDX-License-Identifier: Apache-2.0 */
#include "support/test.h"

#include <otelmq/stats.h>

#include <pthread.h>

enum { THREADS = 40, ADDS = 1000 };

static uint64_t retries(void)
{
    return otelmq_stats_read().counts[OTELMQ_STAT_EXPORT_RETRIES];
}

static void a_counter_is_the_sum_of_what_was_added(void **state)
{
    (void)state;
    uint64_t before = retries();
    otelmq_stats_add(OTELMQ_STAT_EXPORT_RETRIES, 3);
    otelmq_stats_add(OTELMQ_STAT_EXPORT_RETRIES, 4);
    assert_int_equal(retries() - before, 7);
}

static void *add_often(void *unused)
{
    (void)unused;
    for (int i = 0; i < ADDS; i++) {
        otelmq_stats_add(OTELMQ_STAT_EXPORT_RETRIES, 1);
    }
    return NULL;
}

static void nothing_is_lost_when_threads_come_and_go(void **state)
{
    (void)state;
    uint64_t before = retries();
    pthread_t threads[THREADS];
    for (int i = 0; i < THREADS; i++) {
        assert_int_equal(pthread_create(&threads[i], NULL, add_often, NULL), 0);
    }
    for (int i = 0; i < THREADS; i++) {
        pthread_join(threads[i], NULL);
    }
    assert_int_equal(retries() - before, THREADS * ADDS);
}

static void a_number_that_is_no_counter_changes_nothing(void **state)
{
    (void)state;
    otelmq_stats before = otelmq_stats_read();
    otelmq_stats_add(OTELMQ_STAT_COUNT, 1);
    otelmq_stats_add((otelmq_stat)-1, 1);
    otelmq_stats after = otelmq_stats_read();
    assert_memory_equal(&before, &after, sizeof(before));
    assert_string_equal(otelmq_stat_name(OTELMQ_STAT_COUNT), "unknown");
}

static void every_counter_has_a_name_of_its_own(void **state)
{
    (void)state;
    assert_string_equal(otelmq_stat_name(OTELMQ_STAT_SPANS_STARTED), "spans_started");
    for (int a = 0; a < OTELMQ_STAT_COUNT; a++) {
        for (int b = 0; b < a; b++) {
            assert_string_not_equal(otelmq_stat_name((otelmq_stat)a),
                                    otelmq_stat_name((otelmq_stat)b));
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_counter_is_the_sum_of_what_was_added),
        cmocka_unit_test(nothing_is_lost_when_threads_come_and_go),
        cmocka_unit_test(a_number_that_is_no_counter_changes_nothing),
        cmocka_unit_test(every_counter_has_a_name_of_its_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
