/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every variable of the core: what a valid, an empty and a wrong value come to, told by one word,
 * and that a wrong one is reported with its name, its value and what is used instead.
 */
#include "sdk/environment.h"
#include "support/diagnostics_log.h"
#include "support/test.h"
#include "trace/trace_fixture.h"

#include <otelmq/sdk.h>

#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

enum { WORD_SIZE = 128 };

/* Writes what the variable came to. */
typedef void (*measure)(char word[WORD_SIZE]);

static void number(char word[WORD_SIZE], uint32_t value)
{
    snprintf(word, WORD_SIZE, "%u", (unsigned)value);
}

static void measure_disabled(char word[WORD_SIZE])
{
    snprintf(word, WORD_SIZE, "%s", otelmq_environment_is_disabled() ? "true" : "false");
}

static void measure_resource(char word[WORD_SIZE], const char *key)
{
    const otelmq_resource *resource = NULL;
    size_t count = 0;
    assert_int_equal(otelmq_resource_from_environment(&resource), OTELMQ_OK);
    const otelmq_attribute *attributes = otelmq_resource_attributes(resource, &count);
    snprintf(word, WORD_SIZE, "none");
    for (size_t i = 0; i < count; i++) {
        if (otelmq_str_equal(attributes[i].key, otelmq_str_from(key))) {
            snprintf(word, WORD_SIZE, "%.*s", (int)attributes[i].value.as.string.len,
                     attributes[i].value.as.string.data);
        }
    }
    otelmq_resource_release(resource);
}

static void measure_service(char word[WORD_SIZE])
{
    measure_resource(word, "service.name");
}

static void measure_team(char word[WORD_SIZE])
{
    measure_resource(word, "team");
}

static void measure_propagators(char word[WORD_SIZE])
{
    otelmq_propagator propagator = otelmq_environment_propagator();
    const char *field = otelmq_propagator_field_at(propagator, 0);
    snprintf(word, WORD_SIZE, "%s", field != NULL ? field : "none");
    otelmq_propagator_destroy(propagator);
}

static void measure_sampler(char word[WORD_SIZE])
{
    otelmq_sampler sampler = otelmq_environment_sampler(NULL);
    snprintf(word, WORD_SIZE, "%.24s", sampler.ops->description(sampler.self));
    otelmq_sampler_destroy(sampler);
}

static void measure_exporters(char word[WORD_SIZE])
{
    otelmq_processor processors[OTELMQ_ENVIRONMENT_PROCESSORS_MAX];
    size_t count = otelmq_environment_processors(NULL, processors);
    for (size_t i = 0; i < count; i++) {
        otelmq_processor_destroy(processors[i]);
    }
    number(word, (uint32_t)count);
}

static void measure_delay(char word[WORD_SIZE])
{
    number(word, otelmq_environment_batch_options().schedule_delay_ms);
}

static void measure_timeout(char word[WORD_SIZE])
{
    number(word, otelmq_environment_batch_options().export_timeout_ms);
}

static void measure_queue(char word[WORD_SIZE])
{
    number(word, otelmq_environment_batch_options().max_queue_size);
}

static void measure_batch(char word[WORD_SIZE])
{
    number(word, otelmq_environment_batch_options().max_export_batch_size);
}

static void measure_attributes(char word[WORD_SIZE])
{
    number(word, otelmq_environment_span_limits().max_attributes);
}

static void measure_length(char word[WORD_SIZE])
{
    number(word, otelmq_environment_span_limits().max_attribute_value_length);
}

static void measure_events(char word[WORD_SIZE])
{
    number(word, otelmq_environment_span_limits().max_events);
}

static void measure_links(char word[WORD_SIZE])
{
    number(word, otelmq_environment_span_limits().max_links);
}

static void measure_per_event(char word[WORD_SIZE])
{
    number(word, otelmq_environment_span_limits().max_attributes_per_event);
}

static void measure_per_link(char word[WORD_SIZE])
{
    number(word, otelmq_environment_span_limits().max_attributes_per_link);
}

#define ZERO "4294967295" /* OTELMQ_LIMIT_ZERO, and a timeout that never passes */

static const struct {
    const char *variable;
    measure measure;
    const char *value;
    const char *word;
    const char *used; /* of a wrong value: what the report says is used; NULL: it is right */
} ROWS[] = {
    {"OTEL_SDK_DISABLED", measure_disabled, "True", "true", NULL},
    {"OTEL_SDK_DISABLED", measure_disabled, "", "false", NULL},
    {"OTEL_SDK_DISABLED", measure_disabled, "1", "false", "false is used"},
    {"OTEL_SERVICE_NAME", measure_service, "orders", "orders", NULL},
    {"OTEL_SERVICE_NAME", measure_service, "", "none", NULL},
    {"OTEL_RESOURCE_ATTRIBUTES", measure_team, "a=b,team=shop%20a", "shop a", NULL},
    {"OTEL_RESOURCE_ATTRIBUTES", measure_team, "", "none", NULL},
    {"OTEL_RESOURCE_ATTRIBUTES", measure_team, "team=shop,x", "none", "nothing of it is used"},
    {"OTEL_PROPAGATORS", measure_propagators, "B3,baggage", "b3", NULL},
    {"OTEL_PROPAGATORS", measure_propagators, "none", "none", NULL},
    {"OTEL_PROPAGATORS", measure_propagators, "", "traceparent", NULL},
    {"OTEL_PROPAGATORS", measure_propagators, "x,baggage", "baggage", "only what else is named"},
    {"OTEL_TRACES_SAMPLER", measure_sampler, "Always_Off", "AlwaysOffSampler", NULL},
    {"OTEL_TRACES_SAMPLER", measure_sampler, "", "ParentBased{root:AlwaysO", NULL},
    {"OTEL_TRACES_SAMPLER", measure_sampler, "x", "ParentBased{root:AlwaysO",
     "parentbased_always_on is used"},
    {"OTEL_TRACES_SAMPLER_ARG", measure_sampler, "0.25", "TraceIdRatioBased{0.25}", NULL},
    {"OTEL_TRACES_SAMPLER_ARG", measure_sampler, "", "TraceIdRatioBased{1}", NULL},
    {"OTEL_TRACES_SAMPLER_ARG", measure_sampler, "1.5", "TraceIdRatioBased{1}", "1 is used"},
    {"OTEL_TRACES_EXPORTER", measure_exporters, "console,none", "1", NULL},
    {"OTEL_TRACES_EXPORTER", measure_exporters, "x,console", "1", "only what else is named"},
    {"OTEL_BSP_SCHEDULE_DELAY", measure_delay, "100", "100", NULL},
    {"OTEL_BSP_SCHEDULE_DELAY", measure_delay, "0", "1", NULL},
    {"OTEL_BSP_SCHEDULE_DELAY", measure_delay, "", "5000", NULL},
    {"OTEL_BSP_SCHEDULE_DELAY", measure_delay, "-1", "5000", "5000 is used"},
    {"OTEL_BSP_EXPORT_TIMEOUT", measure_timeout, "100", "100", NULL},
    {"OTEL_BSP_EXPORT_TIMEOUT", measure_timeout, "0", ZERO, NULL},
    {"OTEL_BSP_EXPORT_TIMEOUT", measure_timeout, "", "30000", NULL},
    {"OTEL_BSP_EXPORT_TIMEOUT", measure_timeout, "1s", "30000", "30000 is used"},
    {"OTEL_BSP_MAX_QUEUE_SIZE", measure_queue, "1000", "1000", NULL},
    {"OTEL_BSP_MAX_QUEUE_SIZE", measure_queue, "", "2048", NULL},
    {"OTEL_BSP_MAX_QUEUE_SIZE", measure_queue, "0", "2048", "2048 is used"},
    {"OTEL_BSP_MAX_EXPORT_BATCH_SIZE", measure_batch, "100", "100", NULL},
    {"OTEL_BSP_MAX_EXPORT_BATCH_SIZE", measure_batch, "", "512", NULL},
    {"OTEL_BSP_MAX_EXPORT_BATCH_SIZE", measure_batch, "0", "512", "512 is used"},
    {"OTEL_BSP_MAX_EXPORT_BATCH_SIZE", measure_batch, "5000", "2048", "2048 is used"},
    {"OTEL_ATTRIBUTE_COUNT_LIMIT", measure_attributes, "5", "5", NULL},
    {"OTEL_ATTRIBUTE_COUNT_LIMIT", measure_attributes, "", "128", NULL},
    {"OTEL_ATTRIBUTE_COUNT_LIMIT", measure_attributes, "4294967295", "128", "128 is used"},
    {"OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT", measure_length, "5", "5", NULL},
    {"OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT", measure_length, "", "0", NULL},
    {"OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT", measure_length, "0", ZERO, NULL},
    {"OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT", measure_length, "-5", "0", "no limit is used"},
    {"OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT", measure_attributes, "0", ZERO, NULL},
    {"OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT", measure_attributes, "", "128", NULL},
    {"OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT", measure_attributes, "five", "128", "128 is used"},
    {"OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT", measure_length, "7", "7", NULL},
    {"OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT", measure_length, "", "0", NULL},
    {"OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT", measure_length, "1e3", "0", "no limit is used"},
    {"OTEL_SPAN_EVENT_COUNT_LIMIT", measure_events, "3", "3", NULL},
    {"OTEL_SPAN_EVENT_COUNT_LIMIT", measure_events, "", "128", NULL},
    {"OTEL_SPAN_EVENT_COUNT_LIMIT", measure_events, "3 4", "128", "128 is used"},
    {"OTEL_SPAN_LINK_COUNT_LIMIT", measure_links, " 4 ", "4", NULL},
    {"OTEL_SPAN_LINK_COUNT_LIMIT", measure_links, "", "128", NULL},
    {"OTEL_SPAN_LINK_COUNT_LIMIT", measure_links, "0x4", "128", "128 is used"},
    {"OTEL_EVENT_ATTRIBUTE_COUNT_LIMIT", measure_per_event, "5", "5", NULL},
    {"OTEL_EVENT_ATTRIBUTE_COUNT_LIMIT", measure_per_event, "", "128", NULL},
    {"OTEL_EVENT_ATTRIBUTE_COUNT_LIMIT", measure_per_event, "+5", "128", "128 is used"},
    {"OTEL_LINK_ATTRIBUTE_COUNT_LIMIT", measure_per_link, "6", "6", NULL},
    {"OTEL_LINK_ATTRIBUTE_COUNT_LIMIT", measure_per_link, "", "128", NULL},
    {"OTEL_LINK_ATTRIBUTE_COUNT_LIMIT", measure_per_link, "6.5", "128", "128 is used"},
};

static void unset_all(void)
{
    for (size_t i = 0; i < COUNT_OF(ROWS); i++) {
        unsetenv(ROWS[i].variable);
    }
}

/* What a process that meets the variable for the first time makes of it, and its first report. */
typedef struct {
    char word[WORD_SIZE];
    char report[DIAGNOSTICS_LOG_MESSAGE_SIZE];
} outcome;

static void meet(size_t row, outcome *met)
{
    static diagnostics_log reported;
    memset(met, 0, sizeof(*met));
    if (strcmp(ROWS[row].variable, "OTEL_TRACES_SAMPLER_ARG") == 0) {
        setenv("OTEL_TRACES_SAMPLER", "traceidratio", 1);
    }
    setenv(ROWS[row].variable, ROWS[row].value, 1);
    diagnostics_log_start(&reported, OTELMQ_SEVERITY_WARNING);
    ROWS[row].measure(met->word);
    if (reported.count > 0) {
        memcpy(met->report, reported.messages[0], sizeof(met->report));
    }
}

/* In a child, because one process would not report the same more than ten times a minute. */
static void meet_in_child(size_t row, outcome *met)
{
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        meet(row, met);
        _exit(write(ends[1], met, sizeof(*met)) == (ssize_t)sizeof(*met) ? 0 : 1);
    }
    close(ends[1]);
    ssize_t len = read(ends[0], met, sizeof(*met));
    close(ends[0]);
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    assert_int_equal(len, sizeof(*met));
}

static void each_variable_is_read_and_wrong_values_are_told(void **state)
{
    (void)state;
    unset_all();
    for (size_t i = 0; i < COUNT_OF(ROWS); i++) {
        char row[WORD_SIZE];
        outcome met;
        snprintf(row, sizeof(row), "%s=%s", ROWS[i].variable, ROWS[i].value);
        meet_in_child(i, &met);
        if (strcmp(met.word, ROWS[i].word) != 0) {
            fail_msg("%s: %s instead of %s", row, met.word, ROWS[i].word);
        }
        assert_row((met.report[0] != '\0') == (ROWS[i].used != NULL), row);
        if (ROWS[i].used != NULL) {
            assert_row(strstr(met.report, ROWS[i].variable) != NULL, met.report);
            assert_row(strstr(met.report, ROWS[i].used) != NULL, met.report);
        }
    }
}

static void a_limit_of_zero_keeps_nothing(void **state)
{
    (void)state;
    otelmq_memory_exporter *memory = otelmq_memory_exporter_create();
    otelmq_sdk *sdk = NULL;
    unset_all();
    setenv("OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT", "1", 1);
    setenv("OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT", "0", 1);
    setenv("OTEL_SPAN_EVENT_COUNT_LIMIT", "0", 1);
    setenv("OTEL_LINK_ATTRIBUTE_COUNT_LIMIT", "0", 1);
    otelmq_sdk_options options = {.exporter = otelmq_memory_exporter_as_exporter(memory)};
    assert_int_equal(otelmq_sdk_start(&options, &sdk), OTELMQ_OK);
    otelmq_attribute attribute = otelmq_attribute_string("k", OTELMQ_STR("value"));
    otelmq_link link = {.attributes = &attribute, .attribute_count = 1};
    otelmq_span *span = otelmq_tracer_start_span(otelmq_tracer_get("tests", NULL), "a", NULL);
    otelmq_span_set_attribute(span, attribute);
    otelmq_span_add_event(span, "event", NULL, 0);
    otelmq_span_add_link(span, &link);
    otelmq_span_end(span);
    assert_int_equal(otelmq_sdk_shutdown(sdk, 30000), OTELMQ_OK);
    const otelmq_span_data *data = otelmq_memory_exporter_span_at(memory, 0);
    assert_int_equal(data->attribute_count, 1);
    assert_str(data->attributes[0].value.as.string, "");
    assert_int_equal(data->event_count, 0);
    assert_int_equal(data->dropped_event_count, 1);
    assert_int_equal(data->link_count, 1);
    assert_int_equal(data->links[0].attribute_count, 0);
    assert_int_equal(data->links[0].dropped_attribute_count, 1);
    otelmq_memory_exporter_destroy(memory);
    unset_all();
}

static void a_configuration_file_without_a_reader_is_reported_and_not_used(void **state)
{
    (void)state;
    diagnostics_log reported;
    otelmq_sdk *sdk = NULL;
    unset_all();
    setenv("OTEL_CONFIG_FILE", "/nonexistent/otel.yaml", 1);
    setenv("OTEL_TRACES_EXPORTER", "none", 1);
    diagnostics_log_start(&reported, OTELMQ_SEVERITY_WARNING);
    assert_int_equal(otelmq_sdk_start(NULL, &sdk), OTELMQ_OK);
    diagnostics_log_stop();
    assert_int_equal(reported.count, 1);
    assert_non_null(strstr(reported.messages[0], "OTEL_CONFIG_FILE is \"/nonexistent/otel.yaml\""));
    assert_non_null(strstr(reported.messages[0], "otelmq::config"));
    assert_int_equal(otelmq_sdk_shutdown(sdk, 30000), OTELMQ_OK);
    unsetenv("OTEL_CONFIG_FILE");
    unset_all();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_variable_is_read_and_wrong_values_are_told),
        cmocka_unit_test(a_limit_of_zero_keeps_nothing),
        cmocka_unit_test(a_configuration_file_without_a_reader_is_reported_and_not_used),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
