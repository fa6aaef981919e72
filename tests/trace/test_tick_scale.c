/* SPDX-License-Identifier: Apache-2.0 */
/* A counter of three ticks in a nanosecond, and what may happen to it. */
#include "support/test.h"
#include "trace/tick_scale.h"

static const uint64_t SECOND = 1000000000;
static const uint64_t FIRST_NANO = 50000000000;

/* What the counter shows at that time if nothing has happened. */
static uint64_t ticks_at(uint64_t nano)
{
    return 7000 + 3 * nano;
}

static otelmq_tick_reading reading_at(uint64_t nano)
{
    return (otelmq_tick_reading){ticks_at(nano), nano};
}

static otelmq_tick_scale started(void)
{
    otelmq_tick_scale scale;
    otelmq_tick_scale_start(&scale, reading_at(FIRST_NANO));
    return scale;
}

static void assert_near(uint64_t actual, uint64_t expected)
{
    assert_in_range(actual, expected - 20, expected + 20);
}

static void ticks_between_two_readings_get_the_time_between(void **state)
{
    (void)state;
    otelmq_tick_scale scale = started();
    otelmq_tick_scale_add(&scale, reading_at(FIRST_NANO + 5 * SECOND));
    for (uint64_t nano = 0; nano <= 5 * SECOND; nano += SECOND / 7) {
        assert_near(otelmq_tick_scale_nano(&scale, ticks_at(FIRST_NANO + nano)), FIRST_NANO + nano);
    }
}

static void those_outside_get_the_time_at_the_end(void **state)
{
    (void)state;
    otelmq_tick_scale scale = started();
    assert_int_equal(otelmq_tick_scale_nano(&scale, UINT64_MAX), FIRST_NANO);
    otelmq_tick_scale_add(&scale, reading_at(FIRST_NANO + SECOND));
    assert_int_equal(otelmq_tick_scale_nano(&scale, UINT64_MAX), FIRST_NANO + SECOND);
    assert_int_equal(otelmq_tick_scale_nano(&scale, 0), FIRST_NANO);
}

/* The clock runs slower by 200 millionths from then on. */
static void a_clock_that_is_set_right_is_followed(void **state)
{
    (void)state;
    otelmq_tick_scale scale = started();
    uint64_t nano = FIRST_NANO;
    uint64_t ticks = ticks_at(nano);
    for (int i = 0; i < 100; i++) {
        otelmq_tick_scale_add(&scale, (otelmq_tick_reading){ticks += 3 * SECOND, nano += SECOND});
    }
    for (int i = 0; i < 200; i++) {
        otelmq_tick_scale_add(&scale,
                              (otelmq_tick_reading){ticks += 3 * SECOND, nano += SECOND - 200000});
    }
    assert_near(otelmq_tick_scale_nano(&scale, ticks - 3 * SECOND / 2), nano - SECOND / 2 + 100000);
}

/* As when the machine slept, and the counter began anew. */
static void a_counter_that_was_set_back_begins_anew(void **state)
{
    (void)state;
    otelmq_tick_scale scale = started();
    uint64_t nano = FIRST_NANO + 5 * SECOND;
    otelmq_tick_scale_add(&scale, reading_at(nano));
    otelmq_tick_scale_add(&scale, (otelmq_tick_reading){10 * SECOND, nano + SECOND});
    uint64_t half_a_second_ago = 10 * SECOND - 3 * SECOND / 2;
    assert_near(otelmq_tick_scale_nano(&scale, half_a_second_ago), nano + SECOND / 2);
    otelmq_tick_scale_add(&scale, (otelmq_tick_reading){13 * SECOND, nano + 2 * SECOND});
    assert_near(otelmq_tick_scale_nano(&scale, 10 * SECOND), nano + SECOND);
}

/* As when the machine slept, and the clock stood still meanwhile. */
static void one_that_went_on_without_the_clock_keeps_its_rate(void **state)
{
    (void)state;
    otelmq_tick_scale scale = started();
    uint64_t nano = FIRST_NANO + 5 * SECOND;
    otelmq_tick_scale_add(&scale, reading_at(nano));
    uint64_t awake = ticks_at(nano) + 3600 * 3 * SECOND;
    otelmq_tick_scale_add(&scale, (otelmq_tick_reading){awake, nano + SECOND});
    assert_near(otelmq_tick_scale_nano(&scale, awake - 3 * SECOND / 4), nano + 3 * SECOND / 4);
    otelmq_tick_scale_add(&scale, (otelmq_tick_reading){awake + 3 * SECOND, nano + 2 * SECOND});
    assert_near(otelmq_tick_scale_nano(&scale, awake), nano + SECOND);
}

static void many_readings_use_up_nothing(void **state)
{
    (void)state;
    otelmq_tick_scale scale = started();
    uint64_t nano = FIRST_NANO;
    for (int i = 0; i < 10000; i++) {
        nano += SECOND / 3;
        otelmq_tick_scale_add(&scale, reading_at(nano));
        assert_near(otelmq_tick_scale_nano(&scale, ticks_at(nano - SECOND / 5)), nano - SECOND / 5);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ticks_between_two_readings_get_the_time_between),
        cmocka_unit_test(those_outside_get_the_time_at_the_end),
        cmocka_unit_test(a_clock_that_is_set_right_is_followed),
        cmocka_unit_test(a_counter_that_was_set_back_begins_anew),
        cmocka_unit_test(one_that_went_on_without_the_clock_keeps_its_rate),
        cmocka_unit_test(many_readings_use_up_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
