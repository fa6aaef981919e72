/* SPDX-License-Identifier: Apache-2.0 */
#include "amqp/chaos/consumer.h"

#include "amqp/real_broker.h"
#include "support/test.h"

enum { CHANNEL = NODE_CHANNEL, PREFETCH = 40, IDLE_MS = 500 };

static void open_channel(const consumer *self)
{
    otelmq_amqp_channel_open(self->connection, CHANNEL);
    real_broker_expect_ok(amqp_get_rpc_reply(self->raw), "channel.open");
}

void consumer_start(consumer *self, chaos_node *node)
{
    self->node = node;
    traced_start_provider(&self->tracing);
    self->raw = node_log_in(node, self->heartbeat_s);
    self->connections = 1;
    otelmq_amqp_options options = {.messaging = {.tracer_provider = self->tracing.provider,
                                                 .process_ends = self->process_ends}};
    assert_int_equal(otelmq_amqp_connection_create(self->raw, &options, &self->connection),
                     OTELMQ_OK);
    open_channel(self);
}

static void connect_again(consumer *self)
{
    amqp_connection_state_t lost = self->raw;
    node_revive(self->node);
    self->raw = node_log_in(self->node, self->heartbeat_s);
    self->connections++;
    otelmq_amqp_connection_replace(self->connection, self->raw);
    amqp_destroy_connection(lost);
    open_channel(self);
}

static otelmq_amqp_answer answer(consumer *self, size_t number)
{
    consumer_message *message = &self->messages[number];
    if (number / PUBLISHER_QUEUES % CONSUMER_GIVEN_BACK_EVERY == 0 && !message->is_given_back) {
        message->is_given_back = true;
        return OTELMQ_AMQP_REQUEUE;
    }
    self->again += message->is_acknowledged;
    self->acknowledged += !message->is_acknowledged;
    message->is_acknowledged = true;
    return OTELMQ_AMQP_ACK;
}

/* The broker is gone before it hears of the answer. */
static otelmq_amqp_answer handle(void *user, otelmq_amqp_connection *connection,
                                 const amqp_envelope_t *envelope)
{
    consumer *self = user;
    assert_ptr_equal(connection, self->connection);
    self->handled++;
    if (self->handled == self->disturb_at || self->handled == self->disturb_again_at) {
        self->disturb(self->node);
    }
    return answer(self, publisher_number(envelope->message.body));
}

/* A message that is there after all goes back, and the loop will see to it. */
static bool is_empty(const consumer *self)
{
    amqp_bytes_t queue = amqp_cstring_bytes(publisher_queues[self->queue]);
    amqp_maybe_release_buffers(self->raw);
    amqp_rpc_reply_t reply = amqp_basic_get(self->raw, CHANNEL, queue, 0);
    real_broker_expect_ok(reply, "basic.get");
    if (reply.reply.id == AMQP_BASIC_GET_EMPTY_METHOD) {
        return true;
    }
    const amqp_basic_get_ok_t *ok = reply.reply.decoded;
    uint64_t tag = ok->delivery_tag;
    amqp_message_t message;
    real_broker_expect_ok(amqp_read_message(self->raw, CHANNEL, &message, 0), "reading a message");
    amqp_destroy_message(&message);
    assert_int_equal(amqp_basic_nack(self->raw, CHANNEL, tag, 0, 1), AMQP_STATUS_OK);
    return false;
}

amqp_rpc_reply_t consumer_idle(consumer *self, int64_t idle_ms)
{
    otelmq_amqp_run_options options = {.queue = amqp_cstring_bytes(publisher_queues[self->queue]),
                                       .prefetch = PREFETCH,
                                       .stop_when_idle_ms = idle_ms};
    return otelmq_amqp_run(self->connection, handle, self, &options);
}

void consumer_run(consumer *self)
{
    do {
        if (consumer_idle(self, IDLE_MS).reply_type != AMQP_RESPONSE_NORMAL) {
            connect_again(self);
        }
    } while (self->acknowledged < CONSUMER_MESSAGES || !is_empty(self));
}

void consumer_end_tracing(consumer *self)
{
    otelmq_amqp_connection_destroy(self->connection);
    self->connection = NULL;
}

void consumer_stop(consumer *self)
{
    consumer_end_tracing(self);
    real_broker_log_out(self->raw);
    traced_stop_provider(&self->tracing);
}
