/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which message it is, when it is delivered again: a number of 128 bits that two deliveries of one
 * message share, and two messages do not. It is made of the queue and of all that the message has
 * but for what the broker changes from delivery to delivery. A message without a message id and
 * without a creation context has none, because another one may be equal to it in every byte.
 */
#ifndef OTELMQ_AMQP_IDENTITY_H
#define OTELMQ_AMQP_IDENTITY_H

#include <otelmq/amqp_connection.h>

typedef struct {
    uint64_t high;
    uint64_t low;
} otelmq_amqp_identity;

/*
 * False when the message has no identity. seed is a secret of the process, so that nobody can write
 * a message with the identity of another.
 */
bool otelmq_amqp_identify(const otelmq_amqp_connection *connection, amqp_bytes_t queue,
                          const amqp_envelope_t *envelope, const otelmq_amqp_identity *seed,
                          otelmq_amqp_identity *identity);

/* Whether both messages have the same message id, or the same creation context. */
bool otelmq_amqp_is_same_message(const otelmq_amqp_connection *connection,
                                 const amqp_basic_properties_t *a,
                                 const amqp_basic_properties_t *b);

#endif
