/* SPDX-License-Identifier: Apache-2.0 */
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

static otelmq_tracer_provider *simple_provider(void)
{
    otelmq_processor processor = otelmq_processor_simple(scripted_as_exporter(&exporter));
    otelmq_tracer_provider_options options = {.processors = &processor, .processor_count = 1};
    otelmq_tracer_provider *provider = NULL;
    assert_int_equal(otelmq_tracer_provider_create(&options, &provider), OTELMQ_OK);
    return provider;
}

static void each_span_is_exported_as_it_ends(void **state)
{
    (void)state;
    otelmq_stats before = otelmq_stats_read();
    otelmq_tracer_provider *provider = simple_provider();
    otelmq_tracer *tracer = otelmq_tracer_provider_tracer(provider, "tests", NULL);
    end_one_span(tracer, "a");
    assert_int_equal(exporter.exports, 1);
    end_one_span(tracer, "b");
    assert_int_equal(exporter.exports, 2);
    assert_int_equal(exporter.spans, 2);
    assert_int_equal(grown(&before, OTELMQ_STAT_SPANS_EXPORTED), 2);
    otelmq_tracer_provider_destroy(provider);
    assert_int_equal(exporter.shutdowns, 1);
    assert_int_equal(exporter.destroys, 1);
    assert_accounted(&before, 0);
}

static void a_refusal_of_the_exporter_is_counted(void **state)
{
    (void)state;
    otelmq_stats before = otelmq_stats_read();
    exporter.answer = OTELMQ_ERROR_REJECTED;
    otelmq_tracer_provider *provider = simple_provider();
    end_one_span(otelmq_tracer_provider_tracer(provider, "tests", NULL), "a");
    assert_int_equal(grown(&before, OTELMQ_STAT_SPANS_FAILED), 1);
    otelmq_tracer_provider_destroy(provider);
    assert_accounted(&before, 0);
}

static void a_span_that_ends_after_shutdown_is_dropped_and_counted(void **state)
{
    (void)state;
    otelmq_stats before = otelmq_stats_read();
    otelmq_tracer_provider *provider = simple_provider();
    otelmq_tracer *tracer = otelmq_tracer_provider_tracer(provider, "tests", NULL);
    otelmq_span *early = otelmq_tracer_start_span(tracer, "a", NULL);
    otelmq_span *late = otelmq_tracer_start_span(tracer, "b", NULL);
    assert_int_equal(otelmq_tracer_provider_shutdown(provider, 1000), OTELMQ_OK);
    otelmq_span_end(early);
    otelmq_tracer_provider_destroy(provider);
    assert_int_equal(exporter.destroys, 1);
    otelmq_span_set_int(late, "k", 1);
    otelmq_span_end(late);
    assert_int_equal(exporter.spans, 0);
    assert_int_equal(grown(&before, OTELMQ_STAT_SPANS_DROPPED_SHUT_DOWN), 2);
    assert_accounted(&before, 0);
}

static void *end_in_thread(void *tracer)
{
    end_one_span(tracer, "stuck");
    return NULL;
}

static void shutdown_interrupts_a_stuck_export_at_its_deadline(void **state)
{
    (void)state;
    otelmq_tracer_provider *provider = simple_provider();
    otelmq_tracer *tracer = otelmq_tracer_provider_tracer(provider, "tests", NULL);
    pthread_t thread;
    scripted_hold(&exporter);
    assert_int_equal(pthread_create(&thread, NULL, end_in_thread, tracer), 0);
    scripted_wait_held(&exporter);
    assert_int_equal(otelmq_tracer_provider_force_flush(provider, 10), OTELMQ_ERROR_TIMEOUT);
    assert_int_equal(otelmq_tracer_provider_shutdown(provider, 10), OTELMQ_ERROR_TIMEOUT);
    assert_int_equal(pthread_join(thread, NULL), 0);
    otelmq_tracer_provider_destroy(provider);
}

/* An exporter that is traced by the provider that it serves. */
static otelmq_tracer *own_tracer;

static otelmq_status export_and_trace(void *self, const otelmq_span_data *const spans[],
                                      size_t count, uint32_t timeout_ms,
                                      otelmq_export_result *result)
{
    (void)result;
    (void)spans;
    (void)count;
    (void)timeout_ms;
    end_one_span(own_tracer, "export");
    ++*(int *)self;
    return OTELMQ_OK;
}

static void an_exporter_that_is_traced_itself_does_not_hang(void **state)
{
    (void)state;
    static const otelmq_exporter_ops ops = {.export_spans = export_and_trace};
    int exports = 0;
    otelmq_processor processor = otelmq_processor_simple((otelmq_exporter){&ops, &exports});
    otelmq_tracer_provider_options options = {.processors = &processor, .processor_count = 1};
    otelmq_tracer_provider *provider = NULL;
    assert_int_equal(otelmq_tracer_provider_create(&options, &provider), OTELMQ_OK);
    own_tracer = otelmq_tracer_provider_tracer(provider, "tests", NULL);
    end_one_span(own_tracer, "a");
    assert_int_equal(exports, 1);
    otelmq_tracer_provider_destroy(provider);
}

static void no_exporter_gives_no_processor(void **state)
{
    (void)state;
    assert_null(otelmq_processor_simple((otelmq_exporter){0}).ops);
    otelmq_processor_destroy((otelmq_processor){0});
    otelmq_processor_destroy(otelmq_processor_simple(scripted_as_exporter(&exporter)));
    assert_int_equal(exporter.shutdowns, 1);
    assert_int_equal(exporter.destroys, 1);
}

int main(void)
{
#define T(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        T(each_span_is_exported_as_it_ends),
        T(a_refusal_of_the_exporter_is_counted),
        T(a_span_that_ends_after_shutdown_is_dropped_and_counted),
        T(shutdown_interrupts_a_stuck_export_at_its_deadline),
        T(an_exporter_that_is_traced_itself_does_not_hang),
        T(no_exporter_gives_no_processor),
    };
#undef T
    return cmocka_run_group_tests(tests, NULL, NULL);
}
