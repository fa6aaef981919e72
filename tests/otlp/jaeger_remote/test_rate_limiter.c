/* SPDX-License-Identifier: Apache-2.0 */
#include "export/otlp/jaeger_remote/rate_limiter.h"

#include "support/test.h"

static const uint64_t SECOND = UINT64_C(1000000000);

/* How many of count traces in a row may go at that time. */
static unsigned take_many(otelmq_rate_limiter *limiter, unsigned count, uint64_t now)
{
    unsigned taken = 0;
    for (unsigned i = 0; i < count; i++) {
        taken += otelmq_rate_limiter_take(limiter, now);
    }
    return taken;
}

static void so_many_a_second_may_go(void **state)
{
    (void)state;
    static const struct {
        double per_second;
        unsigned at_once; /* of 1000, at second 100 */
        unsigned half_a_second_later;
        unsigned ten_seconds_later;
    } rows[] = {
        {0, 0, 0, 0},   {-1, 0, 0, 0},   {10, 10, 5, 10},          {1, 1, 0, 1},     {2, 2, 1, 2},
        {0.5, 1, 0, 1}, {0.01, 1, 0, 0}, {1e12, 1000, 1000, 1000}, {1e-30, 1, 0, 0},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        otelmq_rate_limiter limiter;
        otelmq_rate_limiter_init(&limiter, rows[i].per_second);
        char row[32];
        snprintf(row, sizeof(row), "%g a second", rows[i].per_second);
        uint64_t now = 100 * SECOND;
        assert_row(take_many(&limiter, 1000, now) == rows[i].at_once, row);
        now += SECOND / 2;
        assert_row(take_many(&limiter, 1000, now) == rows[i].half_a_second_later, row);
        now += 10 * SECOND;
        assert_row(take_many(&limiter, 1000, now) == rows[i].ten_seconds_later, row);
    }
}

static void over_a_long_time_it_keeps_the_rate(void **state)
{
    (void)state;
    otelmq_rate_limiter limiter;
    otelmq_rate_limiter_init(&limiter, 3);
    unsigned taken = 0;
    uint64_t step = SECOND / 100;
    for (uint64_t now = SECOND; now < 101 * SECOND; now += step) {
        taken += otelmq_rate_limiter_take(&limiter, now);
    }
    /* The rate, and the burst of the beginning. */
    assert_in_range(taken, 300, 303);
}

static void a_continued_one_gives_no_new_burst(void **state)
{
    (void)state;
    otelmq_rate_limiter before;
    otelmq_rate_limiter after;
    uint64_t now = 100 * SECOND;
    otelmq_rate_limiter_init(&before, 10);
    assert_int_equal(take_many(&before, 1000, now), 10);
    otelmq_rate_limiter_init(&after, 20);
    otelmq_rate_limiter_continue(&after, &before, now);
    assert_int_equal(take_many(&after, 1000, now), 0);
    assert_int_equal(take_many(&after, 1000, now + SECOND / 2), 10);
}

static void a_continued_one_does_not_wait_for_a_slower_rate(void **state)
{
    (void)state;
    otelmq_rate_limiter slow;
    otelmq_rate_limiter quick;
    uint64_t now = 100 * SECOND;
    otelmq_rate_limiter_init(&slow, 1e-9);
    assert_int_equal(take_many(&slow, 1000, now), 1);
    otelmq_rate_limiter_init(&quick, 10);
    otelmq_rate_limiter_continue(&quick, &slow, now);
    assert_int_equal(take_many(&quick, 1000, now), 0);
    assert_int_equal(take_many(&quick, 1000, now + SECOND), 10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(so_many_a_second_may_go),
        cmocka_unit_test(over_a_long_time_it_keeps_the_rate),
        cmocka_unit_test(a_continued_one_gives_no_new_burst),
        cmocka_unit_test(a_continued_one_does_not_wait_for_a_slower_rate),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
