/* SPDX-License-Identifier: Apache-2.0 */
/* What receive, process and settle spans tell of a message. */
#include "amqp/consuming.h"
#include "amqp/entries.h"
#include "support/test.h"

#include <stdlib.h>
#include <time.h>

enum { CHANNEL = CONSUMING_CHANNEL };

static const char PROCESS[] = "process orders:new";

static void only_a_redelivered_message_says_so(void **state)
{
    (void)state;
    traced self;
    traced_start(&self, CONSUMING_FRAME_MAX, NULL);
    for (int again = 0; again < 2; again++) {
        fake_message message = {(uint64_t)again + 1, "orders", "new", NULL, ""};
        fake_broker_deliver_to(&self.broker, &message, "consumer", again);
        amqp_envelope_t envelope;
        otelmq_amqp_consume_message(self.connection, &envelope, NULL, 0);
        otelmq_scope scope = otelmq_amqp_process_start(self.connection, &envelope);
        otelmq_scope_end(&scope);
        amqp_destroy_envelope(&envelope);
    }
    const char *names[] = {"receive orders:new", PROCESS};
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        assert_no_attribute(consuming_span_at(&self, names[i], 0), "rabbitmq.message.redelivered");
        assert_true_attribute(consuming_span_at(&self, names[i], 1),
                              "rabbitmq.message.redelivered");
    }
    traced_stop(&self);
}

static void sizes_are_told_when_asked_for(void **state)
{
    (void)state;
    amqp_table_entry_t entry = entry_text("key", "value");
    amqp_basic_properties_t properties = entries_properties(&entry, 1);
    properties._flags |= AMQP_BASIC_MESSAGE_ID_FLAG | AMQP_BASIC_TIMESTAMP_FLAG;
    properties.message_id = amqp_cstring_bytes("message-7");
    traced self;
    traced_start(&self, CONSUMING_FRAME_MAX, NULL);
    assert_no_attribute(consuming_process_properties(&self, &properties),
                        "messaging.message.body.size");
    traced_stop(&self);
    traced_start(&self, CONSUMING_FRAME_MAX,
                 &(otelmq_amqp_options){.messaging.records_sizes = true});
    const otelmq_span_data *span = consuming_process_properties(&self, &properties);
    assert_int_attribute(span, "messaging.message.body.size", 5);
    /* Body, flags, message id, timestamp, and a table with one entry. */
    int64_t table = 4 + (1 + 3) + 1 + (4 + 5);
    assert_int_attribute(span, "messaging.message.envelope.size", 5 + 2 + (1 + 9) + 8 + table);
    traced_stop(&self);
}

static void the_time_in_the_queue_is_told_when_it_makes_sense(void **state)
{
    (void)state;
    uint64_t now = (uint64_t)time(NULL);
    const struct {
        uint64_t timestamp;
        bool is_told;
    } cases[] = {{now - 3600, true},  {now, true},        {now + 3600, false},
                 {0, false},          {1, false},         {now * 1000, false},
                 {UINT64_MAX, false}, {946684799, false}, {946684800, true}};
    traced self;
    traced_start(&self, CONSUMING_FRAME_MAX,
                 &(otelmq_amqp_options){.messaging.records_queue_time = true});
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        amqp_basic_properties_t properties = entries_properties(NULL, 0);
        properties._flags = AMQP_BASIC_TIMESTAMP_FLAG;
        properties.timestamp = cases[i].timestamp;
        const otelmq_span_data *span = consuming_process_properties(&self, &properties);
        otelmq_value value = otelmq_span_data_attribute(span, "rabbitmq.record.queue_time_ms");
        assert_int_equal(value.type, cases[i].is_told ? OTELMQ_VALUE_INT : OTELMQ_VALUE_NONE);
        if (cases[i].is_told) {
            int64_t age_ms = (int64_t)(now - cases[i].timestamp) * 1000;
            assert_true(value.as.integer >= age_ms && value.as.integer < age_ms + 120000);
        }
    }
    traced_stop(&self);
    traced_start(&self, CONSUMING_FRAME_MAX, NULL);
    amqp_basic_properties_t properties = entries_properties(NULL, 0);
    properties._flags = AMQP_BASIC_TIMESTAMP_FLAG;
    properties.timestamp = now;
    assert_no_attribute(consuming_process_properties(&self, &properties),
                        "rabbitmq.record.queue_time_ms");
    traced_stop(&self);
}

static void publish_two(traced *self)
{
    for (int i = 0; i < 2; i++) {
        assert_int_equal(otelmq_amqp_basic_publish(self->connection, 1, amqp_cstring_bytes("bills"),
                                                   amqp_cstring_bytes("new"), 0, 0, NULL,
                                                   amqp_cstring_bytes("body")),
                         AMQP_STATUS_OK);
    }
}

static void every_span_has_the_client_id_and_the_virtual_host(void **state)
{
    (void)state;
    traced self;
    char client_id[] = "worker-3";
    char virtual_host[] = "shop";
    traced_start(&self, CONSUMING_FRAME_MAX,
                 &(otelmq_amqp_options){.client_id = client_id, .virtual_host = virtual_host});
    client_id[0] = 'x';
    virtual_host[0] = 'x';
    consuming_process(&self, 1, NULL);
    consuming_ack(&self, 1, 0);
    publish_two(&self);
    assert_int_equal(otelmq_memory_exporter_count(self.spans), 5);
    for (size_t i = 0; i < 5; i++) {
        const otelmq_span_data *span = otelmq_memory_exporter_span_at(self.spans, i);
        assert_attribute(span, "messaging.client.id", "worker-3");
        assert_attribute(span, "messaging.rabbitmq.vhost.name", "shop");
    }
    traced_stop(&self);
}

static void neither_is_made_up(void **state)
{
    (void)state;
    traced self;
    traced_start(&self, CONSUMING_FRAME_MAX, NULL);
    publish_two(&self);
    for (size_t i = 0; i < 2; i++) {
        const otelmq_span_data *span = otelmq_memory_exporter_span_at(self.spans, i);
        assert_no_attribute(span, "messaging.client.id");
        assert_no_attribute(span, "messaging.rabbitmq.vhost.name");
    }
    traced_stop(&self);
}

static void headers_are_captured_by_globs(void **state)
{
    (void)state;
    amqp_table_entry_t entries[] = {entry_text("tenant-id", "a"), entry_text("secret", "b"),
                                    entry_number("tenant-number", 3)};
    traced self;
    traced_start(
        &self, CONSUMING_FRAME_MAX,
        &(otelmq_amqp_options){.messaging = {.captured_headers = (const char *const[]){"tenant-*"},
                                             .captured_header_count = 1}});
    const otelmq_span_data *span = consuming_process_entries(&self, entries, COUNT_OF(entries));
    otelmq_value value = otelmq_span_data_attribute(span, "messaging.header.tenant-id");
    assert_int_equal(value.type, OTELMQ_VALUE_STRING_ARRAY);
    assert_int_equal(value.count, 1);
    assert_true(otelmq_str_equal(value.as.strings[0], OTELMQ_STR("a")));
    assert_no_attribute(span, "messaging.header.secret");
    traced_stop(&self);
}

static void the_names_of_conventions_1_24_are_added_when_asked_for(void **state)
{
    (void)state;
    amqp_basic_properties_t properties = entries_properties(NULL, 0);
    assert_int_equal(setenv("OTEL_SEMCONV_STABILITY_OPT_IN", "messaging/dup", 1), 0);
    traced self;
    traced_start(&self, CONSUMING_FRAME_MAX, &(otelmq_amqp_options){.client_id = "worker-3"});
    const otelmq_span_data *span = consuming_process_properties(&self, &properties);
    assert_attribute(span, "messaging.destination_publish.name", "orders");
    assert_attribute(span, "messaging.operation", "deliver");
    assert_attribute(span, "messaging.client_id", "worker-3");
    assert_attribute(span, "messaging.destination.name", "orders:new");
    assert_attribute(span, "messaging.rabbitmq.destination.routing_key", "new");
    traced_stop(&self);
    unsetenv("OTEL_SEMCONV_STABILITY_OPT_IN");
    traced_start(&self, CONSUMING_FRAME_MAX, NULL);
    assert_no_attribute(consuming_process_properties(&self, &properties),
                        "messaging.destination_publish.name");
    traced_stop(&self);
}

static void a_method_that_brings_no_message_has_no_scope(void **state)
{
    (void)state;
    traced self;
    traced_start(&self, CONSUMING_FRAME_MAX, NULL);
    amqp_message_t message = {.body = amqp_cstring_bytes("body")};
    amqp_basic_return_t returned = {.reply_code = 312};
    amqp_method_t method = {.id = AMQP_BASIC_RETURN_METHOD, .decoded = &returned};
    otelmq_scope scopes[] = {
        otelmq_amqp_process_start_method(self.connection, CHANNEL, &method, &message, NULL),
        otelmq_amqp_process_start_method(self.connection, CHANNEL, NULL, &message, NULL),
        otelmq_amqp_process_start_method(self.connection, CHANNEL, &method, NULL, NULL),
        otelmq_amqp_process_start_with(NULL, NULL, NULL),
    };
    for (size_t i = 0; i < COUNT_OF(scopes); i++) {
        assert_null(scopes[i].span);
        otelmq_scope_end(&scopes[i]);
    }
    assert_int_equal(otelmq_memory_exporter_count(self.spans), 0);
    traced_stop(&self);
}

static void a_get_that_was_read_frame_by_frame_is_processed_too(void **state)
{
    (void)state;
    traced self;
    traced_start(&self, CONSUMING_FRAME_MAX, NULL);
    fake_broker_answer_get(&self.broker, &(fake_message){3, "orders", "new", NULL, "body"});
    amqp_rpc_reply_t reply =
        amqp_basic_get(self.broker.client, CHANNEL, amqp_cstring_bytes("q"), 0);
    assert_int_equal(reply.reply.id, AMQP_BASIC_GET_OK_METHOD);
    amqp_message_t message;
    amqp_read_message(self.broker.client, CHANNEL, &message, 0);
    otelmq_scope scope =
        otelmq_amqp_process_start_method(self.connection, CHANNEL, &reply.reply, &message, NULL);
    otelmq_span_context span_context = *otelmq_span_get_context(scope.span);
    otelmq_scope_end(&scope);
    amqp_destroy_message(&message);
    assert_int_equal(fake_broker_take_settlement(&self.broker), AMQP_BASIC_GET_METHOD);
    consuming_ack(&self, 3, 0);
    assert_int_attribute(traced_span(&self, PROCESS), "messaging.rabbitmq.message.delivery_tag", 3);
    assert_child(traced_span(&self, "ack orders:new"), &span_context);
    traced_stop(&self);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_a_redelivered_message_says_so),
        cmocka_unit_test(sizes_are_told_when_asked_for),
        cmocka_unit_test(the_time_in_the_queue_is_told_when_it_makes_sense),
        cmocka_unit_test(every_span_has_the_client_id_and_the_virtual_host),
        cmocka_unit_test(neither_is_made_up),
        cmocka_unit_test(headers_are_captured_by_globs),
        cmocka_unit_test(the_names_of_conventions_1_24_are_added_when_asked_for),
        cmocka_unit_test(a_method_that_brings_no_message_has_no_scope),
        cmocka_unit_test(a_get_that_was_read_frame_by_frame_is_processed_too),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
