/* SPDX-License-Identifier: Apache-2.0 */
/* The Zipkin exporter: what it sends, where to, and what it makes of the answers. */
#include "otlp/collector.h"
#include "otlp/sample_spans.h"
#include "support/diagnostics_log.h"
#include "support/test.h"

#include <otelmq/sdk.h>
#include <otelmq/tracer_provider.h>
#include <otelmq/zipkin.h>

#include <jansson.h>
#include <stdlib.h>

enum { TIMEOUT_MS = 30000 };

static const collector_answer accepted = {.status = 202, .headers = ""};

static otelmq_status export_one(otelmq_exporter exporter, otelmq_export_result *result)
{
    sample_spans samples = sample_spans_create();
    otelmq_span_data span = sample_spans_full(&samples);
    const otelmq_span_data *spans[] = {&span};
    *result = (otelmq_export_result){0};
    otelmq_status status = exporter.ops->export_spans(exporter.self, spans, 1, TIMEOUT_MS, result);
    sample_spans_release(&samples);
    return status;
}

static bool sent(fake_collector *collector, size_t index, const char *text)
{
    otelmq_str head = collector_head(collector, index);
    return memmem(head.data, head.len, text, strlen(text)) != NULL;
}

static void assert_one_span(fake_collector *collector, size_t index)
{
    otelmq_str body = collector_body(collector, index);
    json_t *json = json_loadb(body.data, body.len, 0, NULL);
    assert_int_equal(json_array_size(json), 1);
    json_decref(json);
}

static void spans_are_posted_as_json(void **state)
{
    static const char *const headers[] = {"X-Key: abc"};
    diagnostics_log log;
    otelmq_export_result result;
    (void)state;
    diagnostics_log_start(&log, OTELMQ_SEVERITY_DEBUG);
    fake_collector *collector = collector_start(&accepted, 1);
    otelmq_exporter exporter = otelmq_zipkin_exporter(&(otelmq_zipkin_options){
        .endpoint = collector_url(collector), .headers = headers, .header_count = 1});
    assert_int_equal(export_one(exporter, &result), OTELMQ_OK);
    assert_int_equal(result.failed, 0);
    assert_true(sent(collector, 0, "POST /v1/traces HTTP/1.1\r\n"));
    assert_true(sent(collector, 0, "\r\nContent-Type: application/json\r\n"));
    assert_true(sent(collector, 0, "\r\nX-Key: abc\r\n"));
    assert_one_span(collector, 0);
    assert_int_equal(log.count, 0);
    otelmq_exporter_destroy(exporter);
    collector_stop(collector);
    diagnostics_log_stop();
}

static void overload_is_tried_again_and_a_refusal_is_final(void **state)
{
    static const collector_answer answers[] = {
        {.status = 503},
        {.status = 202},
        {.status = 400, .headers = "Content-Type: text/plain\r\n", .body = "no", .body_len = 2}};
    diagnostics_log log;
    otelmq_export_result result;
    (void)state;
    diagnostics_log_start(&log, OTELMQ_SEVERITY_ERROR);
    fake_collector *collector = collector_start(answers, COUNT_OF(answers));
    otelmq_exporter exporter =
        otelmq_zipkin_exporter(&(otelmq_zipkin_options){.endpoint = collector_url(collector)});
    assert_int_equal(export_one(exporter, &result), OTELMQ_OK);
    assert_int_equal(collector_request_count(collector), 2);
    assert_int_equal(export_one(exporter, &result), OTELMQ_ERROR_REJECTED);
    assert_int_equal(result.failed, 1);
    assert_int_equal(collector_request_count(collector), 3);
    assert_int_equal(log.count, 1);
    assert_non_null(strstr(log.messages[0], "refused them: HTTP status 400, no."));
    otelmq_exporter_destroy(exporter);
    collector_stop(collector);
    diagnostics_log_stop();
}

static void the_environment_chooses_zipkin_and_its_endpoint(void **state)
{
    char endpoint[64];
    (void)state;
    fake_collector *collector = collector_start(&accepted, 1);
    snprintf(endpoint, sizeof(endpoint), "http://127.0.0.1:%u/api/v2/spans",
             collector_port(collector));
    setenv("OTEL_TRACES_EXPORTER", "zipkin", 1);
    setenv("OTEL_EXPORTER_ZIPKIN_ENDPOINT", endpoint, 1);
    otelmq_sdk *sdk = NULL;
    assert_int_equal(otelmq_sdk_start(NULL, &sdk), OTELMQ_OK);
    unsetenv("OTEL_TRACES_EXPORTER");
    unsetenv("OTEL_EXPORTER_ZIPKIN_ENDPOINT");
    otelmq_tracer *tracer =
        otelmq_tracer_provider_tracer(otelmq_sdk_tracer_provider(sdk), "tests", NULL);
    otelmq_span_end(otelmq_tracer_start_span(tracer, "span", NULL));
    assert_int_equal(otelmq_sdk_shutdown(sdk, TIMEOUT_MS), OTELMQ_OK);
    assert_int_equal(collector_request_count(collector), 1);
    assert_true(sent(collector, 0, "POST /api/v2/spans HTTP/1.1\r\n"));
    assert_one_span(collector, 0);
    collector_stop(collector);
}

static void the_timeout_of_the_environment_ends_an_export(void **state)
{
    static const collector_answer silence = {.deed = COLLECTOR_HANGS};
    otelmq_export_result result;
    (void)state;
    fake_collector *collector = collector_start(&silence, 1);
    setenv("OTEL_EXPORTER_ZIPKIN_TIMEOUT", "100", 1);
    otelmq_exporter exporter =
        otelmq_zipkin_exporter(&(otelmq_zipkin_options){.endpoint = collector_url(collector)});
    unsetenv("OTEL_EXPORTER_ZIPKIN_TIMEOUT");
    assert_int_equal(export_one(exporter, &result), OTELMQ_ERROR_TIMEOUT);
    otelmq_exporter_destroy(exporter);
    collector_stop(collector);
}

static void wrong_variables_are_named_with_what_is_used_instead(void **state)
{
    diagnostics_log log;
    (void)state;
    diagnostics_log_start(&log, OTELMQ_SEVERITY_DEBUG);
    setenv("OTEL_EXPORTER_ZIPKIN_ENDPOINT", "zipkin:9411", 1);
    setenv("OTEL_EXPORTER_ZIPKIN_TIMEOUT", "soon", 1);
    otelmq_exporter exporter = otelmq_zipkin_exporter(NULL);
    unsetenv("OTEL_EXPORTER_ZIPKIN_ENDPOINT");
    unsetenv("OTEL_EXPORTER_ZIPKIN_TIMEOUT");
    assert_non_null(exporter.ops);
    assert_int_equal(log.count, 2);
    for (size_t i = 0; i < log.count; i++) {
        assert_int_equal(log.severities[i], OTELMQ_SEVERITY_WARNING);
        bool is_timeout = strstr(log.messages[i], "OTEL_EXPORTER_ZIPKIN_TIMEOUT is") != NULL;
        assert_non_null(strstr(log.messages[i], is_timeout ? "; 10000 is used."
                                                           : "; http://localhost:9411/api/v2/spans "
                                                             "is used."));
    }
    otelmq_exporter_destroy(exporter);
    diagnostics_log_stop();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(spans_are_posted_as_json),
        cmocka_unit_test(overload_is_tried_again_and_a_refusal_is_final),
        cmocka_unit_test(the_environment_chooses_zipkin_and_its_endpoint),
        cmocka_unit_test(the_timeout_of_the_environment_ends_an_export),
        cmocka_unit_test(wrong_variables_are_named_with_what_is_used_instead),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
