/* SPDX-License-Identifier: Apache-2.0 */
#include "base/clock.h"
#include "received.h"

static amqp_rpc_reply_t invalid_parameter(void)
{
    return (amqp_rpc_reply_t){.reply_type = AMQP_RESPONSE_LIBRARY_EXCEPTION,
                              .library_error = AMQP_STATUS_INVALID_PARAMETER};
}

/*
 * Nothing came within the time, or a frame that is no delivery and was put back for the application
 * to read: that is no failed receive, and an idle consumer would drown in such spans.
 */
static bool is_nothing_received(const amqp_rpc_reply_t *reply)
{
    return reply->reply_type == AMQP_RESPONSE_LIBRARY_EXCEPTION &&
           (reply->library_error == AMQP_STATUS_TIMEOUT ||
            reply->library_error == AMQP_STATUS_UNEXPECTED_STATE);
}

amqp_rpc_reply_t otelmq_amqp_consume_message(otelmq_amqp_connection *connection,
                                             amqp_envelope_t *envelope,
                                             const struct timeval *timeout, int flags)
{
    if (connection == NULL) {
        return invalid_parameter();
    }
    uint64_t start_time_unix_nano = otelmq_clock_unix_nano();
    amqp_rpc_reply_t reply = amqp_consume_message(connection->raw, envelope, timeout, flags);
    if (reply.reply_type == AMQP_RESPONSE_NORMAL) {
        otelmq_amqp_record_receive(connection, envelope, amqp_empty_bytes, start_time_unix_nano);
    } else if (!is_nothing_received(&reply)) {
        otelmq_amqp_record_receive_failed(connection, &reply, amqp_empty_bytes,
                                          start_time_unix_nano);
    }
    return reply;
}
