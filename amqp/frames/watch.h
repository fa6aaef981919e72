/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the broker and the library say, as it concerns what is open: a confirm ends publish spans, a
 * cancel ends a consumer, a close or a dead connection ends all that was open on it. Every traced
 * call tells what it came upon. Belongs to the thread of the connection.
 */
#ifndef OTELMQ_AMQP_WATCH_H
#define OTELMQ_AMQP_WATCH_H

#include <otelmq/amqp_connection.h>

/* A method frame that was read; any other frame is ignored. */
void otelmq_amqp_watch_frame(otelmq_amqp_connection *connection, const amqp_frame_t *frame);

/*
 * What a call of the library returned, an amqp_status_enum: one that means that the connection is
 * dead ends what is open on it. Returns its argument.
 */
int otelmq_amqp_watch_status(otelmq_amqp_connection *connection, int status);

/* The same for a call with a reply, on channel: it may be channel.close or connection.close. */
void otelmq_amqp_watch_reply(otelmq_amqp_connection *connection, amqp_channel_t channel,
                             const amqp_rpc_reply_t *reply);

/*
 * A channel (0: all of them) has ended: its publish and process spans end with error_type, what was
 * published on it and not settled is OTELMQ_AMQP_UNKNOWN, and its consumers are forgotten.
 */
void otelmq_amqp_channel_ended(otelmq_amqp_connection *connection, amqp_channel_t channel,
                               const char *error_type);

#endif
