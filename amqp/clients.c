/* SPDX-License-Identifier: Apache-2.0 */
#include "amqp/clients.h"

#include <stdlib.h>

struct otelmq_amqp_client {
    otelmq_amqp_client *next;
    otelmq_messaging_client *client;
    otelmq_amqp_peer peer;
};

otelmq_status otelmq_amqp_clients_init(otelmq_amqp_clients *clients,
                                       const otelmq_amqp_options *options)
{
    *clients = (otelmq_amqp_clients){.server_port = options->server_port};
    if (options->server_address != NULL) {
        clients->server_address = strdup(options->server_address);
        return clients->server_address != NULL ? OTELMQ_OK : OTELMQ_ERROR_NO_MEMORY;
    }
    return OTELMQ_OK;
}

void otelmq_amqp_clients_clean(otelmq_amqp_clients *clients)
{
    while (clients->first != NULL) {
        otelmq_amqp_client *client = clients->first;
        clients->first = client->next;
        otelmq_messaging_client_destroy(client->client);
        free(client);
    }
    free(clients->server_address);
    clients->server_address = NULL;
}

static bool is_same_peer(const otelmq_amqp_peer *a, const otelmq_amqp_peer *b)
{
    return a->port == b->port && strcmp(a->address, b->address) == 0;
}

static otelmq_status create_client(const otelmq_amqp_clients *clients, const otelmq_amqp_peer *peer,
                                   const otelmq_messaging_options *options,
                                   otelmq_messaging_client **client)
{
    const char *address = clients->server_address;
    if (address == NULL && peer->address[0] != '\0') {
        address = peer->address;
    }
    uint16_t port = clients->server_port != 0 ? clients->server_port : peer->port;
    return otelmq_messaging_client_create("rabbitmq", "otelmq.amqp", address, port, options,
                                          client);
}

static otelmq_messaging_client *add(otelmq_amqp_clients *clients, const otelmq_amqp_peer *peer,
                                    const otelmq_messaging_options *options)
{
    otelmq_amqp_client *added = malloc(sizeof(*added));
    if (added == NULL) {
        return NULL;
    }
    if (create_client(clients, peer, options, &added->client) != OTELMQ_OK) {
        free(added);
        return NULL;
    }
    added->peer = *peer;
    added->next = clients->first;
    clients->first = added;
    return added->client;
}

otelmq_messaging_client *otelmq_amqp_clients_get(otelmq_amqp_clients *clients,
                                                 const otelmq_amqp_peer *peer,
                                                 const otelmq_messaging_options *options)
{
    for (const otelmq_amqp_client *at = clients->first; at != NULL; at = at->next) {
        if (is_same_peer(&at->peer, peer)) {
            return at->client;
        }
    }
    return add(clients, peer, options);
}
