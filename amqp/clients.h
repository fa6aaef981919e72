/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The messaging clients of one connection, one for each broker that it was connected to: a client
 * has the address on all of its spans. Former ones stay, because a process span that is still open
 * ends through the client that it was started with. Belongs to the thread of its connection.
 */
#ifndef OTELMQ_AMQP_CLIENTS_H
#define OTELMQ_AMQP_CLIENTS_H

#include <otelmq/amqp_connection.h>

#include "amqp/peer.h"

typedef struct otelmq_amqp_client otelmq_amqp_client;

typedef struct {
    otelmq_amqp_client *first;
    char *server_address; /* of the options; NULL: that of the peer */
    uint16_t server_port; /* 0: that of the peer */
} otelmq_amqp_clients;

/* What a failed init leaves is to be cleaned, too. */
otelmq_status otelmq_amqp_clients_init(otelmq_amqp_clients *clients,
                                       const otelmq_amqp_options *options);
void otelmq_amqp_clients_clean(otelmq_amqp_clients *clients);

/* The client for a peer, made with options if it is a new one. Borrowed; NULL without memory. */
otelmq_messaging_client *otelmq_amqp_clients_get(otelmq_amqp_clients *clients,
                                                 const otelmq_amqp_peer *peer,
                                                 const otelmq_messaging_options *options);

#endif
