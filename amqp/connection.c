/* SPDX-License-Identifier: Apache-2.0 */
#include "connection.h"

#include <stdlib.h>

static otelmq_status create_client(const otelmq_amqp_options *options, const otelmq_amqp_peer *peer,
                                   otelmq_messaging_client **client)
{
    const char *address = options->server_address;
    if (address == NULL && peer->address[0] != '\0') {
        address = peer->address;
    }
    uint16_t port = options->server_port != 0 ? options->server_port : peer->port;
    return otelmq_messaging_client_create("rabbitmq", "otelmq.amqp", address, port,
                                          &options->messaging, client);
}

otelmq_status otelmq_amqp_connection_create(amqp_connection_state_t raw,
                                            const otelmq_amqp_options *options,
                                            otelmq_amqp_connection **connection)
{
    static const otelmq_amqp_options defaults;
    if (raw == NULL || connection == NULL) {
        return OTELMQ_ERROR_INVALID_ARGUMENT;
    }
    otelmq_amqp_connection *created = calloc(1, sizeof(*created));
    if (created == NULL) {
        return OTELMQ_ERROR_NO_MEMORY;
    }
    created->raw = raw;
    created->peer = otelmq_amqp_peer_of(raw);
    otelmq_amqp_deliveries_init(&created->deliveries);
    otelmq_status status =
        create_client(options != NULL ? options : &defaults, &created->peer, &created->client);
    if (status != OTELMQ_OK) {
        otelmq_amqp_connection_destroy(created);
        return status;
    }
    *connection = created;
    return OTELMQ_OK;
}

void otelmq_amqp_connection_destroy(otelmq_amqp_connection *connection)
{
    if (connection == NULL) {
        return;
    }
    otelmq_amqp_deliveries_clean(&connection->deliveries);
    otelmq_messaging_client_destroy(connection->client);
    free(connection);
}

amqp_connection_state_t otelmq_amqp_connection_raw(otelmq_amqp_connection *connection)
{
    return connection != NULL ? connection->raw : NULL;
}
