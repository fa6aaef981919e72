/* SPDX-License-Identifier: Apache-2.0 */
#include "amqp/chaos/publisher.h"

#include "amqp/entries.h"
#include "amqp/real_broker.h"
#include "support/test.h"

#include <stdlib.h>

enum { CHANNEL = NODE_CHANNEL, DIGITS = 8, SMALL = 64, LARGE = 300000, LARGE_EVERY = 100 };

const char *const publisher_queues[PUBLISHER_QUEUES] = {"classic", "quorum"};

static const struct timeval AT_ONCE;
static char filling[LARGE];

static amqp_bytes_t queue_of(size_t number)
{
    return amqp_cstring_bytes(publisher_queues[number % PUBLISHER_QUEUES]);
}

/* Some are of several frames, so that the broker goes away in the middle of a message too. */
static amqp_bytes_t body_of(size_t number)
{
    char digits[DIGITS + 1];
    (void)snprintf(digits, sizeof(digits), "%0*zu", DIGITS, number);
    memcpy(filling, digits, DIGITS);
    return (amqp_bytes_t){number % LARGE_EVERY == 0 ? LARGE : SMALL, filling};
}

size_t publisher_number(amqp_bytes_t body)
{
    char digits[DIGITS + 1] = {0};
    assert_true(body.len >= DIGITS);
    memcpy(digits, body.bytes, DIGITS);
    size_t number = strtoul(digits, NULL, 10);
    assert_true(number < PUBLISHER_MESSAGES);
    assert_int_equal(body.len, body_of(number).len);
    return number;
}

static void open_channel(publisher *self)
{
    otelmq_amqp_channel_open(self->connection, CHANNEL);
    real_broker_expect_ok(amqp_get_rpc_reply(self->raw), "channel.open");
    otelmq_amqp_confirm_select(self->connection, CHANNEL);
    real_broker_expect_ok(amqp_get_rpc_reply(self->raw), "confirm.select");
}

static void declare_queues(const publisher *self)
{
    for (size_t i = 0; i < PUBLISHER_QUEUES; i++) {
        amqp_table_entry_t type = entry_text("x-queue-type", publisher_queues[i]);
        otelmq_amqp_queue_declare(self->connection, CHANNEL, queue_of(i), 0, 1, 0, 0,
                                  (amqp_table_t){1, &type});
        real_broker_expect_ok(amqp_get_rpc_reply(self->raw), "queue.declare");
        amqp_queue_purge(self->raw, CHANNEL, queue_of(i));
        real_broker_expect_ok(amqp_get_rpc_reply(self->raw), "queue.purge");
    }
}

void publisher_start(publisher *self, chaos_node *node)
{
    self->node = node;
    traced_start_provider(&self->tracing);
    self->raw = node_log_in(node, self->heartbeat_s);
    self->connections = 1;
    otelmq_amqp_options options = {.messaging.tracer_provider = self->tracing.provider};
    assert_int_equal(otelmq_amqp_connection_create(self->raw, &options, &self->connection),
                     OTELMQ_OK);
    open_channel(self);
    declare_queues(self);
    for (size_t number = 0; number < PUBLISHER_MESSAGES; number++) {
        self->to_publish[self->to_publish_count++] = number;
    }
}

static void take(publisher *self, const otelmq_amqp_confirm *confirm)
{
    size_t number = self->number_of_tag[confirm->delivery_tag % COUNT_OF(self->number_of_tag)];
    if (confirm->outcome == OTELMQ_AMQP_ACKED) {
        assert_false(self->messages[number].is_confirmed);
        self->messages[number].is_confirmed = true;
        self->confirmed++;
        return;
    }
    self->unknown += confirm->outcome == OTELMQ_AMQP_UNKNOWN;
    self->to_publish[self->to_publish_count++] = number;
}

/* Returns how the wait ended, after all that it told was taken. */
static amqp_rpc_reply_t take_confirms(publisher *self, const struct timeval *timeout)
{
    otelmq_amqp_confirms confirms;
    amqp_maybe_release_buffers(self->raw);
    amqp_rpc_reply_t reply =
        otelmq_amqp_wait_confirms(self->connection, CHANNEL, timeout, &confirms);
    for (size_t i = 0; i < confirms.count; i++) {
        take(self, &confirms.items[i]);
    }
    return reply;
}

/* What was on its way is told before the channel is opened anew, and each message once. */
static void connect_again(publisher *self)
{
    amqp_connection_state_t lost = self->raw;
    node_revive(self->node);
    self->raw = node_log_in(self->node, self->heartbeat_s);
    self->connections++;
    otelmq_amqp_connection_replace(self->connection, self->raw);
    amqp_destroy_connection(lost);
    real_broker_expect_ok(take_confirms(self, &AT_ONCE), "wait for confirms");
    assert_int_equal(self->to_publish_count + self->confirmed, PUBLISHER_MESSAGES);
    open_channel(self);
}

static void happen(publisher *self)
{
    if (self->events->happen != NULL && self->events->at == self->published) {
        self->events->happen(self->node);
        self->events++;
    }
}

/* False when the connection is lost: the message is not among those that confirms tell of. */
static bool publish_one(publisher *self)
{
    size_t number = self->to_publish[self->to_publish_count - 1];
    uint64_t tag = otelmq_amqp_next_publish_tag(self->connection, CHANNEL);
    amqp_basic_properties_t properties;
    memset(&properties, 0, sizeof(properties));
    properties._flags = AMQP_BASIC_DELIVERY_MODE_FLAG;
    properties.delivery_mode = AMQP_DELIVERY_PERSISTENT;
    int status = otelmq_amqp_basic_publish(self->connection, CHANNEL, amqp_empty_bytes,
                                           queue_of(number), 0, 0, &properties, body_of(number));
    self->messages[number].attempts++;
    if (status != AMQP_STATUS_OK) {
        return false;
    }
    self->to_publish_count--;
    self->number_of_tag[tag % COUNT_OF(self->number_of_tag)] = number;
    self->published++;
    happen(self);
    return true;
}

static bool publish_window(publisher *self)
{
    bool is_connected = true;
    for (int i = 0; i < PUBLISHER_WINDOW && self->to_publish_count > 0 && is_connected; i++) {
        is_connected = publish_one(self);
    }
    return is_connected;
}

/* A time that is over means a broker that does not answer: false when its connection is lost. */
static bool wait_for_window(publisher *self)
{
    amqp_rpc_reply_t reply = take_confirms(self, self->wait);
    while (reply.reply_type == AMQP_RESPONSE_LIBRARY_EXCEPTION &&
           reply.library_error == AMQP_STATUS_TIMEOUT) {
        self->timeouts++;
        node_revive(self->node);
        reply = take_confirms(self, self->wait);
    }
    return reply.reply_type == AMQP_RESPONSE_NORMAL;
}

void publisher_run(publisher *self)
{
    while (self->confirmed < PUBLISHER_MESSAGES) {
        if (!publish_window(self) || !wait_for_window(self)) {
            connect_again(self);
        }
    }
    assert_null(self->events->happen);
}

/* Takes a message from the queue; false when it is empty. */
static bool get(amqp_connection_state_t raw, amqp_bytes_t queue, size_t copies[])
{
    amqp_message_t message;
    amqp_maybe_release_buffers(raw);
    amqp_rpc_reply_t reply = amqp_basic_get(raw, CHANNEL, queue, 1);
    real_broker_expect_ok(reply, "basic.get");
    if (reply.reply.id == AMQP_BASIC_GET_EMPTY_METHOD) {
        return false;
    }
    real_broker_expect_ok(amqp_read_message(raw, CHANNEL, &message, 0), "reading a message");
    copies[publisher_number(message.body)]++;
    amqp_destroy_message(&message);
    return true;
}

void publisher_expect_all_in_queues(const publisher *self)
{
    size_t copies[PUBLISHER_MESSAGES] = {0};
    for (size_t i = 0; i < PUBLISHER_QUEUES; i++) {
        while (get(self->raw, queue_of(i), copies)) {
        }
    }
    for (size_t number = 0; number < PUBLISHER_MESSAGES; number++) {
        assert_true(self->messages[number].is_confirmed);
        assert_in_range(copies[number], 1, self->messages[number].attempts);
    }
}

void publisher_end_tracing(publisher *self)
{
    otelmq_amqp_connection_destroy(self->connection);
    self->connection = NULL;
}

void publisher_stop(publisher *self)
{
    publisher_end_tracing(self);
    real_broker_log_out(self->raw);
    traced_stop_provider(&self->tracing);
}
