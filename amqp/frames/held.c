/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A decoded method points into memory of the library, which goes with amqp_maybe_release_buffers.
 * Its copy is made by encoding it and decoding that again, into memory of our own: that way no kind
 * of method needs to be known here.
 */
#include "amqp/frames/held.h"

#include <otelmq/diagnostics.h>

#include "amqp/connection_state.h"
#include "amqp/text.h"

#include <stdlib.h>

enum { FIRST_ENCODED_SIZE = 256, POOL_PAGE_SIZE = 512 };

struct otelmq_amqp_held_message {
    otelmq_amqp_held_message *next;
    amqp_envelope_t envelope;
};

struct otelmq_amqp_held_frame {
    otelmq_amqp_held_frame *next;
    amqp_frame_t frame;
    amqp_pool_t pool;
    uint8_t encoded[];
};

static void destroy_frame(otelmq_amqp_held_frame *held)
{
    if (held != NULL) {
        empty_amqp_pool(&held->pool);
        free(held);
    }
}

static void destroy_message(otelmq_amqp_held_message *message)
{
    amqp_destroy_envelope(&message->envelope);
    free(message);
}

static bool is_meant(amqp_channel_t of, amqp_channel_t channel)
{
    return channel == 0 || of == channel;
}

static void push_message(otelmq_amqp_held *held, otelmq_amqp_held_message *message)
{
    message->next = NULL;
    if (held->last_message != NULL) {
        held->last_message->next = message;
    } else {
        held->first_message = message;
    }
    held->last_message = message;
}

static void forget_messages(otelmq_amqp_held *held, amqp_channel_t channel)
{
    otelmq_amqp_held_message *message = held->first_message;
    held->first_message = NULL;
    held->last_message = NULL;
    while (message != NULL) {
        otelmq_amqp_held_message *next = message->next;
        if (is_meant(message->envelope.channel, channel)) {
            destroy_message(message);
        } else {
            push_message(held, message);
        }
        message = next;
    }
}

static void push_frame(otelmq_amqp_held *held, otelmq_amqp_held_frame *frame)
{
    frame->next = NULL;
    if (held->last_frame != NULL) {
        held->last_frame->next = frame;
    } else {
        held->first_frame = frame;
    }
    held->last_frame = frame;
    held->frame_count++;
}

static void forget_frames(otelmq_amqp_held *held, amqp_channel_t channel)
{
    otelmq_amqp_held_frame *frame = held->first_frame;
    held->first_frame = NULL;
    held->last_frame = NULL;
    held->frame_count = 0;
    while (frame != NULL) {
        otelmq_amqp_held_frame *next = frame->next;
        if (is_meant(frame->frame.channel, channel)) {
            destroy_frame(frame);
        } else {
            push_frame(held, frame);
        }
        frame = next;
    }
}

void otelmq_amqp_held_forget(otelmq_amqp_connection *connection, amqp_channel_t channel)
{
    forget_messages(&connection->held, channel);
    forget_frames(&connection->held, channel);
}

void otelmq_amqp_held_clean(otelmq_amqp_held *held)
{
    forget_messages(held, 0);
    forget_frames(held, 0);
    destroy_frame(held->given);
    held->given = NULL;
}

bool otelmq_amqp_held_take_message(otelmq_amqp_connection *connection, amqp_envelope_t *envelope)
{
    otelmq_amqp_held *held = &connection->held;
    otelmq_amqp_held_message *message = held->first_message;
    if (message == NULL) {
        return false;
    }
    held->first_message = message->next;
    if (held->first_message == NULL) {
        held->last_message = NULL;
    }
    *envelope = message->envelope;
    free(message);
    return true;
}

static bool is_for(const amqp_envelope_t *envelope, amqp_channel_t channel,
                   amqp_bytes_t consumer_tag)
{
    return envelope->channel == channel &&
           otelmq_amqp_bytes_equal(envelope->consumer_tag, consumer_tag);
}

bool otelmq_amqp_held_take_message_of(otelmq_amqp_connection *connection, amqp_channel_t channel,
                                      amqp_bytes_t consumer_tag, amqp_envelope_t *envelope)
{
    otelmq_amqp_held *held = &connection->held;
    otelmq_amqp_held_message *before = NULL;
    otelmq_amqp_held_message *message = held->first_message;
    while (message != NULL && !is_for(&message->envelope, channel, consumer_tag)) {
        before = message;
        message = message->next;
    }
    if (message == NULL) {
        return false;
    }
    *(before != NULL ? &before->next : &held->first_message) = message->next;
    if (held->last_message == message) {
        held->last_message = before;
    }
    *envelope = message->envelope;
    free(message);
    return true;
}

bool otelmq_amqp_held_has_frame(const otelmq_amqp_connection *connection)
{
    return connection->held.first_frame != NULL;
}

int otelmq_amqp_held_add_message(otelmq_amqp_connection *connection,
                                 const amqp_envelope_t *envelope)
{
    otelmq_amqp_held_message *message = malloc(sizeof(*message));
    if (message == NULL) {
        amqp_envelope_t lost = *envelope;
        amqp_destroy_envelope(&lost);
        return AMQP_STATUS_NO_MEMORY;
    }
    message->envelope = *envelope;
    push_message(&connection->held, message);
    return AMQP_STATUS_OK;
}

/* *len is that of what was encoded. NULL without memory, or when size is not enough. */
static otelmq_amqp_held_frame *encode(const amqp_method_t *method, size_t size, size_t *len)
{
    otelmq_amqp_held_frame *held = malloc(sizeof(*held) + size);
    if (held == NULL) {
        return NULL;
    }
    int encoded =
        amqp_encode_method(method->id, method->decoded, (amqp_bytes_t){size, held->encoded});
    if (encoded < 0) {
        free(held);
        return NULL;
    }
    *len = (size_t)encoded;
    return held;
}

static otelmq_amqp_held_frame *copy(const amqp_frame_t *frame, size_t frame_max)
{
    size_t len = 0;
    otelmq_amqp_held_frame *held = encode(&frame->payload.method, FIRST_ENCODED_SIZE, &len);
    if (held == NULL) {
        held = encode(&frame->payload.method, frame_max, &len);
    }
    if (held == NULL) {
        return NULL;
    }
    held->frame = *frame;
    init_amqp_pool(&held->pool, POOL_PAGE_SIZE);
    if (amqp_decode_method(frame->payload.method.id, &held->pool,
                           (amqp_bytes_t){len, held->encoded},
                           &held->frame.payload.method.decoded) < 0) {
        destroy_frame(held);
        return NULL;
    }
    return held;
}

static bool may_be_dropped(const amqp_frame_t *frame)
{
    switch (frame->payload.method.id) {
    case AMQP_BASIC_ACK_METHOD:
    case AMQP_BASIC_NACK_METHOD:
    case AMQP_CONNECTION_BLOCKED_METHOD:
    case AMQP_CONNECTION_UNBLOCKED_METHOD:
        return true;
    default:
        return false;
    }
}

int otelmq_amqp_held_add_frame(otelmq_amqp_connection *connection, const amqp_frame_t *frame)
{
    if (connection->held.frame_count >= OTELMQ_AMQP_MAX_HELD_FRAMES && may_be_dropped(frame)) {
        otelmq_diagnostics_report(OTELMQ_SEVERITY_WARNING,
                                  "A frame from RabbitMQ was dropped: too many wait to be read by "
                                  "otelmq_amqp_simple_wait_frame.");
        return AMQP_STATUS_OK;
    }
    int frame_max = amqp_get_frame_max(connection->raw);
    otelmq_amqp_held_frame *held = copy(frame, frame_max > 0 ? (size_t)frame_max : 0);
    if (held == NULL) {
        return AMQP_STATUS_NO_MEMORY;
    }
    push_frame(&connection->held, held);
    return AMQP_STATUS_OK;
}

bool otelmq_amqp_held_take_frame(otelmq_amqp_connection *connection, amqp_frame_t *frame)
{
    otelmq_amqp_held *held = &connection->held;
    destroy_frame(held->given);
    held->given = held->first_frame;
    if (held->given == NULL) {
        return false;
    }
    held->first_frame = held->given->next;
    held->frame_count--;
    if (held->first_frame == NULL) {
        held->last_frame = NULL;
    }
    *frame = held->given->frame;
    return true;
}
