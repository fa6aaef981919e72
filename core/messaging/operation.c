/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Everything is passed at the span's start, where samplers see it, from arrays on the stack. What a
 * broker adds beyond the room here is set afterwards, so that nothing is lost.
 */
#include "messaging/operation.h"

#include "base/utf8.h"

enum { ATTRIBUTES_AT_START = 24, NAME_SIZE = 640 };

typedef struct {
    otelmq_attribute items[ATTRIBUTES_AT_START];
    size_t count;
} attribute_list;

static const char *const TYPE_NAMES[] = {
    [OTELMQ_MESSAGING_SEND] = "send",
    [OTELMQ_MESSAGING_RECEIVE] = "receive",
    [OTELMQ_MESSAGING_PROCESS] = "process",
    [OTELMQ_MESSAGING_SETTLE] = "settle",
};

static void add(attribute_list *list, otelmq_attribute attribute)
{
    list->items[list->count++] = attribute;
}

/* Destinations are bytes that others chose; those that are not text stay out of span and name. */
static otelmq_str readable_destination(const otelmq_messaging_operation *operation)
{
    bool readable = otelmq_utf8_is_valid(operation->destination);
    return readable ? operation->destination : (otelmq_str){0};
}

/* "{operation} {destination}", or the operation alone: messaging-spans.md, "Span name". */
static void format_name(char name[NAME_SIZE], const char *operation, otelmq_str destination)
{
    size_t used = strnlen(operation, NAME_SIZE / 2);
    memcpy(name, operation, used);
    if (!otelmq_str_is_empty(destination)) {
        name[used++] = ' ';
        otelmq_str shown = otelmq_utf8_truncate(destination, NAME_SIZE - used - 1);
        memcpy(name + used, shown.data, shown.len);
        used += shown.len;
    }
    name[used] = '\0';
}

static void add_server(attribute_list *list, const otelmq_messaging_client *client)
{
    if (client->address == NULL) {
        return;
    }
    add(list, otelmq_attribute_string("server.address", otelmq_str_from(client->address)));
    if (client->port != 0) {
        add(list, otelmq_attribute_int("server.port", client->port));
    }
}

static void add_common(attribute_list *list, const otelmq_messaging_client *client,
                       const otelmq_messaging_operation *operation,
                       otelmq_messaging_operation_type type, otelmq_str destination)
{
    add(list, otelmq_attribute_string("messaging.system", otelmq_str_from(client->system)));
    add(list,
        otelmq_attribute_string("messaging.operation.name", otelmq_str_from(operation->name)));
    add(list,
        otelmq_attribute_string("messaging.operation.type", otelmq_str_from(TYPE_NAMES[type])));
    if (!otelmq_str_is_empty(destination)) {
        add(list, otelmq_attribute_string("messaging.destination.name", destination));
    }
    add_server(list, client);
    if (client->options.records_sizes && type != OTELMQ_MESSAGING_SETTLE) {
        add(list,
            otelmq_attribute_int("messaging.message.body.size", (int64_t)operation->body_size));
    }
}

/* Returns how many of the operation's own attributes found room. */
static size_t add_own(attribute_list *list, const otelmq_messaging_operation *operation)
{
    size_t room = ATTRIBUTES_AT_START - list->count;
    size_t taken = operation->attribute_count < room ? operation->attribute_count : room;
    for (size_t i = 0; i < taken; i++) {
        add(list, operation->attributes[i]);
    }
    return taken;
}

otelmq_span *otelmq_operation_start(const otelmq_messaging_client *client,
                                    const otelmq_messaging_operation *operation,
                                    const otelmq_operation_frame *frame)
{
    otelmq_str destination = readable_destination(operation);
    char name[NAME_SIZE];
    format_name(name, operation->name, destination);

    attribute_list list;
    list.count = 0;
    add_common(&list, client, operation, frame->type, destination);
    size_t taken = add_own(&list, operation);

    otelmq_span *span = otelmq_tracer_start_span(
        client->tracer, name,
        &(otelmq_span_options){.kind = frame->kind,
                               .parent = frame->parent,
                               .attributes = list.items,
                               .attribute_count = list.count,
                               .links = frame->links,
                               .link_count = frame->link_count,
                               .start_time_unix_nano = operation->start_time_unix_nano});
    for (size_t i = taken; i < operation->attribute_count; i++) {
        otelmq_span_set_attribute(span, operation->attributes[i]);
    }
    return span;
}

void otelmq_messaging_operation_end(otelmq_span *span, const char *error_type,
                                    const char *description)
{
    if (span == NULL) {
        return;
    }
    if (error_type != NULL) {
        otelmq_span_set_string(span, "error.type", otelmq_str_from(error_type));
        otelmq_span_set_status(span, OTELMQ_STATUS_ERROR, description);
    }
    otelmq_span_end(span);
}
