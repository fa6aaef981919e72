/* SPDX-License-Identifier: Apache-2.0 */
#include "export/otlp/json_spans.h"

#include "export/otlp/encode.h"
#include "export/otlp/json_attributes.h"
#include "export/otlp/span_groups.h"

static void add_unless_zero(otelmq_json_writer *json, const char *name, uint32_t number)
{
    if (number != 0) {
        otelmq_json_add_uint32(json, name, number);
    }
}

static void add_unless_empty(otelmq_json_writer *json, const char *name, otelmq_str text)
{
    if (text.len > 0) {
        otelmq_json_add_text(json, name, text);
    }
}

static void add_ids(otelmq_json_writer *json, const otelmq_span_context *context)
{
    otelmq_json_add_hex(json, "traceId", context->trace_id.bytes, sizeof(context->trace_id.bytes));
    otelmq_json_add_hex(json, "spanId", context->span_id.bytes, sizeof(context->span_id.bytes));
    if (context->tracestate != NULL) {
        add_unless_empty(json, "traceState", otelmq_tracestate_text(context->tracestate));
    }
}

static void add_event(otelmq_json_writer *json, const otelmq_event_data *event)
{
    otelmq_json_open_object(json, NULL);
    otelmq_json_add_uint64(json, "timeUnixNano", event->time_unix_nano);
    add_unless_empty(json, "name", event->name);
    otelmq_otlp_json_add_attributes(json, event->attributes, event->attribute_count);
    add_unless_zero(json, "droppedAttributesCount", event->dropped_attribute_count);
    otelmq_json_close_object(json);
}

static void add_events(otelmq_json_writer *json, const otelmq_span_data *span)
{
    if (span->event_count > 0) {
        otelmq_json_open_array(json, "events");
        for (size_t i = 0; i < span->event_count; i++) {
            add_event(json, &span->events[i]);
        }
        otelmq_json_close_array(json);
    }
    add_unless_zero(json, "droppedEventsCount", span->dropped_event_count);
}

static void add_link(otelmq_json_writer *json, const otelmq_link_data *link)
{
    const otelmq_span_context *context = &link->span_context;
    otelmq_json_open_object(json, NULL);
    add_ids(json, context);
    otelmq_otlp_json_add_attributes(json, link->attributes, link->attribute_count);
    add_unless_zero(json, "droppedAttributesCount", link->dropped_attribute_count);
    otelmq_json_add_uint32(json, "flags",
                           otelmq_otlp_flags(context->trace_flags, context->is_remote));
    otelmq_json_close_object(json);
}

static void add_links(otelmq_json_writer *json, const otelmq_span_data *span)
{
    if (span->link_count > 0) {
        otelmq_json_open_array(json, "links");
        for (size_t i = 0; i < span->link_count; i++) {
            add_link(json, &span->links[i]);
        }
        otelmq_json_close_array(json);
    }
    add_unless_zero(json, "droppedLinksCount", span->dropped_link_count);
}

static void add_status(otelmq_json_writer *json, const otelmq_span_data *span)
{
    if (span->status == OTELMQ_STATUS_UNSET && span->status_description.len == 0) {
        return;
    }
    otelmq_json_open_object(json, "status");
    add_unless_empty(json, "message", span->status_description);
    add_unless_zero(json, "code", (uint32_t)span->status);
    otelmq_json_close_object(json);
}

static void add_span(otelmq_json_writer *json, const otelmq_span_data *span)
{
    otelmq_json_open_object(json, NULL);
    add_ids(json, &span->span_context);
    if (otelmq_span_id_is_valid(span->parent_span_id)) {
        otelmq_json_add_hex(json, "parentSpanId", span->parent_span_id.bytes,
                            sizeof(span->parent_span_id.bytes));
    }
    otelmq_json_add_uint32(
        json, "flags", otelmq_otlp_flags(span->span_context.trace_flags, span->parent_is_remote));
    add_unless_empty(json, "name", span->name);
    add_unless_zero(json, "kind", (uint32_t)span->kind);
    otelmq_json_add_uint64(json, "startTimeUnixNano", span->start_time_unix_nano);
    otelmq_json_add_uint64(json, "endTimeUnixNano", span->end_time_unix_nano);
    otelmq_otlp_json_add_attributes(json, span->attributes, span->attribute_count);
    add_unless_zero(json, "droppedAttributesCount", span->dropped_attribute_count);
    add_events(json, span);
    add_links(json, span);
    add_status(json, span);
    otelmq_json_close_object(json);
}

static void add_scope(otelmq_json_writer *json, const otelmq_instrumentation_scope *scope)
{
    if (scope != NULL) {
        otelmq_json_open_object(json, "scope");
        add_unless_empty(json, "name", scope->name);
        add_unless_empty(json, "version", scope->version);
        otelmq_otlp_json_add_attributes(json, scope->attributes, scope->attribute_count);
        otelmq_json_close_object(json);
    }
}

static void add_group(otelmq_json_writer *json, const otelmq_span_groups *groups,
                      const otelmq_span_group *group)
{
    otelmq_json_open_object(json, NULL);
    add_scope(json, group->scope);
    otelmq_json_open_array(json, "spans");
    for (size_t i = 0; i < group->count; i++) {
        add_span(json, groups->spans[group->first + i]);
    }
    otelmq_json_close_array(json);
    if (group->scope != NULL) {
        add_unless_empty(json, "schemaUrl", group->scope->schema_url);
    }
    otelmq_json_close_object(json);
}

static void open_resource(otelmq_json_writer *json, const otelmq_resource *resource)
{
    otelmq_json_open_object(json, NULL);
    if (resource != NULL) {
        size_t count = 0;
        const otelmq_attribute *attributes = otelmq_resource_attributes(resource, &count);
        otelmq_json_open_object(json, "resource");
        otelmq_otlp_json_add_attributes(json, attributes, count);
        otelmq_json_close_object(json);
        add_unless_empty(json, "schemaUrl", otelmq_str_from(otelmq_resource_schema_url(resource)));
    }
    otelmq_json_open_array(json, "scopeSpans");
}

static void close_resource(otelmq_json_writer *json)
{
    otelmq_json_close_array(json);
    otelmq_json_close_object(json);
}

static void add_groups(otelmq_json_writer *json, const otelmq_span_groups *groups)
{
    for (size_t i = 0; i < groups->group_count; i++) {
        if (otelmq_span_groups_starts_resource(groups, i)) {
            open_resource(json, groups->groups[i].resource);
        }
        add_group(json, groups, &groups->groups[i]);
        if (otelmq_span_groups_ends_resource(groups, i)) {
            close_resource(json);
        }
    }
}

otelmq_status otelmq_otlp_json_add_spans(otelmq_buffer *out, const otelmq_span_data *const spans[],
                                         size_t count)
{
    otelmq_span_groups groups;
    otelmq_status status = otelmq_span_groups_init(&groups, spans, count);
    if (status != OTELMQ_OK) {
        return status;
    }
    otelmq_json_writer json;
    otelmq_json_writer_init(&json, out);
    otelmq_json_open_object(&json, NULL);
    otelmq_json_open_array(&json, "resourceSpans");
    add_groups(&json, &groups);
    otelmq_json_close_array(&json);
    otelmq_json_close_object(&json);
    otelmq_span_groups_clean(&groups);
    return otelmq_buffer_is_complete(out) ? OTELMQ_OK : OTELMQ_ERROR_NO_MEMORY;
}
