/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A service's connection to RabbitMQ, which comes back: whatever breaks it is logged, and the next
 * call connects again, with growing pauses, until the service is asked to stop. A broker that is
 * not there yet is waited for; wrong credentials or an unknown vhost end a service that was never
 * connected, and are retried by one that was, because a broker that starts up can answer so.
 *
 * A service either consumes or publishes. Messages are acknowledged one by one; what was not
 * acknowledged when the connection broke is delivered again.
 */
#ifndef PIPELINE_RABBIT_H
#define PIPELINE_RABBIT_H

#include "amqp_failure.h"
#include "retry.h"

#include <otelmq/amqp.h>

enum { RABBIT_CHANNEL = 1 };

/* Fill in queue, leave the rest {0}. */
typedef struct {
    const char *queue; /* to consume from; NULL: publishes */
    amqp_connection_state_t raw; /* NULL: not connected */
    otelmq_amqp_connection *traced;
    bool was_connected;
    retry tries;
    char url[1024]; /* that address points into */
    struct amqp_connection_info address;
} rabbit;

/* Connects unless connected. false: the service is asked to stop first. */
bool rabbit_connect(rabbit *connection);

/* Waits half a second for a message. true: *envelope is the caller's to amqp_destroy_envelope. */
bool rabbit_receive(rabbit *connection, amqp_envelope_t *envelope);

/* Acknowledges the message, or gives it to the dead-letter exchange. */
void rabbit_ack(rabbit *connection, const amqp_envelope_t *envelope);
void rabbit_reject(rabbit *connection, const amqp_envelope_t *envelope);

/*
 * Publishes a persistent JSON message to the pipeline's exchange until RabbitMQ has confirmed it,
 * again after a lost connection. false: the service is asked to stop, and it is not confirmed.
 */
bool rabbit_publish(rabbit *connection, const char *routing_key, const char *body);

/* Answers heartbeats on a connection that has nothing to publish for a while. */
void rabbit_keep_alive(rabbit *connection);

/* Logs that what failed and why, and gives the connection up. */
void rabbit_lose(rabbit *connection, const char *what, const amqp_failure *failure);

/* Closes the connection, if there is one, in good order. */
void rabbit_close(rabbit *connection);

#endif
