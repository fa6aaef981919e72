/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A program that gets each of its messages into a queue whatever the broker does: it publishes with
 * confirms, connects again when it must, and publishes again what it does not know to be there.
 */
#ifndef OTELMQ_TESTS_CHAOS_PUBLISHER_H
#define OTELMQ_TESTS_CHAOS_PUBLISHER_H

#include "amqp/chaos/node.h"
#include "amqp/traced.h"

enum { PUBLISHER_MESSAGES = 2000, PUBLISHER_QUEUES = 2, PUBLISHER_WINDOW = 50 };

/* Durable; the messages go to them in turn. The first is a classic, the second a quorum one. */
extern const char *const publisher_queues[PUBLISHER_QUEUES];

/* What happens to the broker right after that many publishes; happen NULL: nothing any more. */
typedef struct {
    size_t at;
    void (*happen)(chaos_node *node);
} publisher_event;

typedef struct {
    size_t attempts;
    bool is_confirmed;
} publisher_message;

typedef struct {
    chaos_node *node;
    traced tracing; /* its fake broker is not used */
    otelmq_amqp_connection *connection;
    amqp_connection_state_t raw;
    int heartbeat_s; /* of every connection */
    const struct timeval *wait; /* for confirms; NULL: without limit */
    const publisher_event *events; /* by at; the last one is {0} */
    publisher_message messages[PUBLISHER_MESSAGES];
    size_t to_publish[PUBLISHER_MESSAGES]; /* a stack of numbers */
    size_t to_publish_count;
    size_t number_of_tag[PUBLISHER_WINDOW + 1]; /* by the tag modulo the size */
    size_t published; /* messages published again count again */
    size_t confirmed;
    size_t unknown; /* outcomes that nobody knows */
    size_t timeouts;
    size_t connections;
} publisher;

/* Connects, and declares the queues, empty. self: {0} but for heartbeat_s, wait and events. */
void publisher_start(publisher *self, chaos_node *node);

/* Returns when each message is confirmed. */
void publisher_run(publisher *self);

/* Fails the test unless each message is in its queue, no more often than it was published. */
void publisher_expect_all_in_queues(const publisher *self);

/* Destroys the traced connection, so that no span is open any more; stop does the rest. */
void publisher_end_tracing(publisher *self);
void publisher_stop(publisher *self);

/* The number of a message, which its body begins with. */
size_t publisher_number(amqp_bytes_t body);

#endif
