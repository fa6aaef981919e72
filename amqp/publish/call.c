/* SPDX-License-Identifier: Apache-2.0 */
#include "amqp/publish/call.h"

#include <otelmq/amqp_carrier.h>

#include "amqp/connection_state.h"
#include "amqp/frames/extract.h"
#include "amqp/hash.h"
#include "amqp/properties.h"

void otelmq_amqp_describe_sizes(otelmq_amqp_described *described,
                                const otelmq_amqp_connection *connection,
                                const otelmq_amqp_publishing *message)
{
    if (otelmq_messaging_client_options(connection->client)->records_sizes) {
        described->operation.body_size = message->body.len;
        described->operation.envelope_size =
            otelmq_amqp_properties_envelope_size(message->properties, message->body.len);
    }
}

void otelmq_amqp_describe(otelmq_amqp_described *described,
                          const otelmq_amqp_connection *connection,
                          const otelmq_amqp_publishing *message, const char *name)
{
    const amqp_basic_properties_t *properties = message->properties;
    otelmq_amqp_attributes *attributes = &described->attributes;
    attributes->count = 0;
    otelmq_amqp_attributes_add_routing_key(attributes, message->routing_key);
    otelmq_amqp_attributes_add_ids(attributes, otelmq_amqp_properties_message_id(properties),
                                   otelmq_amqp_properties_correlation_id(properties));
    otelmq_amqp_attributes_add_client(attributes, &connection->own_names);
    otelmq_amqp_attributes_add_peer(attributes, &connection->peer);
    otelmq_amqp_destination_published(&described->destination, message->exchange,
                                      message->routing_key);
    described->operation = (otelmq_messaging_operation){
        .name = name,
        .destination = otelmq_amqp_destination_str(&described->destination),
        .attributes = attributes->items,
        .attribute_count = attributes->count,
        .message = properties,
    };
    otelmq_amqp_describe_sizes(described, connection, message);
    otelmq_amqp_operation_mark_queue(
        &described->operation, connection,
        otelmq_amqp_routed_queue(message->exchange, message->routing_key));
}

otelmq_carrier otelmq_amqp_publishing_carrier(const otelmq_amqp_publishing *message)
{
    return otelmq_amqp_table_carrier(otelmq_amqp_properties_headers(message->properties));
}

int otelmq_amqp_publish_with(const otelmq_amqp_connection *connection, amqp_channel_t channel,
                             const otelmq_amqp_publishing *message,
                             const amqp_basic_properties_t *properties)
{
    if (connection->raw == NULL) {
        return AMQP_STATUS_CONNECTION_CLOSED;
    }
    return amqp_basic_publish(connection->raw, channel, message->exchange, message->routing_key,
                              message->mandatory, message->immediate, properties, message->body);
}

otelmq_span_id otelmq_amqp_carried_span_id(otelmq_amqp_connection *connection,
                                           const otelmq_amqp_publishing *message,
                                           const otelmq_messaging_send *send)
{
    if (!send->keeps_creation_context) {
        return otelmq_span_get_context(send->span)->span_id;
    }
    const otelmq_context *own =
        otelmq_amqp_extract_under(connection, otelmq_context_root(), message->properties);
    otelmq_span_id id = otelmq_context_span_context(own)->span_id;
    otelmq_context_release(own);
    return id;
}

uint32_t otelmq_amqp_destination_hash(amqp_bytes_t exchange, amqp_bytes_t routing_key)
{
    static char separator[] = "";
    amqp_bytes_t nul = {1, separator};
    uint32_t hash = otelmq_amqp_hash(OTELMQ_AMQP_HASH_START, exchange);
    return otelmq_amqp_hash(otelmq_amqp_hash(hash, nul), routing_key);
}
