/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Members may come in any order, and the strategies of operations are made upon what stands behind
 * them: the answer is read once for all but these, and once more from where their list begins.
 */
#include "export/otlp/jaeger_remote/strategy_json.h"

#include "export/json/json_reader.h"
#include "export/otlp/jaeger_remote/operations.h"

#include <otelmq/diagnostics.h>

typedef enum { TYPE_UNSAID, TYPE_PROBABILISTIC, TYPE_RATE_LIMITING, TYPE_OTHER } strategy_type;

/* A member that is an object with one number that counts; good only if it is there. */
typedef struct {
    bool is_good;
    double number;
} rate;

typedef struct {
    bool is_there;
    bool is_good;
    double ratio;
    double lower_bound;
    bool has_list;
    otelmq_json_reader list; /* where it begins */
} per_operation;

typedef struct {
    strategy_type type;
    rate probabilistic;
    rate limiting;
    per_operation operations;
} response;

/* A number from 0 to most, or null for 0; false, behind it, when what comes is neither. */
static bool read_number(otelmq_json_reader *json, double most, double *number)
{
    *number = 0;
    if (otelmq_json_read_null(json)) {
        return true;
    }
    if (!otelmq_json_read_double(json, number)) {
        otelmq_json_skip_value(json);
        return false;
    }
    return *number >= 0 && *number <= most;
}

/* An object with the number key, which is absent for 0, as proto3 leaves it out. */
static rate read_rate(otelmq_json_reader *json, const char *key, double most)
{
    otelmq_buffer name;
    otelmq_buffer_init(&name);
    rate found = {.is_good = otelmq_json_enter_object(json)};
    if (!found.is_good) {
        otelmq_json_skip_value(json);
        return found;
    }
    while (otelmq_json_next_member(json, &name)) {
        if (otelmq_json_is_name(&name, key)) {
            found.is_good = read_number(json, most, &found.number);
        } else {
            otelmq_json_skip_value(json);
        }
    }
    otelmq_buffer_clean(&name);
    return found;
}

static rate read_sampling_rate(otelmq_json_reader *json)
{
    return read_rate(json, "samplingRate", 1);
}

/* The list is read later, and skipped here. */
static bool find_list(otelmq_json_reader *json, per_operation *operations)
{
    if (otelmq_json_read_null(json)) {
        operations->has_list = false;
        return true;
    }
    operations->list = *json;
    operations->has_list = otelmq_json_enter_array(&operations->list);
    otelmq_json_skip_value(json);
    return operations->has_list;
}

static bool read_member(otelmq_json_reader *json, const otelmq_buffer *name,
                        per_operation *operations)
{
    if (otelmq_json_is_name(name, "defaultSamplingProbability")) {
        return read_number(json, 1, &operations->ratio);
    }
    if (otelmq_json_is_name(name, "defaultLowerBoundTracesPerSecond")) {
        return read_number(json, INT32_MAX, &operations->lower_bound);
    }
    if (otelmq_json_is_name(name, "perOperationStrategies")) {
        return find_list(json, operations);
    }
    otelmq_json_skip_value(json);
    return true;
}

static per_operation read_operations(otelmq_json_reader *json)
{
    otelmq_buffer name;
    otelmq_buffer_init(&name);
    per_operation operations = {.is_good = true};
    operations.is_there = otelmq_json_enter_object(json);
    if (!operations.is_there) {
        otelmq_json_skip_value(json);
        return operations;
    }
    while (otelmq_json_next_member(json, &name)) {
        operations.is_good = read_member(json, &name, &operations) && operations.is_good;
    }
    otelmq_buffer_clean(&name);
    return operations;
}

static strategy_type type_named(const otelmq_buffer *name)
{
    if (otelmq_json_is_name(name, "PROBABILISTIC")) {
        return TYPE_PROBABILISTIC;
    }
    return otelmq_json_is_name(name, "RATE_LIMITING") ? TYPE_RATE_LIMITING : TYPE_OTHER;
}

static strategy_type type_numbered(double number)
{
    if (number == 0) {
        return TYPE_PROBABILISTIC;
    }
    return number == 1 ? TYPE_RATE_LIMITING : TYPE_OTHER;
}

static strategy_type read_type(otelmq_json_reader *json)
{
    strategy_type type = TYPE_OTHER;
    double number = 0;
    otelmq_buffer text;
    otelmq_buffer_init(&text);
    if (otelmq_json_read_text(json, &text)) {
        type = type_named(&text);
    } else if (otelmq_json_read_double(json, &number)) {
        type = type_numbered(number);
    } else {
        otelmq_json_skip_value(json);
    }
    otelmq_buffer_clean(&text);
    return type;
}

/* False unless all of the text is an object. */
static bool read_response(otelmq_json_reader *json, response *said)
{
    otelmq_buffer name;
    otelmq_buffer_init(&name);
    bool is_object = otelmq_json_enter_object(json);
    while (is_object && otelmq_json_next_member(json, &name)) {
        if (otelmq_json_is_name(&name, "strategyType")) {
            said->type = read_type(json);
        } else if (otelmq_json_is_name(&name, "probabilisticSampling")) {
            said->probabilistic = read_sampling_rate(json);
        } else if (otelmq_json_is_name(&name, "rateLimitingSampling")) {
            said->limiting = read_rate(json, "maxTracesPerSecond", INT32_MAX);
        } else if (otelmq_json_is_name(&name, "operationSampling")) {
            said->operations = read_operations(json);
        } else {
            otelmq_json_skip_value(json);
        }
    }
    otelmq_buffer_clean(&name);
    return is_object && otelmq_json_is_done(json);
}

/* A string in place of what text held; false, behind it, when what comes is none. */
static bool read_string(otelmq_json_reader *json, otelmq_buffer *text)
{
    otelmq_buffer_clear(text);
    if (!otelmq_json_read_text(json, text)) {
        otelmq_json_skip_value(json);
        return false;
    }
    return true;
}

/* An element of the list, whose name operation gets. False when it is malformed. */
static bool read_operation(otelmq_json_reader *json, otelmq_buffer *operation, rate *probability)
{
    otelmq_buffer name;
    otelmq_buffer_init(&name);
    bool is_object = otelmq_json_enter_object(json);
    bool has_name = false;
    while (is_object && otelmq_json_next_member(json, &name)) {
        if (otelmq_json_is_name(&name, "operation")) {
            has_name = read_string(json, operation);
        } else if (otelmq_json_is_name(&name, "probabilisticSampling")) {
            *probability = read_sampling_rate(json);
        } else {
            otelmq_json_skip_value(json);
        }
    }
    otelmq_buffer_clean(&name);
    return has_name && probability->is_good;
}

static otelmq_status add_operation(otelmq_jaeger_strategy *strategy, otelmq_json_reader *json)
{
    otelmq_buffer operation;
    otelmq_buffer_init(&operation);
    rate probability = {0};
    otelmq_status status =
        read_operation(json, &operation, &probability) ? OTELMQ_OK : OTELMQ_ERROR_MALFORMED;
    if (!otelmq_buffer_is_complete(&operation)) {
        status = OTELMQ_ERROR_NO_MEMORY;
    }
    otelmq_str name = otelmq_buffer_str(&operation);
    if (status == OTELMQ_OK &&
        !otelmq_jaeger_strategy_add_operation(strategy, name, probability.number)) {
        otelmq_diagnostics_report(OTELMQ_SEVERITY_WARNING,
                                  "The remote sampling strategy names operation \"%.*s\" again, or "
                                  "more than %d of them: what it says of it is ignored.",
                                  (int)name.len, name.data, OTELMQ_JAEGER_OPERATIONS_MAX);
    }
    otelmq_buffer_clean(&operation);
    return status;
}

static otelmq_status add_operations(otelmq_jaeger_strategy *strategy, per_operation *operations)
{
    otelmq_status status = OTELMQ_OK;
    while (status == OTELMQ_OK && operations->has_list &&
           otelmq_json_next_element(&operations->list)) {
        status = add_operation(strategy, &operations->list);
    }
    return operations->list.is_broken ? OTELMQ_ERROR_MALFORMED : status;
}

static otelmq_status finish(otelmq_jaeger_strategy *made, otelmq_jaeger_strategy **strategy)
{
    if (made == NULL) {
        return OTELMQ_ERROR_NO_MEMORY;
    }
    *strategy = made;
    return OTELMQ_OK;
}

static otelmq_status make_per_operation(per_operation *operations,
                                        otelmq_jaeger_strategy **strategy)
{
    if (!operations->is_good) {
        return OTELMQ_ERROR_MALFORMED;
    }
    otelmq_jaeger_strategy *made =
        otelmq_jaeger_strategy_create_per_operation(operations->ratio, operations->lower_bound);
    otelmq_status status = made != NULL ? add_operations(made, operations) : OTELMQ_OK;
    if (status != OTELMQ_OK) {
        otelmq_jaeger_strategy_release(made);
        return status;
    }
    return finish(made, strategy);
}

static otelmq_status make_probabilistic(rate probabilistic, otelmq_jaeger_strategy **strategy)
{
    if (!probabilistic.is_good) {
        return OTELMQ_ERROR_MALFORMED;
    }
    return finish(
        otelmq_jaeger_strategy_create(otelmq_sampler_probability(probabilistic.number, 0)),
        strategy);
}

static otelmq_status make_rate_limiting(rate limiting, otelmq_jaeger_strategy **strategy)
{
    if (!limiting.is_good) {
        return OTELMQ_ERROR_MALFORMED;
    }
    return finish(otelmq_jaeger_strategy_create_rate_limiting(limiting.number), strategy);
}

otelmq_status otelmq_jaeger_strategy_parse(otelmq_str json, otelmq_jaeger_strategy **strategy)
{
    otelmq_json_reader reader;
    otelmq_json_reader_init(&reader, json);
    response said = {0};
    if (!read_response(&reader, &said)) {
        return OTELMQ_ERROR_MALFORMED;
    }
    if (said.operations.is_there) {
        return make_per_operation(&said.operations, strategy);
    }
    if (said.type == TYPE_UNSAID || said.type == TYPE_PROBABILISTIC) {
        return make_probabilistic(said.probabilistic, strategy);
    }
    return said.type == TYPE_RATE_LIMITING ? make_rate_limiting(said.limiting, strategy)
                                           : OTELMQ_ERROR_MALFORMED;
}
