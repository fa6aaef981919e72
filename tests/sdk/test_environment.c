/* SPDX-License-Identifier: Apache-2.0 */
#include "sdk/environment.h"
#include "support/diagnostics_log.h"
#include "support/test.h"

#include <otelmq/memory_exporter.h>
#include <otelmq/sdk.h>

#include <stdlib.h>
#include <unistd.h>

static diagnostics_log reported;

/* Every test starts without any of the variables, and with an empty log. */
static int set_up(void **state)
{
    (void)state;
    static const char *const variables[] = {
        "OTEL_SDK_DISABLED",
        "OTEL_SERVICE_NAME",
        "OTEL_RESOURCE_ATTRIBUTES",
        "OTEL_TRACES_EXPORTER",
        "OTEL_TRACES_SAMPLER",
        "OTEL_TRACES_SAMPLER_ARG",
        "OTEL_PROPAGATORS",
        "OTEL_BSP_SCHEDULE_DELAY",
        "OTEL_BSP_EXPORT_TIMEOUT",
        "OTEL_BSP_MAX_QUEUE_SIZE",
        "OTEL_BSP_MAX_EXPORT_BATCH_SIZE",
        "OTEL_ATTRIBUTE_COUNT_LIMIT",
        "OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT",
        "OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT",
        "OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT",
        "OTEL_SPAN_EVENT_COUNT_LIMIT",
        "OTEL_SPAN_LINK_COUNT_LIMIT",
        "OTEL_EVENT_ATTRIBUTE_COUNT_LIMIT",
        "OTEL_LINK_ATTRIBUTE_COUNT_LIMIT",
        "OTEL_LOG_LEVEL",
    };
    for (size_t i = 0; i < COUNT_OF(variables); i++) {
        unsetenv(variables[i]);
    }
    diagnostics_log_start(&reported, OTELMQ_SEVERITY_WARNING);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    diagnostics_log_stop();
    return 0;
}

/* Fails unless the only report since the last call names all three. */
static void assert_reported(const char *variable, const char *value, const char *used)
{
    assert_int_equal(reported.count, 1);
    assert_row(strstr(reported.messages[0], variable) != NULL, reported.messages[0]);
    assert_row(strstr(reported.messages[0], value) != NULL, reported.messages[0]);
    assert_row(strstr(reported.messages[0], used) != NULL, reported.messages[0]);
    reported.count = 0;
}

static void disabled_is_true_only_for_true(void **state)
{
    (void)state;
    static const struct {
        const char *value;
        bool is_disabled;
        bool is_wrong;
    } rows[] = {
        {"", false, false},      {"true", true, false},   {"TRUE", true, false},
        {" True ", true, false}, {"false", false, false}, {"1", false, true},
        {"yes", false, true},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        setenv("OTEL_SDK_DISABLED", rows[i].value, 1);
        assert_row(otelmq_environment_is_disabled() == rows[i].is_disabled, rows[i].value);
        assert_row((reported.count == 1) == rows[i].is_wrong, rows[i].value);
        reported.count = 0;
    }
}

static void batch_options_come_from_their_variables(void **state)
{
    (void)state;
    otelmq_batch_options options = otelmq_environment_batch_options();
    assert_int_equal(options.max_queue_size, 2048);
    assert_int_equal(options.schedule_delay_ms, 5000);
    assert_int_equal(options.export_timeout_ms, 30000);
    assert_int_equal(options.max_export_batch_size, 512);
    setenv("OTEL_BSP_SCHEDULE_DELAY", "100", 1);
    setenv("OTEL_BSP_EXPORT_TIMEOUT", "200", 1);
    setenv("OTEL_BSP_MAX_QUEUE_SIZE", "300", 1);
    setenv("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", " 50 ", 1);
    options = otelmq_environment_batch_options();
    assert_int_equal(options.schedule_delay_ms, 100);
    assert_int_equal(options.export_timeout_ms, 200);
    assert_int_equal(options.max_queue_size, 300);
    assert_int_equal(options.max_export_batch_size, 50);
    assert_int_equal(reported.count, 0);
}

static void wrong_numbers_are_reported_and_the_default_is_used(void **state)
{
    (void)state;
    static const char *const values[] = {"abc", "-1", "0", "12x", "99999999999", "1.5"};
    for (size_t i = 0; i < COUNT_OF(values); i++) {
        setenv("OTEL_BSP_MAX_QUEUE_SIZE", values[i], 1);
        assert_int_equal(otelmq_environment_batch_options().max_queue_size, 2048);
        assert_reported("OTEL_BSP_MAX_QUEUE_SIZE", values[i], "2048");
    }
}

static void a_batch_larger_than_the_queue_is_reported(void **state)
{
    (void)state;
    setenv("OTEL_BSP_MAX_QUEUE_SIZE", "100", 1);
    assert_int_equal(otelmq_environment_batch_options().max_export_batch_size, 100);
    assert_int_equal(reported.count, 0);
    setenv("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", "200", 1);
    assert_int_equal(otelmq_environment_batch_options().max_export_batch_size, 100);
    assert_reported("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", "200", "100");
}

static void limits_come_from_their_variables_or_the_general_ones(void **state)
{
    (void)state;
    otelmq_span_limits limits = otelmq_environment_span_limits();
    assert_int_equal(limits.max_attributes, 128);
    assert_int_equal(limits.max_attribute_value_length, 0);
    setenv("OTEL_ATTRIBUTE_COUNT_LIMIT", "10", 1);
    setenv("OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT", "20", 1);
    setenv("OTEL_SPAN_EVENT_COUNT_LIMIT", "3", 1);
    setenv("OTEL_SPAN_LINK_COUNT_LIMIT", "4", 1);
    setenv("OTEL_LINK_ATTRIBUTE_COUNT_LIMIT", "5", 1);
    limits = otelmq_environment_span_limits();
    assert_int_equal(limits.max_attributes, 10);
    assert_int_equal(limits.max_attribute_value_length, 20);
    assert_int_equal(limits.max_events, 3);
    assert_int_equal(limits.max_links, 4);
    assert_int_equal(limits.max_attributes_per_event, 10);
    assert_int_equal(limits.max_attributes_per_link, 5);
    setenv("OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT", "7", 1);
    setenv("OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT", "x", 1);
    limits = otelmq_environment_span_limits();
    assert_int_equal(limits.max_attributes, 7);
    assert_int_equal(limits.max_attribute_value_length, 0);
    assert_reported("OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT", "\"x\"", "no limit");
}

static void samplers_are_known_by_name(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        const char *argument;
        const char *description;
    } rows[] = {
        {"always_on", "", "AlwaysOnSampler"},
        {"ALWAYS_OFF", "", "AlwaysOffSampler"},
        {"traceidratio", "0.25", "TraceIdRatioBased{0.25}"},
        {"traceidratio", "", "TraceIdRatioBased{1}"},
        {"", "", "ParentBased{root:AlwaysOnSampler,"},
        {"parentbased_always_on", "", "ParentBased{root:AlwaysOnSampler,"},
        {"parentbased_always_off", "", "ParentBased{root:AlwaysOffSampler,"},
        {"parentbased_traceidratio", "0.5", "ParentBased{root:TraceIdRatioBased{0.5},"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        setenv("OTEL_TRACES_SAMPLER", rows[i].name, 1);
        setenv("OTEL_TRACES_SAMPLER_ARG", rows[i].argument, 1);
        otelmq_sampler sampler = otelmq_environment_sampler(NULL);
        const char *description = sampler.ops->description(sampler.self);
        assert_row(strncmp(description, rows[i].description, strlen(rows[i].description)) == 0,
                   description);
        otelmq_sampler_destroy(sampler);
    }
    assert_int_equal(reported.count, 0);
}

static void wrong_samplers_and_ratios_are_reported(void **state)
{
    (void)state;
    setenv("OTEL_TRACES_SAMPLER", "sometimes", 1);
    otelmq_sampler_destroy(otelmq_environment_sampler(NULL));
    assert_reported("OTEL_TRACES_SAMPLER", "sometimes", "parentbased_always_on");
    static const char *const ratios[] = {"2", "0.5x", "nan"};
    setenv("OTEL_TRACES_SAMPLER", "traceidratio", 1);
    for (size_t i = 0; i < COUNT_OF(ratios); i++) {
        setenv("OTEL_TRACES_SAMPLER_ARG", ratios[i], 1);
        otelmq_sampler_destroy(otelmq_environment_sampler(NULL));
        assert_reported("OTEL_TRACES_SAMPLER_ARG", ratios[i], "1 is used");
    }
}

static void propagators_are_known_by_name(void **state)
{
    (void)state;
    static const struct {
        const char *names;
        const char *first_field;
        const char *third_field;
        size_t reports;
    } rows[] = {
        {"", "traceparent", "baggage", 0},
        {"tracecontext", "traceparent", NULL, 0},
        {"baggage,tracecontext", "baggage", "tracestate", 0},
        {"tracecontext, TraceContext,baggage", "traceparent", "baggage", 0},
        {"none", NULL, NULL, 0},
        {"b3multi", "X-B3-TraceId", "X-B3-Sampled", 0},
        {"jaeger,ottrace", "uber-trace-id", "ot-tracer-spanid", 0},
        {"b3multi2,baggage", "baggage", NULL, 1},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        setenv("OTEL_PROPAGATORS", rows[i].names, 1);
        otelmq_propagator propagator = otelmq_environment_propagator();
        const char *first = otelmq_propagator_field_at(propagator, 0);
        const char *third = first != NULL ? otelmq_propagator_field_at(propagator, 2) : NULL;
        assert_row((first == NULL) == (rows[i].first_field == NULL), rows[i].names);
        assert_row(first == NULL || strcmp(first, rows[i].first_field) == 0, rows[i].names);
        assert_row((third == NULL) == (rows[i].third_field == NULL), rows[i].names);
        assert_row(third == NULL || strcmp(third, rows[i].third_field) == 0, rows[i].names);
        assert_row(reported.count == rows[i].reports, rows[i].names);
        otelmq_propagator_destroy(propagator);
    }
    assert_reported("OTEL_PROPAGATORS", "b3multi2", "is used");
}

static otelmq_exporter make_memory(const char *name)
{
    assert_string_equal(name, "In-Memory");
    otelmq_memory_exporter *memory = otelmq_memory_exporter_create();
    otelmq_exporter exporter = otelmq_memory_exporter_as_exporter(memory);
    otelmq_memory_exporter_destroy(memory);
    return exporter;
}

static otelmq_exporter make_nothing(const char *name)
{
    (void)name;
    return (otelmq_exporter){0};
}

static void each_exporter_named_gets_a_processor(void **state)
{
    (void)state;
    static const struct {
        const char *names;
        size_t count;
        const char *reported;
    } rows[] = {
        {"none", 0, NULL},
        {"console", 1, NULL},
        {"console, none, CONSOLE", 2, NULL},
        {"failing,console", 1, NULL},
        {"jaeger,console", 1, "jaeger"},
        {"jaeger", 0, "zipkin"},
        {"", 0, "otelmq::otlp"},
        {"otlp/file", 0, "otelmq::otlp"},
        {"zipkin", 0, "otelmq::otlp"},
        {"console,console,console,console,console,console,console,console,none", 8, NULL},
        {"console,console,console,console,console,console,console,console,Console", 8, "Console"},
    };
    assert_int_equal(otelmq_exporter_register("failing", make_nothing), OTELMQ_OK);
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        setenv("OTEL_TRACES_EXPORTER", rows[i].names, 1);
        otelmq_processor processors[OTELMQ_ENVIRONMENT_PROCESSORS_MAX];
        size_t count = otelmq_environment_processors(NULL, processors);
        assert_row(count == rows[i].count, rows[i].names);
        for (size_t at = 0; at < count; at++) {
            otelmq_processor_destroy(processors[at]);
        }
        if (rows[i].reported != NULL) {
            assert_reported("OTEL_TRACES_EXPORTER", rows[i].reported, "");
        }
        assert_int_equal(reported.count, 0);
    }
}

static void an_exporter_can_be_registered(void **state)
{
    (void)state;
    assert_int_equal(otelmq_exporter_register("In-Memory", make_nothing), OTELMQ_OK);
    assert_int_equal(otelmq_exporter_register("In-Memory", make_memory), OTELMQ_OK);
    assert_int_equal(otelmq_exporter_register(NULL, make_memory), OTELMQ_ERROR_INVALID_ARGUMENT);
    assert_int_equal(otelmq_exporter_register("x", NULL), OTELMQ_ERROR_INVALID_ARGUMENT);
    setenv("OTEL_TRACES_EXPORTER", "In-Memory", 1);
    otelmq_processor processors[OTELMQ_ENVIRONMENT_PROCESSORS_MAX];
    assert_int_equal(otelmq_environment_processors(NULL, processors), 1);
    otelmq_processor_destroy(processors[0]);
}

static otelmq_str service_name(const otelmq_resource *resource)
{
    size_t count = 0;
    const otelmq_attribute *attributes = otelmq_resource_attributes(resource, &count);
    for (size_t i = 0; i < count; i++) {
        if (otelmq_str_equal(attributes[i].key, OTELMQ_STR("service.name"))) {
            return attributes[i].value.as.string;
        }
    }
    return (otelmq_str){0};
}

static void the_service_name_wins_over_the_resource_attributes(void **state)
{
    (void)state;
    const otelmq_resource *resource = NULL;
    setenv("OTEL_RESOURCE_ATTRIBUTES", "service.name=a,team=b", 1);
    assert_int_equal(otelmq_resource_from_environment(&resource), OTELMQ_OK);
    assert_str(service_name(resource), "a");
    otelmq_resource_release(resource);
    setenv("OTEL_SERVICE_NAME", "orders", 1);
    assert_int_equal(otelmq_resource_from_environment(&resource), OTELMQ_OK);
    assert_str(service_name(resource), "orders");
    otelmq_resource_release(resource);
}

static void malformed_resource_attributes_are_reported_and_left_out(void **state)
{
    (void)state;
    const otelmq_resource *resource = NULL;
    setenv("OTEL_RESOURCE_ATTRIBUTES", "team=b,broken", 1);
    setenv("OTEL_SERVICE_NAME", "orders", 1);
    assert_int_equal(otelmq_resource_from_environment(&resource), OTELMQ_OK);
    size_t count = 0;
    otelmq_resource_attributes(resource, &count);
    assert_int_equal(count, 1);
    assert_str(service_name(resource), "orders");
    otelmq_resource_release(resource);
    assert_reported("OTEL_RESOURCE_ATTRIBUTES", "broken", "nothing of it is used");
}

/* What a report of this severity writes to standard error under OTEL_LOG_LEVEL=level. */
static void capture(const char *level, otelmq_severity severity, char *text, size_t size)
{
    FILE *file = tmpfile();
    int standard_error = dup(STDERR_FILENO);
    assert_non_null(file);
    setenv("OTEL_LOG_LEVEL", level, 1);
    dup2(fileno(file), STDERR_FILENO);
    otelmq_diagnostics_set(NULL, NULL, OTELMQ_SEVERITY_DEBUG);
    otelmq_sdk_set_log_level();
    otelmq_diagnostics_report(severity, "A report of the test.");
    dup2(standard_error, STDERR_FILENO);
    close(standard_error);
    rewind(file);
    text[fread(text, 1, size - 1, file)] = '\0';
    fclose(file);
}

static void the_log_level_sends_reports_to_standard_error(void **state)
{
    (void)state;
    static const struct {
        const char *level;
        otelmq_severity severity;
        bool is_written;
    } rows[] = {
        {"debug", OTELMQ_SEVERITY_DEBUG, true},  {"info", OTELMQ_SEVERITY_DEBUG, false},
        {"WARN", OTELMQ_SEVERITY_WARNING, true}, {"error", OTELMQ_SEVERITY_WARNING, false},
        {"chatty", OTELMQ_SEVERITY_INFO, true},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        char text[1024];
        capture(rows[i].level, rows[i].severity, text, sizeof(text));
        bool is_written = strstr(text, "A report of the test.") != NULL;
        assert_row(is_written == rows[i].is_written, rows[i].level);
        bool is_wrong = strstr(text, "OTEL_LOG_LEVEL is \"chatty\"") != NULL;
        assert_row(is_wrong == (strcmp(rows[i].level, "chatty") == 0), rows[i].level);
    }
}

int main(void)
{
#define T(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        T(the_log_level_sends_reports_to_standard_error),
        T(disabled_is_true_only_for_true),
        T(batch_options_come_from_their_variables),
        T(wrong_numbers_are_reported_and_the_default_is_used),
        T(a_batch_larger_than_the_queue_is_reported),
        T(limits_come_from_their_variables_or_the_general_ones),
        T(samplers_are_known_by_name),
        T(wrong_samplers_and_ratios_are_reported),
        T(propagators_are_known_by_name),
        T(each_exporter_named_gets_a_processor),
        T(an_exporter_can_be_registered),
        T(the_service_name_wins_over_the_resource_attributes),
        T(malformed_resource_attributes_are_reported_and_left_out),
    };
#undef T
    return cmocka_run_group_tests(tests, NULL, NULL);
}
