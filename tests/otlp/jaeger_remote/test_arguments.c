/* SPDX-License-Identifier: Apache-2.0 */
#include "export/otlp/jaeger_remote/arguments.h"

#include "export/otlp/jaeger_remote/request.h"
#include "support/diagnostics_log.h"
#include "support/test.h"

#include <math.h>
#include <stdlib.h>

static bool is_near(double a, double b)
{
    return fabs(a - b) < 1e-12;
}

static void arguments_are_read(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *endpoint;
        uint32_t interval_ms;
        double ratio;
        size_t reports;
    } rows[] = {
        {"", NULL, 0, -1, 0},
        {"endpoint=http://localhost:14250,pollingIntervalMs=5000,initialSamplingRate=0.25",
         "http://localhost:14250", 5000, 0.25, 0},
        {" endpoint = https://host/path?a=b , , pollingintervalms = 1 ,", "https://host/path?a=b",
         1, -1, 0},
        {"initialSamplingRate=0", NULL, 0, 0, 0},
        {"initialSamplingRate=1e-3", NULL, 0, 0.001, 0},
        {"endpoint=http://a,endpoint=http://b", "http://b", 0, -1, 0},
        {"endpoint=localhost:14250", NULL, 0, -1, 1},
        {"endpoint=", NULL, 0, -1, 1},
        {"endpoint", NULL, 0, -1, 1},
        {"pollingIntervalMs=0", NULL, 0, -1, 1},
        {"pollingIntervalMs=-5", NULL, 0, -1, 1},
        {"pollingIntervalMs=5s", NULL, 0, -1, 1},
        {"pollingIntervalMs=4294967296", NULL, 0, -1, 1},
        {"pollingIntervalMs=4294967295", NULL, UINT32_MAX, -1, 0},
        {"initialSamplingRate=2", NULL, 0, -1, 1},
        {"initialSamplingRate=nan", NULL, 0, -1, 1},
        {"initialSamplingRate=0,5", NULL, 0, 0, 1},
        {"sampling=1", NULL, 0, -1, 1},
        {"=", NULL, 0, -1, 1},
    };
    static diagnostics_log log;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        diagnostics_log_start(&log, OTELMQ_SEVERITY_WARNING);
        otelmq_jaeger_arguments arguments;
        otelmq_jaeger_arguments_init(&arguments, otelmq_str_from(rows[i].text));
        assert_same_str(otelmq_str_from(arguments.endpoint), otelmq_str_from(rows[i].endpoint),
                        rows[i].text);
        assert_row(arguments.polling_interval_ms == rows[i].interval_ms, rows[i].text);
        assert_row(is_near(arguments.initial_ratio, rows[i].ratio), rows[i].text);
        assert_row(log.count == rows[i].reports, rows[i].text);
        otelmq_jaeger_arguments_clean(&arguments);
        diagnostics_log_stop();
    }
}

static void a_reported_endpoint_shows_no_password(void **state)
{
    (void)state;
    static diagnostics_log log;
    diagnostics_log_start(&log, OTELMQ_SEVERITY_WARNING);
    otelmq_jaeger_arguments arguments;
    otelmq_jaeger_arguments_init(&arguments, OTELMQ_STR("endpoint=ftp://user:secret@host/"));
    assert_int_equal(log.count, 1);
    assert_null(strstr(log.messages[0], "secret"));
    assert_non_null(strstr(log.messages[0], "host"));
    otelmq_jaeger_arguments_clean(&arguments);
    diagnostics_log_stop();
}

static void the_url_names_the_service(void **state)
{
    (void)state;
    static const struct {
        const char *endpoint;
        const char *service;
        const char *url; /* NULL: none */
    } rows[] = {
        {"http://localhost:5778", "orders", "http://localhost:5778/sampling?service=orders"},
        {"http://localhost:5778/", "orders", "http://localhost:5778/sampling?service=orders"},
        {"https://host/api/sampling", "a b&c=d/\xc3\xbc",
         "https://host/api/sampling?service=a+b%26c%3dd%2f%c3%bc"},
        {"http://host/s?key=1", "orders", "http://host/s?key=1&service=orders"},
        {"ftp://host/", "orders", NULL},
        {"host:5778", "orders", NULL},
        {"", "orders", NULL},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        char *url = otelmq_jaeger_request_url(rows[i].endpoint, rows[i].service);
        assert_row((url == NULL) == (rows[i].url == NULL), rows[i].endpoint);
        if (url != NULL) {
            assert_string_equal(url, rows[i].url);
        }
        free(url);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(arguments_are_read),
        cmocka_unit_test(a_reported_endpoint_shows_no_password),
        cmocka_unit_test(the_url_names_the_service),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
