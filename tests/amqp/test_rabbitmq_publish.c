/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a real RabbitMQ answers to published messages. Each test has a connection and a queue of its
 * own, which go with it.
 */
#include "amqp/entries.h"
#include "amqp/publishing.h"
#include "amqp/real_broker.h"
#include "support/test.h"

#include <stdlib.h>

enum { CHANNEL = REAL_BROKER_CHANNEL, OTHER_CHANNEL = 2, MANY = 2000, COMMAND_SIZE = 512 };

/* Long enough for a slow machine; every wait ends as soon as there is something. */
static const struct timeval LONG = {60, 0};

typedef struct {
    traced tracing; /* its fake broker is not used */
    amqp_connection_state_t raw;
    otelmq_amqp_connection *connection;
    char queue[REAL_BROKER_NAME_SIZE];
} fixture;

static void connect(fixture *self, const otelmq_messaging_options *messaging)
{
    traced_start_provider(&self->tracing);
    otelmq_amqp_options options = {.client_id = "publisher"};
    if (messaging != NULL) {
        options.messaging = *messaging;
    }
    options.messaging.tracer_provider = self->tracing.provider;
    self->raw = real_broker_log_in();
    assert_int_equal(otelmq_amqp_connection_create(self->raw, &options, &self->connection),
                     OTELMQ_OK);
    self->tracing.connection = self->connection;
}

static void declare(fixture *self, amqp_table_t arguments)
{
    real_broker_make_name(self->queue, "publish");
    assert_non_null(otelmq_amqp_queue_declare(
        self->connection, CHANNEL, amqp_cstring_bytes(self->queue), 0, 0, 1, 0, arguments));
}

static void start(fixture *self)
{
    connect(self, NULL);
    declare(self, amqp_empty_table);
}

static void start_confirming(fixture *self)
{
    start(self);
    assert_non_null(otelmq_amqp_confirm_select(self->connection, CHANNEL));
}

static void stop(fixture *self)
{
    otelmq_amqp_connection_destroy(self->connection);
    real_broker_log_out(self->raw);
    traced_stop_provider(&self->tracing);
}

static void publish(fixture *self, const char *exchange, const char *routing_key, bool mandatory)
{
    assert_int_equal(otelmq_amqp_basic_publish(self->connection, CHANNEL,
                                               amqp_cstring_bytes(exchange),
                                               amqp_cstring_bytes(routing_key), mandatory, 0, NULL,
                                               amqp_cstring_bytes("{\"order\":1}")),
                     AMQP_STATUS_OK);
}

static otelmq_amqp_confirms wait_all(fixture *self)
{
    otelmq_amqp_confirms confirms;
    real_broker_expect_ok(otelmq_amqp_wait_confirms(self->connection, CHANNEL, &LONG, &confirms),
                          "confirms");
    return confirms;
}

static size_t count_with_outcome(const otelmq_amqp_confirms *confirms, otelmq_amqp_outcome outcome)
{
    size_t count = 0;
    for (size_t i = 0; i < confirms->count; i++) {
        count += confirms->items[i].outcome == outcome ? 1 : 0;
    }
    return count;
}

/* How many messages the queue holds. */
static uint32_t queue_length(fixture *self)
{
    const amqp_queue_declare_ok_t *ok = amqp_queue_declare(
        self->raw, CHANNEL, amqp_cstring_bytes(self->queue), 1, 0, 1, 0, amqp_empty_table);
    assert_non_null(ok);
    return ok->message_count;
}

static void every_message_is_confirmed_once(void **state)
{
    (void)state;
    fixture self;
    start_confirming(&self);
    for (int i = 0; i < MANY; i++) {
        publish(&self, "", self.queue, false);
    }
    otelmq_amqp_confirms confirms = wait_all(&self);
    assert_int_equal(confirms.count, MANY);
    assert_int_equal(count_with_outcome(&confirms, OTELMQ_AMQP_ACKED), MANY);
    uint64_t sum = 0;
    for (size_t i = 0; i < confirms.count; i++) {
        sum += confirms.items[i].delivery_tag;
    }
    assert_int_equal(sum, (uint64_t)MANY * (MANY + 1) / 2);
    assert_int_equal(ended_spans(&self.tracing), MANY);
    assert_int_equal(queue_length(&self), MANY);
    stop(&self);
}

static void a_full_queue_that_rejects_is_told_as_a_nack(void **state)
{
    (void)state;
    amqp_table_entry_t entries[] = {
        entry_text("x-overflow", "reject-publish"),
        entry_number("x-max-length", 1),
    };
    fixture self;
    connect(&self, NULL);
    declare(&self, (amqp_table_t){2, entries});
    assert_non_null(otelmq_amqp_confirm_select(self.connection, CHANNEL));
    publish(&self, "", self.queue, false);
    otelmq_amqp_confirms confirms = wait_all(&self);
    assert_confirm(&confirms, 0, 1, OTELMQ_AMQP_ACKED);
    otelmq_memory_exporter_clear(self.tracing.spans);
    publish(&self, "", self.queue, false);
    confirms = wait_all(&self);
    assert_int_equal(confirms.count, 1);
    assert_confirm(&confirms, 0, 2, OTELMQ_AMQP_NACKED);
    const otelmq_span_data *span = otelmq_memory_exporter_span_at(self.tracing.spans, 0);
    assert_failed(span, "nack");
    assert_attribute(span, "messaging.client.id", "publisher");
    stop(&self);
}

static void a_message_without_a_route_comes_back(void **state)
{
    (void)state;
    fixture self;
    start_confirming(&self);
    publish(&self, "", self.queue, true);
    publish(&self, "", "no-such-queue", true);
    publish(&self, "", self.queue, true);
    otelmq_amqp_confirms confirms = wait_all(&self);
    assert_int_equal(confirms.count, 3);
    assert_int_equal(count_with_outcome(&confirms, OTELMQ_AMQP_ACKED), 2);
    assert_int_equal(count_with_outcome(&confirms, OTELMQ_AMQP_RETURNED), 1);
    const otelmq_span_data *span = traced_span(&self.tracing, "publish no-such-queue");
    assert_failed(span, "no-route");
    assert_description(span, "NO_ROUTE");
    assert_int_equal(ended_spans(&self.tracing), 3);
    stop(&self);
}

static void a_channel_that_the_broker_closes_leaves_messages_unknown(void **state)
{
    (void)state;
    fixture self;
    start_confirming(&self);
    publish(&self, "no-such-exchange", "key", false);
    otelmq_amqp_confirms confirms;
    amqp_rpc_reply_t reply = otelmq_amqp_wait_confirms(self.connection, CHANNEL, &LONG, &confirms);
    assert_int_equal(reply.reply_type, AMQP_RESPONSE_SERVER_EXCEPTION);
    assert_int_equal(reply.reply.id, AMQP_CHANNEL_CLOSE_METHOD);
    assert_int_equal(confirms.count, 1);
    assert_confirm(&confirms, 0, 1, OTELMQ_AMQP_UNKNOWN);
    assert_failed(traced_span(&self.tracing, "publish no-such-exchange:key"), "channel-closed");

    amqp_channel_close_ok_t ok = {0};
    assert_int_equal(amqp_send_method(self.raw, CHANNEL, AMQP_CHANNEL_CLOSE_OK_METHOD, &ok),
                     AMQP_STATUS_OK);
    assert_non_null(otelmq_amqp_channel_open(self.connection, CHANNEL));
    assert_non_null(otelmq_amqp_confirm_select(self.connection, CHANNEL));
    publish(&self, "", self.queue, false);
    confirms = wait_all(&self);
    assert_confirm(&confirms, 0, 1, OTELMQ_AMQP_ACKED);
    stop(&self);
}

static void a_batch_ends_with_its_last_confirm(void **state)
{
    (void)state;
    enum { COUNT = 50 };
    fixture self;
    start_confirming(&self);
    otelmq_amqp_publishing messages[COUNT];
    for (int i = 0; i < COUNT; i++) {
        messages[i] = (otelmq_amqp_publishing){.routing_key = amqp_cstring_bytes(self.queue),
                                               .body = amqp_cstring_bytes("body")};
    }
    messages[7].routing_key = amqp_cstring_bytes("no-such-queue");
    messages[7].mandatory = 1;
    size_t published = 0;
    assert_int_equal(
        otelmq_amqp_basic_publish_batch(self.connection, CHANNEL, messages, COUNT, &published),
        AMQP_STATUS_OK);
    assert_int_equal(published, COUNT);
    otelmq_amqp_confirms confirms = wait_all(&self);
    assert_int_equal(count_with_outcome(&confirms, OTELMQ_AMQP_ACKED), COUNT - 1);
    const otelmq_span_data *send =
        otelmq_memory_exporter_span_at(self.tracing.spans, ended_spans(&self.tracing) - 1);
    assert_failed(send, "no-route");
    assert_description(send, "1 of 50 messages failed");
    assert_int_equal(send->link_count, COUNT);
    stop(&self);
}

static void a_transaction_is_committed_rolled_back_and_returns(void **state)
{
    (void)state;
    fixture self;
    start(&self);
    assert_non_null(otelmq_amqp_tx_select(self.connection, CHANNEL));
    publish(&self, "", self.queue, false);
    assert_int_equal(ended_spans(&self.tracing), 0);
    assert_non_null(otelmq_amqp_tx_commit(self.connection, CHANNEL));
    assert_int_equal(ended_spans(&self.tracing), 2);
    assert_int_equal(queue_length(&self), 1);

    otelmq_memory_exporter_clear(self.tracing.spans);
    publish(&self, "", self.queue, false);
    assert_non_null(otelmq_amqp_tx_rollback(self.connection, CHANNEL));
    assert_failed(otelmq_memory_exporter_span_at(self.tracing.spans, 0), "rolled-back");
    assert_int_equal(queue_length(&self), 1);

    otelmq_memory_exporter_clear(self.tracing.spans);
    publish(&self, "", "no-such-queue", true);
    assert_non_null(otelmq_amqp_tx_commit(self.connection, CHANNEL));
    assert_failed(traced_span(&self.tracing, "publish no-such-queue"), "no-route");
    stop(&self);
}

static void a_commit_to_a_missing_exchange_fails(void **state)
{
    (void)state;
    fixture self;
    start(&self);
    assert_non_null(otelmq_amqp_tx_select(self.connection, CHANNEL));
    publish(&self, "no-such-exchange", "key", false);
    assert_null(otelmq_amqp_tx_commit(self.connection, CHANNEL));
    assert_failed(traced_span(&self.tracing, "publish no-such-exchange:key"), "not-found");
    stop(&self);
}

/* The address is that of the broker, and another one once it is connected to that. */
static void spans_tell_the_address_of_the_broker_that_replaces_another(void **state)
{
    (void)state;
    traced self;
    otelmq_amqp_options options = {.client_id = "publisher"};
    traced_start(&self, AMQP_DEFAULT_FRAME_SIZE, &options);
    publish_to(&self, "fake");
    assert_no_attribute(traced_span(&self, "publish orders:fake"), "server.address");
    amqp_connection_state_t raw = real_broker_log_in();
    otelmq_amqp_connection_replace(self.connection, raw);
    assert_int_equal(otelmq_amqp_basic_publish(self.connection, CHANNEL, amqp_empty_bytes,
                                               amqp_cstring_bytes("real"), 0, 0, NULL,
                                               amqp_empty_bytes),
                     AMQP_STATUS_OK);
    const otelmq_span_data *span = traced_span(&self, "publish real");
    assert_int_equal(otelmq_span_data_attribute(span, "server.address").type, OTELMQ_VALUE_STRING);
    assert_int_equal(otelmq_span_data_attribute(span, "network.peer.address").type,
                     OTELMQ_VALUE_STRING);
    otelmq_amqp_connection_replace(self.connection, self.broker.client);
    publish_to(&self, "back");
    assert_no_attribute(traced_span(&self, "publish orders:back"), "server.address");
    real_broker_log_out(raw);
    traced_stop(&self);
}

/* RABBITMQ_CTL is there for the broker that `./run test` starts; of others nothing is changed. */
static void set_memory_limit(const char *fraction)
{
    char command[COMMAND_SIZE];
    snprintf(command, sizeof(command), "%s set_vm_memory_high_watermark %s >/dev/null",
             getenv("RABBITMQ_CTL"), fraction);
    assert_int_equal(system(command), 0);
}

/* Also after a test that failed: the tests of others would wait for ever. */
static int restore_memory_limit(void **state)
{
    (void)state;
    if (getenv("RABBITMQ_CTL") != NULL) {
        set_memory_limit("0.4");
    }
    return 0;
}

static void wait_until_blocked(fixture *self, bool is_blocked)
{
    while ((otelmq_amqp_connection_blocked(self->connection) != NULL) != is_blocked) {
        amqp_frame_t frame;
        assert_int_equal(otelmq_amqp_simple_wait_frame_noblock(self->connection, &frame, &LONG),
                         AMQP_STATUS_OK);
    }
}

static void a_broker_short_of_memory_blocks_and_says_so(void **state)
{
    (void)state;
    if (getenv("RABBITMQ_CTL") == NULL) {
        skip();
    }
    fixture self;
    start_confirming(&self);
    set_memory_limit("0.00001");
    publish(&self, "", self.queue, false);
    wait_until_blocked(&self, true);
    assert_string_equal(otelmq_amqp_connection_blocked(self.connection), "low on memory");
    assert_int_equal(ended_spans(&self.tracing), 0);
    set_memory_limit("0.4");
    wait_until_blocked(&self, false);
    otelmq_amqp_confirms confirms = wait_all(&self);
    assert_confirm(&confirms, 0, 1, OTELMQ_AMQP_ACKED);
    const otelmq_span_data *span = otelmq_memory_exporter_span_at(self.tracing.spans, 0);
    assert_int_equal(span->event_count, 2);
    stop(&self);
}

static void closing_a_channel_leaves_nothing_open(void **state)
{
    (void)state;
    fixture self;
    start(&self);
    assert_non_null(otelmq_amqp_channel_open(self.connection, OTHER_CHANNEL));
    assert_non_null(otelmq_amqp_confirm_select(self.connection, OTHER_CHANNEL));
    assert_int_equal(otelmq_amqp_basic_publish(self.connection, OTHER_CHANNEL, amqp_empty_bytes,
                                               amqp_cstring_bytes(self.queue), 0, 0, NULL,
                                               amqp_empty_bytes),
                     AMQP_STATUS_OK);
    real_broker_expect_ok(
        otelmq_amqp_channel_close(self.connection, OTHER_CHANNEL, AMQP_REPLY_SUCCESS), "close");
    assert_int_equal(ended_spans(&self.tracing), 1);
    otelmq_amqp_confirms confirms;
    real_broker_expect_ok(
        otelmq_amqp_wait_confirms(self.connection, OTHER_CHANNEL, &LONG, &confirms), "confirms");
    assert_int_equal(confirms.count, 1);
    stop(&self);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_message_is_confirmed_once),
        cmocka_unit_test(a_full_queue_that_rejects_is_told_as_a_nack),
        cmocka_unit_test(a_message_without_a_route_comes_back),
        cmocka_unit_test(a_channel_that_the_broker_closes_leaves_messages_unknown),
        cmocka_unit_test(a_batch_ends_with_its_last_confirm),
        cmocka_unit_test(a_transaction_is_committed_rolled_back_and_returns),
        cmocka_unit_test(a_commit_to_a_missing_exchange_fails),
        cmocka_unit_test(spans_tell_the_address_of_the_broker_that_replaces_another),
        cmocka_unit_test_teardown(a_broker_short_of_memory_blocks_and_says_so,
                                  restore_memory_limit),
        cmocka_unit_test(closing_a_channel_leaves_nothing_open),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
