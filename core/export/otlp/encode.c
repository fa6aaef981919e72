/* SPDX-License-Identifier: Apache-2.0 */
/* Everything here is written back to front: the last field of a message comes first. */
#include "export/otlp/encode.h"

#include "export/otlp/encode_attributes.h"
#include "export/otlp/span_groups.h"

/* Field numbers. (opentelemetry-proto: trace_service.proto, trace.proto, common.proto.) */
enum { REQUEST_RESOURCE_SPANS = 1 };
enum {
    RESOURCE_SPANS_RESOURCE = 1,
    RESOURCE_SPANS_SCOPE_SPANS = 2,
    RESOURCE_SPANS_SCHEMA_URL = 3,
};
enum { RESOURCE_ATTRIBUTES = 1 };
enum { SCOPE_SPANS_SCOPE = 1, SCOPE_SPANS_SPANS = 2, SCOPE_SPANS_SCHEMA_URL = 3 };
enum { SCOPE_NAME = 1, SCOPE_VERSION = 2, SCOPE_ATTRIBUTES = 3 };
enum {
    SPAN_TRACE_ID = 1,
    SPAN_SPAN_ID = 2,
    SPAN_TRACE_STATE = 3,
    SPAN_PARENT_SPAN_ID = 4,
    SPAN_NAME = 5,
    SPAN_KIND = 6,
    SPAN_START_TIME = 7,
    SPAN_END_TIME = 8,
    SPAN_ATTRIBUTES = 9,
    SPAN_DROPPED_ATTRIBUTES = 10,
    SPAN_EVENTS = 11,
    SPAN_DROPPED_EVENTS = 12,
    SPAN_LINKS = 13,
    SPAN_DROPPED_LINKS = 14,
    SPAN_STATUS = 15,
    SPAN_FLAGS = 16,
};
enum { EVENT_TIME = 1, EVENT_NAME = 2, EVENT_ATTRIBUTES = 3, EVENT_DROPPED_ATTRIBUTES = 4 };
enum {
    LINK_TRACE_ID = 1,
    LINK_SPAN_ID = 2,
    LINK_TRACE_STATE = 3,
    LINK_ATTRIBUTES = 4,
    LINK_DROPPED_ATTRIBUTES = 5,
    LINK_FLAGS = 6,
};
enum { STATUS_MESSAGE = 2, STATUS_CODE = 3 };

enum { FLAG_HAS_IS_REMOTE = 0x100, FLAG_IS_REMOTE = 0x200 };

uint32_t otelmq_otlp_flags(uint8_t trace_flags, bool is_remote)
{
    return trace_flags | (uint32_t)FLAG_HAS_IS_REMOTE | (is_remote ? (uint32_t)FLAG_IS_REMOTE : 0);
}

/* Outside a oneof, proto3 leaves out what is zero or empty. */
static void add_unless_zero(otelmq_proto_writer *writer, uint32_t field, uint64_t number)
{
    if (number != 0) {
        otelmq_proto_writer_add_varint(writer, field, number);
    }
}

static void add_unless_empty(otelmq_proto_writer *writer, uint32_t field, otelmq_str text)
{
    if (text.len > 0) {
        otelmq_proto_writer_add_text(writer, field, text);
    }
}

static void add_ids(otelmq_proto_writer *writer, const otelmq_span_context *context)
{
    _Static_assert((int)SPAN_TRACE_ID == (int)LINK_TRACE_ID, "spans and links begin alike");
    _Static_assert((int)SPAN_TRACE_STATE == (int)LINK_TRACE_STATE, "spans and links begin alike");
    if (context->tracestate != NULL) {
        add_unless_empty(writer, SPAN_TRACE_STATE, otelmq_tracestate_text(context->tracestate));
    }
    otelmq_proto_writer_add_bytes(writer, SPAN_SPAN_ID, &context->span_id,
                                  sizeof(context->span_id));
    otelmq_proto_writer_add_bytes(writer, SPAN_TRACE_ID, &context->trace_id,
                                  sizeof(context->trace_id));
}

static void add_link(otelmq_proto_writer *writer, const otelmq_link_data *link)
{
    size_t end = otelmq_proto_writer_len(writer);
    const otelmq_span_context *context = &link->span_context;
    otelmq_proto_writer_add_fixed32(writer, LINK_FLAGS,
                                    otelmq_otlp_flags(context->trace_flags, context->is_remote));
    add_unless_zero(writer, LINK_DROPPED_ATTRIBUTES, link->dropped_attribute_count);
    otelmq_otlp_encode_attributes(writer, LINK_ATTRIBUTES, link->attributes, link->attribute_count);
    add_ids(writer, context);
    otelmq_proto_writer_close(writer, SPAN_LINKS, end);
}

static void add_event(otelmq_proto_writer *writer, const otelmq_event_data *event)
{
    size_t end = otelmq_proto_writer_len(writer);
    add_unless_zero(writer, EVENT_DROPPED_ATTRIBUTES, event->dropped_attribute_count);
    otelmq_otlp_encode_attributes(writer, EVENT_ATTRIBUTES, event->attributes,
                                  event->attribute_count);
    add_unless_empty(writer, EVENT_NAME, event->name);
    otelmq_proto_writer_add_fixed64(writer, EVENT_TIME, event->time_unix_nano);
    otelmq_proto_writer_close(writer, SPAN_EVENTS, end);
}

static void add_status(otelmq_proto_writer *writer, const otelmq_span_data *span)
{
    if (span->status == OTELMQ_STATUS_UNSET && span->status_description.len == 0) {
        return;
    }
    size_t end = otelmq_proto_writer_len(writer);
    add_unless_zero(writer, STATUS_CODE, (uint64_t)span->status);
    add_unless_empty(writer, STATUS_MESSAGE, span->status_description);
    otelmq_proto_writer_close(writer, SPAN_STATUS, end);
}

static void add_links(otelmq_proto_writer *writer, const otelmq_span_data *span)
{
    add_unless_zero(writer, SPAN_DROPPED_LINKS, span->dropped_link_count);
    for (size_t i = span->link_count; i > 0; i--) {
        add_link(writer, &span->links[i - 1]);
    }
}

static void add_events(otelmq_proto_writer *writer, const otelmq_span_data *span)
{
    add_unless_zero(writer, SPAN_DROPPED_EVENTS, span->dropped_event_count);
    for (size_t i = span->event_count; i > 0; i--) {
        add_event(writer, &span->events[i - 1]);
    }
}

/* A list of attributes that was written, and where: lengths of what was written before and then. */
typedef struct {
    const otelmq_attribute *attributes;
    size_t count;
    size_t begin;
    size_t end;
} written_list;

/* Spans that began with one template have one list: its bytes are those of the span before. */
static void add_attributes(otelmq_proto_writer *writer, const otelmq_span_data *span,
                           written_list *latest)
{
    if (span->attributes == latest->attributes && span->attribute_count == latest->count) {
        otelmq_proto_writer_repeat(writer, latest->begin, latest->end);
        return;
    }
    size_t begin = otelmq_proto_writer_len(writer);
    otelmq_otlp_encode_attributes(writer, SPAN_ATTRIBUTES, span->attributes, span->attribute_count);
    *latest = (written_list){span->attributes, span->attribute_count, begin,
                             otelmq_proto_writer_len(writer)};
}

static void add_span(otelmq_proto_writer *writer, const otelmq_span_data *span,
                     written_list *latest)
{
    size_t end = otelmq_proto_writer_len(writer);
    otelmq_proto_writer_add_fixed32(
        writer, SPAN_FLAGS,
        otelmq_otlp_flags(span->span_context.trace_flags, span->parent_is_remote));
    add_status(writer, span);
    add_links(writer, span);
    add_events(writer, span);
    add_unless_zero(writer, SPAN_DROPPED_ATTRIBUTES, span->dropped_attribute_count);
    add_attributes(writer, span, latest);
    otelmq_proto_writer_add_fixed64(writer, SPAN_END_TIME, span->end_time_unix_nano);
    otelmq_proto_writer_add_fixed64(writer, SPAN_START_TIME, span->start_time_unix_nano);
    add_unless_zero(writer, SPAN_KIND, (uint64_t)span->kind);
    add_unless_empty(writer, SPAN_NAME, span->name);
    if (otelmq_span_id_is_valid(span->parent_span_id)) {
        otelmq_proto_writer_add_bytes(writer, SPAN_PARENT_SPAN_ID, &span->parent_span_id,
                                      sizeof(span->parent_span_id));
    }
    add_ids(writer, &span->span_context);
    otelmq_proto_writer_close(writer, SCOPE_SPANS_SPANS, end);
}

static void add_scope(otelmq_proto_writer *writer, const otelmq_instrumentation_scope *scope)
{
    if (scope != NULL) {
        size_t end = otelmq_proto_writer_len(writer);
        otelmq_otlp_encode_attributes(writer, SCOPE_ATTRIBUTES, scope->attributes,
                                      scope->attribute_count);
        add_unless_empty(writer, SCOPE_VERSION, scope->version);
        add_unless_empty(writer, SCOPE_NAME, scope->name);
        otelmq_proto_writer_close(writer, SCOPE_SPANS_SCOPE, end);
    }
}

static void add_group(otelmq_proto_writer *writer, const otelmq_span_groups *groups,
                      const otelmq_span_group *group)
{
    size_t end = otelmq_proto_writer_len(writer);
    if (group->scope != NULL) {
        add_unless_empty(writer, SCOPE_SPANS_SCHEMA_URL, group->scope->schema_url);
    }
    written_list latest = {.count = 0};
    for (size_t i = group->count; i > 0; i--) {
        add_span(writer, groups->spans[group->first + i - 1], &latest);
    }
    add_scope(writer, group->scope);
    otelmq_proto_writer_close(writer, RESOURCE_SPANS_SCOPE_SPANS, end);
}

static void add_resource(otelmq_proto_writer *writer, const otelmq_resource *resource)
{
    if (resource != NULL) {
        size_t end = otelmq_proto_writer_len(writer);
        size_t count = 0;
        const otelmq_attribute *attributes = otelmq_resource_attributes(resource, &count);
        otelmq_otlp_encode_attributes(writer, RESOURCE_ATTRIBUTES, attributes, count);
        otelmq_proto_writer_close(writer, RESOURCE_SPANS_RESOURCE, end);
    }
}

static void add_schema_url(otelmq_proto_writer *writer, const otelmq_resource *resource)
{
    if (resource != NULL) {
        const char *schema_url = otelmq_resource_schema_url(resource);
        add_unless_empty(writer, RESOURCE_SPANS_SCHEMA_URL, otelmq_str_from(schema_url));
    }
}

static void add_groups(otelmq_proto_writer *writer, const otelmq_span_groups *groups)
{
    size_t end = otelmq_proto_writer_len(writer);
    for (size_t i = groups->group_count; i > 0; i--) {
        if (otelmq_span_groups_ends_resource(groups, i - 1)) {
            add_schema_url(writer, groups->groups[i - 1].resource);
        }
        add_group(writer, groups, &groups->groups[i - 1]);
        if (otelmq_span_groups_starts_resource(groups, i - 1)) {
            add_resource(writer, groups->groups[i - 1].resource);
            otelmq_proto_writer_close(writer, REQUEST_RESOURCE_SPANS, end);
            end = otelmq_proto_writer_len(writer);
        }
    }
}

otelmq_status otelmq_otlp_encode(otelmq_proto_writer *writer, const otelmq_span_data *const spans[],
                                 size_t count)
{
    otelmq_span_groups groups;
    otelmq_status status = otelmq_span_groups_init(&groups, spans, count);
    if (status != OTELMQ_OK) {
        return status;
    }
    otelmq_proto_writer_clear(writer);
    add_groups(writer, &groups);
    otelmq_span_groups_clean(&groups);
    return writer->status;
}
