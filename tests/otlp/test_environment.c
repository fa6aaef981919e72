/* SPDX-License-Identifier: Apache-2.0 */
/* What the variables of the OTLP exporters mean, and what is said of wrong ones. */
#include "support/diagnostics_log.h"
#include "support/test.h"

#include "export/http/url.h"
#include "export/otlp/environment.h"

#include <curl/curl.h>
#include <stdlib.h>

#define DEFAULT_URL "http://localhost:4318/v1/traces"

static diagnostics_log log_of_test;

static void set(const char *name, const char *value)
{
    if (value != NULL) {
        setenv(name, value, 1);
    } else {
        unsetenv(name);
    }
}

static int start_log(void **state)
{
    (void)state;
    diagnostics_log_start(&log_of_test, OTELMQ_SEVERITY_DEBUG);
    return 0;
}

static int stop_log(void **state)
{
    (void)state;
    diagnostics_log_stop();
    return 0;
}

/* The only message since the last call. */
static const char *take_message(void)
{
    assert_int_equal(log_of_test.count, 1);
    assert_int_equal(log_of_test.severities[0], OTELMQ_SEVERITY_WARNING);
    log_of_test.count = 0;
    return log_of_test.messages[0];
}

static void the_endpoint_is_a_base_or_for_traces_a_whole_url(void **state)
{
    static const struct {
        const char *general;
        const char *for_traces;
        const char *url;
    } rows[] = {
        {NULL, NULL, DEFAULT_URL},
        {"", "", DEFAULT_URL},
        {"http://collector:4318", NULL, "http://collector:4318/v1/traces"},
        {"http://collector:4318/", NULL, "http://collector:4318/v1/traces"},
        {"https://collector/base", NULL, "https://collector/base/v1/traces"},
        {"https://collector/base/", NULL, "https://collector/base/v1/traces"},
        {"http://collector:4318?key=1", NULL, "http://collector:4318/v1/traces?key=1"},
        {"http://[::1]:4318", NULL, "http://[::1]:4318/v1/traces"},
        {"http://general", "http://traces:1/as/it/is", "http://traces:1/as/it/is"},
        {"http://general", "http://traces", "http://traces"},
        {"nonsense", "http://traces", "http://traces"},
        {"unix:///run/otel.sock", NULL, "unix:///run/otel.sock"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        set("OTEL_EXPORTER_OTLP_ENDPOINT", rows[i].general);
        set("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", rows[i].for_traces);
        char *url = otelmq_otlp_environment_endpoint(false);
        assert_string_equal(url, rows[i].url);
        free(url);
    }
    assert_int_equal(log_of_test.count, 0);
    set("OTEL_EXPORTER_OTLP_ENDPOINT", NULL);
    set("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", NULL);
}

static void a_wrong_endpoint_is_named_without_its_credentials(void **state)
{
    (void)state;
    set("OTEL_EXPORTER_OTLP_ENDPOINT", "collector:4318");
    char *url = otelmq_otlp_environment_endpoint(false);
    assert_string_equal(url, DEFAULT_URL);
    assert_string_equal(
        take_message(),
        "OTEL_EXPORTER_OTLP_ENDPOINT is \"collector:4318\", which is not an http or "
        "https URL; " DEFAULT_URL " is used.");
    free(url);
    set("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "ftp://user:s3cret@collector/?s3cret");
    url = otelmq_otlp_environment_endpoint(false);
    assert_string_equal(url, DEFAULT_URL);
    const char *message = take_message();
    assert_null(strstr(message, "s3cret"));
    assert_non_null(
        strstr(message, "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT is \"ftp://***@collector/"));
    free(url);
    set("OTEL_EXPORTER_OTLP_ENDPOINT", NULL);
    set("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", NULL);
}

static void the_timeout_is_a_number_of_milliseconds_and_0_is_no_limit(void **state)
{
    static const struct {
        const char *general;
        const char *for_traces;
        uint32_t timeout_ms;
    } rows[] = {
        {NULL, NULL, 10000},     {"250", NULL, 250},
        {"250", "1", 1},         {"4294967295", NULL, UINT32_MAX},
        {"wrong", "2000", 2000}, {"0", NULL, UINT32_MAX},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        set("OTEL_EXPORTER_OTLP_TIMEOUT", rows[i].general);
        set("OTEL_EXPORTER_OTLP_TRACES_TIMEOUT", rows[i].for_traces);
        assert_int_equal(otelmq_otlp_environment_timeout_ms(), rows[i].timeout_ms);
    }
    assert_int_equal(log_of_test.count, 0);
    set("OTEL_EXPORTER_OTLP_TRACES_TIMEOUT", NULL);
}

static void a_wrong_timeout_is_named_with_what_is_used_instead(void **state)
{
    static const char *const rows[] = {"-1", "10s", "4294967296", "1.5"};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        set("OTEL_EXPORTER_OTLP_TIMEOUT", rows[i]);
        assert_int_equal(otelmq_otlp_environment_timeout_ms(), 10000);
        const char *message = take_message();
        assert_row(strstr(message, "OTEL_EXPORTER_OTLP_TIMEOUT is \"") == message, rows[i]);
        assert_row(strstr(message, rows[i]) != NULL, rows[i]);
        assert_row(strstr(message, "; 10000 is used.") != NULL, rows[i]);
    }
    set("OTEL_EXPORTER_OTLP_TIMEOUT", NULL);
}

static void compression_is_none_or_gzip(void **state)
{
    (void)state;
    assert_false(otelmq_otlp_environment_is_gzip());
    set("OTEL_EXPORTER_OTLP_COMPRESSION", "gzip");
    assert_true(otelmq_otlp_environment_is_gzip());
    set("OTEL_EXPORTER_OTLP_TRACES_COMPRESSION", "none");
    assert_false(otelmq_otlp_environment_is_gzip());
    assert_int_equal(log_of_test.count, 0);
    set("OTEL_EXPORTER_OTLP_TRACES_COMPRESSION", "zstd");
    assert_false(otelmq_otlp_environment_is_gzip());
    assert_non_null(strstr(take_message(), "OTEL_EXPORTER_OTLP_TRACES_COMPRESSION is \"zstd\""));
    set("OTEL_EXPORTER_OTLP_COMPRESSION", NULL);
    set("OTEL_EXPORTER_OTLP_TRACES_COMPRESSION", NULL);
}

static void the_protocol_is_one_of_three(void **state)
{
    static const struct {
        const char *general;
        const char *for_traces;
        otelmq_otlp_protocol protocol;
    } rows[] = {
        {NULL, NULL, OTELMQ_OTLP_HTTP_PROTOBUF},
        {"http/protobuf", NULL, OTELMQ_OTLP_HTTP_PROTOBUF},
        {"http/json", NULL, OTELMQ_OTLP_HTTP_JSON},
        {"grpc", NULL, OTELMQ_OTLP_GRPC},
        {"grpc", "http/json", OTELMQ_OTLP_HTTP_JSON},
        {"nonsense", "GRPC", OTELMQ_OTLP_GRPC},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        set("OTEL_EXPORTER_OTLP_PROTOCOL", rows[i].general);
        set("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", rows[i].for_traces);
        assert_int_equal(otelmq_otlp_environment_protocol(), rows[i].protocol);
    }
    assert_int_equal(log_of_test.count, 0);
    set("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "http/xml");
    assert_int_equal(otelmq_otlp_environment_protocol(), OTELMQ_OTLP_HTTP_PROTOBUF);
    assert_string_equal(take_message(),
                        "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL is \"http/xml\", which is no protocol "
                        "of this exporter; http/protobuf is used.");
    set("OTEL_EXPORTER_OTLP_PROTOCOL", NULL);
    set("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", NULL);
}

static void a_grpc_endpoint_is_a_server_and_may_lack_a_scheme(void **state)
{
    static const struct {
        const char *general;
        const char *for_traces;
        const char *endpoint;
    } rows[] = {
        {NULL, NULL, "http://localhost:4317"},
        {"https://collector:4317", NULL, "https://collector:4317"},
        {"collector:4317", NULL, "collector:4317"},
        {"collector", NULL, "collector"},
        {"http://general", "traces:1", "traces:1"},
        {"unix:///run/otel.sock", NULL, "unix:///run/otel.sock"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        set("OTEL_EXPORTER_OTLP_ENDPOINT", rows[i].general);
        set("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", rows[i].for_traces);
        char *endpoint = otelmq_otlp_environment_endpoint(true);
        assert_string_equal(endpoint, rows[i].endpoint);
        free(endpoint);
    }
    assert_int_equal(log_of_test.count, 0);
    set("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "ftp://collector");
    char *endpoint = otelmq_otlp_environment_endpoint(true);
    assert_string_equal(endpoint, "http://localhost:4317");
    assert_non_null(strstr(take_message(), "http://localhost:4317 is used."));
    free(endpoint);
    set("OTEL_EXPORTER_OTLP_ENDPOINT", NULL);
    set("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", NULL);
}

static void insecure_is_true_or_false(void **state)
{
    (void)state;
    assert_false(otelmq_otlp_environment_is_insecure());
    set("OTEL_EXPORTER_OTLP_INSECURE", "True");
    assert_true(otelmq_otlp_environment_is_insecure());
    set("OTEL_EXPORTER_OTLP_TRACES_INSECURE", "false");
    assert_false(otelmq_otlp_environment_is_insecure());
    assert_int_equal(log_of_test.count, 0);
    set("OTEL_EXPORTER_OTLP_TRACES_INSECURE", "yes");
    assert_false(otelmq_otlp_environment_is_insecure());
    assert_non_null(strstr(take_message(), "OTEL_EXPORTER_OTLP_TRACES_INSECURE is \"yes\""));
    set("OTEL_EXPORTER_OTLP_INSECURE", NULL);
    set("OTEL_EXPORTER_OTLP_TRACES_INSECURE", NULL);
}

static void unix_urls_have_the_path_of_a_socket(void **state)
{
    static const char *const rows[][2] = {
        {"unix:///run/otel.sock", "/run/otel.sock"},
        {"unix:/run/otel.sock", "/run/otel.sock"},
        {"UNIX:///a", "/a"},
        {"unix://host/a", NULL},
        {"unix:", NULL},
        {"unix:///", NULL},
        {"unix:relative", NULL},
        {"http://unix:///a", NULL},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        const char *path = otelmq_url_socket_path(rows[i][0]);
        if (rows[i][1] == NULL) {
            assert_row(path == NULL, rows[i][0]);
        } else {
            assert_string_equal(path, rows[i][1]);
        }
    }
}

static void headers_that_cannot_be_sent_are_left_out_without_being_shown(void **state)
{
    static const char *const rows[] = {
        "s3cret",    "=s3cret",    "na me=s3cret", "a=s3cret%0d%0aB: c",
        "a=s3cret%", "a=s3cret%4", "a=s3cret%zz",  "content-type=s3cret",
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        otelmq_http_headers headers;
        otelmq_http_headers_init(&headers);
        set("OTEL_EXPORTER_OTLP_HEADERS", rows[i]);
        assert_true(otelmq_otlp_environment_add_headers(&headers));
        assert_row(headers.lines == NULL, rows[i]);
        const char *message = take_message();
        assert_row(strstr(message, "s3cret") == NULL, rows[i]);
        assert_row(strstr(message, "OTEL_EXPORTER_OTLP_HEADERS: header number 1") != NULL, rows[i]);
        otelmq_http_headers_clean(&headers);
    }
    set("OTEL_EXPORTER_OTLP_HEADERS", NULL);
}

static void headers_are_decoded_and_those_for_traces_win(void **state)
{
    (void)state;
    otelmq_http_headers headers;
    otelmq_http_headers_init(&headers);
    set("OTEL_EXPORTER_OTLP_HEADERS", "general=1");
    set("OTEL_EXPORTER_OTLP_TRACES_HEADERS", " a = x%20y%2Cz , b=, A=again ,");
    assert_true(otelmq_otlp_environment_add_headers(&headers));
    assert_string_equal(headers.lines->data, "a: x y,z");
    assert_string_equal(headers.lines->next->data, "b;");
    assert_null(headers.lines->next->next);
    otelmq_http_headers_clean(&headers);
    set("OTEL_EXPORTER_OTLP_HEADERS", NULL);
    set("OTEL_EXPORTER_OTLP_TRACES_HEADERS", NULL);
}

static void certificates_are_those_for_traces_or_the_general_ones(void **state)
{
    (void)state;
    assert_null(otelmq_otlp_environment_ca_file());
    set("OTEL_EXPORTER_OTLP_CERTIFICATE", "/ca.pem");
    set("OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE", "/client.pem");
    set("OTEL_EXPORTER_OTLP_CLIENT_KEY", "/key.pem");
    set("OTEL_EXPORTER_OTLP_TRACES_CLIENT_KEY", "/traces-key.pem");
    assert_string_equal(otelmq_otlp_environment_ca_file(), "/ca.pem");
    assert_string_equal(otelmq_otlp_environment_client_certificate(), "/client.pem");
    assert_string_equal(otelmq_otlp_environment_client_key(), "/traces-key.pem");
    set("OTEL_EXPORTER_OTLP_CERTIFICATE", NULL);
    set("OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE", NULL);
    set("OTEL_EXPORTER_OTLP_CLIENT_KEY", NULL);
    set("OTEL_EXPORTER_OTLP_TRACES_CLIENT_KEY", NULL);
}

static void urls_are_shown_without_user_password_and_query(void **state)
{
    static const char *const rows[][2] = {
        {"http://host:1/path", "http://host:1/path"},
        {"http://user:pass@host/path", "http://***@host/path"},
        {"http://user:p@ss/?#@host/path", "http://***@host/path"},
        {"https://host/path?token=x", "https://host/path?***"},
        {"https://host/path#token", "https://host/path?***"},
        {"user:pass@host", "***@host"},
        {"user:p://ass@host", "***@host"},
        {"", ""},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        char *masked = otelmq_url_masked(rows[i][0]);
        assert_string_equal(masked, rows[i][1]);
        free(masked);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_endpoint_is_a_base_or_for_traces_a_whole_url),
        cmocka_unit_test(a_wrong_endpoint_is_named_without_its_credentials),
        cmocka_unit_test(the_timeout_is_a_number_of_milliseconds_and_0_is_no_limit),
        cmocka_unit_test(a_wrong_timeout_is_named_with_what_is_used_instead),
        cmocka_unit_test(compression_is_none_or_gzip),
        cmocka_unit_test(the_protocol_is_one_of_three),
        cmocka_unit_test(a_grpc_endpoint_is_a_server_and_may_lack_a_scheme),
        cmocka_unit_test(insecure_is_true_or_false),
        cmocka_unit_test(unix_urls_have_the_path_of_a_socket),
        cmocka_unit_test(headers_that_cannot_be_sent_are_left_out_without_being_shown),
        cmocka_unit_test(headers_are_decoded_and_those_for_traces_win),
        cmocka_unit_test(certificates_are_those_for_traces_or_the_general_ones),
        cmocka_unit_test(urls_are_shown_without_user_password_and_query),
    };
    return cmocka_run_group_tests(tests, start_log, stop_log);
}
