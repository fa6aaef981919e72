/* SPDX-License-Identifier: Apache-2.0 */
#include "amqp/connection_state.h"
#include "amqp/frames/watch.h"

#include <stdlib.h>

static otelmq_status copy_options(otelmq_amqp_connection *connection,
                                  const otelmq_amqp_options *options)
{
    otelmq_status status = otelmq_amqp_own_names_init(&connection->own_names, options);
    if (status == OTELMQ_OK) {
        status = otelmq_amqp_clients_init(&connection->clients, options);
    }
    if (status != OTELMQ_OK) {
        return status;
    }
    connection->client =
        otelmq_amqp_clients_get(&connection->clients, &connection->peer, &options->messaging);
    return connection->client != NULL ? OTELMQ_OK : OTELMQ_ERROR_NO_MEMORY;
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
    otelmq_amqp_consumers_init(&created->consumers);
    otelmq_amqp_deliveries_init(&created->deliveries);
    otelmq_status status = copy_options(created, options != NULL ? options : &defaults);
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
    otelmq_amqp_channel_ended(connection, 0, "connection-closed");
    /* The hooks of process spans that ended just now may have published. */
    otelmq_amqp_channels_forget(connection, 0, "connection-closed");
    otelmq_amqp_deliveries_clean(connection);
    otelmq_amqp_consumers_clean(&connection->consumers);
    otelmq_amqp_held_clean(&connection->held);
    otelmq_amqp_run_state_clean(&connection->run);
    otelmq_amqp_batches_clean(&connection->batches);
    otelmq_amqp_batch_scratch_clean(&connection->batch_scratch);
    otelmq_amqp_prepared_clean(&connection->prepared);
    otelmq_amqp_clients_clean(&connection->clients);
    otelmq_amqp_own_names_clean(&connection->own_names);
    free(connection);
}

/* Without memory for a client of its own, the spans tell the address of the former broker. */
static void adopt(otelmq_amqp_connection *connection, amqp_connection_state_t raw)
{
    otelmq_amqp_prepared_clean(&connection->prepared);
    connection->peer = otelmq_amqp_peer_of(raw);
    otelmq_messaging_client *client =
        otelmq_amqp_clients_get(&connection->clients, &connection->peer,
                                otelmq_messaging_client_options(connection->client));
    connection->client = client != NULL ? client : connection->client;
}

/* The former raw connection may be destroyed already: hooks must not come upon it. */
void otelmq_amqp_connection_replace(otelmq_amqp_connection *connection, amqp_connection_state_t raw)
{
    if (connection == NULL) {
        return;
    }
    connection->raw = NULL;
    otelmq_amqp_channel_ended(connection, 0, "connection-closed");
    otelmq_amqp_held_forget(connection, 0);
    connection->raw = raw;
    if (raw != NULL) {
        adopt(connection, raw);
    }
}

bool otelmq_amqp_can_call(otelmq_amqp_connection *connection)
{
    if (connection == NULL || connection->raw == NULL) {
        return false;
    }
    otelmq_amqp_deliveries_expire(connection);
    return true;
}

amqp_connection_state_t otelmq_amqp_connection_raw(otelmq_amqp_connection *connection)
{
    return connection != NULL ? connection->raw : NULL;
}
