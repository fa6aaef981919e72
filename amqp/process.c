/* SPDX-License-Identifier: Apache-2.0 */
#include "received.h"

otelmq_scope otelmq_amqp_process_start(otelmq_amqp_connection *connection,
                                       const amqp_envelope_t *envelope)
{
    if (connection == NULL || envelope == NULL) {
        return (otelmq_scope){.span = NULL};
    }
    otelmq_amqp_received received;
    otelmq_amqp_received_init(&received, envelope, amqp_empty_bytes);
    /* The receive may have known the queue, which the envelope does not tell. */
    const otelmq_amqp_delivery *delivery = otelmq_amqp_deliveries_find(
        &connection->deliveries, envelope->channel, envelope->delivery_tag);
    if (delivery != NULL) {
        received.ids.destination = delivery->ids.destination;
    }
    otelmq_messaging_operation operation =
        otelmq_amqp_received_operation(&received, "process", envelope);
    otelmq_scope scope = otelmq_messaging_process_start(connection->client, &operation,
                                                        otelmq_amqp_envelope_carrier(envelope));
    otelmq_amqp_deliveries_processed(&connection->deliveries, envelope->channel,
                                     envelope->delivery_tag, &received.ids,
                                     otelmq_span_get_context(scope.span));
    return scope;
}
