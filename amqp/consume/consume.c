/* SPDX-License-Identifier: Apache-2.0 */
#include "amqp/consume/received.h"
#include "amqp/errors.h"
#include "amqp/frames/held.h"
#include "amqp/frames/time_limit.h"
#include "amqp/frames/watch.h"
#include "amqp/run/rpc.h"
#include "base/clock.h"

static bool is_library_error(const amqp_rpc_reply_t *reply, int status)
{
    return reply->reply_type == AMQP_RESPONSE_LIBRARY_EXCEPTION && reply->library_error == status;
}

/*
 * Nothing came within the time, or a frame that is no delivery and was put back for the application
 * to read: that is no failed receive, and an idle consumer would drown in such spans.
 */
static bool is_nothing_received(const amqp_rpc_reply_t *reply)
{
    return is_library_error(reply, AMQP_STATUS_TIMEOUT) ||
           is_library_error(reply, AMQP_STATUS_UNEXPECTED_STATE);
}

/* The library refuses one that is not, and says so itself. */
static bool is_valid(const struct timeval *timeout)
{
    return timeout == NULL || (timeout->tv_sec >= 0 && timeout->tv_usec >= 0);
}

/* Wakes up for the time limits of process spans, which end although nothing comes. */
static amqp_rpc_reply_t receive(otelmq_amqp_connection *connection, amqp_envelope_t *envelope,
                                const struct timeval *timeout, int flags)
{
    otelmq_deadline expiry;
    if (!is_valid(timeout) || !otelmq_amqp_deliveries_next_expiry(connection, &expiry)) {
        return amqp_consume_message(connection->raw, envelope, timeout, flags);
    }
    otelmq_amqp_time_limit limit = otelmq_amqp_time_limit_from(timeout);
    amqp_rpc_reply_t reply;
    do {
        bool is_sliced = otelmq_amqp_deliveries_next_expiry(connection, &expiry);
        otelmq_amqp_time_limit slice =
            is_sliced ? otelmq_amqp_time_limit_at_most(limit, expiry) : limit;
        struct timeval left;
        reply = amqp_consume_message(connection->raw, envelope,
                                     otelmq_amqp_time_limit_left(&slice, &left), flags);
        otelmq_amqp_deliveries_expire(connection);
    } while (is_library_error(&reply, AMQP_STATUS_TIMEOUT) &&
             !otelmq_amqp_time_limit_has_passed(&limit));
    return reply;
}

/* A reply that comes too late for its otelmq_amqp_call is nobody's. */
static bool is_late_reply(const amqp_rpc_reply_t *reply, const amqp_envelope_t *envelope)
{
    return reply->reply_type == AMQP_RESPONSE_NORMAL &&
           otelmq_amqp_is_rpc_reply(envelope->consumer_tag);
}

static amqp_rpc_reply_t receive_asked(otelmq_amqp_connection *connection, amqp_envelope_t *envelope,
                                      const struct timeval *timeout, int flags)
{
    otelmq_amqp_time_limit limit = otelmq_amqp_time_limit_from(timeout);
    amqp_rpc_reply_t reply = receive(connection, envelope, timeout, flags);
    while (is_late_reply(&reply, envelope)) {
        struct timeval left;
        amqp_destroy_envelope(envelope);
        reply = receive(connection, envelope, otelmq_amqp_time_limit_left(&limit, &left), flags);
    }
    return reply;
}

/* What another call has read before comes first, in the order of the library itself. */
static amqp_rpc_reply_t take_or_receive(otelmq_amqp_connection *connection,
                                        amqp_envelope_t *envelope, const struct timeval *timeout,
                                        int flags)
{
    if (otelmq_amqp_held_take_message(connection, envelope)) {
        return (amqp_rpc_reply_t){.reply_type = AMQP_RESPONSE_NORMAL};
    }
    bool is_frame_held = otelmq_amqp_held_has_frame(connection);
    if (is_frame_held || connection->raw == NULL) {
        memset(envelope, 0, sizeof(*envelope));
        return otelmq_amqp_library_error(is_frame_held ? AMQP_STATUS_UNEXPECTED_STATE
                                                       : AMQP_STATUS_CONNECTION_CLOSED);
    }
    return receive_asked(connection, envelope, timeout, flags);
}

amqp_rpc_reply_t otelmq_amqp_consume_message(otelmq_amqp_connection *connection,
                                             amqp_envelope_t *envelope,
                                             const struct timeval *timeout, int flags)
{
    if (connection == NULL || envelope == NULL) {
        return otelmq_amqp_library_error(AMQP_STATUS_INVALID_PARAMETER);
    }
    uint64_t start_time_unix_nano = otelmq_clock_unix_nano();
    otelmq_amqp_deliveries_expire(connection);
    amqp_rpc_reply_t reply = take_or_receive(connection, envelope, timeout, flags);
    if (reply.reply_type == AMQP_RESPONSE_NORMAL) {
        otelmq_amqp_consumer consumer =
            otelmq_amqp_consumers_find(connection, envelope->channel, envelope->consumer_tag);
        otelmq_amqp_record_receive(connection, envelope, consumer, start_time_unix_nano);
    } else if (!is_nothing_received(&reply)) {
        otelmq_amqp_record_receive_failed(connection, &reply, amqp_empty_bytes,
                                          start_time_unix_nano);
        otelmq_amqp_watch_reply(connection, envelope->channel, &reply);
    }
    return reply;
}
