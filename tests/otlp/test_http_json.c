/* SPDX-License-Identifier: Apache-2.0 */
/* OTLP/HTTP with JSON, over a port and over a Unix socket. */
#include "otlp/export_test.h"
#include "support/test.h"

#include <jansson.h>
#include <stdlib.h>
#include <unistd.h>

static const collector_answer taken = {
    .headers = "Content-Type: application/json\r\n", .body = "{}", .body_len = 2};

static void assert_three_spans(otelmq_str body)
{
    json_t *json = json_loadb(body.data, body.len, 0, NULL);
    assert_non_null(json);
    json_t *resource_spans = json_array_get(json_object_get(json, "resourceSpans"), 0);
    json_t *scope_spans = json_array_get(json_object_get(resource_spans, "scopeSpans"), 0);
    assert_int_equal(json_array_size(json_object_get(scope_spans, "spans")), EXPORT_TEST_SPANS);
    json_decref(json);
}

static void a_request_is_a_post_of_json(void **state)
{
    const otelmq_otlp_options options = {.protocol = OTELMQ_OTLP_HTTP_JSON};
    (void)state;
    export_test *test = export_test_start(&taken, 1, &options);
    assert_int_equal(export_test_run(test, EXPORT_TEST_TIMEOUT_MS), OTELMQ_OK);
    assert_true(export_test_sent_line(test, 0, "Content-Type: application/json"));
    assert_three_spans(collector_body(test->collector, 0));
    assert_int_equal(test->log.count, 0);
    export_test_stop(test);
}

static void the_environment_chooses_json(void **state)
{
    (void)state;
    setenv("OTEL_EXPORTER_OTLP_PROTOCOL", "http/json", 1);
    export_test *test = export_test_start(&taken, 1, NULL);
    unsetenv("OTEL_EXPORTER_OTLP_PROTOCOL");
    assert_int_equal(export_test_run(test, EXPORT_TEST_TIMEOUT_MS), OTELMQ_OK);
    assert_true(export_test_sent_line(test, 0, "Content-Type: application/json"));
    export_test_stop(test);
}

static void a_partial_success_in_json_is_counted(void **state)
{
    static const char body[] =
        "{\"partialSuccess\":{\"rejectedSpans\":\"2\",\"errorMessage\":\"no name\"}}";
    static const collector_answer answer = {.headers = "Content-Type: application/json\r\n",
                                            .body = body,
                                            .body_len = sizeof(body) - 1};
    const otelmq_otlp_options options = {.protocol = OTELMQ_OTLP_HTTP_JSON};
    (void)state;
    export_test *test = export_test_start(&answer, 1, &options);
    assert_int_equal(export_test_run(test, EXPORT_TEST_TIMEOUT_MS), OTELMQ_OK);
    assert_int_equal(test->result.failed, 2);
    assert_true(export_test_said(test, OTELMQ_SEVERITY_ERROR, "refused 2 of 3 spans: no name."));
    export_test_stop(test);
}

static void the_reason_of_a_refusal_in_json_is_shown(void **state)
{
    static const char body[] = "{\"code\":3,\"message\":\"no traces!\"}";
    static const collector_answer answer = {.status = 400,
                                            .headers =
                                                "Content-Type: application/json; charset=utf-8\r\n",
                                            .body = body,
                                            .body_len = sizeof(body) - 1};
    const otelmq_otlp_options options = {.protocol = OTELMQ_OTLP_HTTP_JSON};
    (void)state;
    export_test *test = export_test_start(&answer, 1, &options);
    assert_int_equal(export_test_run(test, EXPORT_TEST_TIMEOUT_MS), OTELMQ_ERROR_REJECTED);
    assert_true(
        export_test_said(test, OTELMQ_SEVERITY_ERROR, "refused them: HTTP status 400, no traces!"));
    export_test_stop(test);
}

static void a_unix_socket_is_an_endpoint(void **state)
{
    char folder[] = "/tmp/otelmq-test-XXXXXX";
    char path[64];
    char url[80];
    (void)state;
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof(path), "%s/otlp.sock", folder);
    snprintf(url, sizeof(url), "unix://%s", path);
    fake_collector *on_socket = collector_start_on_socket(path, &taken, 1);
    const otelmq_otlp_options options = {.protocol = OTELMQ_OTLP_HTTP_JSON, .endpoint = url};
    export_test *test = export_test_start(&taken, 1, &options);
    assert_int_equal(export_test_run(test, EXPORT_TEST_TIMEOUT_MS), OTELMQ_OK);
    assert_int_equal(collector_request_count(test->collector), 0);
    otelmq_str head = collector_head(on_socket, 0);
    assert_memory_equal(head.data, "POST /v1/traces HTTP/1.1\r\nHost: localhost\r\n", 43);
    assert_three_spans(collector_body(on_socket, 0));
    export_test_stop(test);
    collector_stop(on_socket);
    unlink(path);
    rmdir(folder);
}

static void a_socket_that_nobody_listens_on_is_named(void **state)
{
    const otelmq_otlp_options options = {.endpoint = "unix:///tmp/otelmq-no-such.sock",
                                         .max_retries = 1};
    (void)state;
    export_test *test = export_test_start(&taken, 1, &options);
    assert_int_equal(export_test_run(test, EXPORT_TEST_TIMEOUT_MS), OTELMQ_ERROR_IO);
    assert_true(export_test_said(test, OTELMQ_SEVERITY_ERROR,
                                 "the collector at unix:///tmp/otelmq-no-such.sock could not be "
                                 "reached"));
    export_test_stop(test);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_request_is_a_post_of_json),
        cmocka_unit_test(the_environment_chooses_json),
        cmocka_unit_test(a_partial_success_in_json_is_counted),
        cmocka_unit_test(the_reason_of_a_refusal_in_json_is_shown),
        cmocka_unit_test(a_unix_socket_is_an_endpoint),
        cmocka_unit_test(a_socket_that_nobody_listens_on_is_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
