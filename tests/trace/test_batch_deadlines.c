/* SPDX-License-Identifier: Apache-2.0 */
#include "base/clock.h"
#include "support/diagnostics_log.h"
#include "support/test.h"
#include "trace/trace_fixture.h"

/* Far from both what is asked for and what would be a hang. */
enum { SHORT_MS = 20, MUCH_LATER_MS = 30000 };

static scripted_exporter exporter;
static otelmq_tracer_provider *provider;
static otelmq_stats before;

/* A provider whose worker is stuck in an export of one span, with four more queued behind. */
static int set_up(void **state)
{
    (void)state;
    before = otelmq_stats_read();
    scripted_init(&exporter);
    otelmq_batch_options options = {.max_export_batch_size = 1};
    provider = batch_provider(&exporter, &options);
    otelmq_tracer *tracer = otelmq_tracer_provider_tracer(provider, "tests", NULL);
    scripted_hold(&exporter);
    for (int i = 0; i < 5; i++) {
        end_one_span(tracer, "a");
    }
    scripted_wait_held(&exporter);
    return 0;
}

static void destroy_provider(void)
{
    otelmq_tracer_provider_destroy(provider);
    provider = NULL;
}

/* A test that failed half-way has left a thread in the exporter. */
static int tear_down(void **state)
{
    (void)state;
    scripted_let_go(&exporter);
    destroy_provider();
    scripted_wait_destroyed(&exporter);
    scripted_clean(&exporter);
    return 0;
}

static void a_flush_returns_at_its_deadline(void **state)
{
    (void)state;
    otelmq_deadline hang = otelmq_deadline_after(MUCH_LATER_MS);
    assert_int_equal(otelmq_tracer_provider_force_flush(provider, SHORT_MS), OTELMQ_ERROR_TIMEOUT);
    assert_int_equal(otelmq_tracer_provider_force_flush(provider, 0), OTELMQ_ERROR_TIMEOUT);
    assert_true(otelmq_deadline_left_ms(hang) > 0);
    scripted_let_go(&exporter);
    assert_int_equal(otelmq_tracer_provider_force_flush(provider, MUCH_LATER_MS), OTELMQ_OK);
    assert_int_equal(scripted_spans(&exporter), 5);
    destroy_provider();
    assert_accounted(&before, 0);
}

static void a_shutdown_interrupts_the_exporter_at_its_deadline(void **state)
{
    (void)state;
    otelmq_deadline hang = otelmq_deadline_after(MUCH_LATER_MS);
    assert_int_equal(otelmq_tracer_provider_shutdown(provider, SHORT_MS), OTELMQ_ERROR_TIMEOUT);
    assert_true(otelmq_deadline_left_ms(hang) > 0);
    assert_int_equal(exporter.shutdowns, 1);
    assert_int_equal(exporter.exports, 1);
    assert_int_equal(grown(&before, OTELMQ_STAT_SPANS_FAILED), 1);
    assert_int_equal(grown(&before, OTELMQ_STAT_SPANS_DROPPED_SHUT_DOWN), 4);
    destroy_provider();
    assert_int_equal(exporter.destroys, 1);
    assert_accounted(&before, 0);
}

static void a_shutdown_without_time_drops_what_is_queued(void **state)
{
    (void)state;
    destroy_provider();
    assert_int_equal(grown(&before, OTELMQ_STAT_SPANS_DROPPED_SHUT_DOWN), 4);
    assert_int_equal(exporter.destroys, 1);
    assert_accounted(&before, 0);
}

static void *let_go_soon(void *unused)
{
    (void)unused;
    scripted_let_go(&exporter);
    return NULL;
}

static void a_shutdown_with_time_exports_all_that_is_queued(void **state)
{
    (void)state;
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, let_go_soon, NULL), 0);
    assert_int_equal(otelmq_tracer_provider_shutdown(provider, MUCH_LATER_MS), OTELMQ_OK);
    assert_int_equal(pthread_join(thread, NULL), 0);
    assert_int_equal(scripted_spans(&exporter), 5);
    assert_int_equal(exporter.shutdowns, 1);
    destroy_provider();
    assert_accounted(&before, 0);
}

static void an_exporter_that_ignores_its_shutdown_does_not_hold_the_caller(void **state)
{
    (void)state;
    diagnostics_log log;
    diagnostics_log_start(&log, OTELMQ_SEVERITY_ERROR);
    otelmq_deadline hang = otelmq_deadline_after(MUCH_LATER_MS);
    scripted_turn_deaf(&exporter);
    assert_int_equal(otelmq_tracer_provider_shutdown(provider, SHORT_MS), OTELMQ_ERROR_TIMEOUT);
    destroy_provider();
    assert_true(otelmq_deadline_left_ms(hang) > 0);
    diagnostics_log_stop();
    assert_int_equal(log.count, 1);
    assert_int_equal(exporter.destroys, 0);
    /* Its thread gives everything back once the exporter has returned after all. */
    scripted_let_go(&exporter);
    scripted_wait_destroyed(&exporter);
    assert_accounted(&before, 0);
}

static void *shut_down_soon(void *unused)
{
    (void)unused;
    (void)otelmq_tracer_provider_shutdown(provider, SHORT_MS);
    return NULL;
}

static void a_shutdown_lets_a_flush_go_on_another_thread(void **state)
{
    (void)state;
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, shut_down_soon, NULL), 0);
    otelmq_deadline hang = otelmq_deadline_after(MUCH_LATER_MS);
    assert_int_not_equal(otelmq_tracer_provider_force_flush(provider, 2 * MUCH_LATER_MS),
                         OTELMQ_OK);
    assert_true(otelmq_deadline_left_ms(hang) > 0);
    assert_int_equal(pthread_join(thread, NULL), 0);
    destroy_provider();
}

int main(void)
{
#define T(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        T(a_flush_returns_at_its_deadline),
        T(a_shutdown_interrupts_the_exporter_at_its_deadline),
        T(a_shutdown_without_time_drops_what_is_queued),
        T(a_shutdown_with_time_exports_all_that_is_queued),
        T(an_exporter_that_ignores_its_shutdown_does_not_hold_the_caller),
        T(a_shutdown_lets_a_flush_go_on_another_thread),
    };
#undef T
    return cmocka_run_group_tests(tests, NULL, NULL);
}
