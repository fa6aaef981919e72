/* SPDX-License-Identifier: Apache-2.0 */
#include "amqp/consume/received.h"
#include "amqp/envelope.h"
#include "amqp/errors.h"
#include "amqp/frames/read.h"
#include "amqp/frames/watch.h"
#include "base/clock.h"

static bool copy_method(const amqp_basic_get_ok_t *ok, amqp_envelope_t *envelope)
{
    envelope->delivery_tag = ok->delivery_tag;
    envelope->redelivered = ok->redelivered;
    return otelmq_amqp_envelope_set_names(envelope, amqp_empty_bytes, ok->exchange,
                                          ok->routing_key);
}

static bool is_library_error(const amqp_rpc_reply_t *reply, int status)
{
    return reply->reply_type == AMQP_RESPONSE_LIBRARY_EXCEPTION && reply->library_error == status;
}

/* The frame that the library has put back at the front of its queue. */
static int keep_next_frame(otelmq_amqp_connection *connection)
{
    static const struct timeval at_once;
    amqp_frame_t frame;
    int status = otelmq_amqp_read_frame(connection, &frame, &at_once);
    return status == AMQP_STATUS_OK ? otelmq_amqp_keep(connection, &frame) : status;
}

/*
 * A confirm or a delivery of the channel that came before the answer is in the library's queue, and
 * in the way of the message. Frames of other channels stay where they are: the message's own may
 * come after them.
 */
static amqp_rpc_reply_t read_past_others(otelmq_amqp_connection *connection,
                                         amqp_envelope_t *envelope)
{
    amqp_rpc_reply_t reply;
    int status;
    do {
        reply = amqp_read_message(connection->raw, envelope->channel, &envelope->message, 0);
        bool is_in_the_way = is_library_error(&reply, AMQP_STATUS_UNEXPECTED_STATE) &&
                             amqp_frames_enqueued(connection->raw);
        if (!is_in_the_way) {
            return reply;
        }
        status = keep_next_frame(connection);
    } while (status == AMQP_STATUS_OK);
    return otelmq_amqp_library_error(status);
}

/*
 * The message is read in every case: its frames are on their way, and left unread they would be
 * taken for the answer to the next call.
 */
static amqp_rpc_reply_t read_message(otelmq_amqp_connection *connection, amqp_rpc_reply_t get_ok,
                                     amqp_envelope_t *envelope)
{
    bool is_copied = copy_method(get_ok.reply.decoded, envelope);
    amqp_rpc_reply_t reply = read_past_others(connection, envelope);
    if (reply.reply_type != AMQP_RESPONSE_NORMAL) {
        otelmq_amqp_envelope_clean_names(envelope);
        return reply;
    }
    if (!is_copied) {
        amqp_destroy_envelope(envelope);
        memset(envelope, 0, sizeof(*envelope));
        return otelmq_amqp_library_error(AMQP_STATUS_NO_MEMORY);
    }
    return get_ok;
}

static amqp_rpc_reply_t get(otelmq_amqp_connection *connection, amqp_channel_t channel,
                            amqp_bytes_t queue, amqp_boolean_t no_ack, amqp_envelope_t *envelope)
{
    amqp_connection_state_t raw = connection->raw;
    memset(envelope, 0, sizeof(*envelope));
    if (raw == NULL) {
        return otelmq_amqp_library_error(AMQP_STATUS_CONNECTION_CLOSED);
    }
    amqp_rpc_reply_t reply = amqp_basic_get(raw, channel, queue, no_ack);
    if (reply.reply_type != AMQP_RESPONSE_NORMAL || reply.reply.id != AMQP_BASIC_GET_OK_METHOD) {
        return reply;
    }
    envelope->channel = channel;
    return read_message(connection, reply, envelope);
}

amqp_rpc_reply_t otelmq_amqp_basic_get(otelmq_amqp_connection *connection, amqp_channel_t channel,
                                       amqp_bytes_t queue, amqp_boolean_t no_ack,
                                       amqp_envelope_t *envelope)
{
    if (connection == NULL || envelope == NULL) {
        return otelmq_amqp_library_error(AMQP_STATUS_INVALID_PARAMETER);
    }
    uint64_t start_time_unix_nano = otelmq_clock_unix_nano();
    otelmq_amqp_deliveries_expire(connection);
    amqp_rpc_reply_t reply = get(connection, channel, queue, no_ack, envelope);
    otelmq_amqp_consumer source = {otelmq_amqp_queue_of(connection, channel, queue), no_ack != 0};
    if (reply.reply_type != AMQP_RESPONSE_NORMAL) {
        otelmq_amqp_record_receive_failed(connection, &reply, source.queue, start_time_unix_nano);
        otelmq_amqp_watch_reply(connection, channel, &reply);
    } else if (reply.reply.id == AMQP_BASIC_GET_OK_METHOD) {
        otelmq_amqp_record_receive(connection, envelope, source, start_time_unix_nano);
    }
    return reply;
}
