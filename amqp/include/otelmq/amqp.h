/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Traced RabbitMQ. A traced connection stands where the raw one stood, and every call keeps the
 * arguments, the order and the result of the call that it wraps:
 *
 *     otelmq_amqp_connection *connection;
 *     otelmq_amqp_connection_create(raw, NULL, &connection);
 *     otelmq_amqp_basic_publish(connection, 1, exchange, routing_key, 0, 0, &properties, body);
 *
 * Publishing writes the context into a copy of the message's headers; your properties and tables
 * are never changed. Tracing never changes what a call answers, and never breaks a connection:
 * headers that do not fit into a frame go out without baggage, then without tracestate, then
 * without context, and are counted. As with librabbitmq itself, one connection belongs to one
 * thread at a time.
 */
#ifndef OTELMQ_AMQP_H
#define OTELMQ_AMQP_H

#include <otelmq/messaging.h>
#include <otelmq/rabbitmq.h>

OTELMQ_BEGIN_C

typedef struct otelmq_amqp_connection otelmq_amqp_connection;

/* {0}: the defaults. Copied. */
typedef struct {
    otelmq_messaging_options messaging;
    const char *server_address; /* NULL: the peer of the connection's socket, as a number */
    uint16_t server_port; /* 0: the port of the connection's socket */
} otelmq_amqp_options;

/*
 * Traces raw, a connection that is logged in. options NULL: {0}. The connection is yours; raw stays
 * yours and must outlive it. Calls on raw itself stay possible, and are not traced.
 */
OTELMQ_API otelmq_status otelmq_amqp_connection_create(amqp_connection_state_t raw,
                                                       const otelmq_amqp_options *options,
                                                       otelmq_amqp_connection **connection);

/* Frees the traced connection; raw stays open. NULL is fine. */
OTELMQ_API void otelmq_amqp_connection_destroy(otelmq_amqp_connection *connection);

/* The connection that it was created with, for calls that need no tracing. Borrowed. */
OTELMQ_API amqp_connection_state_t otelmq_amqp_connection_raw(otelmq_amqp_connection *connection);

/*
 * amqp_basic_publish with a span "publish {exchange}:{routing key}", whose context goes into the
 * headers. A traceparent that properties->headers already has stays, and is linked to. Returns what
 * amqp_basic_publish returns; properties may be NULL.
 */
OTELMQ_API int otelmq_amqp_basic_publish(otelmq_amqp_connection *connection, amqp_channel_t channel,
                                         amqp_bytes_t exchange, amqp_bytes_t routing_key,
                                         amqp_boolean_t mandatory, amqp_boolean_t immediate,
                                         const amqp_basic_properties_t *properties,
                                         amqp_bytes_t body);

/*
 * amqp_consume_message with a span "receive ..." from the call to its return, when it gave a
 * message. Destroy the envelope with amqp_destroy_envelope as ever.
 */
OTELMQ_API amqp_rpc_reply_t otelmq_amqp_consume_message(otelmq_amqp_connection *connection,
                                                        amqp_envelope_t *envelope,
                                                        const struct timeval *timeout, int flags);

/*
 * amqp_basic_get and, when there is one, amqp_read_message in one call, with a span as above.
 * *envelope is filled as by amqp_consume_message, with an empty consumer_tag, and is yours to
 * destroy; on an empty queue (reply.reply.id is AMQP_BASIC_GET_EMPTY_METHOD) and on failure it is
 * all zero.
 */
OTELMQ_API amqp_rpc_reply_t otelmq_amqp_basic_get(otelmq_amqp_connection *connection,
                                                  amqp_channel_t channel, amqp_bytes_t queue,
                                                  amqp_boolean_t no_ack, amqp_envelope_t *envelope);

/*
 * Starts the span "process ..." of a message and makes it, and the message's baggage, current: what
 * the thread publishes or starts until otelmq_scope_end belongs to it. Settling the message inside
 * or after the scope makes a child span of it.
 */
OTELMQ_API otelmq_scope otelmq_amqp_process_start(otelmq_amqp_connection *connection,
                                                  const amqp_envelope_t *envelope);

/*
 * amqp_basic_ack, amqp_basic_nack and amqp_basic_reject, with spans of the same names: children of
 * the message's process span. With multiple the parent is that of delivery_tag (0: of the newest);
 * the span counts and links everything else that is settled. The connection remembers the newest
 * 1,024 messages that were received or processed through it and not settled.
 */
OTELMQ_API int otelmq_amqp_basic_ack(otelmq_amqp_connection *connection, amqp_channel_t channel,
                                     uint64_t delivery_tag, amqp_boolean_t multiple);
OTELMQ_API int otelmq_amqp_basic_nack(otelmq_amqp_connection *connection, amqp_channel_t channel,
                                      uint64_t delivery_tag, amqp_boolean_t multiple,
                                      amqp_boolean_t requeue);
OTELMQ_API int otelmq_amqp_basic_reject(otelmq_amqp_connection *connection, amqp_channel_t channel,
                                        uint64_t delivery_tag, amqp_boolean_t requeue);

OTELMQ_END_C

#endif
