/* SPDX-License-Identifier: Apache-2.0 */
#include "received.h"

#include <otelmq/amqp_carrier.h>

#include "errors.h"
#include "properties.h"

void otelmq_amqp_received_init(otelmq_amqp_received *received, const amqp_envelope_t *envelope,
                               amqp_bytes_t queue)
{
    const amqp_basic_properties_t *properties = &envelope->message.properties;
    otelmq_amqp_destination_received(&received->destination, envelope->exchange,
                                     envelope->routing_key, queue);
    received->ids.destination = otelmq_amqp_destination_str(&received->destination);
    received->ids.message_id = otelmq_amqp_properties_message_id(properties);
    received->ids.conversation_id = otelmq_amqp_properties_correlation_id(properties);
    received->attributes.count = 0;
    otelmq_amqp_attributes_add_routing_key(&received->attributes, envelope->routing_key);
    otelmq_amqp_attributes_add_delivery_tag(&received->attributes, envelope->delivery_tag);
    otelmq_amqp_attributes_add_ids(&received->attributes, received->ids.message_id,
                                   received->ids.conversation_id);
}

otelmq_messaging_operation otelmq_amqp_received_operation(const otelmq_amqp_received *received,
                                                          const char *name,
                                                          const amqp_envelope_t *envelope)
{
    return (otelmq_messaging_operation){
        .name = name,
        .destination = received->ids.destination,
        .attributes = received->attributes.items,
        .attribute_count = received->attributes.count,
        .body_size = envelope->message.body.len,
    };
}

otelmq_carrier otelmq_amqp_envelope_carrier(const amqp_envelope_t *envelope)
{
    return otelmq_amqp_table_carrier(otelmq_amqp_properties_headers(&envelope->message.properties));
}

void otelmq_amqp_record_receive(otelmq_amqp_connection *connection, const amqp_envelope_t *envelope,
                                amqp_bytes_t queue, uint64_t start_time_unix_nano)
{
    otelmq_amqp_received received;
    otelmq_amqp_received_init(&received, envelope, queue);
    otelmq_amqp_attributes_add_peer(&received.attributes, &connection->peer);
    otelmq_messaging_operation operation =
        otelmq_amqp_received_operation(&received, "receive", envelope);
    operation.start_time_unix_nano = start_time_unix_nano;
    otelmq_messaging_receive(connection->client, &operation,
                             otelmq_amqp_envelope_carrier(envelope));
    otelmq_amqp_deliveries_received(&connection->deliveries, envelope->channel,
                                    envelope->delivery_tag, &received.ids);
}

void otelmq_amqp_record_receive_failed(otelmq_amqp_connection *connection,
                                       const amqp_rpc_reply_t *reply, amqp_bytes_t queue,
                                       uint64_t start_time_unix_nano)
{
    otelmq_amqp_error error = otelmq_amqp_error_from_reply(reply);
    otelmq_amqp_destination destination;
    otelmq_amqp_destination_received(&destination, amqp_empty_bytes, amqp_empty_bytes, queue);
    otelmq_amqp_attributes attributes = {.count = 0};
    otelmq_amqp_attributes_add_peer(&attributes, &connection->peer);
    otelmq_messaging_operation operation = {
        .name = "receive",
        .destination = otelmq_amqp_destination_str(&destination),
        .attributes = attributes.items,
        .attribute_count = attributes.count,
        .start_time_unix_nano = start_time_unix_nano,
    };
    otelmq_messaging_receive_failed(connection->client, &operation, error.type, error.description);
}
