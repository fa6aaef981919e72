/* SPDX-License-Identifier: Apache-2.0 */
/*
 * connection.blocked: the broker is short of memory or disk, and reads nothing from us until
 * connection.unblocked. It says so only to a client that logged in with the capability
 * connection.blocked.
 */
#ifndef OTELMQ_AMQP_BLOCKED_H
#define OTELMQ_AMQP_BLOCKED_H

#include <otelmq/amqp_connection.h>

enum { OTELMQ_AMQP_BLOCKED_REASON_SIZE = 256 };

typedef struct {
    bool is_blocked;
    char reason[OTELMQ_AMQP_BLOCKED_REASON_SIZE];
} otelmq_amqp_blocked;

/* Remembers it, and adds an event to the publish spans that are open. */
void otelmq_amqp_blocked_begin(otelmq_amqp_connection *connection, amqp_bytes_t reason);
void otelmq_amqp_blocked_end(otelmq_amqp_connection *connection);

#endif
