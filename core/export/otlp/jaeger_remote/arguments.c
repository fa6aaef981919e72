/* SPDX-License-Identifier: Apache-2.0 */
#include "export/otlp/jaeger_remote/arguments.h"

#include "base/number.h"
#include "base/text.h"
#include "export/http/url.h"

#include <otelmq/diagnostics.h>

#include <stdlib.h>

static void report_wrong(const char *key, const char *shown, const char *wanted)
{
    otelmq_diagnostics_report(
        OTELMQ_SEVERITY_WARNING,
        "OTEL_TRACES_SAMPLER_ARG has %s=\"%s\", which is not %s; the default is "
        "used.",
        key, shown, wanted);
}

static void read_endpoint(otelmq_jaeger_arguments *arguments, const char *value)
{
    if (otelmq_url_is_http(value)) {
        free(arguments->endpoint);
        arguments->endpoint = strdup(value);
        return;
    }
    char *masked = otelmq_url_masked(value);
    report_wrong("endpoint", masked != NULL ? masked : "***", "an http or https URL");
    free(masked);
}

static void read_interval(otelmq_jaeger_arguments *arguments, const char *value)
{
    char *end = NULL;
    unsigned long long number = strtoull(value, &end, 10);
    bool is_number = value[0] >= '0' && value[0] <= '9' && *end == '\0';
    if (is_number && number > 0 && number <= UINT32_MAX) {
        arguments->polling_interval_ms = (uint32_t)number;
    } else {
        report_wrong("pollingIntervalMs", value, "a number from 1 to 4294967295");
    }
}

static void read_initial_ratio(otelmq_jaeger_arguments *arguments, const char *value)
{
    double ratio = 0;
    if (otelmq_double_parse(otelmq_str_from(value), &ratio) && ratio >= 0 && ratio <= 1) {
        arguments->initial_ratio = ratio;
    } else {
        report_wrong("initialSamplingRate", value, "a number from 0 to 1");
    }
}

static bool is_key(otelmq_str text, const char *key)
{
    return otelmq_is_same_name(text, otelmq_str_from(key));
}

static void read_one(otelmq_jaeger_arguments *arguments, otelmq_str key, const char *value)
{
    if (is_key(key, "endpoint")) {
        read_endpoint(arguments, value);
    } else if (is_key(key, "pollingIntervalMs")) {
        read_interval(arguments, value);
    } else if (is_key(key, "initialSamplingRate")) {
        read_initial_ratio(arguments, value);
    } else {
        otelmq_diagnostics_report(OTELMQ_SEVERITY_WARNING,
                                  "OTEL_TRACES_SAMPLER_ARG has \"%.*s\", which is not endpoint, "
                                  "pollingIntervalMs or initialSamplingRate; it is ignored.",
                                  (int)key.len, key.data);
    }
}

void otelmq_jaeger_arguments_init(otelmq_jaeger_arguments *arguments, otelmq_str text)
{
    *arguments = (otelmq_jaeger_arguments){.initial_ratio = -1};
    while (text.len > 0) {
        otelmq_str value = otelmq_trim(otelmq_take_until(&text, ','));
        if (value.len == 0) {
            continue;
        }
        otelmq_str key = otelmq_trim(otelmq_take_until(&value, '='));
        value = otelmq_trim(value);
        char *value_text = strndup(value.data, value.len);
        if (value_text != NULL) {
            read_one(arguments, key, value_text);
        }
        free(value_text);
    }
}

void otelmq_jaeger_arguments_clean(otelmq_jaeger_arguments *arguments)
{
    free(arguments->endpoint);
}
