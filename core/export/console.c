/* SPDX-License-Identifier: Apache-2.0 */
#include "export/console_text.h"

#include <otelmq/exporter.h>

static const char SPAN_INDENT[] = "    ";
static const char DETAIL_INDENT[] = "        ";

static const char *kind_name(otelmq_span_kind kind)
{
    switch (kind) {
    case OTELMQ_SPAN_SERVER:
        return "server";
    case OTELMQ_SPAN_CLIENT:
        return "client";
    case OTELMQ_SPAN_PRODUCER:
        return "producer";
    case OTELMQ_SPAN_CONSUMER:
        return "consumer";
    case OTELMQ_SPAN_INTERNAL:
        break;
    }
    return "internal";
}

static void add_trace_id(otelmq_buffer *line, otelmq_trace_id id)
{
    char hex[OTELMQ_TRACE_ID_HEX_SIZE];
    otelmq_trace_id_format(id, hex);
    otelmq_buffer_add_text(line, hex);
}

static void add_span_id(otelmq_buffer *line, otelmq_span_id id)
{
    char hex[OTELMQ_SPAN_ID_HEX_SIZE];
    otelmq_span_id_format(id, hex);
    otelmq_buffer_add_text(line, hex);
}

static void add_attributes(otelmq_buffer *text, const char *indent,
                           const otelmq_attribute attributes[], uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        otelmq_buffer_add_text(text, indent);
        otelmq_console_add_text(text, attributes[i].key);
        otelmq_buffer_add_text(text, " = ");
        otelmq_console_add_value(text, &attributes[i].value);
        otelmq_buffer_add_char(text, '\n');
    }
}

static void add_service(otelmq_buffer *line, const otelmq_resource *resource)
{
    size_t count = 0;
    const otelmq_attribute *attributes = otelmq_resource_attributes(resource, &count);
    for (size_t i = 0; i < count; i++) {
        bool is_service = otelmq_str_equal(attributes[i].key, OTELMQ_STR("service.name"));
        if (is_service && attributes[i].value.type == OTELMQ_VALUE_STRING) {
            otelmq_console_add_text(line, attributes[i].value.as.string);
            otelmq_buffer_add_text(line, ": ");
        }
    }
}

static void add_status(otelmq_buffer *line, const otelmq_span_data *span)
{
    if (span->status == OTELMQ_STATUS_OK) {
        otelmq_buffer_add_text(line, "  ok");
    } else if (span->status == OTELMQ_STATUS_ERROR) {
        otelmq_buffer_add_text(line, "  error");
        otelmq_buffer_add_text(line, span->status_description.len > 0 ? ": " : "");
        otelmq_console_add_text(line, span->status_description);
    }
}

static uint64_t difference(uint64_t from, uint64_t until)
{
    return until > from ? until - from : 0;
}

static void add_headline(otelmq_buffer *line, const otelmq_span_data *span)
{
    otelmq_console_add_time(line, span->start_time_unix_nano);
    otelmq_buffer_add_text(line, "  ");
    add_service(line, span->resource);
    otelmq_console_add_text(line, span->name);
    otelmq_buffer_add_text(line, "  ");
    otelmq_buffer_add_text(line, kind_name(span->kind));
    otelmq_buffer_add_text(line, "  ");
    otelmq_console_add_ms(line, difference(span->start_time_unix_nano, span->end_time_unix_nano));
    otelmq_buffer_add_text(line, "  trace ");
    add_trace_id(line, span->span_context.trace_id);
    otelmq_buffer_add_text(line, "  span ");
    add_span_id(line, span->span_context.span_id);
    if (otelmq_span_id_is_valid(span->parent_span_id)) {
        otelmq_buffer_add_text(line, span->parent_is_remote ? "  remote parent " : "  parent ");
        add_span_id(line, span->parent_span_id);
    }
    add_status(line, span);
    otelmq_buffer_add_char(line, '\n');
}

static void add_event(otelmq_buffer *text, const otelmq_event_data *event, uint64_t start)
{
    otelmq_buffer_add_text(text, SPAN_INDENT);
    otelmq_buffer_add_text(text, "event ");
    otelmq_console_add_text(text, event->name);
    otelmq_buffer_add_text(text, "  after ");
    otelmq_console_add_ms(text, difference(start, event->time_unix_nano));
    otelmq_buffer_add_char(text, '\n');
    add_attributes(text, DETAIL_INDENT, event->attributes, event->attribute_count);
}

static void add_link(otelmq_buffer *text, const otelmq_link_data *link)
{
    otelmq_buffer_add_text(text, SPAN_INDENT);
    otelmq_buffer_add_text(text, "link to trace ");
    add_trace_id(text, link->span_context.trace_id);
    otelmq_buffer_add_text(text, "  span ");
    add_span_id(text, link->span_context.span_id);
    otelmq_buffer_add_char(text, '\n');
    add_attributes(text, DETAIL_INDENT, link->attributes, link->attribute_count);
}

static void add_dropped(otelmq_buffer *text, const otelmq_span_data *span)
{
    const struct {
        uint32_t count;
        const char *what;
    } dropped[] = {
        {span->dropped_attribute_count, "attributes"},
        {span->dropped_event_count, "events"},
        {span->dropped_link_count, "links"},
    };
    for (size_t i = 0; i < sizeof(dropped) / sizeof(dropped[0]); i++) {
        if (dropped[i].count > 0) {
            otelmq_buffer_add_text(text, SPAN_INDENT);
            otelmq_buffer_add_uint(text, dropped[i].count);
            otelmq_buffer_add_char(text, ' ');
            otelmq_buffer_add_text(text, dropped[i].what);
            otelmq_buffer_add_text(text, " dropped\n");
        }
    }
}

static void add_span(otelmq_buffer *text, const otelmq_span_data *span)
{
    add_headline(text, span);
    add_attributes(text, SPAN_INDENT, span->attributes, span->attribute_count);
    for (uint32_t i = 0; i < span->event_count; i++) {
        add_event(text, &span->events[i], span->start_time_unix_nano);
    }
    for (uint32_t i = 0; i < span->link_count; i++) {
        add_link(text, &span->links[i]);
    }
    add_dropped(text, span);
}

/* One write for the batch, so that it does not mix with what other threads print. */
static otelmq_status export_spans(void *self, const otelmq_span_data *const spans[], size_t count,
                                  uint32_t timeout_ms, otelmq_export_result *result)
{
    (void)timeout_ms;
    (void)result;
    FILE *stream = self;
    otelmq_buffer text;
    otelmq_buffer_init(&text);
    for (size_t i = 0; i < count; i++) {
        add_span(&text, spans[i]);
    }
    otelmq_status status = OTELMQ_OK;
    if (!otelmq_buffer_is_complete(&text)) {
        status = OTELMQ_ERROR_NO_MEMORY;
    } else if (fwrite(text.data, 1, text.len, stream) != text.len || fflush(stream) != 0) {
        status = OTELMQ_ERROR_IO;
    }
    otelmq_buffer_clean(&text);
    return status;
}

static const otelmq_exporter_ops console_ops = {.export_spans = export_spans};

otelmq_exporter otelmq_exporter_console(FILE *stream)
{
    return (otelmq_exporter){&console_ops, stream != NULL ? stream : stdout};
}
