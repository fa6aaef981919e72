/* SPDX-License-Identifier: Apache-2.0 */
#include "amqp/running.h"

#include "amqp/fake_answers.h"
#include "support/test.h"

#include <poll.h>
#include <stdlib.h>

int running_set_up(void **state)
{
    traced *self = calloc(1, sizeof(*self));
    assert_non_null(self);
    traced_start(self, RUNNING_FRAME_MAX, NULL);
    *state = self;
    return 0;
}

int running_tear_down(void **state)
{
    traced_stop(*state);
    free(*state);
    return 0;
}

void running_answer_qos(fake_broker *broker)
{
    fake_broker_answer(broker, RUNNING_CHANNEL, AMQP_BASIC_QOS_OK_METHOD);
}

void running_answer_start(fake_broker *broker)
{
    running_answer_qos(broker);
    fake_broker_answer_consume(broker, "consumer");
}

void running_deliver(fake_broker *broker, uint64_t tag, const char *text, bool is_redelivered)
{
    amqp_basic_properties_t properties;
    memset(&properties, 0, sizeof(properties));
    properties._flags = AMQP_BASIC_MESSAGE_ID_FLAG;
    properties.message_id = amqp_cstring_bytes(text);
    fake_message message = {tag, "orders", "new", &properties, text};
    fake_broker_deliver_to(broker, &message, "consumer", is_redelivered);
}

static otelmq_amqp_answer follow(void *user, otelmq_amqp_connection *connection,
                                 const amqp_envelope_t *envelope)
{
    running_script *script = user;
    size_t index = script->count++;
    assert_true(index < MAX_RUN_MESSAGES);
    script->tags[index] = envelope->delivery_tag;
    if (script->also != NULL) {
        script->also(script->user, connection, envelope);
    }
    if (script->count == script->stops_at) {
        otelmq_amqp_stop(connection);
    }
    return script->answers != NULL ? script->answers[index] : OTELMQ_AMQP_ACK;
}

amqp_rpc_reply_t running_run(traced *self, running_script *script,
                             const otelmq_amqp_run_options *options)
{
    otelmq_amqp_run_options own = {.prefetch = 0};
    if (options != NULL) {
        own = *options;
    }
    if (own.queue.len == 0) {
        own.queue = amqp_cstring_bytes("queue");
    }
    return otelmq_amqp_run(self->connection, follow, script, &own);
}

/* 0 for a frame that is no method. */
static amqp_method_number_t method_of(const fake_frame *frame)
{
    amqp_method_number_t method = 0;
    for (size_t i = 0; frame->type == AMQP_FRAME_METHOD && i < sizeof(method); i++) {
        method = method << 8 | frame->payload[i];
    }
    return method;
}

uint8_t *running_expect(fake_broker *broker, amqp_method_number_t method)
{
    fake_frame frame;
    if (!fake_broker_next(broker, &frame)) {
        fail_msg("the client sent nothing, and not %s", amqp_method_name(method));
    }
    amqp_method_number_t sent = method_of(&frame);
    if (sent != method) {
        fail_msg("the client sent %s, and not %s", amqp_method_name(sent),
                 amqp_method_name(method));
    }
    memmove(frame.payload, frame.payload + 4, frame.len - 4);
    return frame.payload;
}

void running_skip(fake_broker *broker, amqp_method_number_t method)
{
    free(running_expect(broker, method));
}

void running_expect_settled(fake_broker *broker, amqp_method_number_t method, uint64_t tag,
                            uint8_t flags)
{
    uint8_t *arguments = running_expect(broker, method);
    uint64_t sent = 0;
    for (size_t i = 0; i < 8; i++) {
        sent = sent << 8 | arguments[i];
    }
    assert_int_equal(sent, tag);
    assert_int_equal(arguments[8], flags);
    free(arguments);
}

void running_skip_start(fake_broker *broker)
{
    running_skip(broker, AMQP_BASIC_QOS_METHOD);
    running_skip(broker, AMQP_BASIC_CONSUME_METHOD);
}

void running_expect_nothing(fake_broker *broker)
{
    fake_frame frame;
    if (fake_broker_next(broker, &frame)) {
        fail_msg("the client sent a frame of type %d and %zu bytes more", frame.type, frame.len);
    }
}

/* Waits for the next frame. */
static amqp_method_number_t next_method(fake_broker *broker)
{
    fake_frame frame;
    struct pollfd readable = {.fd = broker->fd, .events = POLLIN};
    assert_int_equal(poll(&readable, 1, -1), 1);
    assert_true(fake_broker_next(broker, &frame));
    amqp_method_number_t method = method_of(&frame);
    free(frame.payload);
    return method;
}

static void *play_partner(void *self)
{
    const running_partner *partner = self;
    amqp_method_number_t method;
    while ((method = next_method(partner->broker)) != AMQP_BASIC_CANCEL_METHOD) {
        if (method == AMQP_BASIC_CONSUME_METHOD && partner->then != NULL) {
            partner->then(partner->user);
        }
    }
    fake_broker_answer_cancel(partner->broker, "consumer");
    return NULL;
}

void running_partner_start(running_partner *partner)
{
    assert_int_equal(pthread_create(&partner->thread, NULL, play_partner, partner), 0);
}

void running_partner_join(running_partner *partner)
{
    assert_int_equal(pthread_join(partner->thread, NULL), 0);
}

void running_publish_and_wait(void *user, otelmq_amqp_connection *connection,
                              const amqp_envelope_t *envelope)
{
    (void)user;
    (void)envelope;
    otelmq_amqp_confirms confirms;
    amqp_bytes_t text = amqp_cstring_bytes("done");
    struct timeval timeout = {0, 1000};
    assert_int_equal(otelmq_amqp_basic_publish(connection, RUNNING_CHANNEL, amqp_empty_bytes, text,
                                               0, 0, NULL, text),
                     AMQP_STATUS_OK);
    otelmq_amqp_wait_confirms(connection, RUNNING_CHANNEL, &timeout, &confirms);
}

void running_select_confirms(traced *self)
{
    fake_broker_answer(&self->broker, RUNNING_CHANNEL, AMQP_CONFIRM_SELECT_OK_METHOD);
    assert_non_null(otelmq_amqp_confirm_select(self->connection, RUNNING_CHANNEL));
    running_skip(&self->broker, AMQP_CONFIRM_SELECT_METHOD);
}
