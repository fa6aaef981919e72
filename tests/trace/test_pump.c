/* SPDX-License-Identifier: Apache-2.0 */
/* Batch processors and SDKs without a thread of their own. */
#include "base/clock.h"
#include "support/test.h"
#include "trace/trace_fixture.h"

#include <otelmq/sdk.h>

#include <dirent.h>
#include <stdlib.h>

enum { HANG_MS = 30000, HOUR_MS = 3600000 };

static scripted_exporter exporter;
static otelmq_stats before;

static int set_up(void **state)
{
    (void)state;
    before = otelmq_stats_read();
    scripted_init(&exporter);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    scripted_clean(&exporter);
    assert_accounted(&before, 0);
    return 0;
}

static size_t thread_count(void)
{
    DIR *tasks = opendir("/proc/self/task");
    assert_non_null(tasks);
    size_t count = 0;
    for (struct dirent *task; (task = readdir(tasks)) != NULL;) {
        count += task->d_name[0] != '.';
    }
    closedir(tasks);
    return count;
}

static void end_spans(otelmq_tracer_provider *provider, size_t count)
{
    otelmq_tracer *tracer = otelmq_tracer_provider_tracer(provider, "tests", NULL);
    for (size_t i = 0; i < count; i++) {
        end_one_span(tracer, "a");
    }
}

static otelmq_tracer_provider *pumped_provider(otelmq_batch_options options)
{
    options.pumped = true;
    return batch_provider(&exporter, &options);
}

static void no_thread_is_started(void **state)
{
    (void)state;
    size_t threads = thread_count();
    otelmq_tracer_provider *provider = pumped_provider((otelmq_batch_options){0});
    end_spans(provider, 3);
    assert_int_equal(thread_count(), threads);
    assert_int_equal(otelmq_tracer_provider_shutdown(provider, HANG_MS), OTELMQ_OK);
    assert_int_equal(scripted_spans(&exporter), 3);
    assert_int_equal(exporter.shutdowns, 1);
    otelmq_tracer_provider_destroy(provider);
    assert_int_equal(exporter.destroys, 1);
}

static void a_pump_exports_full_batches_and_leaves_the_rest(void **state)
{
    (void)state;
    otelmq_tracer_provider *provider = pumped_provider(
        (otelmq_batch_options){.max_export_batch_size = 4, .schedule_delay_ms = HOUR_MS});
    end_spans(provider, 3);
    assert_int_equal(otelmq_tracer_provider_pump(provider, HANG_MS), OTELMQ_OK);
    assert_int_equal(exporter.exports, 0);
    end_spans(provider, 6);
    assert_int_equal(otelmq_tracer_provider_pump(provider, HANG_MS), OTELMQ_OK);
    assert_int_equal(exporter.exports, 2);
    assert_int_equal(scripted_spans(&exporter), 8);
    assert_int_equal(otelmq_tracer_provider_force_flush(provider, HANG_MS), OTELMQ_OK);
    assert_int_equal(scripted_spans(&exporter), 9);
    assert_int_equal(exporter.flushes, 1);
    otelmq_tracer_provider_destroy(provider);
}

static void after_the_schedule_delay_a_pump_exports_what_there_is(void **state)
{
    (void)state;
    otelmq_tracer_provider *provider =
        pumped_provider((otelmq_batch_options){.schedule_delay_ms = 1});
    end_spans(provider, 1);
    otelmq_deadline hang = otelmq_deadline_after(HANG_MS);
    while (exporter.exports == 0 && otelmq_deadline_left_ms(hang) > 0) {
        assert_int_equal(otelmq_tracer_provider_pump(provider, HANG_MS), OTELMQ_OK);
    }
    assert_int_equal(scripted_spans(&exporter), 1);
    otelmq_tracer_provider_destroy(provider);
}

static void without_time_a_pump_says_that_something_is_due(void **state)
{
    (void)state;
    otelmq_tracer_provider *provider = pumped_provider(
        (otelmq_batch_options){.max_export_batch_size = 2, .schedule_delay_ms = HOUR_MS});
    assert_int_equal(otelmq_tracer_provider_pump(provider, 0), OTELMQ_OK);
    end_spans(provider, 2);
    assert_int_equal(otelmq_tracer_provider_pump(provider, 0), OTELMQ_ERROR_TIMEOUT);
    assert_int_equal(exporter.exports, 0);
    assert_int_equal(otelmq_tracer_provider_pump(provider, 777), OTELMQ_OK);
    assert_true(exporter.timeout_ms > 0 && exporter.timeout_ms <= 777);
    otelmq_tracer_provider_destroy(provider);
}

static void a_pump_tells_what_the_exporter_answers(void **state)
{
    (void)state;
    exporter.answer = OTELMQ_ERROR_REJECTED;
    otelmq_tracer_provider *provider =
        pumped_provider((otelmq_batch_options){.max_export_batch_size = 1});
    end_spans(provider, 1);
    assert_int_equal(otelmq_tracer_provider_pump(provider, HANG_MS), OTELMQ_ERROR_REJECTED);
    assert_int_equal(grown(&before, OTELMQ_STAT_SPANS_FAILED), 1);
    otelmq_tracer_provider_destroy(provider);
}

static void a_full_queue_drops_or_exports_on_the_spot(void **state)
{
    (void)state;
    otelmq_batch_options options = {.max_queue_size = 4, .schedule_delay_ms = HOUR_MS};
    otelmq_tracer_provider *provider = pumped_provider(options);
    end_spans(provider, 6);
    assert_int_equal(grown(&before, OTELMQ_STAT_SPANS_DROPPED_QUEUE_FULL), 2);
    otelmq_tracer_provider_destroy(provider);
    options.blocks_when_full = true;
    provider = pumped_provider(options);
    end_spans(provider, 6);
    assert_int_equal(scripted_spans(&exporter), 4);
    assert_int_equal(grown(&before, OTELMQ_STAT_SPANS_DROPPED_QUEUE_FULL), 2);
    assert_int_equal(otelmq_tracer_provider_shutdown(provider, HANG_MS), OTELMQ_OK);
    assert_int_equal(scripted_spans(&exporter), 6);
    otelmq_tracer_provider_destroy(provider);
}

static void *pump_once(void *provider)
{
    (void)otelmq_tracer_provider_pump(provider, HANG_MS);
    return NULL;
}

/* Starts a thread that is held inside an export of the pump. */
static pthread_t hold_a_pump(otelmq_tracer_provider *provider)
{
    pthread_t thread;
    scripted_hold(&exporter);
    end_spans(provider, 1);
    assert_int_equal(pthread_create(&thread, NULL, pump_once, provider), 0);
    scripted_wait_held(&exporter);
    return thread;
}

static void one_thread_pumps_at_a_time(void **state)
{
    (void)state;
    otelmq_tracer_provider *provider =
        pumped_provider((otelmq_batch_options){.max_export_batch_size = 1});
    pthread_t thread = hold_a_pump(provider);
    end_spans(provider, 1);
    assert_int_equal(otelmq_tracer_provider_pump(provider, 20), OTELMQ_ERROR_TIMEOUT);
    assert_int_equal(otelmq_tracer_provider_force_flush(provider, 20), OTELMQ_ERROR_TIMEOUT);
    assert_int_equal(exporter.exports, 0);
    scripted_let_go(&exporter);
    assert_int_equal(otelmq_tracer_provider_force_flush(provider, HANG_MS), OTELMQ_OK);
    assert_int_equal(pthread_join(thread, NULL), 0);
    assert_int_equal(scripted_spans(&exporter), 2);
    otelmq_tracer_provider_destroy(provider);
}

static void a_shutdown_interrupts_the_thread_that_pumps(void **state)
{
    (void)state;
    otelmq_tracer_provider *provider =
        pumped_provider((otelmq_batch_options){.max_export_batch_size = 1});
    pthread_t thread = hold_a_pump(provider);
    end_spans(provider, 2);
    assert_int_equal(otelmq_tracer_provider_shutdown(provider, 20), OTELMQ_ERROR_TIMEOUT);
    otelmq_tracer_provider_destroy(provider);
    assert_int_equal(pthread_join(thread, NULL), 0);
    assert_int_equal(grown(&before, OTELMQ_STAT_SPANS_FAILED), 1);
    assert_int_equal(grown(&before, OTELMQ_STAT_SPANS_DROPPED_SHUT_DOWN), 2);
    assert_int_equal(exporter.destroys, 1);
}

static void a_thread_that_is_left_behind_in_the_exporter_cleans_up_later(void **state)
{
    (void)state;
    exporter.is_deaf = true;
    otelmq_tracer_provider *provider =
        pumped_provider((otelmq_batch_options){.max_export_batch_size = 1});
    pthread_t thread = hold_a_pump(provider);
    end_spans(provider, 2);
    assert_int_equal(otelmq_tracer_provider_shutdown(provider, 20), OTELMQ_ERROR_TIMEOUT);
    otelmq_tracer_provider_destroy(provider);
    assert_int_equal(exporter.destroys, 0);
    scripted_let_go(&exporter);
    assert_int_equal(pthread_join(thread, NULL), 0);
    assert_int_equal(exporter.destroys, 1);
    assert_int_equal(grown(&before, OTELMQ_STAT_SPANS_DROPPED_SHUT_DOWN), 2);
}

static otelmq_tracer_provider *pumping_itself;

static otelmq_status export_and_pump(void *self, const otelmq_span_data *const spans[],
                                     size_t count, uint32_t timeout_ms,
                                     otelmq_export_result *result)
{
    (void)spans;
    (void)timeout_ms;
    (void)result;
    *(size_t *)self += count;
    assert_int_equal(otelmq_tracer_provider_pump(pumping_itself, HANG_MS), OTELMQ_ERROR_TIMEOUT);
    return OTELMQ_OK;
}

static void an_exporter_that_pumps_does_not_wait_for_itself(void **state)
{
    (void)state;
    static const otelmq_exporter_ops ops = {.export_spans = export_and_pump};
    size_t exported = 0;
    otelmq_batch_options options = {.max_export_batch_size = 1, .pumped = true};
    otelmq_processor processor =
        otelmq_processor_batch((otelmq_exporter){&ops, &exported}, &options);
    otelmq_tracer_provider_options parts = {.processors = &processor, .processor_count = 1};
    assert_int_equal(otelmq_tracer_provider_create(&parts, &pumping_itself), OTELMQ_OK);
    end_spans(pumping_itself, 2);
    assert_int_equal(otelmq_tracer_provider_pump(pumping_itself, HANG_MS), OTELMQ_OK);
    assert_int_equal(exported, 2);
    otelmq_tracer_provider_destroy(pumping_itself);
}

static void an_sdk_can_be_pumped(void **state)
{
    (void)state;
    size_t threads = thread_count();
    otelmq_sdk *sdk = NULL;
    otelmq_batch_options batch = {.max_export_batch_size = 2, .schedule_delay_ms = HOUR_MS};
    otelmq_sdk_options options = {
        .exporter = scripted_as_exporter(&exporter), .batch = &batch, .pumped = true};
    assert_int_equal(otelmq_sdk_start(&options, &sdk), OTELMQ_OK);
    end_spans(otelmq_sdk_tracer_provider(sdk), 3);
    assert_int_equal(thread_count(), threads);
    assert_int_equal(otelmq_sdk_pump(sdk, HANG_MS), OTELMQ_OK);
    assert_int_equal(scripted_spans(&exporter), 2);
    assert_int_equal(otelmq_sdk_force_flush(sdk, HANG_MS), OTELMQ_OK);
    assert_int_equal(scripted_spans(&exporter), 3);
    assert_int_equal(otelmq_sdk_shutdown(sdk, HANG_MS), OTELMQ_OK);
    assert_int_equal(otelmq_sdk_pump(NULL, 0), OTELMQ_ERROR_INVALID_ARGUMENT);
}

static void with_a_thread_a_pump_does_nothing(void **state)
{
    (void)state;
    otelmq_sdk *sdk = NULL;
    otelmq_sdk_options options = {.exporter = scripted_as_exporter(&exporter)};
    assert_int_equal(otelmq_sdk_start(&options, &sdk), OTELMQ_OK);
    assert_int_equal(otelmq_sdk_pump(sdk, HANG_MS), OTELMQ_OK);
    otelmq_tracer_provider *provider = otelmq_sdk_tracer_provider(sdk);
    assert_int_equal(otelmq_tracer_provider_shutdown(provider, HANG_MS), OTELMQ_OK);
    assert_int_equal(otelmq_sdk_pump(sdk, HANG_MS), OTELMQ_ERROR_SHUT_DOWN);
    (void)otelmq_sdk_shutdown(sdk, 0);
    assert_int_equal(otelmq_tracer_provider_pump(NULL, 0), OTELMQ_ERROR_INVALID_ARGUMENT);
}

int main(void)
{
#define T(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        T(no_thread_is_started),
        T(a_pump_exports_full_batches_and_leaves_the_rest),
        T(after_the_schedule_delay_a_pump_exports_what_there_is),
        T(without_time_a_pump_says_that_something_is_due),
        T(a_pump_tells_what_the_exporter_answers),
        T(a_full_queue_drops_or_exports_on_the_spot),
        T(one_thread_pumps_at_a_time),
        T(a_shutdown_interrupts_the_thread_that_pumps),
        T(a_thread_that_is_left_behind_in_the_exporter_cleans_up_later),
        T(an_exporter_that_pumps_does_not_wait_for_itself),
        T(an_sdk_can_be_pumped),
        T(with_a_thread_a_pump_does_nothing),
    };
#undef T
    return cmocka_run_group_tests(tests, NULL, NULL);
}
