/* SPDX-License-Identifier: Apache-2.0 */
/* Several requests under way at once, and what is told of them, and when. */
#include "otlp/export_test.h"
#include "support/test.h"

#include <otelmq/processor.h>
#include <otelmq/tracer_provider.h>

static const collector_answer taken = {.status = 200};
static const collector_answer silence = {.deed = COLLECTOR_HANGS};

static otelmq_status flush(export_test *test, uint32_t timeout_ms)
{
    test->result = (otelmq_export_result){0};
    return test->exporter.ops->force_flush(test->exporter.self, timeout_ms, &test->result);
}

/* The test hangs, and fails by ctest's time limit, where they wait for each other. */
static void as_many_requests_as_allowed_are_under_way_at_once(void **state)
{
    static const collector_answer answer = {.status = 200, .after_requests = 3};
    const otelmq_otlp_options options = {.max_concurrent_requests = 3, .timeout_ms = 60000};
    (void)state;
    export_test *test = export_test_start(&answer, 1, &options);
    assert_int_equal(export_test_run(test, UINT32_MAX), OTELMQ_OK);
    assert_int_equal(test->result.under_way, EXPORT_TEST_SPANS);
    assert_int_equal(export_test_run(test, UINT32_MAX), OTELMQ_OK);
    assert_int_equal(test->result.under_way, 2 * EXPORT_TEST_SPANS);
    assert_int_equal(export_test_run(test, UINT32_MAX), OTELMQ_OK);
    assert_true(test->result.under_way < 3 * EXPORT_TEST_SPANS);
    assert_int_equal(flush(test, EXPORT_TEST_TIMEOUT_MS), OTELMQ_OK);
    assert_int_equal(test->result.under_way, 0);
    assert_int_equal(test->result.failed, 0);
    assert_int_equal(collector_request_count(test->collector), 3);
    export_test_stop(test);
}

static void a_failure_is_told_by_a_later_call(void **state)
{
    static const collector_answer answer = {.status = 400};
    const otelmq_otlp_options options = {.max_concurrent_requests = 2};
    (void)state;
    export_test *test = export_test_start(&answer, 1, &options);
    assert_int_equal(export_test_run(test, EXPORT_TEST_TIMEOUT_MS), OTELMQ_OK);
    assert_int_equal(test->result.failed, 0);
    assert_int_equal(flush(test, EXPORT_TEST_TIMEOUT_MS), OTELMQ_ERROR_REJECTED);
    assert_int_equal(test->result.failed, EXPORT_TEST_SPANS);
    assert_int_equal(test->result.under_way, 0);
    assert_int_equal(flush(test, EXPORT_TEST_TIMEOUT_MS), OTELMQ_OK);
    assert_int_equal(test->result.failed, 0);
    export_test_stop(test);
}

static void a_batch_that_waits_for_its_retry_does_not_hold_up_the_next(void **state)
{
    /* The second answer is only given once the first request was sent again. */
    static const collector_answer answers[] = {
        {.status = 503}, {.status = 200, .after_requests = 3}, {.status = 200}};
    const otelmq_otlp_options options = {.max_concurrent_requests = 2, .timeout_ms = 60000};
    (void)state;
    export_test *test = export_test_start(answers, 3, &options);
    assert_int_equal(export_test_run(test, UINT32_MAX), OTELMQ_OK);
    assert_int_equal(export_test_run(test, UINT32_MAX), OTELMQ_OK);
    assert_int_equal(flush(test, UINT32_MAX), OTELMQ_OK);
    assert_int_equal(test->result.failed, 0);
    assert_int_equal(export_test_count(test, OTELMQ_STAT_EXPORT_RETRIES), 1);
    export_test_stop(test);
}

static void a_full_window_holds_an_export_up_until_its_deadline(void **state)
{
    const otelmq_otlp_options options = {.max_concurrent_requests = 1, .timeout_ms = 60000};
    (void)state;
    export_test *test = export_test_start(&silence, 1, &options);
    assert_int_equal(export_test_run(test, 100), OTELMQ_ERROR_TIMEOUT);
    assert_int_equal(test->result.failed, EXPORT_TEST_SPANS);
    export_test_stop(test);
}

static void a_flush_ends_at_its_deadline_and_leaves_the_rest_under_way(void **state)
{
    const otelmq_otlp_options options = {.max_concurrent_requests = 4, .timeout_ms = 60000};
    (void)state;
    export_test *test = export_test_start(&silence, 1, &options);
    assert_int_equal(export_test_run(test, UINT32_MAX), OTELMQ_OK);
    assert_int_equal(flush(test, 50), OTELMQ_ERROR_TIMEOUT);
    assert_int_equal(test->result.under_way, EXPORT_TEST_SPANS);
    assert_int_equal(test->result.failed, 0);
    export_test_stop(test);
}

static void what_a_shutdown_cuts_off_has_failed(void **state)
{
    const otelmq_otlp_options options = {.max_concurrent_requests = 2, .timeout_ms = 60000};
    (void)state;
    export_test *test = export_test_start(&silence, 1, &options);
    assert_int_equal(export_test_run(test, UINT32_MAX), OTELMQ_OK);
    while (collector_request_count(test->collector) == 0) {
        assert_int_equal(flush(test, 1), OTELMQ_ERROR_TIMEOUT);
    }
    test->exporter.ops->shutdown(test->exporter.self);
    assert_int_equal(flush(test, EXPORT_TEST_TIMEOUT_MS), OTELMQ_ERROR_SHUT_DOWN);
    assert_int_equal(test->result.failed, EXPORT_TEST_SPANS);
    assert_int_equal(test->result.under_way, 0);
    export_test_stop(test);
}

static void end_spans(otelmq_tracer_provider *provider, size_t count)
{
    otelmq_tracer *tracer = otelmq_tracer_provider_tracer(provider, "tests", NULL);
    for (size_t i = 0; i < count; i++) {
        otelmq_span_end(otelmq_tracer_start_span(tracer, "span", NULL));
    }
}

/* Three batches of four spans, through a batch processor that was handed the exporter. */
static void every_span_is_counted_once(const collector_answer answers[], size_t count,
                                       otelmq_status expected, uint64_t exported, uint64_t failed)
{
    const otelmq_otlp_options options = {.max_concurrent_requests = 3, .timeout_ms = 60000};
    const otelmq_batch_options batch = {.max_export_batch_size = 4, .schedule_delay_ms = 60000};
    export_test *test = export_test_start(answers, count, &options);
    otelmq_processor processor = otelmq_processor_batch(test->exporter, &batch);
    test->exporter = (otelmq_exporter){0};
    otelmq_tracer_provider *provider = NULL;
    const otelmq_tracer_provider_options provider_options = {.processors = &processor,
                                                             .processor_count = 1};
    assert_int_equal(otelmq_tracer_provider_create(&provider_options, &provider), OTELMQ_OK);
    end_spans(provider, 12);
    assert_int_equal(otelmq_tracer_provider_force_flush(provider, EXPORT_TEST_TIMEOUT_MS),
                     expected);
    assert_int_equal(export_test_count(test, OTELMQ_STAT_SPANS_EXPORTED), exported);
    assert_int_equal(export_test_count(test, OTELMQ_STAT_SPANS_FAILED), failed);
    assert_int_equal(otelmq_tracer_provider_shutdown(provider, EXPORT_TEST_TIMEOUT_MS), OTELMQ_OK);
    otelmq_tracer_provider_destroy(provider);
    export_test_stop(test);
}

static void the_processor_counts_what_was_taken(void **state)
{
    (void)state;
    every_span_is_counted_once(&taken, 1, OTELMQ_OK, 12, 0);
}

static void the_processor_counts_what_was_refused(void **state)
{
    static const collector_answer answers[] = {{.status = 400}, {.status = 200}};
    (void)state;
    every_span_is_counted_once(answers, 2, OTELMQ_ERROR_REJECTED, 8, 4);
}

static void the_processor_counts_what_a_partial_success_refused(void **state)
{
    /* partial_success {rejected_spans: 1} */
    static const collector_answer answers[] = {{.body = "\x0a\x02\x08\x01", .body_len = 4},
                                               {.status = 200}};
    (void)state;
    every_span_is_counted_once(answers, 2, OTELMQ_OK, 11, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(as_many_requests_as_allowed_are_under_way_at_once),
        cmocka_unit_test(a_failure_is_told_by_a_later_call),
        cmocka_unit_test(a_batch_that_waits_for_its_retry_does_not_hold_up_the_next),
        cmocka_unit_test(a_full_window_holds_an_export_up_until_its_deadline),
        cmocka_unit_test(a_flush_ends_at_its_deadline_and_leaves_the_rest_under_way),
        cmocka_unit_test(what_a_shutdown_cuts_off_has_failed),
        cmocka_unit_test(the_processor_counts_what_was_taken),
        cmocka_unit_test(the_processor_counts_what_was_refused),
        cmocka_unit_test(the_processor_counts_what_a_partial_success_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
