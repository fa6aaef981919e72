/* SPDX-License-Identifier: Apache-2.0 */
/* What happens after amqp_basic_publish has returned, to the span and to the channel's count. */
#ifndef OTELMQ_AMQP_PUBLISHED_H
#define OTELMQ_AMQP_PUBLISHED_H

#include "amqp/publish/batches.h"
#include "amqp/publish/call.h"

/* Whether the message waits for an answer: its channel is in confirm mode, or in a transaction. */
bool otelmq_amqp_is_answered(otelmq_amqp_connection *connection, amqp_channel_t channel);

/*
 * A publish with a span of its own, or none, has returned status: the span, which moves here, ends
 * at once unless it is answered. Returns status.
 */
int otelmq_amqp_publish_returned(otelmq_amqp_connection *connection, amqp_channel_t channel,
                                 const otelmq_amqp_publishing *message,
                                 const otelmq_messaging_send *send, int status);

/*
 * The same in the usual case of a channel in confirm mode: for a message that cannot come back, and
 * has gone out. False, and nothing was done, when it takes more.
 */
bool otelmq_amqp_keep_until_confirm(otelmq_amqp_connection *connection, amqp_channel_t channel,
                                    otelmq_span *span);

/*
 * A message of a batch went out. send is what is in its headers, batch_span the span of the whole;
 * both stay with the caller. batch NULL: batch_span does not wait for the message.
 */
void otelmq_amqp_batch_published(otelmq_amqp_connection *connection, amqp_channel_t channel,
                                 const otelmq_amqp_publishing *message,
                                 const otelmq_messaging_send *send, otelmq_span *batch_span,
                                 otelmq_amqp_batch *batch);

#endif
