/* SPDX-License-Identifier: Apache-2.0 */
#include <otelmq/diagnostics.h>

#include "amqp/consume/queues.h"
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
    amqp_bytes_t exchange;
    amqp_bytes_t routing_key;
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

/* Once for each channel, as it is opened anew too: the connection forgets it with the channel. */
static bool consume_replies(const call *self, amqp_rpc_reply_t *failure)
{
    otelmq_amqp_connection *connection = self->connection;
    if (otelmq_amqp_consumers_has_replies(connection, self->channel)) {
        return true;
    }
    if (!otelmq_amqp_consumers_reserve_replies(connection)) {
        *failure = otelmq_amqp_library_error(AMQP_STATUS_NO_MEMORY);
        return false;
    }
    otelmq_amqp_new_consumer consumer = {.queue = amqp_cstring_bytes(REPLY_QUEUE),
                                         .consumer_tag = amqp_cstring_bytes(CONSUMER_TAG),
                                         .no_ack = 1,
                                         .arguments = amqp_empty_table};
    if (otelmq_amqp_consume_as(connection, self->channel, &consumer, failure) == NULL) {
        return false;
    }
    otelmq_amqp_consumers_set_replies(connection, self->channel, true);
    return true;
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

/*
 * True with the reply; false with AMQP_STATUS_OK when it was one to an earlier call. One that
 * cannot be copied does not tell whose it is: it is taken for an earlier call's if one may still
 * come.
 */
static bool read_reply(call *self, const amqp_frame_t *frame, int *status)
{
    size_t *unanswered = &self->connection->run.unanswered_calls;
    *status = otelmq_amqp_read_delivery(self->connection, frame, self->reply);
    if (*status == AMQP_STATUS_OK && is_correlated(self, &self->reply->message.properties)) {
        return true;
    }
    if (*status == AMQP_STATUS_OK) {
        amqp_destroy_envelope(self->reply);
        memset(self->reply, 0, sizeof(*self->reply));
    } else if (*unanswered > 0 && otelmq_amqp_is_not_copied(*status)) {
        *status = AMQP_STATUS_OK;
    }
    *unanswered -= *unanswered > 0 ? 1 : 0;
    return false;
}

static bool is_to_same(const call *self, const amqp_basic_return_t *method)
{
    return otelmq_amqp_bytes_equal(method->exchange, self->exchange) &&
           otelmq_amqp_bytes_equal(method->routing_key, self->routing_key);
}

/*
 * The same for a message that came back, which its publish span is to know in any case. One that
 * cannot be copied is ours if it went the same way: there is nobody for either.
 */
static bool read_return(call *self, const amqp_frame_t *frame, int *status)
{
    amqp_message_t message;
    *status = otelmq_amqp_read_return(self->connection, frame, &message);
    if (*status != AMQP_STATUS_OK) {
        return false;
    }
    bool is_copied = message.properties._flags != 0;
    bool is_ours = is_copied ? is_correlated(self, &message.properties)
                             : is_to_same(self, frame->payload.method.decoded);
    amqp_destroy_message(&message);
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

/* Whether the frame ends the call, with *result; what is for others is kept for them. */
static bool take_frame(call *self, const amqp_frame_t *frame, amqp_rpc_reply_t *result)
{
    int status = AMQP_STATUS_OK;
    *result = server_exception(&frame->payload.method);
    if (otelmq_amqp_frame_is_close(frame, self->channel)) {
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

static amqp_rpc_reply_t ask(call *self, const amqp_basic_properties_t *properties,
                            amqp_bytes_t body)
{
    amqp_rpc_reply_t failure;
    if (!consume_replies(self, &failure)) {
        return failure;
    }
    amqp_basic_properties_t request = address(self, properties);
    int status = otelmq_amqp_basic_publish(self->connection, self->channel, self->exchange,
                                           self->routing_key, 1, 0, &request, body);
    if (status != AMQP_STATUS_OK) {
        return otelmq_amqp_library_error(status);
    }
    uint64_t start_time_unix_nano = otelmq_clock_unix_nano();
    amqp_rpc_reply_t result = wait_reply(self);
    if (result.reply_type == AMQP_RESPONSE_LIBRARY_EXCEPTION) {
        self->connection->run.unanswered_calls++;
    }
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
                 .exchange = exchange,
                 .routing_key = routing_key,
                 .limit = otelmq_amqp_time_limit_from(timeout),
                 .reply = reply};
    return ask(&self, properties, body);
}
