/* SPDX-License-Identifier: Apache-2.0 */
/* The context that a message carries, by the propagator of its connection. Any thread. */
#ifndef OTELMQ_AMQP_EXTRACT_H
#define OTELMQ_AMQP_EXTRACT_H

#include <otelmq/amqp_connection.h>

/* A new context, yours: base with what the headers hold. properties NULL: none. */
const otelmq_context *otelmq_amqp_extract_under(const otelmq_amqp_connection *connection,
                                                const otelmq_context *base,
                                                const amqp_basic_properties_t *properties);

#endif
