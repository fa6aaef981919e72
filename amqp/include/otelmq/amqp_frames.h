/* SPDX-License-Identifier: Apache-2.0 */
/*
 * For programs that read frames themselves, with amqp_simple_wait_frame and amqp_read_message:
 *
 *     if (otelmq_amqp_simple_wait_frame(connection, &frame) == AMQP_STATUS_OK &&
 *         frame.frame_type == AMQP_FRAME_METHOD &&
 *         frame.payload.method.id == AMQP_BASIC_DELIVER_METHOD &&
 *         amqp_read_message(raw, frame.channel, &message, 0).reply_type == AMQP_RESPONSE_NORMAL) {
 *         otelmq_scope scope = otelmq_amqp_process_start_method(connection, frame.channel,
 *                                                               &frame.payload.method, &message,
 *                                                               NULL);
 *
 * Calls that wait for something read frames too: otelmq_amqp_wait_confirms, otelmq_amqp_call,
 * otelmq_amqp_run; and so do, if frames have come before their answer, otelmq_amqp_basic_get, the
 * close of a channel that waits for confirms, and the commit of mandatory messages. Deliveries that
 * they meet are read whole, and otelmq_amqp_consume_message alone gives those out. And they drop
 * header and body frames that they meet: call amqp_read_message first, whenever
 * otelmq_amqp_simple_wait_frame has given a basic.deliver or a basic.return.
 */
#ifndef OTELMQ_AMQP_FRAMES_H
#define OTELMQ_AMQP_FRAMES_H

#include <otelmq/amqp_connection.h>

OTELMQ_BEGIN_C

/*
 * amqp_simple_wait_frame and amqp_simple_wait_frame_noblock. The connection sees what passes:
 * confirms end publish spans, a basic.cancel ends a consumer, a close ends what is open. First come
 * the frames that other calls have read and kept; what they point to is valid until the next call.
 * Deliveries that otelmq_amqp_wait_confirms, _call, _run or a close have read are not among them:
 * they are kept whole, and otelmq_amqp_consume_message with a timeout of {0, 0} gives them.
 */
OTELMQ_API int otelmq_amqp_simple_wait_frame(otelmq_amqp_connection *connection,
                                             amqp_frame_t *frame);
OTELMQ_API int otelmq_amqp_simple_wait_frame_noblock(otelmq_amqp_connection *connection,
                                                     amqp_frame_t *frame,
                                                     const struct timeval *timeout);

/*
 * Tells the connection of a message that came back: method is the basic.return that
 * otelmq_amqp_simple_wait_frame gave, message what amqp_read_message read after it. Its publish
 * span gets the reply code as error.type and the text as description.
 */
OTELMQ_API void otelmq_amqp_message_returned(otelmq_amqp_connection *connection,
                                             amqp_channel_t channel, const amqp_method_t *method,
                                             const amqp_message_t *message);

/*
 * The context that a message carries, a new one, yours: what the thread has as its current one with
 * the message's span context and baggage. properties NULL: none.
 */
OTELMQ_API const otelmq_context *otelmq_amqp_extract(otelmq_amqp_connection *connection,
                                                     const amqp_basic_properties_t *properties);

/*
 * otelmq_amqp_process_start_with for a message that came with method, a basic.deliver, or a
 * basic.get-ok as in reply.reply of amqp_basic_get. options NULL: {0}. Any other method gives a
 * scope without a span.
 */
OTELMQ_API otelmq_scope otelmq_amqp_process_start_method(otelmq_amqp_connection *connection,
                                                         amqp_channel_t channel,
                                                         const amqp_method_t *method,
                                                         const amqp_message_t *message,
                                                         const otelmq_process_options *options);

OTELMQ_END_C

#endif
