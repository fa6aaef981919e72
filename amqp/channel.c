/* SPDX-License-Identifier: Apache-2.0 */
/* Opening and closing channels, and closing the connection. */
#include <otelmq/amqp_connection.h>

#include "amqp/connection_state.h"
#include "amqp/errors.h"
#include "amqp/frames/held.h"
#include "amqp/frames/read.h"
#include "amqp/frames/watch.h"

/* Channel 0, which stands for all of them here, cannot be opened: the broker will say so. */
static void forget(otelmq_amqp_connection *connection, amqp_channel_t channel)
{
    if (channel != 0) {
        otelmq_amqp_channel_ended(connection, channel, "channel-closed");
        otelmq_amqp_channels_forget(connection, channel, "channel-closed");
        otelmq_amqp_held_forget(connection, channel);
    }
}

amqp_channel_open_ok_t *otelmq_amqp_channel_open(otelmq_amqp_connection *connection,
                                                 amqp_channel_t channel)
{
    if (!otelmq_amqp_can_call(connection)) {
        return NULL;
    }
    forget(connection, channel);
    amqp_channel_open_ok_t *ok = amqp_channel_open(connection->raw, channel);
    if (ok == NULL) {
        amqp_rpc_reply_t reply = amqp_get_rpc_reply(connection->raw);
        otelmq_amqp_watch_reply(connection, channel, &reply);
    }
    return ok;
}

/*
 * Confirms that came before the answer are still in the library's queue, and count. A call that was
 * never sent closed nothing.
 */
static void finish_close(otelmq_amqp_connection *connection, amqp_channel_t channel,
                         const amqp_rpc_reply_t *reply, const char *error_type)
{
    if (otelmq_amqp_channels_has_unconfirmed(connection, channel)) {
        otelmq_amqp_drain(connection);
    }
    otelmq_amqp_watch_reply(connection, channel, reply);
    if (reply->reply_type == AMQP_RESPONSE_NORMAL) {
        otelmq_amqp_channel_ended(connection, channel, error_type);
    }
}

amqp_rpc_reply_t otelmq_amqp_channel_close(otelmq_amqp_connection *connection,
                                           amqp_channel_t channel, int code)
{
    if (!otelmq_amqp_can_call(connection)) {
        return otelmq_amqp_library_error(AMQP_STATUS_CONNECTION_CLOSED);
    }
    amqp_rpc_reply_t reply = amqp_channel_close(connection->raw, channel, code);
    finish_close(connection, channel, &reply, "channel-closed");
    return reply;
}

amqp_rpc_reply_t otelmq_amqp_connection_close(otelmq_amqp_connection *connection, int code)
{
    if (!otelmq_amqp_can_call(connection)) {
        return otelmq_amqp_library_error(AMQP_STATUS_CONNECTION_CLOSED);
    }
    amqp_rpc_reply_t reply = amqp_connection_close(connection->raw, code);
    finish_close(connection, 0, &reply, "connection-closed");
    return reply;
}
