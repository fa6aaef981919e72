/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The messages that the handler of otelmq_amqp_run has acknowledged, for the case that the broker
 * never learns it: an ack is not answered, and what is lost with the connection or with the broker
 * comes again. The newest OTELMQ_AMQP_MAX_HANDLED are known.
 *
 *     acknowledged in a run --> the next run: it comes again, redelivered --> matches: acknowledged
 *             |                                                               without the handler
 *             +----> the same comes again while it cannot be the lost one --> doubted: matches
 *                                                                             no more
 *
 * What a run has acknowledged matches only from the next run on: acks of one channel arrive in
 * order, so that what comes again while it is open was not acknowledged. Memory is taken as it is
 * needed, 32 bytes a message. Belongs to the thread of its connection.
 */
#ifndef OTELMQ_AMQP_HANDLED_H
#define OTELMQ_AMQP_HANDLED_H

#include "amqp/run/identity.h"

/* RabbitMQ's classic queues lose up to 32,768 settlements in a crash; the .c tells more. */
enum { OTELMQ_AMQP_MAX_HANDLED = 65536 };

typedef struct {
    otelmq_amqp_identity identity;
    uint32_t run; /* in which it was acknowledged */
    bool is_doubted; /* there are two of it */
    bool is_gone; /* a place that is free */
} otelmq_amqp_handled_message;

/* {0} is an empty one. */
typedef struct {
    otelmq_amqp_identity seed; /* of identities */
    otelmq_amqp_handled_message *messages; /* a ring, once it has its full size */
    uint32_t *slots; /* by identity: the place of a message and 1, or 0; twice as many */
    size_t capacity; /* a power of two, or 0 */
    size_t count; /* up to capacity */
    size_t next; /* the place for the next one */
    uint32_t run;
} otelmq_amqp_handled;

void otelmq_amqp_handled_clean(otelmq_amqp_handled *handled);

/* From here on, what was acknowledged so far matches. */
void otelmq_amqp_handled_begin_run(otelmq_amqp_handled *handled);

/*
 * The message is acknowledged now. One that is there already is doubted. Without memory it is not
 * remembered.
 */
void otelmq_amqp_handled_add(otelmq_amqp_handled *handled, const otelmq_amqp_identity *identity);

/* There is another message like it: from now on it never matches. */
void otelmq_amqp_handled_doubt(otelmq_amqp_handled *handled, const otelmq_amqp_identity *identity);

/*
 * Whether the message was acknowledged in an earlier run. Then it counts as acknowledged in this
 * one, because this ack may be lost as well.
 */
bool otelmq_amqp_handled_match(otelmq_amqp_handled *handled, const otelmq_amqp_identity *identity);

#endif
