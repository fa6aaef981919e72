/* SPDX-License-Identifier: Apache-2.0 */
/* One call of amqp_basic_publish: its arguments, its span, and how the two get together. */
#ifndef OTELMQ_AMQP_CALL_H
#define OTELMQ_AMQP_CALL_H

#include <otelmq/amqp_publish.h>

#include "amqp/attributes.h"
#include "amqp/destination.h"

/* The message as it is described, borrowed from the publishing. Points into itself: do not copy. */
typedef struct {
    otelmq_amqp_destination destination;
    otelmq_amqp_attributes attributes;
    otelmq_messaging_operation operation;
} otelmq_amqp_described;

/* As a span "publish" of this message has it, or with another name, one of a part of it. */
void otelmq_amqp_describe(otelmq_amqp_described *described,
                          const otelmq_amqp_connection *connection,
                          const otelmq_amqp_publishing *message, const char *name);

/* The sizes of the message, if the options ask for them. */
void otelmq_amqp_describe_sizes(otelmq_amqp_described *described,
                                const otelmq_amqp_connection *connection,
                                const otelmq_amqp_publishing *message);

/* The headers of the message, read only. */
otelmq_carrier otelmq_amqp_publishing_carrier(const otelmq_amqp_publishing *message);

/*
 * amqp_basic_publish with other properties than its own. AMQP_STATUS_CONNECTION_CLOSED without a
 * raw connection.
 */
int otelmq_amqp_publish_with(const otelmq_amqp_connection *connection, amqp_channel_t channel,
                             const otelmq_amqp_publishing *message,
                             const amqp_basic_properties_t *properties);

/*
 * Publishes with the context of send in its headers, as far as it fits, or with its own headers
 * alone when send keeps_creation_context.
 */
int otelmq_amqp_publish_injected(otelmq_amqp_connection *connection, amqp_channel_t channel,
                                 const otelmq_amqp_publishing *message,
                                 const otelmq_messaging_send *send);

/*
 * The id of the span whose context the message carries on the wire: that of send, or of the
 * application's own context when send keeps that; all zero when there is none.
 */
otelmq_span_id otelmq_amqp_carried_span_id(otelmq_amqp_connection *connection,
                                           const otelmq_amqp_publishing *message,
                                           const otelmq_messaging_send *send);

/* The same number for the same exchange and routing key. */
uint32_t otelmq_amqp_destination_hash(amqp_bytes_t exchange, amqp_bytes_t routing_key);

#endif
