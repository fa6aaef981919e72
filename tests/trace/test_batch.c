/* SPDX-License-Identifier: Apache-2.0 */
#include "support/diagnostics_log.h"
#include "support/test.h"
#include "trace/trace_fixture.h"

static scripted_exporter exporter;

static int set_up(void **state)
{
    (void)state;
    scripted_init(&exporter);
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

static void end_spans(otelmq_tracer_provider *provider, size_t count)
{
    otelmq_tracer *tracer = tracer_of(provider);
    for (size_t i = 0; i < count; i++) {
        end_one_span(tracer, "a");
    }
}

/* Holds the worker inside an export of one span, so that what ends from now on stays queued. */
static void occupy_worker(otelmq_tracer_provider *provider)
{
    scripted_hold(&exporter);
    end_spans(provider, 1);
    scripted_wait_held(&exporter);
}

static void force_flush_exports_all_that_ended_before(void **state)
{
    (void)state;
    otelmq_stats before = otelmq_stats_read();
    otelmq_tracer_provider *provider = batch_provider(&exporter, NULL);
    end_spans(provider, 700);
    assert_int_equal(otelmq_tracer_provider_force_flush(provider, 10000), OTELMQ_OK);
    assert_int_equal(scripted_spans(&exporter), 700);
    assert_true(exporter.largest_export <= 512);
    assert_int_equal(exporter.flushes, 1);
    assert_int_equal(grown(&before, OTELMQ_STAT_SPANS_EXPORTED), 700);
    assert_int_equal(otelmq_tracer_provider_force_flush(provider, 10000), OTELMQ_OK);
    otelmq_tracer_provider_destroy(provider);
    assert_accounted(&before, 0);
}

static void a_full_batch_is_exported_without_waiting_for_the_delay(void **state)
{
    (void)state;
    otelmq_batch_options options = {.max_export_batch_size = 8, .schedule_delay_ms = 3600000};
    otelmq_tracer_provider *provider = batch_provider(&exporter, &options);
    end_spans(provider, 8);
    scripted_wait_spans(&exporter, 8);
    assert_int_equal(exporter.largest_export, 8);
    otelmq_tracer_provider_destroy(provider);
}

static void a_single_span_is_exported_after_the_delay(void **state)
{
    (void)state;
    otelmq_batch_options options = {.schedule_delay_ms = 1, .export_timeout_ms = 777};
    otelmq_tracer_provider *provider = batch_provider(&exporter, &options);
    end_spans(provider, 1);
    scripted_wait_spans(&exporter, 1);
    assert_int_equal(exporter.timeout_ms, 777);
    otelmq_tracer_provider_destroy(provider);
}

static void a_full_queue_drops_counts_and_reports(void **state)
{
    (void)state;
    otelmq_stats before = otelmq_stats_read();
    diagnostics_log log;
    diagnostics_log_start(&log, OTELMQ_SEVERITY_WARNING);
    otelmq_batch_options options = {.max_queue_size = 10, .max_export_batch_size = 1};
    otelmq_tracer_provider *provider = batch_provider(&exporter, &options);
    occupy_worker(provider);
    end_spans(provider, 15);
    diagnostics_log_stop();
    assert_int_equal(grown(&before, OTELMQ_STAT_SPANS_DROPPED_QUEUE_FULL), 5);
    assert_true(log.count > 0);
    assert_non_null(strstr(log.messages[0], "10 spans wait for export"));
    scripted_let_go(&exporter);
    assert_int_equal(otelmq_tracer_provider_shutdown(provider, 10000), OTELMQ_OK);
    assert_int_equal(scripted_spans(&exporter), 11);
    otelmq_tracer_provider_destroy(provider);
    assert_accounted(&before, 0);
}

static void *end_100_spans(void *provider)
{
    end_spans(provider, 100);
    return NULL;
}

static void a_blocking_queue_loses_nothing(void **state)
{
    (void)state;
    otelmq_stats before = otelmq_stats_read();
    otelmq_batch_options options = {
        .max_queue_size = 4, .max_export_batch_size = 3, .blocks_when_full = true};
    otelmq_tracer_provider *provider = batch_provider(&exporter, &options);
    pthread_t threads[4];
    for (size_t i = 0; i < COUNT_OF(threads); i++) {
        assert_int_equal(pthread_create(&threads[i], NULL, end_100_spans, provider), 0);
    }
    for (size_t i = 0; i < COUNT_OF(threads); i++) {
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    }
    assert_int_equal(otelmq_tracer_provider_shutdown(provider, 10000), OTELMQ_OK);
    assert_int_equal(scripted_spans(&exporter), 400);
    otelmq_tracer_provider_destroy(provider);
    assert_accounted(&before, 0);
}

static void a_blocking_queue_drops_after_the_export_timeout(void **state)
{
    (void)state;
    otelmq_stats before = otelmq_stats_read();
    otelmq_batch_options options = {.max_queue_size = 1,
                                    .max_export_batch_size = 1,
                                    .export_timeout_ms = 20,
                                    .blocks_when_full = true};
    otelmq_tracer_provider *provider = batch_provider(&exporter, &options);
    occupy_worker(provider);
    end_spans(provider, 2);
    assert_int_equal(grown(&before, OTELMQ_STAT_SPANS_DROPPED_QUEUE_FULL), 1);
    scripted_let_go(&exporter);
    otelmq_tracer_provider_destroy(provider);
    assert_accounted(&before, 0);
}

static void what_the_exporter_refuses_is_counted_and_told_to_the_flusher(void **state)
{
    (void)state;
    otelmq_stats before = otelmq_stats_read();
    exporter.answer = OTELMQ_ERROR_REJECTED;
    otelmq_tracer_provider *provider = batch_provider(&exporter, NULL);
    end_spans(provider, 3);
    assert_int_equal(otelmq_tracer_provider_force_flush(provider, 10000), OTELMQ_ERROR_REJECTED);
    assert_int_equal(grown(&before, OTELMQ_STAT_SPANS_FAILED), 3);
    end_spans(provider, 1);
    assert_int_equal(otelmq_tracer_provider_shutdown(provider, 10000), OTELMQ_ERROR_REJECTED);
    otelmq_tracer_provider_destroy(provider);
    assert_accounted(&before, 0);
}

static void spans_that_end_after_shutdown_are_dropped_and_counted(void **state)
{
    (void)state;
    otelmq_stats before = otelmq_stats_read();
    otelmq_tracer_provider *provider = batch_provider(&exporter, NULL);
    otelmq_span *early = otelmq_tracer_start_span(tracer_of(provider), "a", NULL);
    otelmq_span *late = otelmq_tracer_start_span(tracer_of(provider), "b", NULL);
    assert_int_equal(otelmq_tracer_provider_shutdown(provider, 10000), OTELMQ_OK);
    assert_int_equal(otelmq_tracer_provider_shutdown(provider, 10000), OTELMQ_ERROR_SHUT_DOWN);
    assert_int_equal(otelmq_tracer_provider_force_flush(provider, 10000), OTELMQ_ERROR_SHUT_DOWN);
    otelmq_span_end(early);
    assert_int_equal(exporter.shutdowns, 1);
    assert_int_equal(exporter.destroys, 0);
    otelmq_tracer_provider_destroy(provider);
    assert_int_equal(exporter.shutdowns, 1);
    assert_int_equal(exporter.destroys, 1);
    otelmq_span_add_event(late, "late", NULL, 0);
    otelmq_span_end(late);
    assert_int_equal(scripted_spans(&exporter), 0);
    assert_int_equal(grown(&before, OTELMQ_STAT_SPANS_DROPPED_SHUT_DOWN), 2);
    assert_accounted(&before, 0);
}

static void spans_that_start_after_shutdown_record_nothing(void **state)
{
    (void)state;
    otelmq_tracer_provider *provider = batch_provider(&exporter, NULL);
    otelmq_tracer *tracer = tracer_of(provider);
    assert_int_equal(otelmq_tracer_provider_shutdown(provider, 10000), OTELMQ_OK);
    otelmq_span *span = otelmq_tracer_start_span(tracer, "a", NULL);
    assert_false(otelmq_span_is_recording(span));
    otelmq_span_end(span);
    otelmq_tracer_provider_destroy(provider);
}

static void unsampled_spans_do_not_enter_the_queue(void **state)
{
    (void)state;
    otelmq_stats before = otelmq_stats_read();
    otelmq_processor processor = otelmq_processor_batch(scripted_as_exporter(&exporter), NULL);
    otelmq_tracer_provider_options options = {
        .sampler = otelmq_sampler_always_off(), .processors = &processor, .processor_count = 1};
    otelmq_tracer_provider *provider = NULL;
    assert_int_equal(otelmq_tracer_provider_create(&options, &provider), OTELMQ_OK);
    end_spans(provider, 10);
    assert_int_equal(otelmq_tracer_provider_shutdown(provider, 10000), OTELMQ_OK);
    assert_int_equal(scripted_spans(&exporter), 0);
    assert_int_equal(grown(&before, OTELMQ_STAT_SPANS_UNSAMPLED), 10);
    otelmq_tracer_provider_destroy(provider);
    assert_accounted(&before, 0);
}

static void the_worker_blocks_all_signals(void **state)
{
    (void)state;
    otelmq_tracer_provider *provider = batch_provider(&exporter, NULL);
    end_spans(provider, 1);
    assert_int_equal(otelmq_tracer_provider_force_flush(provider, 10000), OTELMQ_OK);
    assert_true(sigismember(&exporter.signal_mask, SIGTERM));
    assert_true(sigismember(&exporter.signal_mask, SIGPIPE));
    sigset_t mine;
    pthread_sigmask(SIG_SETMASK, NULL, &mine);
    assert_false(sigismember(&mine, SIGTERM));
    otelmq_tracer_provider_destroy(provider);
}

static void a_batch_is_never_larger_than_the_queue(void **state)
{
    (void)state;
    otelmq_batch_options options = {.max_queue_size = 3, .schedule_delay_ms = 3600000};
    otelmq_tracer_provider *provider = batch_provider(&exporter, &options);
    end_spans(provider, 3);
    scripted_wait_spans(&exporter, 3);
    otelmq_tracer_provider_destroy(provider);
}

static void two_processors_settle_a_span_once(void **state)
{
    (void)state;
    otelmq_stats before = otelmq_stats_read();
    scripted_exporter failing;
    scripted_init(&failing);
    failing.answer = OTELMQ_ERROR_IO;
    otelmq_processor processors[] = {
        otelmq_processor_batch(scripted_as_exporter(&exporter), NULL),
        otelmq_processor_simple(scripted_as_exporter(&failing)),
    };
    otelmq_tracer_provider_options options = {.processors = processors, .processor_count = 2};
    otelmq_tracer_provider *provider = NULL;
    assert_int_equal(otelmq_tracer_provider_create(&options, &provider), OTELMQ_OK);
    end_spans(provider, 5);
    assert_int_equal(otelmq_tracer_provider_shutdown(provider, 10000), OTELMQ_OK);
    assert_int_equal(scripted_spans(&exporter), 5);
    assert_int_equal(scripted_spans(&failing), 5);
    /* The loss is what counts. */
    assert_int_equal(grown(&before, OTELMQ_STAT_SPANS_FAILED), 5);
    assert_int_equal(grown(&before, OTELMQ_STAT_SPANS_EXPORTED), 0);
    otelmq_tracer_provider_destroy(provider);
    assert_accounted(&before, 0);
    scripted_clean(&failing);
}

static void a_processor_without_provider_is_destroyed_with_its_exporter(void **state)
{
    (void)state;
    assert_null(otelmq_processor_batch((otelmq_exporter){0}, NULL).ops);
    otelmq_processor_destroy(otelmq_processor_batch(scripted_as_exporter(&exporter), NULL));
    assert_int_equal(exporter.shutdowns, 1);
    assert_int_equal(exporter.destroys, 1);
}

int main(void)
{
#define T(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        T(force_flush_exports_all_that_ended_before),
        T(a_full_batch_is_exported_without_waiting_for_the_delay),
        T(a_single_span_is_exported_after_the_delay),
        T(a_full_queue_drops_counts_and_reports),
        T(a_blocking_queue_loses_nothing),
        T(a_blocking_queue_drops_after_the_export_timeout),
        T(what_the_exporter_refuses_is_counted_and_told_to_the_flusher),
        T(spans_that_end_after_shutdown_are_dropped_and_counted),
        T(spans_that_start_after_shutdown_record_nothing),
        T(unsampled_spans_do_not_enter_the_queue),
        T(the_worker_blocks_all_signals),
        T(a_batch_is_never_larger_than_the_queue),
        T(two_processors_settle_a_span_once),
        T(a_processor_without_provider_is_destroyed_with_its_exporter),
    };
#undef T
    return cmocka_run_group_tests(tests, NULL, NULL);
}
