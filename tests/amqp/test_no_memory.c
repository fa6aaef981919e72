/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Want of memory must cost spans, and never a message: each allocation that tracing makes on the
 * way of one message fails in turn.
 */
#include "amqp/entries.h"
#include "amqp/traced.h"
#include "support/allocations.h"
#include "support/test.h"

enum { FRAME_MAX = 131072, CHANNEL = 1, OWN_HEADERS = 40 };

static amqp_basic_properties_t with_own_headers(amqp_table_entry_t entries[OWN_HEADERS])
{
    amqp_basic_properties_t properties;
    memset(&properties, 0, sizeof(properties));
    for (int i = 0; i < OWN_HEADERS; i++) {
        entries[i] = entry_number("own", i);
    }
    properties._flags = AMQP_BASIC_HEADERS_FLAG;
    properties.headers = (amqp_table_t){OWN_HEADERS, entries};
    return properties;
}

static void publish(traced *self, const amqp_basic_properties_t *properties)
{
    int status = otelmq_amqp_basic_publish(self->connection, CHANNEL, amqp_empty_bytes,
                                           amqp_cstring_bytes("queue"), 0, 0, properties,
                                           amqp_cstring_bytes("body"));
    assert_int_equal(status, AMQP_STATUS_OK);
}

static void receive_process_and_ack(traced *self, uint64_t tag)
{
    amqp_envelope_t envelope;
    amqp_rpc_reply_t reply = otelmq_amqp_consume_message(self->connection, &envelope, NULL, 0);
    assert_int_equal(reply.reply_type, AMQP_RESPONSE_NORMAL);
    assert_int_equal(envelope.delivery_tag, tag);
    otelmq_scope scope = otelmq_amqp_process_start(self->connection, &envelope);
    assert_int_equal(otelmq_amqp_basic_ack(self->connection, CHANNEL, tag, 1), AMQP_STATUS_OK);
    otelmq_scope_end(&scope);
    amqp_destroy_envelope(&envelope);
}

/* One message each way, with the allocation of this index failing; false when there is none. */
static bool run_with_failure(int index)
{
    traced self;
    amqp_table_entry_t entries[OWN_HEADERS];
    amqp_basic_properties_t properties = with_own_headers(entries);
    amqp_table_entry_t context =
        entry_text("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
    amqp_basic_properties_t delivered = {._flags = AMQP_BASIC_HEADERS_FLAG,
                                         .headers = {1, &context}};
    traced_start(&self, FRAME_MAX, NULL);
    fake_broker_deliver(&self.broker, &(fake_message){1, "", "queue", &delivered, "body"});

    allocations_fail_after(index);
    allocations_resume();
    publish(&self, &properties);
    receive_process_and_ack(&self, 1);
    bool has_failed = allocations_end_failure();

    fake_published published = fake_broker_take_published(&self.broker);
    assert_int_equal(fake_published_count(&published, "own"), OWN_HEADERS);
    assert_true(fake_published_count(&published, "traceparent") <= 1);
    assert_int_equal(fake_broker_take_settlement(&self.broker), AMQP_BASIC_ACK_METHOD);
    fake_published_clean(&published);
    traced_stop(&self);
    return has_failed;
}

static void no_failed_allocation_harms_a_message(void **state)
{
    (void)state;
    int index = 0;
    while (run_with_failure(index)) {
        index++;
    }
    assert_true(index > 0);
}

static void without_memory_for_its_headers_a_message_goes_out_uninjected(void **state)
{
    (void)state;
    traced self;
    amqp_table_entry_t entries[OWN_HEADERS];
    amqp_basic_properties_t properties = with_own_headers(entries);
    uint64_t before = stat_now(OTELMQ_STAT_INJECT_SKIPPED);
    traced_start(&self, FRAME_MAX, NULL);
    int index = 0;
    while (stat_now(OTELMQ_STAT_INJECT_SKIPPED) == before) {
        allocations_fail_after(index++);
        allocations_resume();
        publish(&self, &properties);
        assert_true(allocations_end_failure());
        fake_published published = fake_broker_take_published(&self.broker);
        assert_int_equal(fake_published_count(&published, "own"), OWN_HEADERS);
        bool is_skipped = stat_now(OTELMQ_STAT_INJECT_SKIPPED) != before;
        if (is_skipped) {
            assert_int_equal(fake_published_count(&published, "traceparent"), 0);
        }
        fake_published_clean(&published);
    }
    traced_stop(&self);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_failed_allocation_harms_a_message),
        cmocka_unit_test(without_memory_for_its_headers_a_message_goes_out_uninjected),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
