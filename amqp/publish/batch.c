/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The spans of a batch: each message gets the context of its own create span, which ends at once,
 * and the one send span has links to them. A message that brings a context of its own keeps that,
 * and the send is linked to it in the same way.
 */
#include <otelmq/amqp_carrier.h>

#include "amqp/connection_state.h"
#include "amqp/errors.h"
#include "amqp/frames/extract.h"
#include "amqp/frames/watch.h"
#include "amqp/properties.h"
#include "amqp/publish/call.h"
#include "amqp/publish/published.h"
#include "amqp/text.h"
#include "base/utf8.h"

typedef struct {
    otelmq_amqp_connection *connection;
    amqp_channel_t channel;
    const otelmq_amqp_publishing *messages;
    size_t count;
    bool is_one_destination;
    bool is_one_id;
    bool is_one_conversation;
    bool has_destinations; /* there is memory for those of each, which differ */
    otelmq_amqp_batch_scratch scratch;
    size_t link_count;
    otelmq_messaging_send send; /* of the batch */
} batch_call;

static otelmq_str message_id(const otelmq_amqp_publishing *message)
{
    return otelmq_amqp_properties_message_id(message->properties);
}

static otelmq_str conversation_id(const otelmq_amqp_publishing *message)
{
    return otelmq_amqp_properties_correlation_id(message->properties);
}

static void compare(batch_call *self)
{
    const otelmq_amqp_publishing *first = self->messages;
    self->is_one_destination = true;
    self->is_one_id = true;
    self->is_one_conversation = true;
    for (size_t i = 1; i < self->count; i++) {
        const otelmq_amqp_publishing *message = &self->messages[i];
        self->is_one_destination &=
            otelmq_amqp_bytes_equal(message->exchange, first->exchange) &&
            otelmq_amqp_bytes_equal(message->routing_key, first->routing_key);
        self->is_one_id &= otelmq_str_equal(message_id(message), message_id(first));
        self->is_one_conversation &=
            otelmq_str_equal(conversation_id(message), conversation_id(first));
    }
    self->has_destinations =
        !self->is_one_destination &&
        otelmq_amqp_batch_scratch_reserve_destinations(&self->scratch, self->count);
}

static bool has_own_context(const batch_call *self, const otelmq_amqp_publishing *message)
{
    const otelmq_context *own =
        otelmq_amqp_extract_under(self->connection, otelmq_context_root(), message->properties);
    bool has_own = otelmq_span_context_is_valid(otelmq_context_span_context(own));
    otelmq_context_release(own);
    return has_own;
}

/* Without a span of its own, a message gets the context of the send. */
static otelmq_messaging_send create(const batch_call *self, const otelmq_amqp_publishing *message)
{
    otelmq_messaging_client *client = self->connection->client;
    if (otelmq_messaging_client_options(client)->omits_create_spans &&
        !has_own_context(self, message)) {
        return (otelmq_messaging_send){.span = NULL};
    }
    otelmq_amqp_described described;
    otelmq_amqp_describe(&described, self->connection, message, "create");
    otelmq_messaging_send created = otelmq_messaging_create_start(
        client, &described.operation, otelmq_amqp_publishing_carrier(message));
    otelmq_span_retain(created.span);
    otelmq_messaging_operation_end(created.span, NULL, NULL);
    return created;
}

static void add_text(otelmq_link *link, otelmq_amqp_link_attributes *attributes, const char *key,
                     otelmq_str text)
{
    if (!otelmq_str_is_empty(text) && otelmq_utf8_is_valid(text)) {
        attributes->items[link->attribute_count++] = otelmq_attribute_string(key, text);
    }
}

static void add_destination(const batch_call *self, otelmq_link *link,
                            otelmq_amqp_link_attributes *attributes, size_t index)
{
    const otelmq_amqp_publishing *message = &self->messages[index];
    otelmq_amqp_destination *destination = &self->scratch.destinations[index];
    otelmq_amqp_destination_published(destination, message->exchange, message->routing_key);
    add_text(link, attributes, "messaging.destination.name",
             otelmq_amqp_destination_str(destination));
    add_text(link, attributes, "messaging.rabbitmq.destination.routing_key",
             otelmq_amqp_str(message->routing_key));
}

/* What is not the same for all is told by the links. */
static void link_message(batch_call *self, size_t index)
{
    const otelmq_amqp_publishing *message = &self->messages[index];
    otelmq_amqp_link_attributes *attributes = &self->scratch.link_attributes[index];
    otelmq_link link = {.span_context = *otelmq_span_get_context(self->scratch.sends[index].span),
                        .attributes = attributes->items};
    if (!self->is_one_id) {
        add_text(&link, attributes, "messaging.message.id", message_id(message));
    }
    if (!self->is_one_conversation) {
        add_text(&link, attributes, "messaging.message.conversation_id", conversation_id(message));
    }
    if (self->has_destinations) {
        add_destination(self, &link, attributes, index);
    }
    self->scratch.links[self->link_count++] = link;
}

static void start_creates(batch_call *self)
{
    for (size_t i = 0; i < self->count; i++) {
        self->scratch.sends[i] = create(self, &self->messages[i]);
        if (self->scratch.sends[i].span != NULL) {
            link_message(self, i);
        }
    }
}

/* What all of the messages have in common. */
static void describe(const batch_call *self, otelmq_amqp_described *described)
{
    otelmq_amqp_publishing common = {.properties = NULL};
    if (self->is_one_destination) {
        common.exchange = self->messages->exchange;
        common.routing_key = self->messages->routing_key;
    }
    otelmq_amqp_describe(described, self->connection, &common, "publish");
    if (!self->is_one_destination) {
        described->operation.destination = (otelmq_str){NULL, 0};
        described->operation.has_several_destinations = true;
    }
    otelmq_str none = {NULL, 0};
    otelmq_amqp_attributes_add_ids(
        &described->attributes, self->is_one_id ? message_id(self->messages) : none,
        self->is_one_conversation ? conversation_id(self->messages) : none);
    described->operation.attribute_count = described->attributes.count;
    described->operation.message_count = self->count;
}

/*
 * The kind is CLIENT when every message has a context of another span, which is what links at the
 * start stand for; those to the contexts of some of them come after it.
 */
static void start_send(batch_call *self)
{
    otelmq_amqp_described described;
    describe(self, &described);
    bool injects_own = self->link_count < self->count;
    if (!injects_own) {
        described.operation.links = self->scratch.links;
        described.operation.link_count = self->link_count;
    }
    self->send = otelmq_messaging_send_start(self->connection->client, &described.operation,
                                             otelmq_amqp_table_carrier(NULL));
    for (size_t i = 0; injects_own && i < self->link_count; i++) {
        otelmq_span_add_link(self->send.span, &self->scratch.links[i]);
    }
}

/* Up to the first that fails; *published counts. */
static int publish_each(const batch_call *self, otelmq_amqp_batch *batch, size_t *published)
{
    int status = AMQP_STATUS_OK;
    for (*published = 0; *published < self->count; (*published)++) {
        const otelmq_amqp_publishing *message = &self->messages[*published];
        const otelmq_messaging_send *own = &self->scratch.sends[*published];
        const otelmq_messaging_send *send = own->span != NULL ? own : &self->send;
        status = otelmq_amqp_publish_injected(self->connection, self->channel, message, send);
        if (status != AMQP_STATUS_OK) {
            break;
        }
        otelmq_amqp_batch_published(self->connection, self->channel, message, send, self->send.span,
                                    batch);
    }
    return status;
}

static void end_send(const batch_call *self, otelmq_amqp_batch *batch, size_t published, int status)
{
    otelmq_amqp_connection *connection = self->connection;
    otelmq_amqp_error error = otelmq_amqp_error_from_status(status);
    if (batch == NULL) {
        otelmq_messaging_send_end(connection->client, self->send.span, error.type,
                                  error.description);
        return;
    }
    for (size_t i = published; i < self->count; i++) {
        otelmq_amqp_batch_settle(&connection->batches, connection->client, batch, error.type);
    }
}

static otelmq_amqp_batch *begin_waiting(const batch_call *self)
{
    otelmq_amqp_connection *connection = self->connection;
    bool waits = otelmq_amqp_is_answered(connection, self->channel) &&
                 !otelmq_messaging_client_options(connection->client)->ends_send_at_return;
    return waits ? otelmq_amqp_batches_add(&connection->batches, self->send.span, self->count)
                 : NULL;
}

static int publish_traced(batch_call *self, size_t *published)
{
    compare(self);
    start_creates(self);
    start_send(self);
    otelmq_amqp_batch *batch = begin_waiting(self);
    int status = publish_each(self, batch, published);
    end_send(self, batch, *published, status);
    for (size_t i = 0; i < self->count; i++) {
        otelmq_span_release(self->scratch.sends[i].span);
    }
    return otelmq_amqp_watch_status(self->connection, status);
}

/* Each for itself, when spans are off or there is no memory for those of a batch. */
static int publish_singly(const batch_call *self, size_t *published)
{
    int status = AMQP_STATUS_OK;
    for (*published = 0; *published < self->count && status == AMQP_STATUS_OK;) {
        const otelmq_amqp_publishing *message = &self->messages[*published];
        status = otelmq_amqp_basic_publish(self->connection, self->channel, message->exchange,
                                           message->routing_key, message->mandatory,
                                           message->immediate, message->properties, message->body);
        *published += status == AMQP_STATUS_OK ? 1 : 0;
    }
    return status;
}

/* The scratch is taken out meanwhile: a hook may publish a batch as well. */
static int publish(batch_call *self, size_t *published)
{
    otelmq_amqp_connection *connection = self->connection;
    if (self->count == 0 || otelmq_messaging_is_off(connection->client)) {
        return publish_singly(self, published);
    }
    self->scratch = connection->batch_scratch;
    connection->batch_scratch = (otelmq_amqp_batch_scratch){.capacity = 0};
    int status = otelmq_amqp_batch_scratch_reserve(&self->scratch, self->count)
                     ? publish_traced(self, published)
                     : publish_singly(self, published);
    otelmq_amqp_batch_scratch_clean(&connection->batch_scratch);
    connection->batch_scratch = self->scratch;
    return status;
}

int otelmq_amqp_basic_publish_batch(otelmq_amqp_connection *connection, amqp_channel_t channel,
                                    const otelmq_amqp_publishing messages[], size_t count,
                                    size_t *published)
{
    size_t went_out = 0;
    int status = AMQP_STATUS_INVALID_PARAMETER;
    if (connection != NULL && (messages != NULL || count == 0)) {
        otelmq_amqp_deliveries_expire(connection);
        batch_call call = {
            .connection = connection, .channel = channel, .messages = messages, .count = count};
        status = publish(&call, &went_out);
    }
    if (published != NULL) {
        *published = went_out;
    }
    return status;
}
