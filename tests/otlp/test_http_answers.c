/* SPDX-License-Identifier: Apache-2.0 */
/* What the HTTP exporter makes of what a collector answers. */
#include "otlp/export_test.h"
#include "support/test.h"

#include "base/clock.h"

#include <stdlib.h>
#include <time.h>

static void accepted_spans_need_one_request(void **state)
{
    static const collector_answer answers[] = {{.status = 200}};
    (void)state;
    export_test *test = export_test_start(answers, 1, NULL);
    assert_int_equal(export_test_run(test, EXPORT_TEST_TIMEOUT_MS), OTELMQ_OK);
    assert_int_equal(collector_request_count(test->collector), 1);
    assert_int_equal(export_test_count(test, OTELMQ_STAT_EXPORT_RETRIES), 0);
    assert_int_equal(test->log.count, 0);
    export_test_stop(test);
}

static void overload_is_tried_again_until_the_spans_are_accepted(void **state)
{
    static const int statuses[] = {429, 502, 503, 504};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(statuses); i++) {
        const collector_answer answers[] = {{.status = statuses[i]}, {.status = 200}};
        export_test *test = export_test_start(answers, 2, NULL);
        assert_int_equal(export_test_run(test, EXPORT_TEST_TIMEOUT_MS), OTELMQ_OK);
        assert_int_equal(collector_request_count(test->collector), 2);
        assert_same_str(collector_body(test->collector, 0), collector_body(test->collector, 1),
                        "the body of the second request");
        assert_int_equal(export_test_count(test, OTELMQ_STAT_EXPORT_RETRIES), 1);
        export_test_stop(test);
    }
}

static void refusals_are_final(void **state)
{
    static const int statuses[] = {400, 401, 403, 404, 405, 408, 413, 500, 501};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(statuses); i++) {
        const collector_answer answers[] = {{.status = statuses[i]}};
        export_test *test = export_test_start(answers, 1, NULL);
        assert_int_equal(export_test_run(test, EXPORT_TEST_TIMEOUT_MS), OTELMQ_ERROR_REJECTED);
        assert_int_equal(collector_request_count(test->collector), 1);
        export_test_stop(test);
    }
}

static void redirects_are_not_followed(void **state)
{
    static const collector_answer answers[] = {
        {.status = 307, .headers = "Location: /elsewhere\r\n"}};
    (void)state;
    export_test *test = export_test_start(answers, 1, NULL);
    assert_int_equal(export_test_run(test, EXPORT_TEST_TIMEOUT_MS), OTELMQ_ERROR_REJECTED);
    assert_int_equal(collector_request_count(test->collector), 1);
    export_test_stop(test);
}

static void retry_after_in_seconds_is_waited_for(void **state)
{
    static const collector_answer answers[] = {{.status = 429, .headers = "Retry-After: 1\r\n"},
                                               {.status = 200}};
    (void)state;
    export_test *test = export_test_start(answers, 2, NULL);
    uint64_t start = otelmq_clock_monotonic_nano();
    assert_int_equal(export_test_run(test, EXPORT_TEST_TIMEOUT_MS), OTELMQ_OK);
    assert_true(otelmq_clock_monotonic_nano() - start >= 1000000000);
    export_test_stop(test);
}

static void retry_after_as_a_date_is_waited_for(void **state)
{
    char header[80];
    (void)state;
    time_t then = time(NULL) + 3;
    struct tm parts;
    strftime(header, sizeof(header), "Retry-After: %a, %d %b %Y %H:%M:%S GMT\r\n",
             gmtime_r(&then, &parts));
    const collector_answer answers[] = {{.status = 503, .headers = header}, {.status = 200}};
    export_test *test = export_test_start(answers, 2, NULL);
    assert_int_equal(export_test_run(test, EXPORT_TEST_TIMEOUT_MS), OTELMQ_OK);
    assert_true(time(NULL) >= then - 1);
    export_test_stop(test);
}

static void a_collector_that_asks_for_more_time_than_there_is_is_left_alone(void **state)
{
    static const collector_answer answers[] = {{.status = 503, .headers = "Retry-After: 60\r\n"}};
    (void)state;
    export_test *test = export_test_start(answers, 1, NULL);
    assert_int_equal(export_test_run(test, 500), OTELMQ_ERROR_REJECTED);
    assert_int_equal(export_test_run(test, 100), OTELMQ_ERROR_TIMEOUT);
    assert_int_equal(collector_request_count(test->collector), 1);
    export_test_stop(test);
}

static void retries_end_at_their_limit(void **state)
{
    static const collector_answer answers[] = {{.status = 503}};
    const otelmq_otlp_options options = {.max_retries = 1};
    (void)state;
    export_test *test = export_test_start(answers, 1, &options);
    assert_int_equal(export_test_run(test, EXPORT_TEST_TIMEOUT_MS), OTELMQ_ERROR_REJECTED);
    assert_int_equal(collector_request_count(test->collector), 2);
    export_test_stop(test);
}

static void spans_refused_by_a_partial_success_are_counted_and_not_sent_again(void **state)
{
    /* partial_success {rejected_spans: 2, error_message: "no name"} */
    static const char body[] = "\x0a\x0b\x08\x02\x12\x07no name";
    static const collector_answer answer = {.body = body, .body_len = sizeof(body) - 1};
    (void)state;
    export_test *test = export_test_start(&answer, 1, NULL);
    assert_int_equal(export_test_run(test, EXPORT_TEST_TIMEOUT_MS), OTELMQ_OK);
    assert_int_equal(test->result.failed, 2);
    assert_int_equal(test->result.under_way, 0);
    assert_int_equal(collector_request_count(test->collector), 1);
    assert_true(export_test_said(test, OTELMQ_SEVERITY_ERROR, "refused 2 of 3 spans: no name."));
    export_test_stop(test);
}

static void a_batch_of_which_all_is_refused_failed(void **state)
{
    /* partial_success {rejected_spans: 1000, error_message: "bad"} */
    static const char body[] = "\x0a\x08\x08\xe8\x07\x12\x03"
                               "bad";
    static const collector_answer answer = {.body = body, .body_len = sizeof(body) - 1};
    (void)state;
    export_test *test = export_test_start(&answer, 1, NULL);
    assert_int_equal(export_test_run(test, EXPORT_TEST_TIMEOUT_MS), OTELMQ_ERROR_REJECTED);
    assert_int_equal(test->result.failed, EXPORT_TEST_SPANS);
    export_test_stop(test);
}

static void a_partial_success_without_refused_spans_is_a_warning(void **state)
{
    /* partial_success {error_message: "use\nnew names"} */
    static const char body[] = "\x0a\x0f\x12\x0duse\nnew names";
    static const collector_answer answer = {.body = body, .body_len = sizeof(body) - 1};
    (void)state;
    export_test *test = export_test_start(&answer, 1, NULL);
    assert_int_equal(export_test_run(test, EXPORT_TEST_TIMEOUT_MS), OTELMQ_OK);
    assert_int_equal(test->result.failed, 0);
    assert_true(export_test_said(test, OTELMQ_SEVERITY_WARNING, "says: use new names."));
    export_test_stop(test);
}

static void an_answer_over_the_limit_is_an_error_at_once(void **state)
{
    enum { OVER_LIMIT = 4 * 1024 * 1024 + 1 };
    char *body = calloc(1, OVER_LIMIT);
    (void)state;
    const collector_answer answer = {.body = body, .body_len = OVER_LIMIT};
    export_test *test = export_test_start(&answer, 1, NULL);
    assert_int_equal(export_test_run(test, EXPORT_TEST_TIMEOUT_MS), OTELMQ_ERROR_LIMIT);
    assert_int_equal(collector_request_count(test->collector), 1);
    export_test_stop(test);
    free(body);
}

static void a_connection_that_closes_without_an_answer_is_tried_again(void **state)
{
    static const collector_answer answers[] = {{.deed = COLLECTOR_CLOSES}, {.status = 200}};
    (void)state;
    export_test *test = export_test_start(answers, 2, NULL);
    assert_int_equal(export_test_run(test, EXPORT_TEST_TIMEOUT_MS), OTELMQ_OK);
    assert_int_equal(collector_request_count(test->collector), 2);
    export_test_stop(test);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(accepted_spans_need_one_request),
        cmocka_unit_test(overload_is_tried_again_until_the_spans_are_accepted),
        cmocka_unit_test(refusals_are_final),
        cmocka_unit_test(redirects_are_not_followed),
        cmocka_unit_test(retry_after_in_seconds_is_waited_for),
        cmocka_unit_test(retry_after_as_a_date_is_waited_for),
        cmocka_unit_test(a_collector_that_asks_for_more_time_than_there_is_is_left_alone),
        cmocka_unit_test(retries_end_at_their_limit),
        cmocka_unit_test(spans_refused_by_a_partial_success_are_counted_and_not_sent_again),
        cmocka_unit_test(a_batch_of_which_all_is_refused_failed),
        cmocka_unit_test(a_partial_success_without_refused_spans_is_a_warning),
        cmocka_unit_test(an_answer_over_the_limit_is_an_error_at_once),
        cmocka_unit_test(a_connection_that_closes_without_an_answer_is_tried_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
