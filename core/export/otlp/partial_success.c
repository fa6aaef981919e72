/* SPDX-License-Identifier: Apache-2.0 */
#include "export/otlp/partial_success.h"

#include "export/http/one_line.h"
#include "export/json/json_reader.h"
#include "export/otlp/limited_memory.h"

#include <google/rpc/status.pb-c.h>
#include <opentelemetry/proto/collector/trace/v1/trace_service.pb-c.h>

typedef Otelmq__Opentelemetry__Proto__Collector__Trace__V1__ExportTraceServiceResponse response;
typedef Otelmq__Opentelemetry__Proto__Collector__Trace__V1__ExportTracePartialSuccess
    partial_success;
typedef Otelmq__Google__Rpc__Status rpc_status;

static void init(otelmq_otlp_partial_success *result)
{
    *result = (otelmq_otlp_partial_success){.is_valid = false};
    otelmq_buffer_init(&result->message);
}

static void set_rejected(otelmq_otlp_partial_success *result, int64_t rejected_spans)
{
    result->rejected_spans = rejected_spans > 0 ? (uint64_t)rejected_spans : 0;
}

void otelmq_otlp_partial_success_parse(otelmq_otlp_partial_success *result, otelmq_str body)
{
    init(result);
    otelmq_limited_memory memory;
    otelmq_limited_memory_init(&memory);
    response *parsed =
        otelmq__opentelemetry__proto__collector__trace__v1__export_trace_service_response__unpack(
            &memory.allocator, body.len, (const uint8_t *)body.data);
    if (parsed == NULL) {
        return;
    }
    result->is_valid = true;
    const partial_success *partial = parsed->partial_success;
    if (partial != NULL) {
        set_rejected(result, partial->rejected_spans);
        otelmq_one_line_add(&result->message, otelmq_str_from(partial->error_message));
    }
    protobuf_c_message_free_unpacked(&parsed->base, &memory.allocator);
}

void otelmq_otlp_error_message_parse(otelmq_buffer *message, otelmq_str body)
{
    otelmq_limited_memory memory;
    otelmq_limited_memory_init(&memory);
    rpc_status *status = otelmq__google__rpc__status__unpack(&memory.allocator, body.len,
                                                             (const uint8_t *)body.data);
    if (status != NULL) {
        otelmq_one_line_add(message, otelmq_str_from(status->message));
        otelmq__google__rpc__status__free_unpacked(status, &memory.allocator);
    }
}

/* A string as one line; any other value is skipped, as null is, which stands for none. */
static void read_message(otelmq_json_reader *json, otelmq_buffer *message)
{
    otelmq_buffer text;
    otelmq_buffer_init(&text);
    if (otelmq_json_read_text(json, &text)) {
        otelmq_buffer_clear(message);
        otelmq_one_line_add(message, otelmq_buffer_str(&text));
    } else {
        otelmq_json_skip_value(json);
    }
    otelmq_buffer_clean(&text);
}

static void read_partial_success(otelmq_json_reader *json, otelmq_otlp_partial_success *result)
{
    otelmq_buffer name;
    otelmq_buffer_init(&name);
    if (!otelmq_json_enter_object(json)) {
        otelmq_json_skip_value(json);
        return;
    }
    while (otelmq_json_next_member(json, &name)) {
        int64_t rejected_spans = 0;
        if (otelmq_json_is_name(&name, "rejectedSpans")) {
            (void)otelmq_json_read_int64(json, &rejected_spans);
            set_rejected(result, rejected_spans);
        } else if (otelmq_json_is_name(&name, "errorMessage")) {
            read_message(json, &result->message);
        } else {
            otelmq_json_skip_value(json);
        }
    }
    otelmq_buffer_clean(&name);
}

void otelmq_otlp_partial_success_parse_json(otelmq_otlp_partial_success *result, otelmq_str body)
{
    init(result);
    otelmq_json_reader json;
    otelmq_buffer name;
    otelmq_buffer_init(&name);
    otelmq_json_reader_init(&json, body);
    bool is_object = otelmq_json_enter_object(&json);
    while (is_object && otelmq_json_next_member(&json, &name)) {
        if (otelmq_json_is_name(&name, "partialSuccess")) {
            read_partial_success(&json, result);
        } else {
            otelmq_json_skip_value(&json);
        }
    }
    result->is_valid = is_object && otelmq_json_is_done(&json);
    if (!result->is_valid) {
        result->rejected_spans = 0;
        otelmq_buffer_clear(&result->message);
    }
    otelmq_buffer_clean(&name);
}

void otelmq_otlp_error_message_parse_json(otelmq_buffer *message, otelmq_str body)
{
    otelmq_json_reader json;
    otelmq_buffer name;
    otelmq_buffer_init(&name);
    otelmq_json_reader_init(&json, body);
    bool is_object = otelmq_json_enter_object(&json);
    while (is_object && otelmq_json_next_member(&json, &name)) {
        if (otelmq_json_is_name(&name, "message")) {
            read_message(&json, message);
        } else {
            otelmq_json_skip_value(&json);
        }
    }
    otelmq_buffer_clean(&name);
}
