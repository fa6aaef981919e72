/* SPDX-License-Identifier: Apache-2.0 */
/* The broker's end of the connection's socket, as network.peer.* describes it. */
#ifndef OTELMQ_AMQP_PEER_H
#define OTELMQ_AMQP_PEER_H

#include <otelmq/rabbitmq.h>

#include <netinet/in.h>

typedef struct {
    char address[INET6_ADDRSTRLEN]; /* as a number; empty when it is not known */
    uint16_t port; /* 0 when it is not known */
} otelmq_amqp_peer;

/* Unknown for a connection without a socket, and for sockets that are not IP. */
otelmq_amqp_peer otelmq_amqp_peer_of(amqp_connection_state_t raw);

#endif
