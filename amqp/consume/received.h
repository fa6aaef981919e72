/* SPDX-License-Identifier: Apache-2.0 */
/* A message that was received, as the spans of receiving and of processing it describe it. */
#ifndef OTELMQ_AMQP_RECEIVED_H
#define OTELMQ_AMQP_RECEIVED_H

#include "amqp/attributes.h"
#include "amqp/connection_state.h"
#include "amqp/destination.h"

/* Borrows the envelope. Points into itself: not to be copied. */
typedef struct {
    otelmq_amqp_destination destination;
    otelmq_amqp_attributes attributes;
    otelmq_amqp_message_ids ids;
} otelmq_amqp_received;

/* queue: where it was received from; empty when that is not known. */
void otelmq_amqp_received_init(otelmq_amqp_received *received,
                               const otelmq_amqp_connection *connection,
                               const amqp_envelope_t *envelope, amqp_bytes_t queue);

/*
 * Takes over what the receive of the same message knew of its queue, as far as the envelope does
 * not tell it. Copies: hooks may settle the message, and what is remembered of it goes with that.
 */
void otelmq_amqp_received_adopt(otelmq_amqp_received *received, const otelmq_amqp_message_ids *ids);

/* Its operation; name is the operation's. */
otelmq_messaging_operation otelmq_amqp_received_operation(const otelmq_amqp_received *received,
                                                          const otelmq_amqp_connection *connection,
                                                          const char *name,
                                                          const amqp_envelope_t *envelope);

otelmq_carrier otelmq_amqp_envelope_carrier(const amqp_envelope_t *envelope);

/*
 * Records the receive span of a message that came from a consumer (or by basic.get, from a queue),
 * and remembers it until it is settled.
 */
void otelmq_amqp_record_receive(otelmq_amqp_connection *connection, const amqp_envelope_t *envelope,
                                otelmq_amqp_consumer consumer, uint64_t start_time_unix_nano);

/* Records the receive span of a call that failed. */
void otelmq_amqp_record_receive_failed(otelmq_amqp_connection *connection,
                                       const amqp_rpc_reply_t *reply, amqp_bytes_t queue,
                                       uint64_t start_time_unix_nano);

#endif
