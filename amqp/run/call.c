/* SPDX-License-Identifier: Apache-2.0 */
#include <otelmq/diagnostics.h>

#include "amqp/consume/received.h"
#include "amqp/errors.h"
#include "amqp/frames/read.h"
#include "amqp/frames/time_limit.h"
#include "amqp/frames/watch.h"
#include "amqp/properties.h"
#include "amqp/run/rpc.h"
#include "amqp/text.h"
#include "base/hex.h"

#include <sys/random.h>

enum { RANDOM_SIZE = 16, CORRELATION_ID_LEN = 2 * RANDOM_SIZE };

static const char REPLY_QUEUE[] = "amq.rabbitmq.reply-to";
static const char CONSUMER_TAG[] = "otelmq.reply-to";

typedef struct {
    otelmq_amqp_connection *connection;
    amqp_channel_t channel;
    amqp_bytes_t correlation_id;
    char made_correlation_id[CORRELATION_ID_LEN];
    otelmq_amqp_time_limit limit;
    amqp_envelope_t *reply;
} call;

static const amqp_rpc_reply_t NORMAL = {.reply_type = AMQP_RESPONSE_NORMAL};

static amqp_rpc_reply_t server_exception(const amqp_method_t *method)
{
    return (amqp_rpc_reply_t){.reply_type = AMQP_RESPONSE_SERVER_EXCEPTION, .reply = *method};
}

bool otelmq_amqp_is_rpc_reply(amqp_bytes_t consumer_tag)
{
    return otelmq_str_equal(otelmq_amqp_str(consumer_tag), OTELMQ_STR("otelmq.reply-to"));
}

/* Once for each channel, as it is opened anew too: the connection forgets consumers with it. */
static bool consume_replies(const call *self)
{
    amqp_bytes_t tag = amqp_cstring_bytes(CONSUMER_TAG);
    amqp_bytes_t queue = amqp_cstring_bytes(REPLY_QUEUE);
    return otelmq_amqp_consumers_find(self->connection, self->channel, tag).queue.len > 0 ||
           otelmq_amqp_basic_consume(self->connection, self->channel, queue, tag, 0, 1, 0,
                                     amqp_empty_table) != NULL;
}

/* Random, because it is the conversation id of the spans too, and they come from many programs. */
static void make_correlation_id(call *self)
{
    uint8_t bytes[RANDOM_SIZE] = {0};
    if (getrandom(bytes, sizeof(bytes), 0) != sizeof(bytes)) {
        uint64_t now = otelmq_clock_monotonic_nano();
        memcpy(bytes, &now, sizeof(now));
    }
    otelmq_hex_format(bytes, sizeof(bytes), self->made_correlation_id);
    self->correlation_id = (amqp_bytes_t){CORRELATION_ID_LEN, self->made_correlation_id};
}

/* The properties of the request: a shallow copy of the caller's, with what the reply needs. */
static amqp_basic_properties_t address(call *self, const amqp_basic_properties_t *properties)
{
    amqp_basic_properties_t request;
    memset(&request, 0, sizeof(request));
    if (properties != NULL) {
        request = *properties;
    }
    if ((request._flags & AMQP_BASIC_CORRELATION_ID_FLAG) != 0 && request.correlation_id.len > 0) {
        self->correlation_id = request.correlation_id;
    } else {
        make_correlation_id(self);
    }
    request._flags |= AMQP_BASIC_CORRELATION_ID_FLAG | AMQP_BASIC_REPLY_TO_FLAG;
    request.correlation_id = self->correlation_id;
    request.reply_to = amqp_cstring_bytes(REPLY_QUEUE);
    return request;
}

static bool is_correlated(const call *self, const amqp_basic_properties_t *properties)
{
    return otelmq_str_equal(otelmq_amqp_properties_correlation_id(properties),
                            otelmq_amqp_str(self->correlation_id));
}

/* True with the reply; false with AMQP_STATUS_OK when it was one to an earlier call. */
static bool read_reply(call *self, const amqp_frame_t *frame, int *status)
{
    *status = otelmq_amqp_read_delivery(self->connection, frame, self->reply);
    if (*status != AMQP_STATUS_OK) {
        return false;
    }
    if (is_correlated(self, &self->reply->message.properties)) {
        return true;
    }
    amqp_destroy_envelope(self->reply);
    memset(self->reply, 0, sizeof(*self->reply));
    return false;
}

/* The same for a message that came back, which its publish span is to know in any case. */
static bool read_return(call *self, const amqp_frame_t *frame, int *status)
{
    amqp_message_t message;
    amqp_connection_state_t raw = self->connection->raw;
    amqp_rpc_reply_t reply = amqp_read_message(raw, frame->channel, &message, 0);
    if (reply.reply_type != AMQP_RESPONSE_NORMAL) {
        otelmq_amqp_watch_reply(self->connection, frame->channel, &reply);
        *status = reply.reply_type == AMQP_RESPONSE_LIBRARY_EXCEPTION
                      ? reply.library_error
                      : AMQP_STATUS_UNEXPECTED_STATE;
        return false;
    }
    otelmq_amqp_message_returned(self->connection, frame->channel, &frame->payload.method,
                                 &message);
    bool is_ours = is_correlated(self, &message.properties);
    amqp_destroy_message(&message);
    *status = AMQP_STATUS_OK;
    return is_ours;
}

static bool is_reply(const call *self, const amqp_frame_t *frame)
{
    if (frame->payload.method.id != AMQP_BASIC_DELIVER_METHOD || frame->channel != self->channel) {
        return false;
    }
    const amqp_basic_deliver_t *deliver = frame->payload.method.decoded;
    return otelmq_amqp_is_rpc_reply(deliver->consumer_tag);
}

static bool is_close(const call *self, const amqp_frame_t *frame)
{
    amqp_method_number_t id = frame->payload.method.id;
    return id == AMQP_CONNECTION_CLOSE_METHOD ||
           (id == AMQP_CHANNEL_CLOSE_METHOD && frame->channel == self->channel);
}

/* Whether the frame ends the call, with *result; what is for others is kept for them. */
static bool take_frame(call *self, const amqp_frame_t *frame, amqp_rpc_reply_t *result)
{
    int status = AMQP_STATUS_OK;
    *result = server_exception(&frame->payload.method);
    if (is_close(self, frame)) {
        return true;
    }
    if (frame->payload.method.id == AMQP_BASIC_RETURN_METHOD && frame->channel == self->channel) {
        if (read_return(self, frame, &status)) {
            return true;
        }
    } else if (is_reply(self, frame)) {
        if (read_reply(self, frame, &status)) {
            *result = NORMAL;
            return true;
        }
    } else {
        status = otelmq_amqp_keep(self->connection, frame);
    }
    *result = otelmq_amqp_library_error(status);
    return status != AMQP_STATUS_OK;
}

static amqp_rpc_reply_t wait_reply(call *self)
{
    amqp_frame_t frame;
    amqp_rpc_reply_t result;
    do {
        struct timeval left;
        int status = otelmq_amqp_read_frame(self->connection, &frame,
                                            otelmq_amqp_time_limit_left(&self->limit, &left));
        if (status != AMQP_STATUS_OK) {
            return otelmq_amqp_library_error(status);
        }
    } while (!take_frame(self, &frame, &result));
    return result;
}

/* That nobody serves the request is told by the span of the request. */
static void record(const call *self, const amqp_rpc_reply_t *result, uint64_t start_time_unix_nano)
{
    amqp_bytes_t queue = amqp_cstring_bytes(REPLY_QUEUE);
    if (result->reply_type == AMQP_RESPONSE_NORMAL) {
        otelmq_amqp_consumer consumer = {.queue = queue, .no_ack = true};
        otelmq_amqp_record_receive(self->connection, self->reply, consumer, start_time_unix_nano);
    } else if (result->reply.id != AMQP_BASIC_RETURN_METHOD) {
        otelmq_amqp_record_receive_failed(self->connection, result, queue, start_time_unix_nano);
    }
}

static amqp_rpc_reply_t ask(call *self, amqp_bytes_t exchange, amqp_bytes_t routing_key,
                            const amqp_basic_properties_t *properties, amqp_bytes_t body)
{
    if (!consume_replies(self)) {
        return amqp_get_rpc_reply(self->connection->raw);
    }
    amqp_basic_properties_t request = address(self, properties);
    int status = otelmq_amqp_basic_publish(self->connection, self->channel, exchange, routing_key,
                                           1, 0, &request, body);
    if (status != AMQP_STATUS_OK) {
        return otelmq_amqp_library_error(status);
    }
    uint64_t start_time_unix_nano = otelmq_clock_unix_nano();
    amqp_rpc_reply_t result = wait_reply(self);
    record(self, &result, start_time_unix_nano);
    return result;
}

amqp_rpc_reply_t otelmq_amqp_call(otelmq_amqp_connection *connection, amqp_channel_t channel,
                                  amqp_bytes_t exchange, amqp_bytes_t routing_key,
                                  const amqp_basic_properties_t *properties, amqp_bytes_t body,
                                  const struct timeval *timeout, amqp_envelope_t *reply)
{
    if (reply != NULL) {
        memset(reply, 0, sizeof(*reply));
    }
    if (connection == NULL || reply == NULL) {
        otelmq_diagnostics_report(OTELMQ_SEVERITY_ERROR,
                                  "otelmq_amqp_call needs a connection and a reply to fill, and "
                                  "one of them is NULL.");
        return otelmq_amqp_library_error(AMQP_STATUS_INVALID_PARAMETER);
    }
    if (!otelmq_amqp_can_call(connection)) {
        return otelmq_amqp_library_error(AMQP_STATUS_CONNECTION_CLOSED);
    }
    call self = {.connection = connection,
                 .channel = channel,
                 .limit = otelmq_amqp_time_limit_from(timeout),
                 .reply = reply};
    return ask(&self, exchange, routing_key, properties, body);
}
