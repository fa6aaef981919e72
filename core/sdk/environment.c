/* SPDX-License-Identifier: Apache-2.0 */
#include "sdk/environment.h"

#include "base/number.h"
#include "base/text.h"
#include "propagation/registry.h"
#include "sdk/named_parts.h"
#include "trace/exporter_registry.h"
#include "trace/sampler_registry.h"

#include <otelmq/diagnostics.h>

#include <stdio.h>
#include <stdlib.h>

static const char EXPORTER[] = "OTEL_TRACES_EXPORTER";
static const char SAMPLER[] = "OTEL_TRACES_SAMPLER";
static const char SAMPLER_ARG[] = "OTEL_TRACES_SAMPLER_ARG";
static const char PROPAGATORS[] = "OTEL_PROPAGATORS";
static const char DEFAULT_SAMPLER[] = "parentbased_always_on";
static const char DEFAULT_PROPAGATORS[] = "tracecontext,baggage";

/* The value without white space around it; empty when unset. */
static otelmq_str read_text(const char *variable)
{
    return otelmq_trim(otelmq_str_from(getenv(variable)));
}

static void report_wrong(const char *variable, otelmq_str value, const char *wanted,
                         const char *used)
{
    otelmq_diagnostics_report(OTELMQ_SEVERITY_WARNING,
                              "%s is \"%.*s\", which is not %s; %s is used.", variable,
                              (int)value.len, value.data, wanted, used);
}

/* UINT32_MAX is left to OTELMQ_LIMIT_ZERO, and to no limit at all. */
static const uint32_t NUMBER_MAX = UINT32_MAX - 1;
static const uint32_t NO_TIMEOUT_MS = UINT32_MAX;
enum { NOT_ALLOWED = 0, SHORTEST_DELAY_MS = 1 };

static bool parse_uint(otelmq_str text, uint32_t *number)
{
    uint64_t parsed = 0;
    for (size_t i = 0; i < text.len; i++) {
        char digit = text.data[i];
        if (digit < '0' || digit > '9') {
            return false;
        }
        parsed = parsed * 10 + (uint64_t)(digit - '0');
        if (parsed > NUMBER_MAX) {
            return false;
        }
    }
    *number = (uint32_t)parsed;
    return text.len > 0;
}

/*
 * A number; usual, of which 0 means no limit, when unset or wrong. Options take 0 for their
 * default, and so a 0 in the variable is replaced by zero, unless it is NOT_ALLOWED.
 */
static uint32_t read_uint(const char *variable, uint32_t usual, uint32_t zero)
{
    otelmq_str text = read_text(variable);
    uint32_t number = 0;
    if (text.len == 0) {
        return usual;
    }
    if (parse_uint(text, &number) && (number > 0 || zero != NOT_ALLOWED)) {
        return number > 0 ? number : zero;
    }
    char used[16] = "no limit";
    if (usual > 0) {
        snprintf(used, sizeof(used), "%u", (unsigned)usual);
    }
    otelmq_diagnostics_report(OTELMQ_SEVERITY_WARNING,
                              "%s is \"%.*s\", which is not a number from %d to %u; %s is used.",
                              variable, (int)text.len, text.data, zero == NOT_ALLOWED ? 1 : 0,
                              (unsigned)NUMBER_MAX, used);
    return usual;
}

bool otelmq_environment_is_disabled(void)
{
    otelmq_str text = read_text("OTEL_SDK_DISABLED");
    if (text.len == 0 || otelmq_is_name(text, "false")) {
        return false;
    }
    if (otelmq_is_name(text, "true")) {
        return true;
    }
    report_wrong("OTEL_SDK_DISABLED", text, "true or false", "false");
    return false;
}

void otelmq_environment_set_log_level(void)
{
    static const char *const names[] = {"debug", "info", "warn", "error"};
    otelmq_str text = read_text("OTEL_LOG_LEVEL");
    if (text.len == 0) {
        return;
    }
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (otelmq_is_name(text, names[i])) {
            otelmq_diagnostics_set_level((otelmq_severity)i);
            return;
        }
    }
    otelmq_diagnostics_set_level(OTELMQ_SEVERITY_INFO);
    report_wrong("OTEL_LOG_LEVEL", text, "debug, info, warn or error", "info");
}

otelmq_batch_options otelmq_environment_batch_options(void)
{
    otelmq_batch_options options = {
        .max_queue_size = read_uint("OTEL_BSP_MAX_QUEUE_SIZE", 2048, NOT_ALLOWED),
        .schedule_delay_ms = read_uint("OTEL_BSP_SCHEDULE_DELAY", 5000, SHORTEST_DELAY_MS),
        .export_timeout_ms = read_uint("OTEL_BSP_EXPORT_TIMEOUT", 30000, NO_TIMEOUT_MS),
        .max_export_batch_size = read_uint("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", 512, NOT_ALLOWED),
    };
    if (options.max_export_batch_size > options.max_queue_size) {
        bool is_said = read_text("OTEL_BSP_MAX_EXPORT_BATCH_SIZE").len > 0;
        if (is_said) {
            otelmq_diagnostics_report(
                OTELMQ_SEVERITY_WARNING,
                "OTEL_BSP_MAX_EXPORT_BATCH_SIZE is %u, which is more than the "
                "queue holds; %u is used.",
                (unsigned)options.max_export_batch_size, (unsigned)options.max_queue_size);
        }
        options.max_export_batch_size = options.max_queue_size;
    }
    return options;
}

/* The general variable is what counts where the particular one is not set. */
static uint32_t read_limit(const char *variable, const char *general, uint32_t usual)
{
    bool is_said = read_text(variable).len > 0;
    return read_uint(is_said ? variable : general, usual, OTELMQ_LIMIT_ZERO);
}

otelmq_span_limits otelmq_environment_span_limits(void)
{
    const char *count = "OTEL_ATTRIBUTE_COUNT_LIMIT";
    return (otelmq_span_limits){
        .max_attributes = read_limit("OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT", count, 128),
        .max_events = read_uint("OTEL_SPAN_EVENT_COUNT_LIMIT", 128, OTELMQ_LIMIT_ZERO),
        .max_links = read_uint("OTEL_SPAN_LINK_COUNT_LIMIT", 128, OTELMQ_LIMIT_ZERO),
        .max_attributes_per_event = read_limit("OTEL_EVENT_ATTRIBUTE_COUNT_LIMIT", count, 128),
        .max_attributes_per_link = read_limit("OTEL_LINK_ATTRIBUTE_COUNT_LIMIT", count, 128),
        .max_attribute_value_length = read_limit("OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT",
                                                 "OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT", 0),
    };
}

static double read_ratio(void)
{
    otelmq_str text = read_text(SAMPLER_ARG);
    double ratio = 1;
    if (text.len == 0) {
        return ratio;
    }
    if (!otelmq_double_parse(text, &ratio) || !(ratio >= 0 && ratio <= 1)) {
        report_wrong(SAMPLER_ARG, text, "a number from 0 to 1", "1");
        return 1;
    }
    return ratio;
}

/* Samplers that are not of the core say by themselves what they cannot do with the argument. */
static otelmq_sampler make_registered_sampler(otelmq_sampler_factory factory, otelmq_str name,
                                              const otelmq_resource *resource)
{
    const char *argument = getenv(SAMPLER_ARG);
    char *name_text = strndup(name.data, name.len);
    otelmq_sampler sampler = {0};
    if (name_text != NULL) {
        sampler = factory(name_text, argument != NULL ? argument : "", resource);
    }
    if (sampler.ops == NULL) {
        report_wrong(SAMPLER, name, "a sampler that can be made here", DEFAULT_SAMPLER);
    }
    free(name_text);
    return sampler;
}

static void report_no_sampler(otelmq_str name)
{
    if (otelmq_is_name(name, "jaeger_remote") ||
        otelmq_is_name(name, "parentbased_jaeger_remote")) {
        otelmq_diagnostics_report(OTELMQ_SEVERITY_WARNING,
                                  "%s is \"%.*s\", but this program is not linked to otelmq::otlp; "
                                  "%s is used.",
                                  SAMPLER, (int)name.len, name.data, DEFAULT_SAMPLER);
    } else {
        report_wrong(SAMPLER, name, "the name of a sampler", DEFAULT_SAMPLER);
    }
}

otelmq_sampler otelmq_environment_sampler(const otelmq_resource *resource)
{
    otelmq_str name = read_text(SAMPLER);
    otelmq_sampler_factory factory = otelmq_sampler_registered(name);
    bool needs_ratio = false;
    if (factory != NULL) {
        otelmq_sampler sampler = make_registered_sampler(factory, name, resource);
        if (sampler.ops != NULL) {
            return sampler;
        }
        name = otelmq_str_from(DEFAULT_SAMPLER);
    }
    if (!otelmq_sampler_is_known(name, &needs_ratio)) {
        if (name.len > 0) {
            report_no_sampler(name);
        }
        name = otelmq_str_from(DEFAULT_SAMPLER);
    }
    return otelmq_sampler_by_name(name, needs_ratio ? read_ratio() : 1);
}

otelmq_propagator otelmq_environment_propagator(void)
{
    otelmq_propagator named = otelmq_propagator_from_setting(PROPAGATORS, read_text(PROPAGATORS));
    if (named.ops != NULL) {
        return named;
    }
    return otelmq_propagator_from_setting(PROPAGATORS, otelmq_str_from(DEFAULT_PROPAGATORS));
}

static bool is_name_of_otlp_library(otelmq_str name)
{
    return otelmq_is_name(name, "otlp") || otelmq_is_name(name, "otlp/stdout") ||
           otelmq_is_name(name, "otlp/file") || otelmq_is_name(name, "zipkin");
}

/* Says what a user can do about an exporter that is not there. */
static void report_no_exporter(otelmq_str name, bool is_said)
{
    if (is_name_of_otlp_library(name)) {
        otelmq_diagnostics_report(OTELMQ_SEVERITY_WARNING,
                                  "%s %s \"%.*s\", but this program is not linked to otelmq::otlp: "
                                  "spans are not exported there. Link that library, or set the "
                                  "variable to console or none.",
                                  EXPORTER, is_said ? "is" : "is not set, which means",
                                  (int)name.len, name.data);
        return;
    }
    report_wrong(EXPORTER, name, "otlp, otlp/stdout, otlp/file, zipkin, console or none",
                 "only what else is named");
}

static void report_too_many(otelmq_str name)
{
    otelmq_diagnostics_report(OTELMQ_SEVERITY_WARNING,
                              "%s names more than %d exporters; \"%.*s\" and what follows it is "
                              "left out.",
                              EXPORTER, OTELMQ_ENVIRONMENT_PROCESSORS_MAX, (int)name.len,
                              name.data);
}

static otelmq_processor make_processor(otelmq_str name, const otelmq_batch_options *batch,
                                       bool is_said)
{
    otelmq_exporter_factory factory = otelmq_exporter_registered(name);
    char *name_text = factory != NULL ? strndup(name.data, name.len) : NULL;
    if (name_text == NULL) {
        report_no_exporter(name, is_said);
        return (otelmq_processor){0};
    }
    otelmq_exporter exporter = factory(name_text);
    free(name_text);
    return exporter.ops != NULL ? otelmq_processor_batch(exporter, batch) : (otelmq_processor){0};
}

size_t otelmq_environment_processors(const otelmq_batch_options *batch,
                                     otelmq_processor processors[OTELMQ_ENVIRONMENT_PROCESSORS_MAX])
{
    otelmq_str names = read_text(EXPORTER);
    bool is_said = names.len > 0;
    if (!is_said) {
        names = OTELMQ_STR("otlp");
    }
    size_t count = 0;
    while (names.len > 0) {
        otelmq_str name = otelmq_trim(otelmq_take_until(&names, ','));
        if (name.len == 0 || otelmq_is_name(name, "none")) {
            continue;
        }
        if (count == OTELMQ_ENVIRONMENT_PROCESSORS_MAX) {
            report_too_many(name);
            break;
        }
        processors[count] = make_processor(name, batch, is_said);
        count += processors[count].ops != NULL;
    }
    return count;
}

otelmq_str otelmq_environment_service_name(void)
{
    return read_text("OTEL_SERVICE_NAME");
}

/* All or nothing, as the specification wants it. */
static otelmq_status read_attributes(const otelmq_resource **resource)
{
    otelmq_str text = read_text("OTEL_RESOURCE_ATTRIBUTES");
    otelmq_status status = otelmq_resource_parse(text, resource);
    if (status == OTELMQ_ERROR_MALFORMED) {
        report_wrong("OTEL_RESOURCE_ATTRIBUTES", text,
                     "a list like key=value,key=value, percent-encoded", "nothing of it");
        return otelmq_resource_create(NULL, 0, NULL, resource);
    }
    return status;
}

otelmq_status otelmq_resource_from_environment(const otelmq_resource **resource)
{
    const otelmq_resource *attributes = NULL;
    const otelmq_resource *name = NULL;
    otelmq_str service_name = otelmq_environment_service_name();
    otelmq_attribute attribute = otelmq_attribute_string("service.name", service_name);
    otelmq_status status = read_attributes(&attributes);
    if (status == OTELMQ_OK) {
        status = otelmq_resource_create(&attribute, service_name.len > 0, NULL, &name);
    }
    if (status == OTELMQ_OK) {
        status = otelmq_resource_merge(attributes, name, resource);
    }
    otelmq_resource_release(attributes);
    otelmq_resource_release(name);
    return status;
}
