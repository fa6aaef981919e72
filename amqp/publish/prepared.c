/* SPDX-License-Identifier: Apache-2.0 */
#include "amqp/publish/prepared.h"

#include "amqp/connection_state.h"
#include "amqp/properties.h"

#include <stdlib.h>
#include <string.h>

static const char PUBLISH[] = "publish";

static const otelmq_messaging_operation NOTHING_KNOWN;

const otelmq_amqp_prepared_destination *otelmq_amqp_prepared_find(otelmq_amqp_prepared *prepared,
                                                                  amqp_bytes_t exchange,
                                                                  amqp_bytes_t routing_key)
{
    for (size_t i = 0; i < prepared->count; i++) {
        if (otelmq_amqp_prepared_is_to(prepared->items[i], exchange, routing_key)) {
            prepared->latest = prepared->items[i];
            return prepared->latest;
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
    amqp_bytes_t queue = otelmq_amqp_routed_queue(message->exchange, message->routing_key);
    return message->exchange.len <= OTELMQ_AMQP_SHORT_STRING_MAX &&
           message->routing_key.len <= OTELMQ_AMQP_SHORT_STRING_MAX &&
           (queue.len == 0 || (!otelmq_amqp_queue_is_anonymous(queue) &&
                               !otelmq_amqp_queue_is_temporary(connection, queue)));
}

static const otelmq_amqp_prepared_destination *find_or_add(otelmq_amqp_connection *connection,
                                                           const otelmq_amqp_publishing *message)
{
    otelmq_amqp_prepared *prepared = &connection->prepared;
    const otelmq_amqp_prepared_destination *found =
        otelmq_amqp_prepared_find(prepared, message->exchange, message->routing_key);
    if (found != NULL || prepared->count == OTELMQ_AMQP_MAX_PREPARED) {
        return found;
    }
    otelmq_amqp_prepared_destination *created = create(connection, message);
    if (created != NULL) {
        prepared->latest = created;
        prepared->items[prepared->count++] = created;
    }
    return created;
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
    prepared->latest = NULL;
}
