/* SPDX-License-Identifier: Apache-2.0 */
/* What is kept for otelmq_amqp_wait_confirms, at sizes that take a broker too long. */
#include "amqp/publish/outcomes.h"
#include "support/diagnostics_log.h"
#include "support/test.h"

enum { MILLION = 1 << 20 };

static void add(otelmq_amqp_outcomes *outcomes, uint64_t begin, uint64_t end)
{
    for (uint64_t tag = begin; tag < end; tag++) {
        otelmq_amqp_outcomes_add(outcomes, (otelmq_amqp_confirm){.delivery_tag = tag});
    }
}

static void of_a_program_that_never_asks_the_newest_are_kept_and_it_is_told_so(void **state)
{
    (void)state;
    diagnostics_log log;
    diagnostics_log_start(&log, OTELMQ_SEVERITY_WARNING);
    otelmq_amqp_outcomes outcomes = {.items = NULL};
    add(&outcomes, 1, MILLION + 1);
    assert_int_equal(log.count, 0);
    add(&outcomes, MILLION + 1, MILLION + 2);
    assert_int_equal(log.count, 1);
    assert_non_null(strstr(log.messages[0], "otelmq_amqp_wait_confirms"));
    otelmq_amqp_confirms confirms = otelmq_amqp_outcomes_tell(&outcomes, 0);
    assert_int_equal(confirms.count, MILLION / 2 + 1);
    assert_int_equal(confirms.items[0].delivery_tag, MILLION / 2 + 1);
    assert_int_equal(confirms.items[MILLION / 2].delivery_tag, MILLION + 1);
    otelmq_amqp_outcomes_clean(&outcomes);
    diagnostics_log_stop();
}

static void what_was_told_goes_with_the_next(void **state)
{
    (void)state;
    otelmq_amqp_outcomes outcomes = {.items = NULL};
    add(&outcomes, 1, 3);
    assert_int_equal(otelmq_amqp_outcomes_tell(&outcomes, 7).pending, 7);
    add(&outcomes, 3, 4);
    otelmq_amqp_confirms confirms = otelmq_amqp_outcomes_tell(&outcomes, 0);
    assert_int_equal(confirms.count, 1);
    assert_int_equal(confirms.items[0].delivery_tag, 3);
    otelmq_amqp_outcomes_clean(&outcomes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(of_a_program_that_never_asks_the_newest_are_kept_and_it_is_told_so),
        cmocka_unit_test(what_was_told_goes_with_the_next),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
