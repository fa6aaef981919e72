/* SPDX-License-Identifier: Apache-2.0 */
#include "amqp/consume/received.h"

#include <otelmq/amqp_carrier.h>

#include "amqp/consume/broker_headers.h"
#include "amqp/errors.h"
#include "amqp/properties.h"
#include "amqp/text.h"
#include "base/clock.h"

/* 2000-01-01: what says that it is older than RabbitMQ has no clock, or no seconds. */
static const uint64_t EARLIEST_TIMESTAMP = 946684800;
static const uint64_t NANOS_PER_SECOND = 1000000000;
static const uint64_t NANOS_PER_MS = 1000000;

/*
 * From the message's timestamp, which its publisher or a plugin of the broker set, until now. It
 * has whole seconds only, and is by another clock: one that lies in the future tells nothing.
 */
static void add_queue_time(otelmq_amqp_attributes *attributes, uint64_t timestamp)
{
    uint64_t now = otelmq_clock_unix_nano();
    if (timestamp >= EARLIEST_TIMESTAMP && timestamp <= now / NANOS_PER_SECOND) {
        uint64_t queued_ms = (now - timestamp * NANOS_PER_SECOND) / NANOS_PER_MS;
        otelmq_amqp_attributes_add_int(attributes, "rabbitmq.record.queue_time_ms",
                                       (int64_t)queued_ms);
    }
}

static const otelmq_messaging_options *options_of(const otelmq_amqp_connection *connection)
{
    return otelmq_messaging_client_options(connection->client);
}

/* Of a consumer that is not known, the message may tell. */
static amqp_bytes_t likely_queue(const amqp_envelope_t *envelope, amqp_bytes_t queue)
{
    return queue.len > 0 ? queue
                         : otelmq_amqp_routed_queue(envelope->exchange, envelope->routing_key);
}

void otelmq_amqp_received_init(otelmq_amqp_received *received,
                               const otelmq_amqp_connection *connection,
                               const amqp_envelope_t *envelope, amqp_bytes_t queue)
{
    const amqp_basic_properties_t *properties = &envelope->message.properties;
    otelmq_amqp_attributes *attributes = &received->attributes;
    amqp_bytes_t likely = likely_queue(envelope, queue);
    otelmq_amqp_destination_received(&received->destination, envelope->exchange,
                                     envelope->routing_key, queue);
    received->ids = (otelmq_amqp_message_ids){
        .destination = otelmq_amqp_destination_str(&received->destination),
        .message_id = otelmq_amqp_properties_message_id(properties),
        .conversation_id = otelmq_amqp_properties_correlation_id(properties),
        .is_anonymous = otelmq_amqp_queue_is_anonymous(likely),
        .is_temporary = otelmq_amqp_queue_is_temporary(connection, likely),
    };
    attributes->count = 0;
    otelmq_amqp_attributes_add_routing_key(attributes, envelope->routing_key);
    otelmq_amqp_attributes_add_delivery_tag(attributes, envelope->delivery_tag);
    otelmq_amqp_attributes_add_ids(attributes, received->ids.message_id,
                                   received->ids.conversation_id);
    otelmq_amqp_attributes_add_client(attributes, &connection->own_names);
    otelmq_amqp_attributes_add_true(attributes, "rabbitmq.message.redelivered",
                                    envelope->redelivered != 0);
    otelmq_amqp_attributes_add_broker_headers(attributes,
                                              otelmq_amqp_properties_headers(properties));
    /* In the conventions 1.24 the destination of a consumer was its queue. */
    if (otelmq_messaging_adds_old_names(connection->client)) {
        otelmq_amqp_attributes_add_string(attributes, "messaging.destination_publish.name",
                                          otelmq_amqp_str(envelope->exchange));
    }
    if (options_of(connection)->records_queue_time) {
        add_queue_time(attributes, otelmq_amqp_properties_timestamp(properties));
    }
}

void otelmq_amqp_received_adopt(otelmq_amqp_received *received, const otelmq_amqp_message_ids *ids)
{
    otelmq_amqp_destination *destination = &received->destination;
    destination->len = ids->destination.len;
    if (destination->len > 0) {
        memcpy(destination->text, ids->destination.data, destination->len);
    }
    received->ids.destination = otelmq_amqp_destination_str(destination);
    received->ids.is_anonymous = ids->is_anonymous;
    received->ids.is_temporary = ids->is_temporary;
}

otelmq_messaging_operation otelmq_amqp_received_operation(const otelmq_amqp_received *received,
                                                          const otelmq_amqp_connection *connection,
                                                          const char *name,
                                                          const amqp_envelope_t *envelope)
{
    otelmq_messaging_operation operation = {
        .name = name,
        .destination = received->ids.destination,
        .is_anonymous = received->ids.is_anonymous,
        .is_temporary = received->ids.is_temporary,
        .attributes = received->attributes.items,
        .attribute_count = received->attributes.count,
        .body_size = envelope->message.body.len,
        .message = envelope,
    };
    if (options_of(connection)->records_sizes) {
        operation.envelope_size = otelmq_amqp_properties_envelope_size(
            &envelope->message.properties, envelope->message.body.len);
    }
    return operation;
}

otelmq_carrier otelmq_amqp_envelope_carrier(const amqp_envelope_t *envelope)
{
    return otelmq_amqp_table_carrier(otelmq_amqp_properties_headers(&envelope->message.properties));
}

/*
 * What came by basic.get without acknowledgement is remembered too, because nothing in it will tell
 * its queue; a consumer tag does.
 */
static void remember(otelmq_amqp_connection *connection, const amqp_envelope_t *envelope,
                     const otelmq_amqp_message_ids *ids, bool no_ack)
{
    if (!no_ack) {
        otelmq_amqp_deliveries_received(connection, envelope->channel, envelope->delivery_tag, ids);
    } else if (envelope->consumer_tag.len == 0) {
        otelmq_amqp_deliveries_got(connection, envelope->channel, envelope->delivery_tag, ids);
    }
}

void otelmq_amqp_record_receive(otelmq_amqp_connection *connection, const amqp_envelope_t *envelope,
                                otelmq_amqp_consumer consumer, uint64_t start_time_unix_nano)
{
    if (otelmq_messaging_is_off(connection->client)) {
        return;
    }
    otelmq_amqp_received received;
    otelmq_amqp_received_init(&received, connection, envelope, consumer.queue);
    otelmq_amqp_attributes_add_peer(&received.attributes, &connection->peer);
    remember(connection, envelope, &received.ids, consumer.no_ack);
    otelmq_messaging_operation operation =
        otelmq_amqp_received_operation(&received, connection, "receive", envelope);
    operation.start_time_unix_nano = start_time_unix_nano;
    otelmq_messaging_receive(connection->client, &operation,
                             otelmq_amqp_envelope_carrier(envelope));
}

void otelmq_amqp_record_receive_failed(otelmq_amqp_connection *connection,
                                       const amqp_rpc_reply_t *reply, amqp_bytes_t queue,
                                       uint64_t start_time_unix_nano)
{
    if (otelmq_messaging_is_off(connection->client)) {
        return;
    }
    otelmq_amqp_error error = otelmq_amqp_error_from_reply(reply);
    otelmq_amqp_destination destination;
    otelmq_amqp_destination_received(&destination, amqp_empty_bytes, amqp_empty_bytes, queue);
    otelmq_amqp_attributes attributes;
    attributes.count = 0;
    otelmq_amqp_attributes_add_client(&attributes, &connection->own_names);
    otelmq_amqp_attributes_add_peer(&attributes, &connection->peer);
    otelmq_messaging_operation operation = {
        .name = "receive",
        .destination = otelmq_amqp_destination_str(&destination),
        .attributes = attributes.items,
        .attribute_count = attributes.count,
        .start_time_unix_nano = start_time_unix_nano,
    };
    otelmq_amqp_operation_mark_queue(&operation, connection, queue);
    otelmq_messaging_receive_failed(connection->client, &operation, error.type, error.description);
}
