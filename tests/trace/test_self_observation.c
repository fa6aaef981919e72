/* SPDX-License-Identifier: Apache-2.0 */
#include "support/test.h"
#include "trace/trace_fixture.h"

#include <otelmq/sampler.h>

static scripted_exporter exporter;
static otelmq_stats before;

static int set_up(void **state)
{
    (void)state;
    scripted_init(&exporter);
    before = otelmq_stats_read();
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    scripted_clean(&exporter);
    return 0;
}

static otelmq_tracer *tracer_of(otelmq_tracer_provider *provider)
{
    return otelmq_tracer_provider_tracer(provider, "tests", NULL);
}

static uint64_t live(void)
{
    return otelmq_stats_read().spans_live - before.spans_live;
}

static void live_spans_are_those_that_record_and_have_not_ended(void **state)
{
    (void)state;
    otelmq_tracer_provider *provider = batch_provider(&exporter, NULL);
    otelmq_tracer *tracer = tracer_of(provider);
    otelmq_span *first = otelmq_tracer_start_span(tracer, "a", NULL);
    otelmq_span *second = otelmq_tracer_start_span(tracer, "b", NULL);
    assert_int_equal(live(), 2);
    otelmq_span_end(first);
    assert_int_equal(live(), 1);
    otelmq_span_retain(second);
    otelmq_span_end(second);
    otelmq_span_end(second);
    assert_int_equal(live(), 0);
    otelmq_span_release(second);
    otelmq_span *let_go = otelmq_tracer_start_span(tracer, "never ended", NULL);
    otelmq_span_release(let_go);
    assert_int_equal(live(), 0);
    otelmq_tracer_provider_destroy(provider);
    assert_int_equal(grown(&before, OTELMQ_STAT_SPANS_STARTED), 3);
    assert_int_equal(grown(&before, OTELMQ_STAT_SPANS_RECORDED), 3);
}

static void a_dropped_span_is_started_and_never_live(void **state)
{
    (void)state;
    otelmq_processor processor = otelmq_processor_simple(scripted_as_exporter(&exporter));
    otelmq_tracer_provider_options options = {
        .sampler = otelmq_sampler_always_off(), .processors = &processor, .processor_count = 1};
    otelmq_tracer_provider *provider = NULL;
    assert_int_equal(otelmq_tracer_provider_create(&options, &provider), OTELMQ_OK);
    otelmq_span *span = otelmq_tracer_start_span(tracer_of(provider), "a", NULL);
    assert_int_equal(live(), 0);
    otelmq_span_end(span);
    assert_int_equal(live(), 0);
    assert_int_equal(grown(&before, OTELMQ_STAT_SPANS_STARTED), 1);
    assert_int_equal(grown(&before, OTELMQ_STAT_SPANS_RECORDED), 0);
    otelmq_tracer_provider_destroy(provider);
}

static void queues_are_seen_while_their_processors_live(void **state)
{
    (void)state;
    otelmq_batch_options options = {.max_queue_size = 10, .max_export_batch_size = 1};
    otelmq_tracer_provider *provider = batch_provider(&exporter, &options);
    scripted_hold(&exporter);
    end_one_span(tracer_of(provider), "held");
    scripted_wait_held(&exporter);
    for (int i = 0; i < 3; i++) {
        end_one_span(tracer_of(provider), "queued");
    }
    scripted_exporter other;
    scripted_init(&other);
    otelmq_tracer_provider *second = batch_provider(&other, NULL);
    otelmq_stats stats = otelmq_stats_read();
    assert_int_equal(stats.queue_size, 3);
    assert_int_equal(stats.queue_capacity, 10 + 2048);
    assert_int_equal(stats.spans_in_flight, 1);
    assert_int_equal(stats.spans_processed - before.spans_processed, 0);
    otelmq_tracer_provider_destroy(second);
    assert_int_equal(otelmq_stats_read().queue_capacity, 10);
    scripted_let_go(&exporter);
    assert_int_equal(otelmq_tracer_provider_shutdown(provider, 30000), OTELMQ_OK);
    stats = otelmq_stats_read();
    assert_int_equal(stats.queue_size, 0);
    assert_int_equal(stats.queue_capacity, 0);
    assert_int_equal(stats.spans_in_flight, 0);
    assert_int_equal(stats.spans_processed - before.spans_processed, 4);
    otelmq_tracer_provider_destroy(provider);
    scripted_clean(&other);
}

static void every_reason_counts_as_processed(void **state)
{
    (void)state;
    otelmq_batch_options options = {.max_queue_size = 1, .max_export_batch_size = 1};
    otelmq_tracer_provider *provider = batch_provider(&exporter, &options);
    exporter.answer = OTELMQ_ERROR_REJECTED;
    scripted_hold(&exporter);
    end_one_span(tracer_of(provider), "fails");
    scripted_wait_held(&exporter);
    otelmq_span *late = otelmq_tracer_start_span(tracer_of(provider), "after shutdown", NULL);
    end_one_span(tracer_of(provider), "fails");
    end_one_span(tracer_of(provider), "queue full");
    scripted_let_go(&exporter);
    (void)otelmq_tracer_provider_shutdown(provider, 30000);
    otelmq_span_end(late);
    assert_int_equal(otelmq_stats_read().spans_processed - before.spans_processed, 4);
    assert_int_equal(grown(&before, OTELMQ_STAT_SPANS_FAILED), 2);
    assert_int_equal(grown(&before, OTELMQ_STAT_SPANS_DROPPED_QUEUE_FULL), 1);
    assert_int_equal(grown(&before, OTELMQ_STAT_SPANS_DROPPED_SHUT_DOWN), 1);
    otelmq_tracer_provider_destroy(provider);
}

static otelmq_status export_slowly(void *self, const otelmq_span_data *const spans[], size_t count,
                                   uint32_t timeout_ms, otelmq_export_result *result)
{
    (void)spans;
    (void)count;
    (void)timeout_ms;
    (void)result;
    const struct timespec pause = {.tv_nsec = *(const long *)self};
    nanosleep(&pause, NULL);
    return OTELMQ_OK;
}

static void exports_are_counted_with_their_durations(void **state)
{
    (void)state;
    static const otelmq_exporter_ops slow_ops = {.export_spans = export_slowly};
    long pause_nano = 3000000;
    otelmq_batch_options options = {.max_export_batch_size = 1};
    otelmq_processor processors[] = {
        otelmq_processor_batch((otelmq_exporter){&slow_ops, &pause_nano}, &options),
        otelmq_processor_simple((otelmq_exporter){&slow_ops, &pause_nano}),
    };
    otelmq_tracer_provider_options parts = {.processors = processors, .processor_count = 2};
    otelmq_tracer_provider *provider = NULL;
    assert_int_equal(otelmq_tracer_provider_create(&parts, &provider), OTELMQ_OK);
    end_one_span(tracer_of(provider), "a");
    end_one_span(tracer_of(provider), "b");
    assert_int_equal(otelmq_tracer_provider_shutdown(provider, 30000), OTELMQ_OK);
    assert_int_equal(grown(&before, OTELMQ_STAT_EXPORTS), 4);
    assert_true(grown(&before, OTELMQ_STAT_EXPORT_NANOS) >= 4 * (uint64_t)pause_nano);
    assert_true(otelmq_stats_read().longest_export_nano >= (uint64_t)pause_nano);
    otelmq_tracer_provider_destroy(provider);
}

int main(void)
{
#define T(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        T(live_spans_are_those_that_record_and_have_not_ended),
        T(a_dropped_span_is_started_and_never_live),
        T(queues_are_seen_while_their_processors_live),
        T(every_reason_counts_as_processed),
        T(exports_are_counted_with_their_durations),
    };
#undef T
    return cmocka_run_group_tests(tests, NULL, NULL);
}
