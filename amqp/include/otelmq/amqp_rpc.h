/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A request and its reply in one trace, by reply_to and correlation_id. The caller gets its reply
 * through RabbitMQ's direct reply-to, without a queue of its own:
 *
 *     otelmq_amqp_call(connection, 1, exchange, routing_key, NULL, body, &timeout, &reply);
 *
 * and the server, in the process scope of the request:
 *
 *     otelmq_amqp_reply(connection, 1, &request, NULL, body);
 *
 * librabbitmq keeps each frame that it read until its buffers are released, which otelmq_amqp_call
 * never does: call amqp_maybe_release_buffers when you are done with a reply. Inside
 * otelmq_amqp_run the loop does so.
 */
#ifndef OTELMQ_AMQP_RPC_H
#define OTELMQ_AMQP_RPC_H

#include <otelmq/amqp_connection.h>

OTELMQ_BEGIN_C

/*
 * Publishes a request and waits for its reply, at most for timeout (NULL: without limit). The
 * request is mandatory: when no queue is there for it, the call fails at once. properties may be
 * NULL; a correlation_id in them is kept, else one is made; reply_to is replaced. *reply is filled
 * as by otelmq_amqp_consume_message and yours to destroy; all zero when it fails. It needs no
 * acknowledgement. The first call on a channel begins a consumer there, "otelmq.reply-to".
 *
 * AMQP_RESPONSE_LIBRARY_EXCEPTION with AMQP_STATUS_TIMEOUT: no reply in time; one that comes later
 * is dropped. The time does not limit the answer to that first consume, nor the rest of a message
 * of which a part has come. AMQP_RESPONSE_SERVER_EXCEPTION with reply.id AMQP_BASIC_RETURN_METHOD:
 * nobody serves it. Other deliveries that come meanwhile are kept for otelmq_amqp_consume_message.
 * In confirm mode, the request is a message for otelmq_amqp_wait_confirms as any other.
 */
OTELMQ_API amqp_rpc_reply_t otelmq_amqp_call(otelmq_amqp_connection *connection,
                                             amqp_channel_t channel, amqp_bytes_t exchange,
                                             amqp_bytes_t routing_key,
                                             const amqp_basic_properties_t *properties,
                                             amqp_bytes_t body, const struct timeval *timeout,
                                             amqp_envelope_t *reply);

/*
 * Publishes the reply to request, to where its reply_to says and with its correlation_id, or for
 * want of one with its message_id, which many clients wait for then. properties may be NULL; a
 * correlation_id of theirs counts when the request has neither. Its span is not named after
 * that queue, because each client has its own; it is told as temporary only where that is known, as
 * of direct reply-to. Returns what amqp_basic_publish returns; AMQP_STATUS_INVALID_PARAMETER for a
 * request without reply_to.
 */
OTELMQ_API int otelmq_amqp_reply(otelmq_amqp_connection *connection, amqp_channel_t channel,
                                 const amqp_envelope_t *request,
                                 const amqp_basic_properties_t *properties, amqp_bytes_t body);

OTELMQ_END_C

#endif
