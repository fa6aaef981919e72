/* SPDX-License-Identifier: Apache-2.0 */
#include "amqp/publish/publish_any.h"
#include "amqp/connection_state.h"
#include "amqp/errors.h"
#include "amqp/frames/watch.h"
#include "amqp/publish/published.h"

static otelmq_messaging_send start_send(otelmq_amqp_connection *connection,
                                        const otelmq_amqp_publishing *message, bool is_reply)
{
    otelmq_amqp_described described;
    if (is_reply) {
        otelmq_amqp_describe(&described, connection, message, "publish");
        described.operation.is_one_of_many = true;
    } else {
        otelmq_amqp_describe_publish(&described, connection, message);
    }
    return otelmq_messaging_send_start(connection->client, &described.operation,
                                       otelmq_amqp_publishing_carrier(message));
}

static int publish(otelmq_amqp_connection *connection, amqp_channel_t channel,
                   const otelmq_amqp_publishing *message, bool is_reply)
{
    if (otelmq_messaging_is_off(connection->client)) {
        const otelmq_messaging_send none = {.keeps_creation_context = true};
        int status = otelmq_amqp_publish_with(connection, channel, message, message->properties);
        return otelmq_amqp_publish_returned(connection, channel, message, &none, status);
    }
    otelmq_messaging_send send = start_send(connection, message, is_reply);
    int status = otelmq_amqp_publish_injected(connection, channel, message, &send);
    return otelmq_amqp_publish_returned(connection, channel, message, &send, status);
}

int otelmq_amqp_publish_any(otelmq_amqp_connection *connection, amqp_channel_t channel,
                            amqp_bytes_t exchange, amqp_bytes_t routing_key,
                            amqp_boolean_t mandatory, amqp_boolean_t immediate,
                            const amqp_basic_properties_t *properties, amqp_bytes_t body)
{
    otelmq_amqp_publishing message = {exchange,  routing_key, mandatory,
                                      immediate, properties,  body};
    return publish(connection, channel, &message, false);
}

int otelmq_amqp_publish_reply(otelmq_amqp_connection *connection, amqp_channel_t channel,
                              amqp_bytes_t queue, const amqp_basic_properties_t *properties,
                              amqp_bytes_t body)
{
    otelmq_amqp_publishing message = {.routing_key = queue, .properties = properties, .body = body};
    otelmq_amqp_deliveries_expire(connection);
    return publish(connection, channel, &message, true);
}
