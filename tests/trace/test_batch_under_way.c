/* SPDX-License-Identifier: Apache-2.0 */
/* The batch processor in front of an exporter that sends several batches at once. */
#include "support/test.h"
#include "trace/trace_fixture.h"

#include "base/clock.h"

#include <sched.h>

enum { BATCH = 2, PLENTY_MS = 30000 };

/* An exporter that keeps all spans under way until it is told what became of them. */
typedef struct {
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    size_t under_way;
    size_t exports;
    bool is_released;
    size_t failing;
} slow_exporter;

static otelmq_status tell(slow_exporter *exporter, otelmq_export_result *result)
{
    if (exporter->is_released) {
        exporter->under_way = 0;
        result->failed = exporter->failing;
        exporter->failing = 0;
    }
    result->under_way = exporter->under_way;
    return result->failed > 0 ? OTELMQ_ERROR_REJECTED : OTELMQ_OK;
}

static otelmq_status export_spans(void *self, const otelmq_span_data *const spans[], size_t count,
                                  uint32_t timeout_ms, otelmq_export_result *result)
{
    (void)spans;
    (void)timeout_ms;
    slow_exporter *exporter = self;
    pthread_mutex_lock(&exporter->mutex);
    exporter->under_way += count;
    exporter->exports++;
    otelmq_status status = tell(exporter, result);
    pthread_cond_broadcast(&exporter->changed);
    pthread_mutex_unlock(&exporter->mutex);
    return status;
}

static otelmq_status force_flush(void *self, uint32_t timeout_ms, otelmq_export_result *result)
{
    slow_exporter *exporter = self;
    struct timespec until = otelmq_deadline_timespec(otelmq_deadline_after(timeout_ms));
    pthread_mutex_lock(&exporter->mutex);
    while (!exporter->is_released && exporter->under_way > 0 &&
           pthread_cond_timedwait(&exporter->changed, &exporter->mutex, &until) == 0) {
    }
    otelmq_status status = tell(exporter, result);
    pthread_mutex_unlock(&exporter->mutex);
    return result->under_way > 0 ? OTELMQ_ERROR_TIMEOUT : status;
}

static const otelmq_exporter_ops slow_ops = {.export_spans = export_spans,
                                             .force_flush = force_flush};

static void wait_for_exports(slow_exporter *exporter, size_t count)
{
    pthread_mutex_lock(&exporter->mutex);
    while (exporter->exports < count) {
        pthread_cond_wait(&exporter->changed, &exporter->mutex);
    }
    pthread_mutex_unlock(&exporter->mutex);
}

static void release(slow_exporter *exporter, size_t failing)
{
    pthread_mutex_lock(&exporter->mutex);
    exporter->is_released = true;
    exporter->failing = failing;
    pthread_cond_broadcast(&exporter->changed);
    pthread_mutex_unlock(&exporter->mutex);
}

typedef struct {
    slow_exporter exporter;
    otelmq_tracer_provider *provider;
    otelmq_stats before;
} slow_test;

static void start(slow_test *test)
{
    pthread_condattr_t attributes;
    *test = (slow_test){.before = otelmq_stats_read()};
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_mutex_init(&test->exporter.mutex, NULL);
    pthread_cond_init(&test->exporter.changed, &attributes);
    pthread_condattr_destroy(&attributes);
    const otelmq_batch_options batch = {.max_export_batch_size = BATCH, .schedule_delay_ms = 60000};
    otelmq_processor processor =
        otelmq_processor_batch((otelmq_exporter){&slow_ops, &test->exporter}, &batch);
    const otelmq_tracer_provider_options options = {.processors = &processor, .processor_count = 1};
    assert_int_equal(otelmq_tracer_provider_create(&options, &test->provider), OTELMQ_OK);
}

static void end_spans(const slow_test *test, size_t count)
{
    otelmq_tracer *tracer = otelmq_tracer_provider_tracer(test->provider, "tests", NULL);
    for (size_t i = 0; i < count; i++) {
        end_one_span(tracer, "span");
    }
}

static uint64_t counted(const slow_test *test, otelmq_stat stat)
{
    return otelmq_stats_read().counts[stat] - test->before.counts[stat];
}

static void stop(slow_test *test)
{
    otelmq_tracer_provider_destroy(test->provider);
    pthread_cond_destroy(&test->exporter.changed);
    pthread_mutex_destroy(&test->exporter.mutex);
}

static void spans_are_counted_once_the_exporter_tells_of_them(void **state)
{
    slow_test test;
    (void)state;
    start(&test);
    end_spans(&test, 3 * BATCH);
    wait_for_exports(&test.exporter, 3);
    assert_int_equal(counted(&test, OTELMQ_STAT_SPANS_EXPORTED), 0);
    assert_int_equal(counted(&test, OTELMQ_STAT_SPANS_FAILED), 0);
    release(&test.exporter, 1);
    while (counted(&test, OTELMQ_STAT_SPANS_EXPORTED) == 0) {
        sched_yield();
    }
    assert_int_equal(counted(&test, OTELMQ_STAT_SPANS_EXPORTED), 3 * BATCH - 1);
    assert_int_equal(counted(&test, OTELMQ_STAT_SPANS_FAILED), 1);
    /* The worker counts first and notes the failure then, which the shutdown must not meet. */
    (void)otelmq_tracer_provider_force_flush(test.provider, PLENTY_MS);
    assert_int_equal(otelmq_tracer_provider_shutdown(test.provider, PLENTY_MS), OTELMQ_OK);
    stop(&test);
}

static void a_flush_waits_for_the_spans_under_way_until_its_deadline(void **state)
{
    slow_test test;
    (void)state;
    start(&test);
    end_spans(&test, BATCH + 1);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(otelmq_tracer_provider_force_flush(test.provider, 100),
                         OTELMQ_ERROR_TIMEOUT);
    }
    assert_int_equal(counted(&test, OTELMQ_STAT_SPANS_EXPORTED), 0);
    release(&test.exporter, 0);
    assert_int_equal(otelmq_tracer_provider_force_flush(test.provider, PLENTY_MS), OTELMQ_OK);
    assert_int_equal(counted(&test, OTELMQ_STAT_SPANS_EXPORTED), BATCH + 1);
    stop(&test);
}

static void *flush_briefly(void *of_test)
{
    slow_test *test = of_test;
    (void)otelmq_tracer_provider_force_flush(test->provider, 1);
    release(&test->exporter, 0);
    return NULL;
}

static void a_flush_is_not_cut_short_by_one_with_less_time(void **state)
{
    slow_test test;
    (void)state;
    start(&test);
    end_spans(&test, BATCH + 1);
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, flush_briefly, &test), 0);
    assert_int_equal(otelmq_tracer_provider_force_flush(test.provider, PLENTY_MS), OTELMQ_OK);
    assert_int_equal(counted(&test, OTELMQ_STAT_SPANS_EXPORTED), BATCH + 1);
    assert_int_equal(pthread_join(thread, NULL), 0);
    stop(&test);
}

static void what_is_under_way_at_the_end_of_a_shutdown_has_failed(void **state)
{
    slow_test test;
    (void)state;
    start(&test);
    end_spans(&test, 2 * BATCH);
    assert_int_equal(otelmq_tracer_provider_shutdown(test.provider, 100), OTELMQ_ERROR_TIMEOUT);
    assert_int_equal(counted(&test, OTELMQ_STAT_SPANS_EXPORTED), 0);
    assert_int_equal(counted(&test, OTELMQ_STAT_SPANS_FAILED), 2 * BATCH);
    stop(&test);
}

static void the_simple_processor_waits_for_its_span(void **state)
{
    slow_exporter exporter = {.mutex = PTHREAD_MUTEX_INITIALIZER,
                              .changed = PTHREAD_COND_INITIALIZER,
                              .is_released = true};
    otelmq_stats before = otelmq_stats_read();
    (void)state;
    otelmq_processor processor = otelmq_processor_simple((otelmq_exporter){&slow_ops, &exporter});
    const otelmq_tracer_provider_options options = {.processors = &processor, .processor_count = 1};
    otelmq_tracer_provider *provider = NULL;
    assert_int_equal(otelmq_tracer_provider_create(&options, &provider), OTELMQ_OK);
    otelmq_tracer *tracer = otelmq_tracer_provider_tracer(provider, "tests", NULL);
    end_one_span(tracer, "taken");
    exporter.failing = 1;
    end_one_span(tracer, "refused");
    otelmq_stats after = otelmq_stats_read();
    assert_int_equal(after.counts[OTELMQ_STAT_SPANS_EXPORTED],
                     before.counts[OTELMQ_STAT_SPANS_EXPORTED] + 1);
    assert_int_equal(after.counts[OTELMQ_STAT_SPANS_FAILED],
                     before.counts[OTELMQ_STAT_SPANS_FAILED] + 1);
    otelmq_tracer_provider_destroy(provider);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(spans_are_counted_once_the_exporter_tells_of_them),
        cmocka_unit_test(a_flush_waits_for_the_spans_under_way_until_its_deadline),
        cmocka_unit_test(a_flush_is_not_cut_short_by_one_with_less_time),
        cmocka_unit_test(what_is_under_way_at_the_end_of_a_shutdown_has_failed),
        cmocka_unit_test(the_simple_processor_waits_for_its_span),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
