/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Everything is passed at the span's start, where samplers see it, from arrays on the stack. What a
 * broker adds beyond the room here is set afterwards, so that nothing is lost; and so are headers,
 * which cost the more and are not for samplers.
 */
#include "messaging/operation.h"

#include "messaging/captured_headers.h"
#include "messaging/span_name.h"
#include "trace/span_template.h"

enum { ATTRIBUTES_AT_START = 32 };

typedef struct {
    otelmq_attribute items[ATTRIBUTES_AT_START];
    size_t count;
} attribute_list;

/* The values of messaging.operation.type and, in the conventions 1.24, of messaging.operation. */
static const struct {
    const char *name;
    const char *old_name;
} TYPES[] = {
    [OTELMQ_MESSAGING_CREATE] = {"create", "create"},
    [OTELMQ_MESSAGING_SEND] = {"send", "publish"},
    [OTELMQ_MESSAGING_RECEIVE] = {"receive", "receive"},
    [OTELMQ_MESSAGING_PROCESS] = {"process", "deliver"},
    [OTELMQ_MESSAGING_SETTLE] = {"settle", "settle"},
};

static void add(attribute_list *list, otelmq_attribute attribute)
{
    list->items[list->count++] = attribute;
}

/* Inline, so that the length of the key costs nothing. */
static inline void add_text(attribute_list *list, const char *key, const char *text)
{
    add(list, otelmq_attribute_string(key, otelmq_str_from(text)));
}

static void add_destination(attribute_list *list, const otelmq_messaging_operation *operation,
                            const otelmq_operation_frame *frame,
                            const otelmq_named_destination *destination)
{
    if (!otelmq_str_is_empty(destination->name)) {
        add(list, otelmq_attribute_string("messaging.destination.name", destination->name));
    }
    if (!otelmq_str_is_empty(destination->template)) {
        add(list, otelmq_attribute_string("messaging.destination.template", destination->template));
    }
    if (operation->is_anonymous && frame->type != OTELMQ_MESSAGING_SETTLE) {
        add(list, otelmq_attribute_bool("messaging.destination.anonymous", true));
    }
    if (operation->is_temporary && frame->type != OTELMQ_MESSAGING_SETTLE) {
        add(list, otelmq_attribute_bool("messaging.destination.temporary", true));
    }
}

static void add_server(attribute_list *list, const otelmq_messaging_client *client)
{
    if (client->address == NULL) {
        return;
    }
    add_text(list, "server.address", client->address);
    if (client->port != 0) {
        add(list, otelmq_attribute_int("server.port", client->port));
    }
}

static void add_sizes(attribute_list *list, const otelmq_messaging_operation *operation)
{
    add(list, otelmq_attribute_int("messaging.message.body.size", (int64_t)operation->body_size));
    if (operation->envelope_size > 0) {
        add(list, otelmq_attribute_int("messaging.message.envelope.size",
                                       (int64_t)operation->envelope_size));
    }
}

/* (Conventions 1.24, messaging-spans.md, "Messaging attributes".) */
static void add_old_names(attribute_list *list, const otelmq_messaging_operation *operation,
                          otelmq_messaging_operation_type type)
{
    add_text(list, "messaging.operation", TYPES[type].old_name);
    for (size_t i = 0; i < operation->attribute_count; i++) {
        otelmq_attribute attribute = operation->attributes[i];
        if (otelmq_str_equal(attribute.key, OTELMQ_STR("messaging.client.id"))) {
            add(list, otelmq_attribute_of("messaging.client_id", attribute.value));
            return;
        }
    }
}

/* What is the same for all operations of this kind on this destination. */
static void add_common(attribute_list *list, const otelmq_messaging_client *client,
                       const otelmq_messaging_operation *operation,
                       const otelmq_operation_frame *frame,
                       const otelmq_named_destination *destination)
{
    add_text(list, "messaging.system", client->system);
    add_text(list, "messaging.operation.name", operation->name);
    add_text(list, "messaging.operation.type", TYPES[frame->type].name);
    add_destination(list, operation, frame, destination);
    add_server(list, client);
    if (client->adds_old_names) {
        add_old_names(list, operation, frame->type);
    }
}

static void add_counts(attribute_list *list, const otelmq_messaging_client *client,
                       const otelmq_messaging_operation *operation,
                       const otelmq_operation_frame *frame)
{
    if (operation->message_count > 0) {
        add(list, otelmq_attribute_int("messaging.batch.message_count",
                                       (int64_t)operation->message_count));
    }
    if (client->options.records_sizes && frame->has_message) {
        add_sizes(list, operation);
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

/* The links of the rules go first, where there are any; there is one list for the start. */
static size_t choose_links(otelmq_span_options *options,
                           const otelmq_messaging_operation *operation,
                           const otelmq_operation_frame *frame)
{
    bool has_own = frame->link_count > 0;
    options->links = has_own ? frame->links : operation->links;
    options->link_count = has_own ? frame->link_count : operation->link_count;
    return has_own ? 0 : operation->link_count;
}

/* What is left over of an operation when its span has started. */
typedef struct {
    size_t attributes_taken;
    size_t links_taken;
} taken_at_start;

static otelmq_span *start(const otelmq_messaging_client *client,
                          const otelmq_messaging_operation *operation,
                          const otelmq_operation_frame *frame, attribute_list *list,
                          const char *name, taken_at_start *taken)
{
    add_counts(list, client, operation, frame);
    taken->attributes_taken = add_own(list, operation);
    otelmq_span_options options = {.kind = frame->kind,
                                   .parent = frame->parent,
                                   .attributes = list->items,
                                   .attribute_count = list->count,
                                   .start_time_unix_nano = operation->start_time_unix_nano};
    taken->links_taken = choose_links(&options, operation, frame);
    otelmq_span_template *prepared = operation->prepared;
    return frame->seed != NULL
               ? otelmq_span_seed_start_templated(frame->seed, client->tracer, prepared, name,
                                                  &options)
               : otelmq_tracer_start_templated(client->tracer, prepared, name, &options);
}

static otelmq_span *start_unprepared(const otelmq_messaging_client *client,
                                     const otelmq_messaging_operation *operation,
                                     const otelmq_operation_frame *frame, attribute_list *list,
                                     taken_at_start *taken)
{
    char name[OTELMQ_SPAN_NAME_SIZE];
    otelmq_named_destination destination = otelmq_named_destination_of(client, operation);
    otelmq_span_name_format(name, client, operation, &destination);
    add_common(list, client, operation, frame, &destination);
    return start(client, operation, frame, list, name, taken);
}

otelmq_span *otelmq_operation_start(const otelmq_messaging_client *client,
                                    const otelmq_messaging_operation *operation,
                                    const otelmq_operation_frame *frame)
{
    attribute_list list;
    list.count = 0;
    taken_at_start taken;
    otelmq_span *span = operation->prepared != NULL
                            ? start(client, operation, frame, &list, NULL, &taken)
                            : start_unprepared(client, operation, frame, &list, &taken);
    for (size_t i = taken.attributes_taken; i < operation->attribute_count; i++) {
        otelmq_span_set_attribute(span, operation->attributes[i]);
    }
    for (size_t i = taken.links_taken; i < operation->link_count; i++) {
        otelmq_span_add_link(span, &operation->links[i]);
    }
    if (frame->has_message) {
        otelmq_captured_headers_record(
            client, span, &(otelmq_messaging_batch_message){.headers = frame->headers}, 1);
    }
    return span;
}

otelmq_messaging_prepared *
otelmq_messaging_prepare_send(const otelmq_messaging_client *client,
                              const otelmq_messaging_operation *operation)
{
    if (client->options.destination_template != NULL) {
        return NULL;
    }
    char name[OTELMQ_SPAN_NAME_SIZE];
    otelmq_named_destination destination = otelmq_named_destination_of(client, operation);
    otelmq_span_name_format(name, client, operation, &destination);
    attribute_list list;
    list.count = 0;
    otelmq_operation_frame frame = {.type = OTELMQ_MESSAGING_SEND};
    add_common(&list, client, operation, &frame, &destination);
    bool has_room = add_own(&list, operation) == operation->attribute_count;
    return has_room ? otelmq_span_template_create(otelmq_str_from(name), list.items, list.count)
                    : NULL;
}

void otelmq_messaging_prepared_release(otelmq_messaging_prepared *prepared)
{
    if (prepared != NULL) {
        otelmq_span_template_destroy(prepared);
    }
}

void otelmq_operation_set_error(otelmq_span *span, const char *error_type, const char *description)
{
    if (error_type != NULL) {
        otelmq_span_set_string(span, "error.type", otelmq_str_from(error_type));
        otelmq_span_set_status(span, OTELMQ_STATUS_ERROR, description);
    }
}

void otelmq_messaging_operation_end(otelmq_span *span, const char *error_type,
                                    const char *description)
{
    otelmq_operation_set_error(span, error_type, description);
    otelmq_span_end(span);
}
