/* SPDX-License-Identifier: Apache-2.0 */
/* The clocks of this program are its own: one tells the time of the other, and both stand still. */
#include "support/test.h"
#include "trace/span_clock.h"

#include <time.h>

enum { NANOS_PER_SECOND = 1000000000, NANOS_PER_MS = 1000000 };

static const uint64_t NOON = UINT64_C(1700000000) * NANOS_PER_SECOND;

static struct {
    uint64_t monotonic_nano;
    uint64_t date_offset;
    const uint64_t *interruptions; /* so long each, before a date is read; NULL or 0: no more */
    int dates_read;
} machine;

static uint64_t read_date(void)
{
    machine.dates_read++;
    if (machine.interruptions != NULL && *machine.interruptions > 0) {
        machine.monotonic_nano += *machine.interruptions++;
    }
    return machine.monotonic_nano + machine.date_offset;
}

int clock_gettime(clockid_t clock, struct timespec *now)
{
    uint64_t nano = clock == CLOCK_REALTIME ? read_date() : machine.monotonic_nano;
    now->tv_sec = (time_t)(nano / NANOS_PER_SECOND);
    now->tv_nsec = (long)(nano % NANOS_PER_SECOND);
    return 0;
}

static int boot(void **state)
{
    (void)state;
    machine.monotonic_nano = 5000;
    machine.date_offset = NOON;
    machine.interruptions = NULL;
    machine.dates_read = 0;
    otelmq_clock_offset_of_thread = (otelmq_clock_offset){0, 0};
    return 0;
}

static uint64_t date_now(void)
{
    return otelmq_span_clock_unix_nano(machine.monotonic_nano);
}

static void a_moment_has_its_date(void **state)
{
    (void)state;
    assert_int_equal(date_now(), NOON + 5000);
    machine.monotonic_nano += 70;
    assert_int_equal(date_now(), NOON + 5070);
    assert_int_equal(otelmq_span_clock_unix_nano(4000), NOON + 4000);
}

static void the_date_is_read_once_a_second(void **state)
{
    (void)state;
    (void)date_now();
    machine.monotonic_nano += NANOS_PER_SECOND;
    (void)date_now();
    assert_int_equal(machine.dates_read, 1);
    machine.monotonic_nano += 1;
    (void)date_now();
    assert_int_equal(machine.dates_read, 2);
}

static void a_date_set_back_counts_a_second_later(void **state)
{
    (void)state;
    (void)date_now();
    machine.date_offset -= NANOS_PER_SECOND;
    assert_int_equal(date_now(), NOON + 5000);
    machine.monotonic_nano += NANOS_PER_SECOND + 1;
    assert_int_equal(date_now(), NOON + 5001);
}

static void an_interruption_while_the_date_is_read_sets_none_wrong(void **state)
{
    (void)state;
    static const uint64_t two[] = {30 * NANOS_PER_MS, 20 * NANOS_PER_MS, 0};
    machine.interruptions = two;
    assert_int_equal(otelmq_span_clock_unix_nano(5000), NOON + 5000);
}

static void of_nothing_but_interruptions_the_shortest_counts(void **state)
{
    (void)state;
    static const uint64_t many[] = {30 * NANOS_PER_MS,
                                    2 * NANOS_PER_MS,
                                    20 * NANOS_PER_MS,
                                    40 * NANOS_PER_MS,
                                    50 * NANOS_PER_MS,
                                    60 * NANOS_PER_MS,
                                    0};
    machine.interruptions = many;
    uint64_t wrong_by = otelmq_span_clock_unix_nano(5000) - (NOON + 5000);
    assert_int_equal(wrong_by, NANOS_PER_MS);
    assert_true(machine.dates_read < 6);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_moment_has_its_date, boot),
        cmocka_unit_test_setup(the_date_is_read_once_a_second, boot),
        cmocka_unit_test_setup(a_date_set_back_counts_a_second_later, boot),
        cmocka_unit_test_setup(an_interruption_while_the_date_is_read_sets_none_wrong, boot),
        cmocka_unit_test_setup(of_nothing_but_interruptions_the_shortest_counts, boot),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
