/* SPDX-License-Identifier: Apache-2.0 */
/* OTEL_CONFIG_FILE as a program meets it: through otelmq_sdk_start alone. */
#include "otlp/collector.h"
#include "support/diagnostics_log.h"
#include "support/test.h"

#include <otelmq/config.h>
#include <otelmq/memory_exporter.h>

#include <stdlib.h>
#include <unistd.h>

static diagnostics_log reported;
static otelmq_memory_exporter *memory;
static char path[] = "/tmp/otelmq-config-XXXXXX";

static otelmq_exporter make_memory(const char *name)
{
    (void)name;
    return otelmq_memory_exporter_as_exporter(memory);
}

static int set_up(void **state)
{
    (void)state;
    static const char *const variables[] = {
        "OTEL_SDK_DISABLED",   "OTEL_SERVICE_NAME",          "OTEL_RESOURCE_ATTRIBUTES",
        "OTEL_TRACES_SAMPLER", "OTEL_TRACES_EXPORTER",       "OTEL_PROPAGATORS",
        "OTEL_LOG_LEVEL",      "OTEL_EXPORTER_OTLP_HEADERS", "OTEL_EXPORTER_OTLP_ENDPOINT",
    };
    for (size_t i = 0; i < COUNT_OF(variables); i++) {
        unsetenv(variables[i]);
    }
    memcpy(path + strlen(path) - 6, "XXXXXX", 6);
    int file = mkstemp(path);
    assert_true(file >= 0);
    close(file);
    memory = otelmq_memory_exporter_create();
    assert_int_equal(otelmq_exporter_register("in_memory", make_memory), OTELMQ_OK);
    setenv("OTEL_CONFIG_FILE", path, 1);
    diagnostics_log_start(&reported, OTELMQ_SEVERITY_WARNING);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    diagnostics_log_stop();
    unsetenv("OTEL_CONFIG_FILE");
    otelmq_memory_exporter_destroy(memory);
    otelmq_propagator_set_global((otelmq_propagator){0});
    unlink(path);
    return 0;
}

static void write_file(const char *text)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

static otelmq_sdk *start(const otelmq_sdk_options *options)
{
    otelmq_sdk *sdk = NULL;
    otelmq_status status = otelmq_sdk_start(options, &sdk);
    assert_row(status == OTELMQ_OK, reported.count > 0 ? reported.messages[0] : "no report");
    return sdk;
}

static void end_one_span(void)
{
    otelmq_span_end(otelmq_tracer_start_span(otelmq_tracer_get("tests", NULL), "a", NULL));
}

static otelmq_str resource_string(const char *key)
{
    size_t count = 0;
    const otelmq_span_data *span = otelmq_memory_exporter_span_at(memory, 0);
    const otelmq_attribute *attributes = otelmq_resource_attributes(span->resource, &count);
    for (size_t i = 0; i < count; i++) {
        if (otelmq_str_equal(attributes[i].key, otelmq_str_from(key))) {
            return attributes[i].value.as.string;
        }
    }
    return (otelmq_str){0};
}

#define TO_MEMORY                                                                                  \
    "tracer_provider:\n"                                                                           \
    "  processors:\n"                                                                              \
    "    - simple:\n"                                                                              \
    "        exporter: {in_memory: }\n"

static void the_file_counts_and_the_other_variables_do_not(void **state)
{
    (void)state;
    setenv("OTEL_SDK_DISABLED", "true", 1);
    setenv("OTEL_SERVICE_NAME", "of-environment", 1);
    setenv("OTEL_RESOURCE_ATTRIBUTES", "team=of-environment", 1);
    setenv("OTEL_TRACES_SAMPLER", "always_off", 1);
    setenv("OTEL_PROPAGATORS", "b3", 1);
    write_file("file_format: \"1.0\"\n"
               "resource:\n"
               "  attributes: [{name: service.name, value: of-file}]\n"
               "propagator: {composite: [{baggage: }]}\n" TO_MEMORY);
    otelmq_sdk *sdk = start(NULL);
    end_one_span();
    assert_int_equal(otelmq_memory_exporter_count(memory), 1);
    assert_str(resource_string("service.name"), "of-file");
    assert_str(resource_string("team"), "");
    assert_string_equal(otelmq_propagator_field_at(otelmq_propagator_global(), 0), "baggage");
    assert_null(otelmq_propagator_field_at(otelmq_propagator_global(), 1));
    assert_int_equal(otelmq_sdk_shutdown(sdk, 30000), OTELMQ_OK);
    assert_int_equal(reported.count, 0);
}

static void variables_count_where_the_file_refers_to_them(void **state)
{
    (void)state;
    setenv("OTEL_SERVICE_NAME", "of-environment", 1);
    write_file("file_format: \"1.0\"\n"
               "disabled: ${OTEL_SDK_DISABLED:-false}\n"
               "resource:\n"
               "  attributes:\n"
               "    - name: service.name\n"
               "      value: ${OTEL_SERVICE_NAME:-unknown}\n"
               "  attributes_list: ${OTEL_RESOURCE_ATTRIBUTES}\n" TO_MEMORY);
    otelmq_sdk *sdk = start(NULL);
    end_one_span();
    assert_str(resource_string("service.name"), "of-environment");
    assert_int_equal(otelmq_sdk_shutdown(sdk, 30000), OTELMQ_OK);
}

static void what_the_program_says_wins(void **state)
{
    (void)state;
    write_file(
        "file_format: \"1.0\"\n"
        "resource:\n"
        "  attributes: [{name: service.name, value: of-file}, {name: zone, value: of-file}]\n"
        "propagator: {composite: [{baggage: }]}\n"
        "tracer_provider:\n"
        "  processors: [{simple: {exporter: {console: }}}]\n"
        "  sampler: {always_off: }\n");
    otelmq_sdk *sdk = start(&(otelmq_sdk_options){
        .service_name = "of-program",
        .exporter = otelmq_memory_exporter_as_exporter(memory),
        .sampler = otelmq_sampler_always_on(),
        .propagator = otelmq_propagator_b3(),
    });
    end_one_span();
    assert_int_equal(otelmq_sdk_force_flush(sdk, 30000), OTELMQ_OK);
    assert_int_equal(otelmq_memory_exporter_count(memory), 1);
    assert_str(resource_string("service.name"), "of-program");
    assert_str(resource_string("zone"), "of-file");
    assert_string_equal(otelmq_propagator_field_at(otelmq_propagator_global(), 0), "b3");
    assert_int_equal(otelmq_sdk_shutdown(sdk, 30000), OTELMQ_OK);
}

static void without_tracing_in_the_file_only_contexts_travel(void **state)
{
    (void)state;
    static const char *const files[] = {
        "file_format: \"1.0\"\npropagator: {composite_list: tracecontext}\n",
        "file_format: \"1.0\"\npropagator: {composite_list: tracecontext}\ndisabled: true\n"
        "tracer_provider: {processors: [{simple: {exporter: {in_memory: }}}]}\n",
    };
    for (size_t i = 0; i < COUNT_OF(files); i++) {
        write_file(files[i]);
        otelmq_sdk *sdk = start(NULL);
        otelmq_span *span = otelmq_tracer_start_span(otelmq_tracer_get("tests", NULL), "a", NULL);
        assert_false(otelmq_span_is_recording(span));
        otelmq_span_end(span);
        assert_string_equal(otelmq_propagator_field_at(otelmq_propagator_global(), 0),
                            "traceparent");
        assert_int_equal(otelmq_sdk_shutdown(sdk, 30000), OTELMQ_OK);
        assert_int_equal(otelmq_memory_exporter_count(memory), 0);
    }
    write_file("file_format: \"1.0\"\n");
    otelmq_sdk *sdk = start(NULL);
    assert_null(otelmq_propagator_field_at(otelmq_propagator_global(), 0));
    assert_int_equal(otelmq_sdk_shutdown(sdk, 30000), OTELMQ_OK);
}

static void a_file_that_cannot_be_used_makes_the_start_fail_and_says_why(void **state)
{
    (void)state;
    otelmq_sdk *sdk = NULL;
    write_file("file_format: \"1.0\"\n"
               "disabled: maybe\n");
    otelmq_sdk_options options = {
        .exporter = otelmq_memory_exporter_as_exporter(memory),
        .sampler = otelmq_sampler_trace_id_ratio(0.5),
    };
    assert_int_equal(otelmq_sdk_start(&options, &sdk), OTELMQ_ERROR_MALFORMED);
    assert_null(sdk);
    assert_int_equal(reported.count, 2);
    assert_non_null(strstr(reported.messages[0], ":2: disabled must be true or false"));
    assert_non_null(strstr(reported.messages[0], path));
    assert_non_null(strstr(reported.messages[1], "OTEL_CONFIG_FILE"));
    reported.count = 0;
    setenv("OTEL_CONFIG_FILE", "/nonexistent/otel.yaml", 1);
    assert_int_equal(otelmq_sdk_start(NULL, &sdk), OTELMQ_ERROR_NOT_FOUND);
    assert_non_null(strstr(reported.messages[0], "/nonexistent/otel.yaml: the file cannot be"));
}

static void a_part_that_cannot_be_made_makes_the_start_fail(void **state)
{
    (void)state;
    otelmq_sdk *sdk = NULL;
    write_file("file_format: \"1.0\"\n"
               "tracer_provider:\n"
               "  processors:\n"
               "    - simple: {exporter: {in_memory: }}\n"
               "    - batch:\n"
               "        exporter:\n"
               "          otlp_http: {endpoint: nowhere}\n");
    assert_int_equal(otelmq_sdk_start(NULL, &sdk), OTELMQ_ERROR_INVALID_ARGUMENT);
    assert_null(sdk);
    bool is_named = false;
    for (size_t i = 0; i < reported.count; i++) {
        is_named = is_named || strstr(reported.messages[i], ":7: the exporter \"otlp_http\"");
    }
    assert_true(is_named);
}

static void an_empty_variable_is_none(void **state)
{
    (void)state;
    setenv("OTEL_CONFIG_FILE", "", 1);
    setenv("OTEL_SERVICE_NAME", "of-environment", 1);
    otelmq_sdk *sdk =
        start(&(otelmq_sdk_options){.exporter = otelmq_memory_exporter_as_exporter(memory)});
    end_one_span();
    assert_int_equal(otelmq_sdk_force_flush(sdk, 30000), OTELMQ_OK);
    assert_str(resource_string("service.name"), "of-environment");
    assert_int_equal(otelmq_sdk_shutdown(sdk, 30000), OTELMQ_OK);
}

static bool has_line(otelmq_str head, const char *line)
{
    return memmem(head.data, head.len, line, strlen(line)) != NULL;
}

static void otlp_is_sent_as_the_file_says_and_not_as_the_environment(void **state)
{
    (void)state;
    static const collector_answer answers[] = {{.deed = COLLECTOR_ANSWERS}};
    fake_collector *collector = collector_start(answers, 1);
    char text[1024];
    setenv("OTEL_EXPORTER_OTLP_HEADERS", "of-environment=1", 1);
    setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:1", 1);
    snprintf(text, sizeof(text),
             "file_format: \"1.0\"\n"
             "tracer_provider:\n"
             "  processors:\n"
             "    - batch:\n"
             "        exporter:\n"
             "          otlp_http:\n"
             "            endpoint: http://127.0.0.1:%u/v1/traces\n"
             "            compression: gzip\n"
             "            headers: [{name: api-key, value: \"1\"}]\n"
             "            headers_list: api-key=2,tenant=x\n",
             (unsigned)collector_port(collector));
    write_file(text);
    otelmq_sdk *sdk = start(NULL);
    end_one_span();
    assert_int_equal(otelmq_sdk_shutdown(sdk, 30000), OTELMQ_OK);
    assert_int_equal(collector_request_count(collector), 1);
    otelmq_str head = collector_head(collector, 0);
    assert_true(has_line(head, "POST /v1/traces"));
    assert_true(has_line(head, "api-key: 1\r\n"));
    assert_false(has_line(head, "api-key: 2"));
    assert_true(has_line(head, "tenant: x\r\n"));
    assert_true(has_line(head, "gzip"));
    assert_false(has_line(head, "of-environment"));
    collector_stop(collector);
}

/* What a report of this severity writes to standard error when no callback is set. */
static bool is_written(const char *file, otelmq_severity severity)
{
    char text[1024];
    FILE *captured = tmpfile();
    int standard_error = dup(STDERR_FILENO);
    assert_non_null(captured);
    write_file(file);
    diagnostics_log_stop();
    dup2(fileno(captured), STDERR_FILENO);
    otelmq_sdk *sdk = NULL;
    otelmq_status status = otelmq_sdk_start(NULL, &sdk);
    otelmq_diagnostics_report(severity, "A report of the test.");
    dup2(standard_error, STDERR_FILENO);
    close(standard_error);
    rewind(captured);
    text[fread(text, 1, sizeof(text) - 1, captured)] = '\0';
    fclose(captured);
    if (status == OTELMQ_OK) {
        otelmq_sdk_shutdown(sdk, 30000);
    }
    return strstr(text, "A report of the test.") != NULL;
}

static void the_level_of_the_file_sends_reports_to_standard_error(void **state)
{
    (void)state;
    static const char file[] = "file_format: \"1.0\"\n";
    setenv("OTEL_LOG_LEVEL", "debug", 1);
    assert_true(is_written(file, OTELMQ_SEVERITY_INFO));
    assert_false(is_written(file, OTELMQ_SEVERITY_DEBUG));
    assert_true(is_written("file_format: \"1.0\"\nlog_level: debug\n", OTELMQ_SEVERITY_DEBUG));
    assert_false(is_written("file_format: \"1.0\"\nlog_level: error\n", OTELMQ_SEVERITY_WARNING));
}

static void a_callback_of_the_program_keeps_its_level_unless_the_file_says_one(void **state)
{
    (void)state;
    write_file("file_format: \"1.0\"\n");
    otelmq_sdk *sdk = start(NULL);
    otelmq_diagnostics_report(OTELMQ_SEVERITY_INFO, "An info of the test.");
    assert_int_equal(reported.count, 0);
    assert_int_equal(otelmq_sdk_shutdown(sdk, 30000), OTELMQ_OK);
    write_file("file_format: \"1.0\"\nlog_level: info\n");
    sdk = start(NULL);
    otelmq_diagnostics_report(OTELMQ_SEVERITY_INFO, "Another info of the test.");
    assert_int_equal(reported.count, 1);
    assert_int_equal(otelmq_sdk_shutdown(sdk, 30000), OTELMQ_OK);
}

static void a_configuration_can_be_started_without_the_variable(void **state)
{
    (void)state;
    otelmq_config *config = NULL;
    otelmq_sdk *sdk = NULL;
    unsetenv("OTEL_CONFIG_FILE");
    assert_int_equal(
        otelmq_config_read_text("here", OTELMQ_STR("file_format: \"1.0\"\n" TO_MEMORY), &config),
        OTELMQ_OK);
    for (size_t i = 1; i <= 2; i++) {
        assert_int_equal(otelmq_config_start_sdk(config, NULL, &sdk), OTELMQ_OK);
        end_one_span();
        assert_int_equal(otelmq_memory_exporter_count(memory), i);
        assert_int_equal(otelmq_sdk_shutdown(sdk, 30000), OTELMQ_OK);
    }
    assert_int_equal(otelmq_config_start_sdk(NULL, NULL, &sdk), OTELMQ_ERROR_INVALID_ARGUMENT);
    assert_int_equal(otelmq_config_start_sdk(config, NULL, NULL), OTELMQ_ERROR_INVALID_ARGUMENT);
    otelmq_config_destroy(config);
}

int main(void)
{
#define T(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        T(the_file_counts_and_the_other_variables_do_not),
        T(variables_count_where_the_file_refers_to_them),
        T(what_the_program_says_wins),
        T(without_tracing_in_the_file_only_contexts_travel),
        T(a_file_that_cannot_be_used_makes_the_start_fail_and_says_why),
        T(a_part_that_cannot_be_made_makes_the_start_fail),
        T(an_empty_variable_is_none),
        T(otlp_is_sent_as_the_file_says_and_not_as_the_environment),
        T(the_level_of_the_file_sends_reports_to_standard_error),
        T(a_callback_of_the_program_keeps_its_level_unless_the_file_says_one),
        T(a_configuration_can_be_started_without_the_variable),
    };
#undef T
    return cmocka_run_group_tests(tests, NULL, NULL);
}
