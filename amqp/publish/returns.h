/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Mandatory messages that came back. A basic.return names no delivery tag; the message itself does:
 * the context in its headers is that of its publish span.
 */
#ifndef OTELMQ_AMQP_RETURNS_H
#define OTELMQ_AMQP_RETURNS_H

#include <otelmq/amqp_connection.h>

/*
 * Tells the publish span of the message; when that is over, or was none, a span "return" tells it.
 * The thread of the connection.
 */
void otelmq_amqp_returned(otelmq_amqp_connection *connection, amqp_channel_t number,
                          const amqp_basic_return_t *method,
                          const amqp_basic_properties_t *properties);

#endif
