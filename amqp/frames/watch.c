/* SPDX-License-Identifier: Apache-2.0 */
#include "amqp/frames/watch.h"

#include "amqp/connection_state.h"
#include "amqp/publish/settlement.h"

static void confirmed(otelmq_amqp_connection *connection, amqp_channel_t number, uint64_t tag,
                      bool multiple, otelmq_amqp_outcome outcome)
{
    otelmq_amqp_channel *channel = otelmq_amqp_channels_find(connection, number);
    if (channel != NULL && channel->mode == OTELMQ_AMQP_MODE_CONFIRM) {
        otelmq_amqp_settle(connection, channel, tag, multiple, outcome);
    }
}

static void watch_method(otelmq_amqp_connection *connection, amqp_channel_t channel,
                         const amqp_method_t *method)
{
    otelmq_amqp_run_watch(connection, channel, method);
    switch (method->id) {
    case AMQP_BASIC_ACK_METHOD: {
        const amqp_basic_ack_t *ack = method->decoded;
        confirmed(connection, channel, ack->delivery_tag, ack->multiple, OTELMQ_AMQP_ACKED);
        break;
    }
    case AMQP_BASIC_NACK_METHOD: {
        const amqp_basic_nack_t *nack = method->decoded;
        confirmed(connection, channel, nack->delivery_tag, nack->multiple, OTELMQ_AMQP_NACKED);
        break;
    }
    case AMQP_BASIC_CANCEL_METHOD: {
        const amqp_basic_cancel_t *cancel = method->decoded;
        otelmq_amqp_consumers_cancelled(connection, channel, cancel->consumer_tag);
        break;
    }
    case AMQP_CHANNEL_CLOSE_METHOD:
        otelmq_amqp_channel_ended(connection, channel, "channel-closed");
        break;
    case AMQP_CONNECTION_CLOSE_METHOD:
        otelmq_amqp_channel_ended(connection, 0, "connection-closed");
        break;
    case AMQP_CONNECTION_BLOCKED_METHOD: {
        const amqp_connection_blocked_t *blocked = method->decoded;
        otelmq_amqp_blocked_begin(connection, blocked->reason);
        break;
    }
    case AMQP_CONNECTION_UNBLOCKED_METHOD:
        otelmq_amqp_blocked_end(connection);
        break;
    default:
        break;
    }
}

void otelmq_amqp_watch_frame(otelmq_amqp_connection *connection, const amqp_frame_t *frame)
{
    if (frame->frame_type == AMQP_FRAME_METHOD) {
        watch_method(connection, frame->channel, &frame->payload.method);
    }
}

static bool means_dead(int status)
{
    switch (status) {
    case AMQP_STATUS_CONNECTION_CLOSED:
    case AMQP_STATUS_SOCKET_ERROR:
    case AMQP_STATUS_SOCKET_CLOSED:
    case AMQP_STATUS_HEARTBEAT_TIMEOUT:
    case AMQP_STATUS_TCP_ERROR:
    case AMQP_STATUS_SSL_ERROR:
        return true;
    default:
        return false;
    }
}

/* A call that times out waiting for the broker's answer closes the socket, and says only that. */
static bool has_no_socket(amqp_connection_state_t raw)
{
    return raw != NULL && amqp_get_sockfd(raw) < 0;
}

int otelmq_amqp_watch_status(otelmq_amqp_connection *connection, int status)
{
    if (status != AMQP_STATUS_OK && (means_dead(status) || has_no_socket(connection->raw))) {
        otelmq_amqp_channel_ended(connection, 0, "connection-closed");
    }
    return status;
}

void otelmq_amqp_watch_reply(otelmq_amqp_connection *connection, amqp_channel_t channel,
                             const amqp_rpc_reply_t *reply)
{
    if (reply->reply_type == AMQP_RESPONSE_LIBRARY_EXCEPTION) {
        otelmq_amqp_watch_status(connection, reply->library_error);
    } else if (reply->reply_type == AMQP_RESPONSE_SERVER_EXCEPTION) {
        watch_method(connection, channel, &reply->reply);
    }
}

void otelmq_amqp_channel_ended(otelmq_amqp_connection *connection, amqp_channel_t channel,
                               const char *error_type)
{
    otelmq_amqp_channels_end(connection, channel, error_type);
    otelmq_amqp_deliveries_end(connection, channel, error_type);
    otelmq_amqp_consumers_forget(connection, channel);
    if (channel == 0) {
        connection->blocked.is_blocked = false;
        connection->run.unanswered_calls = 0;
    }
}
