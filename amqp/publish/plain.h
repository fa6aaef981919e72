/* SPDX-License-Identifier: Apache-2.0 */
/* The shortest way through a publish, for the messages that most programs publish most. */
#ifndef OTELMQ_AMQP_PLAIN_H
#define OTELMQ_AMQP_PLAIN_H

#include "amqp/publish/call.h"

/*
 * Publishes the message as otelmq_amqp_basic_publish does, and stores what that returns. False, and
 * nothing was done, when it is not plain: its destination is not prepared, it has ids, which are
 * attributes of its own, or headers that are many, large, nested or propagated, or a traceparent is
 * not all that it needs.
 */
bool otelmq_amqp_publish_plain(otelmq_amqp_connection *connection, amqp_channel_t channel,
                               const otelmq_amqp_publishing *message, int *status);

#endif
