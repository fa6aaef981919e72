/* SPDX-License-Identifier: Apache-2.0 */
#include "amqp/fake_answers.h"

#include <stdlib.h>

enum { CHANNEL = 1 };

void fake_broker_answer(fake_broker *broker, amqp_channel_t channel, amqp_method_number_t method)
{
    frame_writer *out = frame_writer_create();
    frame_end(out, frame_begin_method(out, channel, method));
    fake_broker_send(broker, out);
}

void fake_broker_answer_open_on(fake_broker *broker, amqp_channel_t channel)
{
    frame_writer *out = frame_writer_create();
    size_t begin = frame_begin_method(out, channel, AMQP_CHANNEL_OPEN_OK_METHOD);
    frame_put_long_string(out, "");
    frame_end(out, begin);
    fake_broker_send(broker, out);
}

static void settle(fake_broker *broker, amqp_channel_t channel, amqp_method_number_t method,
                   uint64_t tag, bool multiple)
{
    frame_writer *out = frame_writer_create();
    size_t begin = frame_begin_method(out, channel, method);
    frame_put_number(out, tag, 8);
    frame_put_number(out, multiple, 1);
    frame_end(out, begin);
    fake_broker_send(broker, out);
}

void fake_broker_ack(fake_broker *broker, amqp_channel_t channel, uint64_t tag, bool multiple)
{
    settle(broker, channel, AMQP_BASIC_ACK_METHOD, tag, multiple);
}

void fake_broker_nack(fake_broker *broker, amqp_channel_t channel, uint64_t tag, bool multiple)
{
    settle(broker, channel, AMQP_BASIC_NACK_METHOD, tag, multiple);
}

void fake_broker_return(fake_broker *broker, uint16_t code, const char *text,
                        const fake_message *message)
{
    frame_writer *out = frame_writer_create();
    size_t begin = frame_begin_method(out, CHANNEL, AMQP_BASIC_RETURN_METHOD);
    frame_put_number(out, code, 2);
    frame_put_short_string(out, text);
    frame_put_short_string(out, message->exchange);
    frame_put_short_string(out, message->routing_key);
    frame_end(out, begin);
    fake_message_put_content(out, message);
    fake_broker_send(broker, out);
}

void fake_broker_block(fake_broker *broker, const char *reason)
{
    frame_writer *out = frame_writer_create();
    size_t begin = frame_begin_method(out, 0, AMQP_CONNECTION_BLOCKED_METHOD);
    frame_put_short_string(out, reason);
    frame_end(out, begin);
    fake_broker_send(broker, out);
}

void fake_broker_close_connection(fake_broker *broker, uint16_t code, const char *text)
{
    frame_writer *out = frame_writer_create();
    size_t begin = frame_begin_method(out, 0, AMQP_CONNECTION_CLOSE_METHOD);
    frame_put_number(out, code, 2);
    frame_put_short_string(out, text);
    frame_put_number(out, 0, 4); /* class and method that failed */
    frame_end(out, begin);
    fake_broker_send(broker, out);
}

size_t fake_broker_skip(fake_broker *broker)
{
    size_t count = 0;
    fake_frame frame;
    for (; fake_broker_next(broker, &frame); count++) {
        free(frame.payload);
    }
    return count;
}
