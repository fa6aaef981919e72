/* SPDX-License-Identifier: Apache-2.0 */
#include "amqp/fake_queues.h"

enum { CHANNEL = 1 };

static void send_text(fake_broker *broker, amqp_method_number_t method, const char *text)
{
    frame_writer *out = frame_writer_create();
    size_t begin = frame_begin_method(out, CHANNEL, method);
    frame_put_short_string(out, text);
    frame_end(out, begin);
    fake_broker_send(broker, out);
}

void fake_broker_answer_declare(fake_broker *broker, const char *queue)
{
    frame_writer *out = frame_writer_create();
    size_t begin = frame_begin_method(out, CHANNEL, AMQP_QUEUE_DECLARE_OK_METHOD);
    frame_put_short_string(out, queue);
    frame_put_number(out, 0, 4); /* messages */
    frame_put_number(out, 0, 4); /* consumers */
    frame_end(out, begin);
    fake_broker_send(broker, out);
}

void fake_broker_answer_consume(fake_broker *broker, const char *consumer_tag)
{
    send_text(broker, AMQP_BASIC_CONSUME_OK_METHOD, consumer_tag);
}

void fake_broker_answer_cancel(fake_broker *broker, const char *consumer_tag)
{
    send_text(broker, AMQP_BASIC_CANCEL_OK_METHOD, consumer_tag);
}

void fake_broker_cancel(fake_broker *broker, const char *consumer_tag)
{
    frame_writer *out = frame_writer_create();
    size_t begin = frame_begin_method(out, CHANNEL, AMQP_BASIC_CANCEL_METHOD);
    frame_put_short_string(out, consumer_tag);
    frame_put_number(out, 1, 1); /* nowait */
    frame_end(out, begin);
    fake_broker_send(broker, out);
}
