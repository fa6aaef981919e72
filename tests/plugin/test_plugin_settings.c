/* SPDX-License-Identifier: Apache-2.0 */
#include "kafka/plugin/settings.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>

enum { ERROR_SIZE = 512 };

#define AN_ENDPOINT                                                                                \
    "a URL as http://collector:4318/v1/traces or unix:///path/to.sock, or with gRPC host:port"

static void a_name_of_librdkafka_is_left_to_it(void **state)
{
    otelmq_plugin_settings settings;
    char error[ERROR_SIZE] = "";
    (void)state;
    otelmq_plugin_settings_init(&settings);
    assert_int_equal(
        otelmq_plugin_settings_set(&settings, "client.id", "otelmq.", error, sizeof(error)),
        RD_KAFKA_CONF_UNKNOWN);
    assert_string_equal(error, "");
    otelmq_plugin_settings_clean(&settings);
}

static void wrong_properties_are_refused_with_what_would_be_right(void **state)
{
    static const struct {
        const char *name;
        const char *value;
        const char *error;
    } cases[] = {
        {"otelmq.enabled", "yes", "otelmq.enabled must be true or false, and not \"yes\""},
        {"otelmq.enabled", "", "otelmq.enabled must be true or false, and not \"\""},
        {"otelmq.process.spans", "True",
         "otelmq.process.spans must be true or false, and not \"True\""},
        {"otelmq.parent.mode", "none",
         "otelmq.parent.mode must be auto, message or link, and not \"none\""},
        {"otelmq.flush.timeout.ms", "-1",
         "otelmq.flush.timeout.ms must be a number from 0 to 60000, and not \"-1\""},
        {"otelmq.flush.timeout.ms", "1s",
         "otelmq.flush.timeout.ms must be a number from 0 to 60000, and not \"1s\""},
        {"otelmq.flush.timeout.ms", "60001",
         "otelmq.flush.timeout.ms must be a number from 0 to 60000, and not \"60001\""},
        {"otelmq.otlp.endpoint", "collector:4318",
         "otelmq.otlp.endpoint must be " AN_ENDPOINT ", and not \"collector:4318\""},
        {"otelmq.otlp.endpoint", "ftp://collector/",
         "otelmq.otlp.endpoint must be " AN_ENDPOINT ", and not \"ftp://collector/\""},
        {"otelmq.otlp.endpoint", "htp://user:s3cret@collector/",
         "otelmq.otlp.endpoint must be " AN_ENDPOINT},
        {"otelmq.otlp.endpoint", "htp://collector/?key=s3cret",
         "otelmq.otlp.endpoint must be " AN_ENDPOINT},
    };
    otelmq_plugin_settings settings;
    (void)state;
    otelmq_plugin_settings_init(&settings);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char error[ERROR_SIZE] = "";
        assert_int_equal(otelmq_plugin_settings_set(&settings, cases[i].name, cases[i].value, error,
                                                    sizeof(error)),
                         RD_KAFKA_CONF_INVALID);
        assert_string_equal(error, cases[i].error);
    }
    otelmq_plugin_settings_clean(&settings);
}

static void an_unknown_property_is_answered_by_a_list_of_all(void **state)
{
    static const char *const known[] = {
        "otelmq.enabled",          "otelmq.service.name",  "otelmq.otlp.endpoint",
        "otelmq.receive.spans",    "otelmq.process.spans", "otelmq.parent.mode",
        "otelmq.captured.headers", "otelmq.record.sizes",  "otelmq.record.queue.time",
        "otelmq.flush.timeout.ms",
    };
    otelmq_plugin_settings settings;
    char error[ERROR_SIZE] = "";
    (void)state;
    otelmq_plugin_settings_init(&settings);
    assert_int_equal(
        otelmq_plugin_settings_set(&settings, "otelmq.Enabled", "true", error, sizeof(error)),
        RD_KAFKA_CONF_INVALID);
    assert_non_null(strstr(error, "\"otelmq.Enabled\""));
    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
        assert_non_null(strstr(error, known[i]));
        assert_int_equal(otelmq_plugin_settings_set(&settings, known[i], NULL, NULL, 0),
                         RD_KAFKA_CONF_OK);
    }
    otelmq_plugin_settings_clean(&settings);
}

static void an_error_fits_into_any_buffer(void **state)
{
    otelmq_plugin_settings settings;
    (void)state;
    otelmq_plugin_settings_init(&settings);
    assert_int_equal(otelmq_plugin_settings_set(&settings, "otelmq.x", "", NULL, 0),
                     RD_KAFKA_CONF_INVALID);
    for (size_t size = 1; size < 200; size++) {
        char error[ERROR_SIZE];
        memset(error, '#', sizeof(error));
        assert_int_equal(otelmq_plugin_settings_set(&settings, "otelmq.x", "", error, size),
                         RD_KAFKA_CONF_INVALID);
        assert_true(strlen(error) < size);
        assert_int_equal(error[size], '#');
    }
    otelmq_plugin_settings_clean(&settings);
}

static void set(otelmq_plugin_settings *settings, const char *name, const char *value)
{
    assert_int_equal(otelmq_plugin_settings_set(settings, name, value, NULL, 0), RD_KAFKA_CONF_OK);
}

static void captured_headers_are_a_list(void **state)
{
    otelmq_plugin_settings settings;
    (void)state;
    otelmq_plugin_settings_init(&settings);
    const otelmq_messaging_options *options = &settings.kafka.messaging;
    set(&settings, "otelmq.captured.headers", "first");
    set(&settings, "otelmq.captured.headers", "x-*, tenant,,order?");
    assert_int_equal(options->captured_header_count, 3);
    assert_string_equal(options->captured_headers[0], "x-*");
    assert_string_equal(options->captured_headers[1], "tenant");
    assert_string_equal(options->captured_headers[2], "order?");
    set(&settings, "otelmq.captured.headers", "");
    assert_int_equal(options->captured_header_count, 0);
    otelmq_plugin_settings_clean(&settings);
}

/* So many that they ruin the heap, should there be room only for as many as commas tell. */
static void captured_headers_may_be_separated_by_spaces_alone(void **state)
{
    otelmq_plugin_settings settings;
    char list[4001];
    (void)state;
    for (size_t i = 0; i < 4000; i++) {
        list[i] = i % 2 == 0 ? 'a' : ' ';
    }
    list[4000] = '\0';
    otelmq_plugin_settings_init(&settings);
    set(&settings, "otelmq.captured.headers", list);
    assert_int_equal(settings.kafka.messaging.captured_header_count, 2000);
    assert_string_equal(settings.kafka.messaging.captured_headers[1999], "a");
    set(&settings, "otelmq.service.name", list);
    otelmq_plugin_settings_clean(&settings);
}

static void null_restores_the_default(void **state)
{
    otelmq_plugin_settings settings;
    (void)state;
    otelmq_plugin_settings_init(&settings);
    set(&settings, "otelmq.enabled", "false");
    set(&settings, "otelmq.receive.spans", "false");
    set(&settings, "otelmq.service.name", "orders");
    set(&settings, "otelmq.flush.timeout.ms", "5");
    assert_true(settings.kafka.messaging.is_disabled);
    assert_true(settings.kafka.messaging.omits_receive_spans);
    assert_string_equal(settings.service_name, "orders");
    assert_int_equal(settings.flush_timeout_ms, 5);
    set(&settings, "otelmq.enabled", NULL);
    set(&settings, "otelmq.receive.spans", NULL);
    set(&settings, "otelmq.service.name", NULL);
    set(&settings, "otelmq.flush.timeout.ms", NULL);
    assert_false(settings.kafka.messaging.is_disabled);
    assert_false(settings.kafka.messaging.omits_receive_spans);
    assert_null(settings.service_name);
    assert_int_equal(settings.flush_timeout_ms, 1000);
    otelmq_plugin_settings_clean(&settings);
}

/* Of a process that exports by gRPC, which has a form of its own for them. */
static void an_endpoint_may_be_what_the_exporter_can_use(void **state)
{
    static const char *const for_all[] = {"http://collector:4318/v1/traces",
                                          "HTTPS://user:s3cret@collector/?key=s3cret",
                                          "unix:///run/otel.sock", ""};
    otelmq_plugin_settings settings;
    (void)state;
    otelmq_plugin_settings_init(&settings);
    for (size_t i = 0; i < sizeof(for_all) / sizeof(for_all[0]); i++) {
        set(&settings, "otelmq.otlp.endpoint", for_all[i]);
    }
    assert_null(settings.otlp_endpoint);
    setenv("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc", 1);
    set(&settings, "otelmq.otlp.endpoint", "collector:4317");
    unsetenv("OTEL_EXPORTER_OTLP_PROTOCOL");
    assert_string_equal(settings.otlp_endpoint, "collector:4317");
    set(&settings, "otelmq.otlp.endpoint", NULL);
    assert_null(settings.otlp_endpoint);
    otelmq_plugin_settings_clean(&settings);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_name_of_librdkafka_is_left_to_it),
        cmocka_unit_test(wrong_properties_are_refused_with_what_would_be_right),
        cmocka_unit_test(an_unknown_property_is_answered_by_a_list_of_all),
        cmocka_unit_test(an_error_fits_into_any_buffer),
        cmocka_unit_test(captured_headers_are_a_list),
        cmocka_unit_test(captured_headers_may_be_separated_by_spaces_alone),
        cmocka_unit_test(null_restores_the_default),
        cmocka_unit_test(an_endpoint_may_be_what_the_exporter_can_use),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
