/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What consuming, processing and settling a message costs in allocations once everything has been
 * used once: nothing, beside what librabbitmq itself needs. Counted only
 * within traced calls: the fake broker allocates as it likes.
 */
#include "amqp/consuming.h"
#include "amqp/entries.h"
#include "support/allocations.h"
#include "support/discarding.h"
#include "support/test.h"

/* A span with more links than that takes memory for them by itself. */
enum { CHANNEL = CONSUMING_CHANNEL, ROUNDS = 50, PREFETCHED = 16 };

typedef struct {
    otelmq_tracer_provider *provider;
    fake_broker broker;
    otelmq_amqp_connection *connection;
    uint64_t next_tag;
} fixture;

static void start(fixture *self, otelmq_process_ends ends)
{
    otelmq_processor processor = otelmq_processor_batch(
        discarding_exporter(),
        &(otelmq_batch_options){.schedule_delay_ms = 3600000, .pumped = true});
    assert_int_equal(
        otelmq_tracer_provider_create(
            &(otelmq_tracer_provider_options){.processors = &processor, .processor_count = 1},
            &self->provider),
        OTELMQ_OK);
    fake_broker_start(&self->broker, CONSUMING_FRAME_MAX);
    otelmq_amqp_options options = {.client_id = "client",
                                   .messaging = {.tracer_provider = self->provider,
                                                 .process_ends = ends,
                                                 .records_sizes = true,
                                                 .records_queue_time = true}};
    assert_int_equal(
        otelmq_amqp_connection_create(self->broker.client, &options, &self->connection), OTELMQ_OK);
    self->next_tag = 1;
}

static void stop(fixture *self)
{
    otelmq_amqp_connection_destroy(self->connection);
    fake_broker_stop(&self->broker);
    otelmq_tracer_provider_destroy(self->provider);
}

static void deliver(fixture *self)
{
    amqp_table_entry_t entries[] = {
        entry_text("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"),
        entry_number("x-stream-offset", 5)};
    amqp_basic_properties_t properties;
    memset(&properties, 0, sizeof(properties));
    properties._flags = AMQP_BASIC_HEADERS_FLAG | AMQP_BASIC_MESSAGE_ID_FLAG |
                        AMQP_BASIC_CORRELATION_ID_FLAG | AMQP_BASIC_TIMESTAMP_FLAG;
    properties.headers = (amqp_table_t){2, entries};
    properties.message_id = amqp_cstring_bytes("message-0123456789-0123456789-0123456789");
    properties.correlation_id = amqp_cstring_bytes("conversation-0123456789-0123456789");
    properties.timestamp = 1700000000;
    fake_broker_deliver(&self->broker,
                        &(fake_message){self->next_tag++, "orders", "new", &properties, "body"});
}

static void receive_and_process(fixture *self)
{
    amqp_envelope_t envelope;
    struct timeval timeout = {10, 0};
    deliver(self);
    allocations_resume();
    amqp_rpc_reply_t reply = otelmq_amqp_consume_message(self->connection, &envelope, &timeout, 0);
    otelmq_scope scope = otelmq_amqp_process_start(self->connection, &envelope);
    otelmq_scope_end(&scope);
    allocations_pause();
    assert_int_equal(reply.reply_type, AMQP_RESPONSE_NORMAL);
    amqp_destroy_envelope(&envelope);
}

static void ack(fixture *self, uint64_t tag, bool multiple)
{
    allocations_resume();
    int status = otelmq_amqp_basic_ack(self->connection, CHANNEL, tag, multiple);
    allocations_pause();
    assert_int_equal(status, AMQP_STATUS_OK);
    assert_int_equal(fake_broker_take_settlement(&self->broker), AMQP_BASIC_ACK_METHOD);
}

/* As many as are prefetched, settled by one and by all, and exported. */
static void run_round(fixture *self)
{
    uint64_t first = self->next_tag;
    for (int i = 0; i < PREFETCHED; i++) {
        receive_and_process(self);
    }
    ack(self, first + 3, false);
    ack(self, first, false);
    ack(self, 0, true);
    assert_int_equal(otelmq_tracer_provider_force_flush(self->provider, 10000), OTELMQ_OK);
}

static void assert_no_allocation(otelmq_process_ends ends)
{
    fixture self;
    start(&self, ends);
    for (int i = 0; i < ROUNDS; i++) {
        run_round(&self);
    }
    size_t before = allocations_counted();
    assert_true(before > 0);
    for (int i = 0; i < ROUNDS; i++) {
        run_round(&self);
    }
    assert_int_equal(allocations_counted(), before);
    stop(&self);
}

static void a_message_allocates_nothing(void **state)
{
    (void)state;
    assert_no_allocation(OTELMQ_PROCESS_ENDS_WITH_SCOPE);
}

static void neither_does_one_that_is_remembered_until_it_is_settled(void **state)
{
    (void)state;
    assert_no_allocation(OTELMQ_PROCESS_ENDS_WITH_SETTLEMENT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_message_allocates_nothing),
        cmocka_unit_test(neither_does_one_that_is_remembered_until_it_is_settled),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
