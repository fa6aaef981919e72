/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The headers that RabbitMQ itself adds to a message on its way: why it was dead-lettered, how
 * often it was delivered, where it stands in a stream. Anybody can write such headers, so that
 * whatever does not have their form is left out; nothing is nested deeper than one level, and
 * nothing deeper is looked at.
 */
#ifndef OTELMQ_AMQP_BROKER_HEADERS_H
#define OTELMQ_AMQP_BROKER_HEADERS_H

#include "amqp/attributes.h"

/* rabbitmq.message.death.*, .delivery_count, rabbitmq.stream.offset; headers NULL: none. */
void otelmq_amqp_attributes_add_broker_headers(otelmq_amqp_attributes *attributes,
                                               const amqp_table_t *headers);

#endif
