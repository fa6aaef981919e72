/* SPDX-License-Identifier: Apache-2.0 */
#include "amqp/frames/read.h"

#include <otelmq/diagnostics.h>

#include "amqp/connection_state.h"
#include "amqp/envelope.h"
#include "amqp/frames/held.h"
#include "amqp/frames/time_limit.h"
#include "amqp/frames/watch.h"
#include "amqp/publish/channels.h"
#include "amqp/publish/returns.h"
#include "amqp/run/rpc.h"

/* Wakes up for time limits of process spans, which pass while nothing comes. */
static int wait_raw(otelmq_amqp_connection *connection, amqp_frame_t *frame,
                    const struct timeval *timeout)
{
    otelmq_amqp_time_limit limit = otelmq_amqp_time_limit_from(timeout);
    int status;
    do {
        otelmq_amqp_deliveries_expire(connection);
        otelmq_amqp_time_limit wake = limit;
        otelmq_deadline expiry;
        if (otelmq_amqp_deliveries_next_expiry(connection, &expiry)) {
            wake = otelmq_amqp_time_limit_at_most(limit, expiry);
        }
        struct timeval left;
        status = amqp_simple_wait_frame_noblock(connection->raw, frame,
                                                otelmq_amqp_time_limit_left(&wake, &left));
    } while (status == AMQP_STATUS_TIMEOUT && !otelmq_amqp_time_limit_has_passed(&limit));
    return status;
}

int otelmq_amqp_read_any_frame(otelmq_amqp_connection *connection, amqp_frame_t *frame,
                               const struct timeval *timeout)
{
    if (connection->raw == NULL) {
        return AMQP_STATUS_CONNECTION_CLOSED;
    }
    int status = wait_raw(connection, frame, timeout);
    if (status == AMQP_STATUS_OK) {
        otelmq_amqp_watch_frame(connection, frame);
    }
    return otelmq_amqp_watch_status(connection, status);
}

/* A header or a body is what a message left behind that could not be read to its end. */
int otelmq_amqp_read_frame(otelmq_amqp_connection *connection, amqp_frame_t *frame,
                           const struct timeval *timeout)
{
    otelmq_amqp_time_limit limit = otelmq_amqp_time_limit_from(timeout);
    int status;
    do {
        struct timeval left;
        status = otelmq_amqp_read_any_frame(connection, frame,
                                            otelmq_amqp_time_limit_left(&limit, &left));
    } while (status == AMQP_STATUS_OK && frame->frame_type != AMQP_FRAME_METHOD);
    return status;
}

/* A close in the middle of a message is for the application, as one between messages is. */
static int read_message(otelmq_amqp_connection *connection, amqp_channel_t channel,
                        amqp_message_t *message)
{
    amqp_rpc_reply_t reply = amqp_read_message(connection->raw, channel, message, 0);
    if (reply.reply_type == AMQP_RESPONSE_NORMAL) {
        return AMQP_STATUS_OK;
    }
    if (reply.reply_type != AMQP_RESPONSE_SERVER_EXCEPTION) {
        return otelmq_amqp_watch_status(connection, reply.library_error);
    }
    amqp_frame_t frame = {.frame_type = AMQP_FRAME_METHOD, .channel = channel};
    frame.payload.method = reply.reply;
    otelmq_amqp_watch_frame(connection, &frame);
    int status = otelmq_amqp_held_add_frame(connection, &frame);
    return status == AMQP_STATUS_OK ? AMQP_STATUS_UNEXPECTED_STATE : status;
}

static bool copy_method(const amqp_frame_t *frame, amqp_envelope_t *envelope)
{
    const amqp_basic_deliver_t *deliver = frame->payload.method.decoded;
    envelope->channel = frame->channel;
    envelope->delivery_tag = deliver->delivery_tag;
    envelope->redelivered = deliver->redelivered;
    return otelmq_amqp_envelope_set_names(envelope, deliver->consumer_tag, deliver->exchange,
                                          deliver->routing_key);
}

/* The message is read in every case: its frames are on their way. */
int otelmq_amqp_read_delivery(otelmq_amqp_connection *connection, const amqp_frame_t *frame,
                              amqp_envelope_t *envelope)
{
    memset(envelope, 0, sizeof(*envelope));
    bool is_copied = copy_method(frame, envelope);
    int status = read_message(connection, frame->channel, &envelope->message);
    if (status == AMQP_STATUS_OK && is_copied) {
        return AMQP_STATUS_OK;
    }
    if (status == AMQP_STATUS_OK) {
        amqp_destroy_message(&envelope->message);
        status = AMQP_STATUS_NO_MEMORY;
    }
    otelmq_amqp_envelope_clean_names(envelope);
    return status;
}

/* Its status depends on the version of librabbitmq. */
bool otelmq_amqp_is_not_copied(int status)
{
    return status == AMQP_STATUS_NO_MEMORY || status == AMQP_STATUS_INVALID_PARAMETER;
}

bool otelmq_amqp_passes_over(otelmq_amqp_connection *connection, const amqp_frame_t *frame,
                             int status)
{
    if (!otelmq_amqp_is_not_copied(status)) {
        return false;
    }
    otelmq_diagnostics_report(OTELMQ_SEVERITY_WARNING,
                              "A message from RabbitMQ could not be read, for lack of memory or "
                              "because of a header without a name: it stays unacknowledged.");
    otelmq_amqp_run_passed_over(connection, frame);
    return true;
}

static int keep_delivery(otelmq_amqp_connection *connection, const amqp_frame_t *frame)
{
    amqp_envelope_t envelope;
    int status = otelmq_amqp_read_delivery(connection, frame, &envelope);
    if (status != AMQP_STATUS_OK) {
        return otelmq_amqp_passes_over(connection, frame, status) ? AMQP_STATUS_OK : status;
    }
    if (otelmq_amqp_is_rpc_reply(envelope.consumer_tag)) {
        amqp_destroy_envelope(&envelope);
        return AMQP_STATUS_OK;
    }
    return otelmq_amqp_held_add_message(connection, &envelope);
}

/* A message that the library cannot copy has come back all the same. */
int otelmq_amqp_read_return(otelmq_amqp_connection *connection, const amqp_frame_t *frame,
                            amqp_message_t *message)
{
    const amqp_basic_return_t *method = frame->payload.method.decoded;
    int status = read_message(connection, frame->channel, message);
    if (status == AMQP_STATUS_OK) {
        otelmq_amqp_returned(connection, frame->channel, method, &message->properties);
        return status;
    }
    memset(message, 0, sizeof(*message));
    if (!otelmq_amqp_is_not_copied(status)) {
        return status;
    }
    otelmq_amqp_returned(connection, frame->channel, method, NULL);
    return AMQP_STATUS_OK;
}

static int keep_return(otelmq_amqp_connection *connection, const amqp_frame_t *frame)
{
    amqp_message_t message;
    int status = otelmq_amqp_read_return(connection, frame, &message);
    if (status == AMQP_STATUS_OK) {
        amqp_destroy_message(&message);
    }
    return status;
}

bool otelmq_amqp_frame_is_close(const amqp_frame_t *frame, amqp_channel_t channel)
{
    amqp_method_number_t id = frame->payload.method.id;
    return id == AMQP_CONNECTION_CLOSE_METHOD ||
           (id == AMQP_CHANNEL_CLOSE_METHOD && frame->channel == channel);
}

static bool is_confirm(otelmq_amqp_connection *connection, const amqp_frame_t *frame)
{
    amqp_method_number_t id = frame->payload.method.id;
    if (id != AMQP_BASIC_ACK_METHOD && id != AMQP_BASIC_NACK_METHOD) {
        return false;
    }
    const otelmq_amqp_channel *channel = otelmq_amqp_channels_find(connection, frame->channel);
    return channel != NULL && channel->mode == OTELMQ_AMQP_MODE_CONFIRM;
}

int otelmq_amqp_keep(otelmq_amqp_connection *connection, const amqp_frame_t *frame)
{
    if (frame->payload.method.id == AMQP_BASIC_DELIVER_METHOD) {
        return keep_delivery(connection, frame);
    }
    if (frame->payload.method.id == AMQP_BASIC_RETURN_METHOD) {
        return keep_return(connection, frame);
    }
    if (is_confirm(connection, frame)) {
        return AMQP_STATUS_OK;
    }
    return otelmq_amqp_held_add_frame(connection, frame);
}

void otelmq_amqp_drain(otelmq_amqp_connection *connection)
{
    static const struct timeval at_once;
    int status = AMQP_STATUS_OK;
    while (status == AMQP_STATUS_OK && connection->raw != NULL &&
           amqp_frames_enqueued(connection->raw)) {
        amqp_frame_t frame;
        status = otelmq_amqp_read_frame(connection, &frame, &at_once);
        if (status == AMQP_STATUS_OK) {
            status = otelmq_amqp_keep(connection, &frame);
        }
    }
}
