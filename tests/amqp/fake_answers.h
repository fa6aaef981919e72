/* SPDX-License-Identifier: Apache-2.0 */
/* What the fake broker says of published messages, of transactions and of closing. */
#ifndef OTELMQ_TESTS_FAKE_ANSWERS_H
#define OTELMQ_TESTS_FAKE_ANSWERS_H

#include "amqp/fake_broker.h"

/*
 * A method without fields, which is nearly every answer: confirm.select-ok, tx.commit-ok,
 * channel.close-ok, connection.unblocked. Sent before the client asks.
 */
void fake_broker_answer(fake_broker *broker, amqp_channel_t channel, amqp_method_number_t method);

void fake_broker_answer_open_on(fake_broker *broker, amqp_channel_t channel);
void fake_broker_ack(fake_broker *broker, amqp_channel_t channel, uint64_t tag, bool multiple);
void fake_broker_nack(fake_broker *broker, amqp_channel_t channel, uint64_t tag, bool multiple);

/* Sends a message back on channel 1; its delivery tag does not matter. */
void fake_broker_return(fake_broker *broker, uint16_t code, const char *text,
                        const fake_message *message);

void fake_broker_block(fake_broker *broker, const char *reason);
void fake_broker_close_connection(fake_broker *broker, uint16_t code, const char *text);

/* Forgets all that the client has sent; how many frames that were. */
size_t fake_broker_skip(fake_broker *broker);

#endif
