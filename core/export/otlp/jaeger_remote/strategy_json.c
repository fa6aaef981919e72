/* SPDX-License-Identifier: Apache-2.0 */
#include "export/otlp/jaeger_remote/strategy_json.h"

#include "export/otlp/jaeger_remote/operations.h"

#include <otelmq/diagnostics.h>

#include <jansson.h>
#include <math.h>

/* A number of that object from 0 to most; absent is 0, as proto3 leaves it out. */
static bool read_number(const json_t *object, const char *key, double most, double *number)
{
    const json_t *found = json_object_get(object, key);
    if (found == NULL || json_is_null(found)) {
        *number = 0;
        return true;
    }
    *number = json_number_value(found);
    return json_is_number(found) && *number >= 0 && *number <= most;
}

static bool read_rate(const json_t *probabilistic, double *rate)
{
    return json_is_object(probabilistic) && read_number(probabilistic, "samplingRate", 1, rate);
}

static otelmq_status check(otelmq_jaeger_strategy *made, otelmq_jaeger_strategy **strategy)
{
    if (made == NULL) {
        return OTELMQ_ERROR_NO_MEMORY;
    }
    *strategy = made;
    return OTELMQ_OK;
}

static otelmq_status parse_probabilistic(const json_t *response, otelmq_jaeger_strategy **strategy)
{
    double rate = 0;
    if (!read_rate(json_object_get(response, "probabilisticSampling"), &rate)) {
        return OTELMQ_ERROR_MALFORMED;
    }
    return check(otelmq_jaeger_strategy_create(otelmq_sampler_probability(rate, 0)), strategy);
}

static otelmq_status parse_rate_limiting(const json_t *response, otelmq_jaeger_strategy **strategy)
{
    const json_t *limiting = json_object_get(response, "rateLimitingSampling");
    double per_second = 0;
    if (!json_is_object(limiting) ||
        !read_number(limiting, "maxTracesPerSecond", INT32_MAX, &per_second)) {
        return OTELMQ_ERROR_MALFORMED;
    }
    return check(otelmq_jaeger_strategy_create_rate_limiting(per_second), strategy);
}

static otelmq_status add_operation(otelmq_jaeger_strategy *strategy, const json_t *entry)
{
    const json_t *name = json_object_get(entry, "operation");
    double rate = 0;
    if (!json_is_string(name) ||
        !read_rate(json_object_get(entry, "probabilisticSampling"), &rate)) {
        return OTELMQ_ERROR_MALFORMED;
    }
    otelmq_str text = otelmq_str_from_bytes(json_string_value(name), json_string_length(name));
    if (!otelmq_jaeger_strategy_add_operation(strategy, text, rate)) {
        otelmq_diagnostics_report(OTELMQ_SEVERITY_WARNING,
                                  "The remote sampling strategy names operation \"%.*s\" again, or "
                                  "more than %d of them: what it says of it is ignored.",
                                  (int)text.len, text.data, OTELMQ_JAEGER_OPERATIONS_MAX);
    }
    return OTELMQ_OK;
}

static otelmq_status add_operations(otelmq_jaeger_strategy *strategy, const json_t *entries)
{
    if (entries != NULL && !json_is_null(entries) && !json_is_array(entries)) {
        return OTELMQ_ERROR_MALFORMED;
    }
    for (size_t i = 0; i < json_array_size(entries); i++) {
        otelmq_status status = add_operation(strategy, json_array_get(entries, i));
        if (status != OTELMQ_OK) {
            return status;
        }
    }
    return OTELMQ_OK;
}

static otelmq_status parse_per_operation(const json_t *sampling, otelmq_jaeger_strategy **strategy)
{
    double ratio = 0;
    double lower_bound = 0;
    if (!read_number(sampling, "defaultSamplingProbability", 1, &ratio) ||
        !read_number(sampling, "defaultLowerBoundTracesPerSecond", INT32_MAX, &lower_bound)) {
        return OTELMQ_ERROR_MALFORMED;
    }
    otelmq_jaeger_strategy *made = otelmq_jaeger_strategy_create_per_operation(ratio, lower_bound);
    if (made == NULL) {
        return OTELMQ_ERROR_NO_MEMORY;
    }
    otelmq_status status =
        add_operations(made, json_object_get(sampling, "perOperationStrategies"));
    if (status != OTELMQ_OK) {
        otelmq_jaeger_strategy_release(made);
        return status;
    }
    *strategy = made;
    return OTELMQ_OK;
}

static bool is_type(const json_t *type, const char *name, json_int_t number)
{
    return json_is_string(type) ? strcmp(json_string_value(type), name) == 0
                                : json_is_integer(type) && json_integer_value(type) == number;
}

static otelmq_status parse_response(const json_t *response, otelmq_jaeger_strategy **strategy)
{
    const json_t *per_operation = json_object_get(response, "operationSampling");
    if (json_is_object(per_operation)) {
        return parse_per_operation(per_operation, strategy);
    }
    const json_t *type = json_object_get(response, "strategyType");
    if (type == NULL || is_type(type, "PROBABILISTIC", 0)) {
        return parse_probabilistic(response, strategy);
    }
    return is_type(type, "RATE_LIMITING", 1) ? parse_rate_limiting(response, strategy)
                                             : OTELMQ_ERROR_MALFORMED;
}

otelmq_status otelmq_jaeger_strategy_parse(otelmq_str json, otelmq_jaeger_strategy **strategy)
{
    json_error_t error;
    json_t *response = json_loadb(json.len > 0 ? json.data : "", json.len, 0, &error);
    if (response == NULL) {
        return json_error_code(&error) == json_error_out_of_memory ? OTELMQ_ERROR_NO_MEMORY
                                                                   : OTELMQ_ERROR_MALFORMED;
    }
    otelmq_status status = parse_response(response, strategy);
    json_decref(response);
    return status;
}
