/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Consuming: receive a message, process it inside a scope, settle it.
 *
 *     otelmq_amqp_consume_message(connection, &envelope, &timeout, 0);
 *     otelmq_scope scope = otelmq_amqp_process_start(connection, &envelope);
 *     ... what is published and started here belongs to the message's trace ...
 *     otelmq_amqp_basic_ack(connection, envelope.channel, envelope.delivery_tag, 0);
 *     otelmq_scope_end(&scope);
 *
 * docs/rabbitmq.md lists the attributes and the values of error.type.
 */
#ifndef OTELMQ_AMQP_CONSUME_H
#define OTELMQ_AMQP_CONSUME_H

#include <otelmq/amqp_connection.h>

OTELMQ_BEGIN_C

/*
 * amqp_queue_declare, amqp_basic_consume and amqp_basic_cancel. They let the connection know which
 * queues are temporary, which queue a delivery came from, and whether it is to be acknowledged.
 * Without that, destination names end with the routing key; and what came by an amqp_basic_consume
 * with no_ack counts as unsettled, so that process spans that end with settlement run into their
 * time limit.
 */
OTELMQ_API amqp_queue_declare_ok_t *
otelmq_amqp_queue_declare(otelmq_amqp_connection *connection, amqp_channel_t channel,
                          amqp_bytes_t queue, amqp_boolean_t passive, amqp_boolean_t durable,
                          amqp_boolean_t exclusive, amqp_boolean_t auto_delete,
                          amqp_table_t arguments);
OTELMQ_API amqp_basic_consume_ok_t *
otelmq_amqp_basic_consume(otelmq_amqp_connection *connection, amqp_channel_t channel,
                          amqp_bytes_t queue, amqp_bytes_t consumer_tag, amqp_boolean_t no_local,
                          amqp_boolean_t no_ack, amqp_boolean_t exclusive, amqp_table_t arguments);
OTELMQ_API amqp_basic_cancel_ok_t *otelmq_amqp_basic_cancel(otelmq_amqp_connection *connection,
                                                            amqp_channel_t channel,
                                                            amqp_bytes_t consumer_tag);

/*
 * amqp_consume_message with a span "receive ..." from the call to its return, when it gave a
 * message or failed. Destroy the envelope with amqp_destroy_envelope as ever.
 *
 * AMQP_STATUS_TIMEOUT and AMQP_STATUS_UNEXPECTED_STATE are no failures. The latter says that a
 * frame that is no delivery waits for otelmq_amqp_simple_wait_frame; until it is read there, this
 * call answers so at once, unless another call has read a delivery before, which comes first.
 */
OTELMQ_API amqp_rpc_reply_t otelmq_amqp_consume_message(otelmq_amqp_connection *connection,
                                                        amqp_envelope_t *envelope,
                                                        const struct timeval *timeout, int flags);

/*
 * amqp_basic_get and, when there is one, amqp_read_message in one call, with a span as above.
 * *envelope is filled as by amqp_consume_message, with an empty consumer_tag, and is yours to
 * destroy; on an empty queue (reply.reply.id is AMQP_BASIC_GET_EMPTY_METHOD) and on failure it is
 * all zero. Deliveries of the channel that came before it are kept for otelmq_amqp_consume_message.
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

/* The same with options of its own for this message; NULL: {0}. */
OTELMQ_API otelmq_scope otelmq_amqp_process_start_with(otelmq_amqp_connection *connection,
                                                       const amqp_envelope_t *envelope,
                                                       const otelmq_process_options *options);

/*
 * amqp_basic_ack, amqp_basic_nack and amqp_basic_reject, with spans of the same names: children of
 * the message's process span. With multiple the parent is that of delivery_tag (0: of the newest);
 * the span counts and links everything else that is settled. The process spans that end with
 * settlement end: well when acknowledged, with error.type "nack" or "reject" otherwise.
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
