/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A RabbitMQ of the test's own, on a free port, that may be killed, suspended and restarted; what
 * it has stored comes back with it. It does not outlive the test, however that ends.
 */
#ifndef OTELMQ_TESTS_CHAOS_NODE_H
#define OTELMQ_TESTS_CHAOS_NODE_H

#include "support/private_broker.h"

#include <otelmq/rabbitmq.h>

enum { NODE_CHANNEL = 1 };

typedef struct {
    private_broker broker;
    char url[PRIVATE_BROKER_TEXT_SIZE];
    pid_t restart; /* that is under way; 0: none */
} chaos_node;

/* Starts it for the first time, and waits until it serves; fails the test when it cannot. */
void node_create(chaos_node *self);
void node_destroy(chaos_node *self);

/*
 * Lets it store now what it knows of its queues. RabbitMQ 3 needs half a second for that by itself,
 * and a quorum queue whose node crashes before never comes back.
 */
void node_settle(const chaos_node *self);

/* As a crash: nothing is said to anybody. */
void node_kill(chaos_node *self);

/*
 * Orderly: its clients are told by connection.close, while the test goes on; node_revive waits for
 * the end. Until it begins the broker does nothing more. It resets each connection right after that
 * close, so that only who waits for the broker by then reads it; a call that sends just fails.
 */
void node_restart(chaos_node *self);

/* Its connections stay open, and nothing answers on them. */
void node_pause(chaos_node *self);

/* The same for a moment, from whose end on it answers again. */
void node_hiccup(chaos_node *self);

/*
 * Starts one that was killed, and resumes one that was paused; waits until it serves, and until a
 * restart is over.
 */
void node_revive(chaos_node *self);

/* Logged in, without a channel. heartbeat_s 0: none. */
amqp_connection_state_t node_log_in(const chaos_node *self, int heartbeat_s);

#endif
