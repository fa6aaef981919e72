/* SPDX-License-Identifier: Apache-2.0 */
#include "amqp/consume/received.h"

static const otelmq_scope NO_SCOPE;

static otelmq_scope start(otelmq_amqp_connection *connection, const amqp_envelope_t *envelope,
                          const otelmq_process_options *options)
{
    amqp_channel_t channel = envelope->channel;
    uint64_t tag = envelope->delivery_tag;
    otelmq_amqp_consumer consumer =
        otelmq_amqp_consumers_find(connection, channel, envelope->consumer_tag);
    const otelmq_amqp_delivery *got = otelmq_amqp_deliveries_find_got(connection, channel, tag);
    const otelmq_amqp_delivery *delivery =
        got != NULL ? got : otelmq_amqp_deliveries_find(connection, channel, tag);
    bool is_settled_later = got == NULL && !consumer.no_ack &&
                            !otelmq_amqp_deliveries_is_settled(connection, channel, tag);

    otelmq_amqp_received received;
    otelmq_amqp_received_init(&received, connection, envelope, consumer.queue);
    /* The receive may have known the queue, which the envelope of a basic.get does not tell. */
    if (delivery != NULL) {
        otelmq_amqp_received_adopt(&received, &delivery->ids);
    }
    otelmq_messaging_operation operation =
        otelmq_amqp_received_operation(&received, connection, "process", envelope);
    otelmq_span *kept = NULL;
    otelmq_scope scope = otelmq_messaging_process_start(connection->client, &operation,
                                                        otelmq_amqp_envelope_carrier(envelope),
                                                        options, is_settled_later ? &kept : NULL);
    if (is_settled_later) {
        otelmq_amqp_deliveries_processed(connection, channel, tag, &received.ids,
                                         otelmq_span_get_context(scope.span), kept);
    } else {
        otelmq_amqp_deliveries_forget_got(connection, channel, tag);
    }
    return scope;
}

otelmq_scope otelmq_amqp_process_start(otelmq_amqp_connection *connection,
                                       const amqp_envelope_t *envelope)
{
    return otelmq_amqp_process_start_with(connection, envelope, NULL);
}

otelmq_scope otelmq_amqp_process_start_with(otelmq_amqp_connection *connection,
                                            const amqp_envelope_t *envelope,
                                            const otelmq_process_options *options)
{
    if (connection == NULL || envelope == NULL) {
        return NO_SCOPE;
    }
    otelmq_amqp_deliveries_expire(connection);
    return otelmq_messaging_is_off(connection->client) ? NO_SCOPE
                                                       : start(connection, envelope, options);
}

/* An envelope that borrows all it has; false for a method that brings no message to consume. */
static bool describe(amqp_envelope_t *envelope, amqp_channel_t channel, const amqp_method_t *method,
                     const amqp_message_t *message)
{
    memset(envelope, 0, sizeof(*envelope));
    envelope->channel = channel;
    envelope->message = *message;
    if (method->id == AMQP_BASIC_DELIVER_METHOD) {
        const amqp_basic_deliver_t *deliver = method->decoded;
        envelope->consumer_tag = deliver->consumer_tag;
        envelope->delivery_tag = deliver->delivery_tag;
        envelope->redelivered = deliver->redelivered;
        envelope->exchange = deliver->exchange;
        envelope->routing_key = deliver->routing_key;
        return true;
    }
    if (method->id == AMQP_BASIC_GET_OK_METHOD) {
        const amqp_basic_get_ok_t *ok = method->decoded;
        envelope->delivery_tag = ok->delivery_tag;
        envelope->redelivered = ok->redelivered;
        envelope->exchange = ok->exchange;
        envelope->routing_key = ok->routing_key;
        return true;
    }
    return false;
}

otelmq_scope otelmq_amqp_process_start_method(otelmq_amqp_connection *connection,
                                              amqp_channel_t channel, const amqp_method_t *method,
                                              const amqp_message_t *message,
                                              const otelmq_process_options *options)
{
    amqp_envelope_t envelope;
    if (method == NULL || message == NULL || !describe(&envelope, channel, method, message)) {
        return NO_SCOPE;
    }
    return otelmq_amqp_process_start_with(connection, &envelope, options);
}
