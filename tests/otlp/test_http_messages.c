/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the HTTP exporter says when something is wrong. Apart from its other tests, because messages
 * that come too often are left out.
 */
#include "otlp/export_test.h"
#include "support/test.h"

static void the_reason_of_a_refusal_is_shown(void **state)
{
    static const char status_message[] = "\x08\x03\x12\x0ano traces!";
    static const collector_answer answers[] = {
        {.status = 400, .body = status_message, .body_len = sizeof(status_message) - 1},
        {.status = 404,
         .headers = "Content-Type: text/plain\r\n",
         .body = "404 page\nnot found\n",
         .body_len = 19},
        {.status = 400, .body = "\xFF\xFF", .body_len = 2},
    };
    (void)state;
    export_test *test = export_test_start(answers, COUNT_OF(answers), NULL);
    for (size_t i = 0; i < COUNT_OF(answers); i++) {
        assert_int_equal(export_test_run(test, EXPORT_TEST_TIMEOUT_MS), OTELMQ_ERROR_REJECTED);
    }
    assert_true(export_test_said(test, OTELMQ_SEVERITY_ERROR,
                                 "refused them: HTTP status 400, no traces!."));
    assert_true(export_test_said(test, OTELMQ_SEVERITY_ERROR,
                                 "refused them: HTTP status 404, 404 page not found."));
    assert_true(export_test_said(test, OTELMQ_SEVERITY_ERROR, "refused them: HTTP status 400."));
    export_test_stop(test);
}

static void success_without_otlp_is_believed_with_a_warning(void **state)
{
    static const collector_answer answers[] = {
        {.body = "\xFF\xFF", .body_len = 2},
        {.headers = "Content-Type: text/html\r\n", .body = "<p>It works!", .body_len = 12},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(answers); i++) {
        export_test *test = export_test_start(&answers[i], 1, NULL);
        assert_int_equal(export_test_run(test, EXPORT_TEST_TIMEOUT_MS), OTELMQ_OK);
        assert_true(export_test_said(test, OTELMQ_SEVERITY_WARNING, "is it a collector?"));
        export_test_stop(test);
    }
}

static void what_is_no_http_is_an_error_at_once(void **state)
{
    static const collector_answer answers[] = {
        {.deed = COLLECTOR_TALKS_NONSENSE, .body = "SSH-2.0-OpenSSH\r\n", .body_len = 17}};
    (void)state;
    export_test *test = export_test_start(answers, 1, NULL);
    assert_int_equal(export_test_run(test, EXPORT_TEST_TIMEOUT_MS), OTELMQ_ERROR_IO);
    assert_int_equal(collector_request_count(test->collector), 1);
    assert_true(export_test_said(test, OTELMQ_SEVERITY_ERROR, "cannot be talked to: "));
    export_test_stop(test);
}

static void credentials_in_the_url_are_sent_but_never_shown(void **state)
{
    static const collector_answer refusal = {.status = 401};
    char url[128];
    (void)state;
    export_test *test = export_test_start(&refusal, 1, NULL);
    snprintf(url, sizeof(url), "http://user:s3cret@127.0.0.1:%u/v1/traces?key=s3cret",
             collector_port(test->collector));
    otelmq_exporter_destroy(test->exporter);
    test->exporter = otelmq_otlp_exporter(&(otelmq_otlp_options){.endpoint = url});
    assert_int_equal(export_test_run(test, EXPORT_TEST_TIMEOUT_MS), OTELMQ_ERROR_REJECTED);
    assert_true(export_test_sent_line(test, 0, "Authorization: Basic dXNlcjpzM2NyZXQ="));
    assert_true(export_test_said(test, OTELMQ_SEVERITY_ERROR, "http://***@127.0.0.1:"));
    assert_false(export_test_said(test, OTELMQ_SEVERITY_DEBUG, "s3cret"));
    export_test_stop(test);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_reason_of_a_refusal_is_shown),
        cmocka_unit_test(success_without_otlp_is_believed_with_a_warning),
        cmocka_unit_test(what_is_no_http_is_an_error_at_once),
        cmocka_unit_test(credentials_in_the_url_are_sent_but_never_shown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
