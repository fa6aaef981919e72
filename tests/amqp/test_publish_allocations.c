/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What publishing a message costs in allocations once everything has been used once: nothing,
 * beside what librabbitmq itself needs.
 */
#include "amqp/entries.h"
#include "amqp/publishing.h"
#include "support/allocations.h"
#include "support/discarding.h"
#include "support/test.h"

enum { FRAME_MAX = 131072, CHANNEL = 1, ROUNDS = 50, MESSAGES = 16 };

typedef struct {
    otelmq_tracer_provider *provider;
    fake_broker broker;
    otelmq_amqp_connection *connection;
    uint64_t published;
} fixture;

static void start(fixture *self)
{
    otelmq_processor processor = otelmq_processor_batch(
        discarding_exporter(),
        &(otelmq_batch_options){.schedule_delay_ms = 3600000, .pumped = true});
    assert_int_equal(
        otelmq_tracer_provider_create(
            &(otelmq_tracer_provider_options){.processors = &processor, .processor_count = 1},
            &self->provider),
        OTELMQ_OK);
    fake_broker_start(&self->broker, FRAME_MAX);
    otelmq_amqp_options options = {
        .client_id = "client",
        .messaging = {.tracer_provider = self->provider, .records_sizes = true}};
    assert_int_equal(
        otelmq_amqp_connection_create(self->broker.client, &options, &self->connection), OTELMQ_OK);
    self->published = 0;
}

static void stop(fixture *self)
{
    otelmq_amqp_connection_destroy(self->connection);
    fake_broker_stop(&self->broker);
    otelmq_tracer_provider_destroy(self->provider);
}

static amqp_basic_properties_t properties_of(amqp_table_entry_t entries[2])
{
    amqp_basic_properties_t properties;
    memset(&properties, 0, sizeof(properties));
    entries[0] = entry_text("x-tenant", "acme");
    entries[1] = entry_number("x-attempt", 1);
    properties._flags = AMQP_BASIC_HEADERS_FLAG | AMQP_BASIC_MESSAGE_ID_FLAG;
    properties.headers = (amqp_table_t){2, entries};
    properties.message_id = amqp_cstring_bytes("message-0123456789-0123456789-0123456789");
    return properties;
}

static void publish_with(fixture *self, amqp_boolean_t mandatory, amqp_flags_t flags)
{
    amqp_table_entry_t entries[2];
    amqp_basic_properties_t properties = properties_of(entries);
    properties._flags = flags;
    allocations_resume();
    int status = otelmq_amqp_basic_publish(self->connection, CHANNEL, amqp_cstring_bytes("orders"),
                                           amqp_cstring_bytes("new"), mandatory, 0, &properties,
                                           amqp_cstring_bytes("body"));
    allocations_pause();
    assert_int_equal(status, AMQP_STATUS_OK);
    self->published++;
}

/* An id is what the general way takes; with headers alone, a message goes the straight one. */
static void publish(fixture *self, amqp_boolean_t mandatory)
{
    publish_with(self, mandatory, AMQP_BASIC_HEADERS_FLAG | AMQP_BASIC_MESSAGE_ID_FLAG);
    publish_with(self, mandatory, AMQP_BASIC_HEADERS_FLAG);
}

static void publish_batch(fixture *self)
{
    amqp_table_entry_t entries[2];
    amqp_basic_properties_t properties = properties_of(entries);
    otelmq_amqp_publishing messages[MESSAGES];
    for (int i = 0; i < MESSAGES; i++) {
        messages[i] = (otelmq_amqp_publishing){.exchange = amqp_cstring_bytes("orders"),
                                               .routing_key = amqp_cstring_bytes("new"),
                                               .properties = &properties,
                                               .body = amqp_cstring_bytes("body")};
    }
    allocations_resume();
    int status =
        otelmq_amqp_basic_publish_batch(self->connection, CHANNEL, messages, MESSAGES, NULL);
    allocations_pause();
    assert_int_equal(status, AMQP_STATUS_OK);
    self->published += MESSAGES;
}

static void wait_confirms(fixture *self)
{
    fake_broker_ack(&self->broker, CHANNEL, self->published - 1, false);
    fake_broker_ack(&self->broker, CHANNEL, self->published, true);
    otelmq_amqp_confirms confirms;
    struct timeval timeout = {10, 0};
    allocations_resume();
    amqp_rpc_reply_t reply =
        otelmq_amqp_wait_confirms(self->connection, CHANNEL, &timeout, &confirms);
    allocations_pause();
    assert_int_equal(reply.reply_type, AMQP_RESPONSE_NORMAL);
    assert_true(confirms.count > 0);
}

static void publish_plain(fixture *self)
{
    for (int i = 0; i < MESSAGES; i += 2) {
        publish(self, 0);
    }
}

static void publish_and_wait(fixture *self)
{
    publish_plain(self);
    publish(self, 1);
    wait_confirms(self);
}

static void publish_batch_and_wait(fixture *self)
{
    publish_batch(self);
    wait_confirms(self);
}

static void publish_and_commit(fixture *self)
{
    publish_plain(self);
    fake_broker_answer(&self->broker, CHANNEL, AMQP_TX_COMMIT_OK_METHOD);
    allocations_resume();
    const amqp_tx_commit_ok_t *ok = otelmq_amqp_tx_commit(self->connection, CHANNEL);
    allocations_pause();
    assert_non_null(ok);
}

static void run_rounds(fixture *self, void (*round)(fixture *self))
{
    for (int i = 0; i < ROUNDS; i++) {
        round(self);
        fake_broker_skip(&self->broker);
        assert_int_equal(otelmq_tracer_provider_force_flush(self->provider, 10000), OTELMQ_OK);
    }
}

static void assert_no_allocation(fixture *self, void (*round)(fixture *self))
{
    run_rounds(self, round);
    size_t before = allocations_counted();
    assert_true(before > 0);
    run_rounds(self, round);
    assert_int_equal(allocations_counted(), before);
}

static void a_plain_publish_allocates_nothing(void **state)
{
    (void)state;
    fixture self;
    start(&self);
    assert_no_allocation(&self, publish_plain);
    stop(&self);
}

static void neither_does_one_in_confirm_mode(void **state)
{
    (void)state;
    fixture self;
    start(&self);
    fake_broker_answer(&self.broker, CHANNEL, AMQP_CONFIRM_SELECT_OK_METHOD);
    assert_non_null(otelmq_amqp_confirm_select(self.connection, CHANNEL));
    assert_no_allocation(&self, publish_and_wait);
    assert_no_allocation(&self, publish_batch_and_wait);
    stop(&self);
}

static void neither_does_one_in_a_transaction(void **state)
{
    (void)state;
    fixture self;
    start(&self);
    fake_broker_answer(&self.broker, CHANNEL, AMQP_TX_SELECT_OK_METHOD);
    assert_non_null(otelmq_amqp_tx_select(self.connection, CHANNEL));
    assert_no_allocation(&self, publish_and_commit);
    stop(&self);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_plain_publish_allocates_nothing),
        cmocka_unit_test(neither_does_one_in_confirm_mode),
        cmocka_unit_test(neither_does_one_in_a_transaction),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
