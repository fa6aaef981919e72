/* SPDX-License-Identifier: Apache-2.0 */
/* What the HTTP exporter sends, by its options and by the environment. */
#include "otlp/export_test.h"
#include "otlp/otlp_messages.h"
#include "support/test.h"

#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>
#include <zlib.h>

static const collector_answer taken = {.status = 200};

static void assert_three_spans(otelmq_str body)
{
    otlp_request *request = otlp_request_unpack(body.data, body.len);
    assert_non_null(request);
    assert_int_equal(request->n_resource_spans, 1);
    assert_int_equal(request->resource_spans[0]->n_scope_spans, 1);
    assert_int_equal(request->resource_spans[0]->scope_spans[0]->n_spans, EXPORT_TEST_SPANS);
    otlp_request_free(request);
}

static void a_request_is_a_post_of_protobuf(void **state)
{
    (void)state;
    export_test *test = export_test_start(&taken, 1, NULL);
    assert_int_equal(export_test_run(test, EXPORT_TEST_TIMEOUT_MS), OTELMQ_OK);
    otelmq_str head = collector_head(test->collector, 0);
    assert_memory_equal(head.data, "POST /v1/traces HTTP/1.1\r\n", 26);
    assert_true(export_test_sent_line(test, 0, "Content-Type: application/x-protobuf"));
    assert_true(export_test_sent_line(
        test, 0, "User-Agent: otelmq/" OTELMQ_VERSION " OTel-OTLP-Exporter-C/" OTELMQ_VERSION));
    assert_three_spans(collector_body(test->collector, 0));
    export_test_stop(test);
}

static void one_connection_serves_many_batches(void **state)
{
    (void)state;
    export_test *test = export_test_start(&taken, 1, NULL);
    for (int i = 0; i < 5; i++) {
        assert_int_equal(export_test_run(test, EXPORT_TEST_TIMEOUT_MS), OTELMQ_OK);
    }
    assert_int_equal(collector_request_count(test->collector), 5);
    assert_int_equal(collector_connection_count(test->collector), 1);
    export_test_stop(test);
}

static void gzip_is_declared_and_reads_back(void **state)
{
    const otelmq_otlp_options options = {.compression = OTELMQ_OTLP_COMPRESSION_GZIP};
    (void)state;
    export_test *test = export_test_start(&taken, 1, &options);
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(export_test_run(test, EXPORT_TEST_TIMEOUT_MS), OTELMQ_OK);
        assert_true(export_test_sent_line(test, i, "Content-Encoding: gzip"));
        otelmq_str body = collector_body(test->collector, i);
        char plain[64 * 1024];
        z_stream stream = {.next_in = (Bytef *)(uintptr_t)body.data,
                           .avail_in = (uInt)body.len,
                           .next_out = (Bytef *)plain,
                           .avail_out = sizeof(plain)};
        assert_int_equal(inflateInit2(&stream, 15 + 16), Z_OK);
        assert_int_equal(inflate(&stream, Z_FINISH), Z_STREAM_END);
        assert_int_equal(stream.avail_in, 0);
        assert_three_spans(otelmq_str_from_bytes(plain, stream.total_out));
        inflateEnd(&stream);
    }
    export_test_stop(test);
}

static void headers_of_options_and_environment_are_sent(void **state)
{
    static const char *const headers[] = {"Authorization: Bearer abc", "X-Empty:"};
    const otelmq_otlp_options options = {.headers = headers, .header_count = 2};
    (void)state;
    setenv("OTEL_EXPORTER_OTLP_HEADERS",
           "authorization=Basic%20xyz, x-team = caf%C3%A9%2C bar ,x-eq=a=b,", 1);
    export_test *test = export_test_start(&taken, 1, &options);
    unsetenv("OTEL_EXPORTER_OTLP_HEADERS");
    assert_int_equal(export_test_run(test, EXPORT_TEST_TIMEOUT_MS), OTELMQ_OK);
    assert_true(export_test_sent_line(test, 0, "Authorization: Bearer abc"));
    assert_false(export_test_sent_line(test, 0, "authorization: Basic xyz"));
    assert_true(export_test_sent_line(test, 0, "X-Empty:"));
    assert_true(export_test_sent_line(test, 0, "x-team: caf\xC3\xA9, bar"));
    assert_true(export_test_sent_line(test, 0, "x-eq: a=b"));
    assert_int_equal(test->log.count, 0);
    export_test_stop(test);
}

static void the_environment_configures_the_exporter(void **state)
{
    char base[64];
    (void)state;
    fake_collector *collector = collector_start(&taken, 1);
    snprintf(base, sizeof(base), "http://127.0.0.1:%u/otlp", collector_port(collector));
    setenv("OTEL_EXPORTER_OTLP_ENDPOINT", base, 1);
    setenv("OTEL_EXPORTER_OTLP_COMPRESSION", "gzip", 1);
    otelmq_exporter exporter = otelmq_otlp_exporter(NULL);
    unsetenv("OTEL_EXPORTER_OTLP_ENDPOINT");
    unsetenv("OTEL_EXPORTER_OTLP_COMPRESSION");
    assert_non_null(exporter.ops);
    sample_spans samples = sample_spans_create();
    otelmq_span_data span = sample_spans_full(&samples);
    const otelmq_span_data *spans[] = {&span};
    otelmq_export_result result = {0};
    assert_int_equal(
        exporter.ops->export_spans(exporter.self, spans, 1, EXPORT_TEST_TIMEOUT_MS, &result),
        OTELMQ_OK);
    otelmq_str head = collector_head(collector, 0);
    assert_memory_equal(head.data, "POST /otlp/v1/traces HTTP/1.1\r\n", 31);
    assert_non_null(memmem(head.data, head.len, "Content-Encoding: gzip", 22));
    otelmq_exporter_destroy(exporter);
    sample_spans_release(&samples);
    collector_stop(collector);
}

/* What is said of an endpoint beforehand is what becomes of its exporter. */
static void an_endpoint_is_usable_when_there_is_an_exporter_for_it(void **state)
{
    static const char *const endpoints[] = {
        "http://localhost:4318",
        "HTTPS://localhost",
        "unix:/run/otel.sock",
        "unix://run/otel.sock",
        "localhost:4317",
        "http://",
        "ftp://localhost/",
        "not a url",
        "otel+http://localhost",
        "[::1]:4317",
        ":4317",
        "",
    };
    static const otelmq_otlp_protocol protocols[] = {OTELMQ_OTLP_HTTP_JSON, OTELMQ_OTLP_GRPC};
    (void)state;
    for (size_t i = 0; i < 2 * COUNT_OF(endpoints); i++) {
        const otelmq_otlp_options options = {.endpoint = endpoints[i / 2],
                                             .protocol = protocols[i % 2]};
        otelmq_exporter exporter = otelmq_otlp_exporter(&options);
        assert_int_equal(otelmq_otlp_has_usable_endpoint(&options), exporter.ops != NULL);
        otelmq_exporter_destroy(exporter);
    }
    assert_true(otelmq_otlp_has_usable_endpoint(NULL));
    assert_true(otelmq_otlp_has_usable_endpoint(&(otelmq_otlp_options){.endpoint = NULL}));
}

static void unusable_options_make_no_exporter(void **state)
{
    static const char *const bad_line[] = {"no colon"};
    static const char *const split_line[] = {"X-Split: a\r\nX-More: b"};
    static const char *const own_line[] = {"content-type: text/plain"};
    static const otelmq_otlp_options rows[] = {
        {.endpoint = "localhost:4318"},
        {.endpoint = "ftp://localhost/"},
        {.endpoint = "http://"},
        {.endpoint = "not a url"},
        {.headers = bad_line, .header_count = 1},
        {.headers = split_line, .header_count = 1},
        {.headers = own_line, .header_count = 1},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        diagnostics_log log;
        diagnostics_log_start(&log, OTELMQ_SEVERITY_DEBUG);
        otelmq_exporter exporter = otelmq_otlp_exporter(&rows[i]);
        assert_null(exporter.ops);
        assert_null(exporter.self);
        assert_true(log.count > 0);
        assert_int_equal(log.severities[0], OTELMQ_SEVERITY_ERROR);
        diagnostics_log_stop();
    }
}

static void a_child_process_exports_on_a_connection_of_its_own(void **state)
{
    (void)state;
    export_test *test = export_test_start(&taken, 1, NULL);
    assert_int_equal(export_test_run(test, EXPORT_TEST_TIMEOUT_MS), OTELMQ_OK);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        otelmq_status status = export_test_run(test, EXPORT_TEST_TIMEOUT_MS);
        otelmq_exporter_destroy(test->exporter);
        _exit(status == OTELMQ_OK ? 0 : 1);
    }
    int result = 0;
    assert_int_equal(waitpid(child, &result, 0), child);
    assert_int_equal(result, 0);
    assert_int_equal(export_test_run(test, EXPORT_TEST_TIMEOUT_MS), OTELMQ_OK);
    assert_int_equal(collector_request_count(test->collector), 3);
    assert_int_equal(collector_connection_count(test->collector), 2);
    export_test_stop(test);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_request_is_a_post_of_protobuf),
        cmocka_unit_test(one_connection_serves_many_batches),
        cmocka_unit_test(gzip_is_declared_and_reads_back),
        cmocka_unit_test(headers_of_options_and_environment_are_sent),
        cmocka_unit_test(the_environment_configures_the_exporter),
        cmocka_unit_test(an_endpoint_is_usable_when_there_is_an_exporter_for_it),
        cmocka_unit_test(unusable_options_make_no_exporter),
        cmocka_unit_test(a_child_process_exports_on_a_connection_of_its_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
