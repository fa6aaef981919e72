/* SPDX-License-Identifier: Apache-2.0 */
#include "base/clock.h"
#include "support/test.h"

static void a_deadline_that_has_passed_leaves_nothing(void **state)
{
    (void)state;
    assert_int_equal(otelmq_deadline_left_ms(otelmq_deadline_after(0)), 0);
}

static void a_deadline_leaves_no_more_than_was_given(void **state)
{
    (void)state;
    uint32_t left = otelmq_deadline_left_ms(otelmq_deadline_after(3600000));
    assert_in_range(left, 1, 3600000);
    assert_true(otelmq_deadline_left_ms(otelmq_deadline_after(UINT32_MAX)) > 3600000);
}

static void the_monotonic_clock_never_goes_back(void **state)
{
    (void)state;
    uint64_t before = otelmq_clock_monotonic_nano();
    for (int i = 0; i < 1000; i++) {
        uint64_t now = otelmq_clock_monotonic_nano();
        assert_true(now >= before);
        before = now;
    }
}

static void the_other_clock_agrees_with_time(void **state)
{
    (void)state;
    uint64_t before = (uint64_t)time(NULL);
    uint64_t now = otelmq_clock_unix_nano() / 1000000000;
    /* time may read a coarser clock that is a tick behind. */
    assert_true(now + 1 >= before);
    assert_true(now <= (uint64_t)time(NULL) + 1);
}

static void a_deadline_becomes_the_same_timespec(void **state)
{
    (void)state;
    otelmq_deadline deadline = {12000000034};
    struct timespec moment = otelmq_deadline_timespec(deadline);
    assert_int_equal(moment.tv_sec, 12);
    assert_int_equal(moment.tv_nsec, 34);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_deadline_that_has_passed_leaves_nothing),
        cmocka_unit_test(a_deadline_leaves_no_more_than_was_given),
        cmocka_unit_test(the_monotonic_clock_never_goes_back),
        cmocka_unit_test(the_other_clock_agrees_with_time),
        cmocka_unit_test(a_deadline_becomes_the_same_timespec),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
