/* SPDX-License-Identifier: Apache-2.0 */
#include "export/otlp/http_response.h"

#include "base/utf8.h"

#include <google/rpc/status.pb-c.h>
#include <opentelemetry/proto/collector/trace/v1/trace_service.pb-c.h>

#include <stdlib.h>

typedef Otelmq__Opentelemetry__Proto__Collector__Trace__V1__ExportTraceServiceResponse response;
typedef Otelmq__Opentelemetry__Proto__Collector__Trace__V1__ExportTracePartialSuccess
    partial_success;
typedef Otelmq__Google__Rpc__Status rpc_status;

/* protobuf-c keeps 32 bytes for each unknown field, even if it took two on the wire. */
enum { MEMORY_MAX = 16 * 1024 * 1024 };

enum { MESSAGE_MAX = 300 };

static void *allocate_within(void *left, size_t size)
{
    size_t *left_bytes = left;
    if (size > *left_bytes) {
        return NULL;
    }
    *left_bytes -= size;
    return malloc(size);
}

static void release(void *left, void *memory)
{
    (void)left;
    free(memory);
}

/* Adds text in one line of limited length, with a NUL behind it; nothing for empty text. */
static void add_one_line(otelmq_buffer *message, otelmq_str text)
{
    otelmq_str shown = otelmq_utf8_truncate(text, MESSAGE_MAX);
    while (shown.len > 0 && (unsigned char)shown.data[shown.len - 1] <= ' ') {
        shown.len--;
    }
    if (shown.len == 0) {
        return;
    }
    size_t start = message->len;
    otelmq_utf8_add_valid(message, shown);
    for (size_t i = start; i < message->len; i++) {
        unsigned char character = (unsigned char)message->data[i];
        message->data[i] = character < ' ' || character == 0x7F ? ' ' : message->data[i];
    }
    otelmq_buffer_add_char(message, '\0');
    if (!otelmq_buffer_is_complete(message)) {
        otelmq_buffer_clean(message);
    }
}

static void read_partial_success(otelmq_http_partial_success *result,
                                 const partial_success *partial)
{
    if (partial->rejected_spans > 0) {
        result->rejected_spans = (uint64_t)partial->rejected_spans;
    }
    if (partial->error_message != NULL) {
        add_one_line(&result->message, otelmq_str_from(partial->error_message));
    }
}

void otelmq_http_partial_success_parse(otelmq_http_partial_success *result, otelmq_str body)
{
    *result = (otelmq_http_partial_success){0};
    otelmq_buffer_init(&result->message);
    size_t left = MEMORY_MAX;
    ProtobufCAllocator allocator = {allocate_within, release, &left};
    response *parsed =
        otelmq__opentelemetry__proto__collector__trace__v1__export_trace_service_response__unpack(
            &allocator, body.len, (const uint8_t *)body.data);
    if (parsed == NULL) {
        return;
    }
    result->is_valid = true;
    if (parsed->partial_success != NULL) {
        read_partial_success(result, parsed->partial_success);
    }
    protobuf_c_message_free_unpacked(&parsed->base, &allocator);
}

static void add_status_message(otelmq_buffer *message, otelmq_str body)
{
    size_t left = MEMORY_MAX;
    ProtobufCAllocator allocator = {allocate_within, release, &left};
    rpc_status *status =
        otelmq__google__rpc__status__unpack(&allocator, body.len, (const uint8_t *)body.data);
    if (status == NULL) {
        return;
    }
    if (status->message != NULL) {
        add_one_line(message, otelmq_str_from(status->message));
    }
    otelmq__google__rpc__status__free_unpacked(status, &allocator);
}

void otelmq_http_error_message(otelmq_buffer *message, otelmq_str body, bool is_protobuf)
{
    if (is_protobuf) {
        add_status_message(message, body);
    } else {
        add_one_line(message, body);
    }
}
