/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A program that handles what is in a queue by otelmq_amqp_run, and connects again and goes on
 * whenever that ends without having been told to.
 */
#ifndef OTELMQ_TESTS_CHAOS_CONSUMER_H
#define OTELMQ_TESTS_CHAOS_CONSUMER_H

#include "amqp/chaos/publisher.h"

/* Of the messages of a queue, each tenth is given back once: so many calls of the handler. */
enum {
    CONSUMER_MESSAGES = PUBLISHER_MESSAGES / PUBLISHER_QUEUES,
    CONSUMER_GIVEN_BACK_EVERY = 10,
    CONSUMER_HANDLED = CONSUMER_MESSAGES + CONSUMER_MESSAGES / CONSUMER_GIVEN_BACK_EVERY,
};

/* What the handler has seen of a message. */
typedef struct {
    bool is_given_back; /* answered by OTELMQ_AMQP_REQUEUE */
    bool is_acknowledged;
} consumer_message;

typedef struct {
    chaos_node *node;
    traced tracing; /* its fake broker is not used */
    otelmq_amqp_connection *connection;
    amqp_connection_state_t raw;
    size_t queue; /* of publisher_queues */
    int heartbeat_s;
    otelmq_process_ends process_ends;
    size_t disturb_at; /* the message, as counted by the handler, in whose handling it happens */
    size_t disturb_again_at; /* 0: it happens once */
    void (*disturb)(chaos_node *node);
    consumer_message messages[PUBLISHER_MESSAGES];
    size_t handled; /* calls of the handler */
    size_t acknowledged;
    size_t again; /* calls for a message that it had acknowledged */
    size_t connections;
} consumer;

/* Connects. self: {0} but for what says how to consume. */
void consumer_start(consumer *self, chaos_node *node);

/* Returns when all messages of the queue are acknowledged and none is there any more. */
void consumer_run(consumer *self);

/* Runs until no message has come for so long; how that ended. */
amqp_rpc_reply_t consumer_idle(consumer *self, int64_t idle_ms);

void consumer_end_tracing(consumer *self);
void consumer_stop(consumer *self);

#endif
