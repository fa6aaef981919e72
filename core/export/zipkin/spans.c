/* SPDX-License-Identifier: Apache-2.0 */
#include "export/zipkin/spans.h"

#include "export/json/json_writer.h"
#include "export/zipkin/endpoint.h"
#include "export/zipkin/tags.h"
#include "export/zipkin/values.h"

enum { NANO_PER_MICRO = 1000 };

/* NULL for an internal span, which has no kind in Zipkin. */
static const char *kind_name(otelmq_span_kind kind)
{
    switch (kind) {
    case OTELMQ_SPAN_SERVER:
        return "SERVER";
    case OTELMQ_SPAN_CLIENT:
        return "CLIENT";
    case OTELMQ_SPAN_PRODUCER:
        return "PRODUCER";
    case OTELMQ_SPAN_CONSUMER:
        return "CONSUMER";
    default:
        return NULL;
    }
}

static void add_ids(otelmq_json_writer *json, const otelmq_span_data *span)
{
    const otelmq_span_context *context = &span->span_context;
    otelmq_json_add_hex(json, "traceId", context->trace_id.bytes, sizeof(context->trace_id.bytes));
    otelmq_json_add_hex(json, "id", context->span_id.bytes, sizeof(context->span_id.bytes));
    if (otelmq_span_id_is_valid(span->parent_span_id)) {
        otelmq_json_add_hex(json, "parentId", span->parent_span_id.bytes,
                            sizeof(span->parent_span_id.bytes));
    }
}

/* A duration of less than a microsecond counts as one: zero stands for a span that did not end. */
static uint64_t duration_us(const otelmq_span_data *span)
{
    uint64_t start = span->start_time_unix_nano;
    uint64_t end = span->end_time_unix_nano;
    uint64_t duration = end > start ? (end - start) / NANO_PER_MICRO : 0;
    return duration > 0 ? duration : 1;
}

static void add_annotation(otelmq_json_writer *json, const otelmq_event_data *event)
{
    otelmq_buffer value;
    otelmq_buffer_init(&value);
    otelmq_zipkin_format_event(&value, event);
    json->out->failed = json->out->failed || !otelmq_buffer_is_complete(&value);
    otelmq_json_open_object(json, NULL);
    otelmq_json_add_number(json, "timestamp", event->time_unix_nano / NANO_PER_MICRO);
    otelmq_json_add_text(json, "value", otelmq_buffer_str(&value));
    otelmq_json_close_object(json);
    otelmq_buffer_clean(&value);
}

static void add_annotations(otelmq_json_writer *json, const otelmq_span_data *span)
{
    if (span->event_count == 0) {
        return;
    }
    otelmq_json_open_array(json, "annotations");
    for (uint32_t i = 0; i < span->event_count; i++) {
        add_annotation(json, &span->events[i]);
    }
    otelmq_json_close_array(json);
}

static void add_span(otelmq_json_writer *json, const otelmq_span_data *span)
{
    const char *kind = kind_name(span->kind);
    otelmq_json_open_object(json, NULL);
    add_ids(json, span);
    otelmq_json_add_text(json, "name", span->name);
    if (kind != NULL) {
        otelmq_json_add_text(json, "kind", otelmq_str_from(kind));
    }
    otelmq_json_add_number(json, "timestamp", span->start_time_unix_nano / NANO_PER_MICRO);
    otelmq_json_add_number(json, "duration", duration_us(span));
    otelmq_zipkin_add_local_endpoint(json, span);
    otelmq_zipkin_add_remote_endpoint(json, span);
    add_annotations(json, span);
    otelmq_zipkin_add_tags(json, span);
    otelmq_json_close_object(json);
}

otelmq_status otelmq_zipkin_add_spans(otelmq_buffer *text, const otelmq_span_data *const spans[],
                                      size_t count)
{
    otelmq_json_writer json;
    otelmq_json_writer_init(&json, text);
    otelmq_json_open_array(&json, NULL);
    for (size_t i = 0; i < count; i++) {
        add_span(&json, spans[i]);
    }
    otelmq_json_close_array(&json);
    return otelmq_buffer_is_complete(text) ? OTELMQ_OK : OTELMQ_ERROR_NO_MEMORY;
}
