/* SPDX-License-Identifier: Apache-2.0 */
/* When the HTTP exporter gives up: at the deadline, and at shutdown. */
#include "otlp/export_test.h"
#include "support/test.h"

#include "base/clock.h"

#include <pthread.h>
#include <sched.h>

static const collector_answer silence = {.deed = COLLECTOR_HANGS};
static const collector_answer taken = {.status = 200};
static const collector_answer overload = {.status = 503, .headers = "Retry-After: 60\r\n"};

static void a_collector_that_never_answers_is_given_up_at_the_deadline(void **state)
{
    (void)state;
    export_test *test = export_test_start(&silence, 1, NULL);
    assert_int_equal(export_test_run(test, 200), OTELMQ_ERROR_TIMEOUT);
    assert_true(export_test_said(test, OTELMQ_SEVERITY_ERROR, "did not answer in time"));
    export_test_stop(test);
}

static void the_timeout_of_the_options_ends_an_export_before_the_caller_s(void **state)
{
    const otelmq_otlp_options options = {.timeout_ms = 200};
    (void)state;
    export_test *test = export_test_start(&silence, 1, &options);
    uint64_t start = otelmq_clock_monotonic_nano();
    assert_int_equal(export_test_run(test, UINT32_MAX), OTELMQ_ERROR_TIMEOUT);
    assert_true(otelmq_clock_monotonic_nano() - start >= 200000000);
    export_test_stop(test);
}

static void a_deadline_that_has_passed_sends_nothing_twice(void **state)
{
    (void)state;
    export_test *test = export_test_start(&silence, 1, NULL);
    assert_int_equal(export_test_run(test, 0), OTELMQ_ERROR_TIMEOUT);
    assert_int_equal(export_test_count(test, OTELMQ_STAT_EXPORT_RETRIES), 0);
    export_test_stop(test);
}

static void a_collector_that_is_down_is_given_up_at_the_deadline(void **state)
{
    (void)state;
    export_test *test = export_test_start_deaf(&taken, 1, NULL);
    assert_int_equal(export_test_run(test, 1500), OTELMQ_ERROR_IO);
    assert_true(export_test_said(test, OTELMQ_SEVERITY_ERROR, "could not be reached"));
    assert_true(export_test_said(test, OTELMQ_SEVERITY_ERROR, "3 spans were lost"));
    export_test_stop(test);
}

/* An export on a thread of its own. */
typedef struct {
    export_test *test;
    uint32_t timeout_ms;
    otelmq_status status;
    pthread_t thread;
} running_export;

static void *run_export(void *argument)
{
    running_export *running = argument;
    running->status = export_test_run(running->test, running->timeout_ms);
    return NULL;
}

static running_export *start_export(running_export *running, export_test *test)
{
    *running = (running_export){.test = test, .timeout_ms = UINT32_MAX};
    assert_int_equal(pthread_create(&running->thread, NULL, run_export, running), 0);
    return running;
}

static otelmq_status finish_export(running_export *running)
{
    pthread_join(running->thread, NULL);
    return running->status;
}

static void a_collector_that_comes_up_later_gets_the_spans(void **state)
{
    const otelmq_otlp_options options = {.timeout_ms = 60000};
    running_export running;
    (void)state;
    export_test *test = export_test_start_deaf(&taken, 1, &options);
    start_export(&running, test);
    while (export_test_count(test, OTELMQ_STAT_EXPORT_RETRIES) == 0) {
        sched_yield();
    }
    collector_listen(test->collector);
    assert_int_equal(finish_export(&running), OTELMQ_OK);
    export_test_stop(test);
}

/* The test hangs, and fails by ctest's time limit, where the shutdown does not interrupt. */
static void shut_down_in_the_middle(const collector_answer *answer)
{
    const otelmq_otlp_options options = {.timeout_ms = UINT32_MAX};
    running_export running;
    export_test *test = export_test_start(answer, 1, &options);
    start_export(&running, test);
    collector_wait(test->collector, 1);
    test->exporter.ops->shutdown(test->exporter.self);
    assert_int_equal(finish_export(&running), OTELMQ_ERROR_SHUT_DOWN);
    assert_int_equal(export_test_run(test, EXPORT_TEST_TIMEOUT_MS), OTELMQ_ERROR_SHUT_DOWN);
    assert_int_equal(collector_request_count(test->collector), 1);
    export_test_stop(test);
}

static void a_shutdown_interrupts_a_request(void **state)
{
    (void)state;
    shut_down_in_the_middle(&silence);
}

static void a_shutdown_interrupts_the_wait_for_a_retry(void **state)
{
    (void)state;
    shut_down_in_the_middle(&overload);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_collector_that_never_answers_is_given_up_at_the_deadline),
        cmocka_unit_test(the_timeout_of_the_options_ends_an_export_before_the_caller_s),
        cmocka_unit_test(a_deadline_that_has_passed_sends_nothing_twice),
        cmocka_unit_test(a_collector_that_is_down_is_given_up_at_the_deadline),
        cmocka_unit_test(a_collector_that_comes_up_later_gets_the_spans),
        cmocka_unit_test(a_shutdown_interrupts_a_request),
        cmocka_unit_test(a_shutdown_interrupts_the_wait_for_a_retry),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
