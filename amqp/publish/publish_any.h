/* SPDX-License-Identifier: Apache-2.0 */
/* What otelmq_amqp_basic_publish leaves to others: the general way through a publish. */
#ifndef OTELMQ_AMQP_PUBLISH_ANY_H
#define OTELMQ_AMQP_PUBLISH_ANY_H

#include <otelmq/amqp_publish.h>

/*
 * Publishes any message, and returns what otelmq_amqp_basic_publish does. The arguments are those
 * of that call, one by one, so that it can hand them on as they came.
 */
int otelmq_amqp_publish_any(otelmq_amqp_connection *connection, amqp_channel_t channel,
                            amqp_bytes_t exchange, amqp_bytes_t routing_key,
                            amqp_boolean_t mandatory, amqp_boolean_t immediate,
                            const amqp_basic_properties_t *properties, amqp_bytes_t body);

/*
 * Publishes to a queue for replies. Each client has one of its own: a name for attributes, and not
 * for spans, of which there would be as many.
 */
int otelmq_amqp_publish_reply(otelmq_amqp_connection *connection, amqp_channel_t channel,
                              amqp_bytes_t queue, const amqp_basic_properties_t *properties,
                              amqp_bytes_t body);

#endif
