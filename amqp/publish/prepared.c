/* SPDX-License-Identifier: Apache-2.0 */
#include "amqp/publish/prepared.h"

#include "amqp/connection_state.h"
#include "amqp/properties.h"

#include <stdlib.h>
#include <string.h>

static const char PUBLISH[] = "publish";

static const otelmq_messaging_operation NOTHING_KNOWN;

static inline bool is_same(amqp_bytes_t a, amqp_bytes_t b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.bytes, b.bytes, a.len) == 0);
}

static inline bool is_to(const otelmq_amqp_prepared_destination *item,
                         const otelmq_amqp_publishing *message)
{
    return is_same(item->routing_key, message->routing_key) &&
           is_same(item->exchange, message->exchange);
}

__attribute__((hot)) static const otelmq_amqp_prepared_destination *
find(otelmq_amqp_prepared *prepared, const otelmq_amqp_publishing *message)
{
    if (prepared->count > 0 && is_to(prepared->items[prepared->latest], message)) {
        return prepared->items[prepared->latest];
    }
    for (size_t i = 0; i < prepared->count; i++) {
        if (is_to(prepared->items[i], message)) {
            prepared->latest = i;
            return prepared->items[i];
        }
    }
    return NULL;
}

static amqp_bytes_t copy_into(char *text, amqp_bytes_t bytes)
{
    if (bytes.len > 0) {
        memcpy(text, bytes.bytes, bytes.len);
    }
    return (amqp_bytes_t){bytes.len, text};
}

/* NULL without memory. */
static otelmq_amqp_prepared_destination *create(otelmq_amqp_connection *connection,
                                                const otelmq_amqp_publishing *message)
{
    otelmq_amqp_prepared_destination *item = malloc(sizeof(*item));
    if (item == NULL) {
        return NULL;
    }
    otelmq_amqp_publishing any = {.exchange = message->exchange,
                                  .routing_key = message->routing_key};
    otelmq_amqp_described described;
    otelmq_amqp_describe(&described, connection, &any, PUBLISH);
    item->spans = otelmq_messaging_prepare_send(connection->client, &described.operation);
    if (item->spans == NULL) {
        free(item);
        return NULL;
    }
    item->destination = described.destination;
    item->exchange = copy_into(item->text, message->exchange);
    item->routing_key = copy_into(item->text + message->exchange.len, message->routing_key);
    return item;
}

/* Those that come and go are not worth a place. */
static bool is_lasting(const otelmq_amqp_connection *connection,
                       const otelmq_amqp_publishing *message)
{
    amqp_bytes_t queue = message->exchange.len == 0 ? message->routing_key : amqp_empty_bytes;
    return message->exchange.len <= OTELMQ_AMQP_SHORT_STRING_MAX &&
           message->routing_key.len <= OTELMQ_AMQP_SHORT_STRING_MAX &&
           (queue.len == 0 || (!otelmq_amqp_queue_is_anonymous(queue) &&
                               !otelmq_amqp_queue_is_temporary(connection, queue)));
}

static const otelmq_amqp_prepared_destination *find_or_add(otelmq_amqp_connection *connection,
                                                           const otelmq_amqp_publishing *message)
{
    otelmq_amqp_prepared *prepared = &connection->prepared;
    const otelmq_amqp_prepared_destination *found = find(prepared, message);
    if (found != NULL || prepared->count == OTELMQ_AMQP_MAX_PREPARED) {
        return found;
    }
    otelmq_amqp_prepared_destination *created = create(connection, message);
    if (created != NULL) {
        prepared->latest = prepared->count;
        prepared->items[prepared->count++] = created;
    }
    return created;
}

/* A queue with the name of one that was lasting may have come since. */
static bool is_still_lasting(const otelmq_amqp_connection *connection,
                             const otelmq_amqp_publishing *message)
{
    return message->exchange.len > 0 ||
           !otelmq_amqp_queue_is_temporary(connection, message->routing_key);
}

__attribute__((hot)) const otelmq_amqp_prepared_destination *
otelmq_amqp_prepared_find(otelmq_amqp_connection *connection, const otelmq_amqp_publishing *message)
{
    return is_still_lasting(connection, message) ? find(&connection->prepared, message) : NULL;
}

static void describe_by(otelmq_amqp_described *described,
                        const otelmq_amqp_prepared_destination *item,
                        const otelmq_amqp_publishing *message)
{
    const amqp_basic_properties_t *properties = message->properties;
    otelmq_amqp_attributes *attributes = &described->attributes;
    attributes->count = 0;
    otelmq_amqp_attributes_add_ids(attributes, otelmq_amqp_properties_message_id(properties),
                                   otelmq_amqp_properties_correlation_id(properties));
    described->operation = NOTHING_KNOWN;
    described->operation.name = PUBLISH;
    described->operation.destination = otelmq_amqp_destination_str(&item->destination);
    described->operation.attributes = attributes->items;
    described->operation.attribute_count = attributes->count;
    described->operation.message = properties;
    described->operation.prepared = item->spans;
}

void otelmq_amqp_describe_publish(otelmq_amqp_described *described,
                                  otelmq_amqp_connection *connection,
                                  const otelmq_amqp_publishing *message)
{
    const otelmq_messaging_options *options = otelmq_messaging_client_options(connection->client);
    bool can_be_prepared = options->destination_template == NULL && is_lasting(connection, message);
    const otelmq_amqp_prepared_destination *item =
        can_be_prepared ? find_or_add(connection, message) : NULL;
    if (item == NULL) {
        otelmq_amqp_describe(described, connection, message, PUBLISH);
        return;
    }
    describe_by(described, item, message);
    otelmq_amqp_describe_sizes(described, connection, message);
}

void otelmq_amqp_prepared_clean(otelmq_amqp_prepared *prepared)
{
    for (size_t i = 0; i < prepared->count; i++) {
        otelmq_messaging_prepared_release(prepared->items[i]->spans);
        free(prepared->items[i]);
    }
    prepared->count = 0;
    prepared->latest = 0;
}
