/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the application has told the broker about queues: which queue a consumer tag reads, which
 * queue a channel declared last (an empty name means that one), and which queues are temporary.
 * Belongs to the thread of its connection.
 */
#ifndef OTELMQ_AMQP_CONSUMERS_H
#define OTELMQ_AMQP_CONSUMERS_H

#include <otelmq/amqp_connection.h>

#include "amqp/consume/names.h"

typedef struct otelmq_amqp_reply_channels otelmq_amqp_reply_channels;

typedef struct {
    otelmq_amqp_reply_channels *replies; /* NULL: no otelmq_amqp_call yet */
    otelmq_amqp_names active; /* consumer tag -> queue */
    otelmq_amqp_names cancelled; /* the same; what was prefetched still comes */
    otelmq_amqp_names declared; /* the queue that each channel declared last */
    otelmq_amqp_names temporary; /* names of queues */
} otelmq_amqp_consumers;

/* A consumer as it was begun; borrowed until the next call on the connection. */
typedef struct {
    amqp_bytes_t queue;
    bool no_ack;
} otelmq_amqp_consumer;

void otelmq_amqp_consumers_init(otelmq_amqp_consumers *consumers);
void otelmq_amqp_consumers_clean(otelmq_amqp_consumers *consumers);

/* {empty, false} for a consumer that was not begun by a traced call. */
otelmq_amqp_consumer otelmq_amqp_consumers_find(const otelmq_amqp_connection *connection,
                                                amqp_channel_t channel, amqp_bytes_t consumer_tag);

/* The broker or the application cancelled it. */
void otelmq_amqp_consumers_cancelled(otelmq_amqp_connection *connection, amqp_channel_t channel,
                                     amqp_bytes_t consumer_tag);

/*
 * Which channels have the consumer of otelmq_amqp_call. That is no name that could give way to
 * others: a second one on a channel is an error that closes it. reserve is false without memory;
 * the others do nothing before it, and find nothing.
 */
bool otelmq_amqp_consumers_reserve_replies(otelmq_amqp_connection *connection);
void otelmq_amqp_consumers_set_replies(otelmq_amqp_connection *connection, amqp_channel_t channel,
                                       bool has_replies);
bool otelmq_amqp_consumers_has_replies(const otelmq_amqp_connection *connection,
                                       amqp_channel_t channel);

/* Forgets what the channel began and declared; 0: of all channels, and the temporary queues. */
void otelmq_amqp_consumers_forget(otelmq_amqp_connection *connection, amqp_channel_t channel);

/* The queue itself, or for an empty name the one that the channel declared last. Borrowed. */
amqp_bytes_t otelmq_amqp_queue_of(const otelmq_amqp_connection *connection, amqp_channel_t channel,
                                  amqp_bytes_t queue);

/* A name that the broker made up: amq.gen-..., amq.rabbitmq.reply-to... */
bool otelmq_amqp_queue_is_anonymous(amqp_bytes_t queue);

/*
 * Declared on this connection as exclusive or auto-delete, or the pseudo-queue of direct reply-to.
 */
bool otelmq_amqp_queue_is_temporary(const otelmq_amqp_connection *connection, amqp_bytes_t queue);

/*
 * Which queue a routing key stands for: on the default exchange the one that it names; empty on any
 * other, where nobody knows.
 */
static inline amqp_bytes_t otelmq_amqp_routed_queue(amqp_bytes_t exchange, amqp_bytes_t routing_key)
{
    return exchange.len == 0 ? routing_key : amqp_empty_bytes;
}

/* Sets is_anonymous and is_temporary of an operation on queue (empty: not known). */
void otelmq_amqp_operation_mark_queue(otelmq_messaging_operation *operation,
                                      const otelmq_amqp_connection *connection, amqp_bytes_t queue);

#endif
