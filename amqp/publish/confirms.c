/* SPDX-License-Identifier: Apache-2.0 */
#include <otelmq/amqp_confirms.h>

#include <otelmq/diagnostics.h>

#include "amqp/connection_state.h"
#include "amqp/errors.h"
#include "amqp/frames/read.h"
#include "amqp/frames/time_limit.h"
#include "amqp/frames/watch.h"
#include "amqp/publish/channels.h"

enum { MAX_POLLED_OTHERS = 1024 };

/*
 * What a former opening of the channel left is forgotten, as otelmq_amqp_channel_open would have
 * done: its delivery tags count the same numbers again.
 */
static void begin_confirms(otelmq_amqp_channel *channel)
{
    if (channel->mode != OTELMQ_AMQP_MODE_CONFIRM) {
        otelmq_amqp_outcomes_clean(&channel->outcomes);
    }
    channel->mode = OTELMQ_AMQP_MODE_CONFIRM;
}

/*
 * The memory is there before the broker is asked: in confirm mode without it, no message would be
 * counted, and all would seem to be confirmed.
 */
amqp_confirm_select_ok_t *otelmq_amqp_confirm_select(otelmq_amqp_connection *connection,
                                                     amqp_channel_t channel)
{
    if (!otelmq_amqp_can_call(connection)) {
        return NULL;
    }
    if (otelmq_amqp_channels_add(connection, channel) == NULL) {
        otelmq_diagnostics_report(OTELMQ_SEVERITY_ERROR,
                                  "There is no memory for the confirms of a RabbitMQ channel.");
        return NULL;
    }
    amqp_confirm_select_ok_t *ok = amqp_confirm_select(connection->raw, channel);
    if (ok == NULL) {
        amqp_rpc_reply_t reply = amqp_get_rpc_reply(connection->raw);
        otelmq_amqp_watch_reply(connection, channel, &reply);
        return NULL;
    }
    begin_confirms(otelmq_amqp_channels_find(connection, channel));
    return ok;
}

static size_t pending_of(const otelmq_amqp_channel *channel)
{
    bool is_confirmed = channel != NULL && channel->mode == OTELMQ_AMQP_MODE_CONFIRM;
    return is_confirmed ? channel->unsettled.pending : 0;
}

static bool is_confirm(const amqp_frame_t *frame)
{
    amqp_method_number_t id = frame->payload.method.id;
    return id == AMQP_BASIC_ACK_METHOD || id == AMQP_BASIC_NACK_METHOD;
}

/*
 * Whether to look for one more frame. A poll takes what is there, but deliveries may come as fast
 * as they are read: it meets no more than some of them.
 */
static bool may_go_on(const otelmq_amqp_time_limit *limit, bool is_poll, size_t others)
{
    return is_poll ? others < MAX_POLLED_OTHERS : !otelmq_amqp_time_limit_has_passed(limit);
}

/*
 * Reads until nothing is pending; the reply is what otelmq_amqp_wait_confirms answers. The channel
 * is looked up each time, because the hooks of what is read may open another one in its place.
 */
static amqp_rpc_reply_t read_confirms(otelmq_amqp_connection *connection, amqp_channel_t channel,
                                      const struct timeval *timeout)
{
    otelmq_amqp_time_limit limit = otelmq_amqp_time_limit_from(timeout);
    bool is_poll = timeout != NULL && timeout->tv_sec == 0 && timeout->tv_usec == 0;
    size_t others = 0;
    while (pending_of(otelmq_amqp_channels_find(connection, channel)) > 0) {
        if (!may_go_on(&limit, is_poll, others)) {
            return otelmq_amqp_library_error(AMQP_STATUS_TIMEOUT);
        }
        struct timeval left;
        amqp_frame_t frame;
        int status =
            otelmq_amqp_read_frame(connection, &frame, otelmq_amqp_time_limit_left(&limit, &left));
        if (status == AMQP_STATUS_OK && otelmq_amqp_frame_is_close(&frame, channel)) {
            return (amqp_rpc_reply_t){.reply_type = AMQP_RESPONSE_SERVER_EXCEPTION,
                                      .reply = frame.payload.method};
        }
        if (status == AMQP_STATUS_OK) {
            others += is_confirm(&frame) ? 0 : 1;
            status = otelmq_amqp_keep(connection, &frame);
        }
        if (status != AMQP_STATUS_OK) {
            return otelmq_amqp_library_error(status);
        }
    }
    return (amqp_rpc_reply_t){.reply_type = AMQP_RESPONSE_NORMAL};
}

static void forget_told(otelmq_amqp_connection *connection, amqp_channel_t channel)
{
    otelmq_amqp_channel *found = otelmq_amqp_channels_find(connection, channel);
    if (found != NULL) {
        otelmq_amqp_outcomes_forget_told(&found->outcomes);
    }
}

static void tell(otelmq_amqp_connection *connection, amqp_channel_t channel,
                 otelmq_amqp_confirms *confirms)
{
    otelmq_amqp_channel *found = otelmq_amqp_channels_find(connection, channel);
    if (found != NULL) {
        *confirms = otelmq_amqp_outcomes_tell(&found->outcomes, pending_of(found));
    }
}

amqp_rpc_reply_t otelmq_amqp_wait_confirms(otelmq_amqp_connection *connection,
                                           amqp_channel_t channel, const struct timeval *timeout,
                                           otelmq_amqp_confirms *confirms)
{
    if (confirms != NULL) {
        *confirms = (otelmq_amqp_confirms){.items = NULL};
    }
    if (connection == NULL || confirms == NULL) {
        return otelmq_amqp_library_error(AMQP_STATUS_INVALID_PARAMETER);
    }
    otelmq_amqp_deliveries_expire(connection);
    forget_told(connection, channel);
    amqp_rpc_reply_t reply = connection->raw != NULL
                                 ? read_confirms(connection, channel, timeout)
                                 : otelmq_amqp_library_error(AMQP_STATUS_CONNECTION_CLOSED);
    tell(connection, channel, confirms);
    return reply;
}

uint64_t otelmq_amqp_next_publish_tag(const otelmq_amqp_connection *connection,
                                      amqp_channel_t channel)
{
    const otelmq_amqp_channel *at = connection != NULL ? connection->channels.first : NULL;
    while (at != NULL && at->number != channel) {
        at = at->next;
    }
    return at != NULL && at->mode == OTELMQ_AMQP_MODE_CONFIRM ? at->unsettled.next : 0;
}
