/* SPDX-License-Identifier: Apache-2.0 */
#include "amqp/entries.h"
#include "amqp/traced.h"
#include "support/test.h"

#include <stdlib.h>

enum { FRAME_MAX = 131072, CHANNEL = 1 };

static const char FOREIGN[] = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
static const char FOREIGN_TRACE[] = "4bf92f3577b34da6a3ce929d0e0e4736";

static amqp_basic_properties_t with_entries(amqp_table_entry_t entries[], int count)
{
    amqp_basic_properties_t properties;
    memset(&properties, 0, sizeof(properties));
    properties._flags = AMQP_BASIC_HEADERS_FLAG;
    properties.headers = (amqp_table_t){count, entries};
    return properties;
}

static amqp_rpc_reply_t consume(traced *self, amqp_envelope_t *envelope)
{
    struct timeval timeout = {0, 1000};
    return otelmq_amqp_consume_message(self->connection, envelope, &timeout, 0);
}

static void deliver_and_consume(traced *self, const fake_message *message,
                                amqp_envelope_t *envelope)
{
    fake_broker_deliver(&self->broker, message);
    assert_int_equal(consume(self, envelope).reply_type, AMQP_RESPONSE_NORMAL);
}

static amqp_rpc_reply_t get(traced *self, amqp_envelope_t *envelope)
{
    return otelmq_amqp_basic_get(self->connection, CHANNEL, amqp_cstring_bytes("queue"), 0,
                                 envelope);
}

static void assert_trace(const otelmq_span_data *span, const char *expected)
{
    char hex[OTELMQ_TRACE_ID_HEX_SIZE];
    otelmq_trace_id_format(span->span_context.trace_id, hex);
    assert_string_equal(hex, expected);
}

static bool is_all_zero(const void *bytes, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        if (((const char *)bytes)[i] != 0) {
            return false;
        }
    }
    return true;
}

static void a_message_that_comes_is_received_and_processed_in_its_trace(void **state)
{
    (void)state;
    traced self;
    traced_start(&self, FRAME_MAX, NULL);
    amqp_table_entry_t entry = entry_text("traceparent", FOREIGN);
    amqp_basic_properties_t properties = with_entries(&entry, 1);
    properties._flags |= AMQP_BASIC_MESSAGE_ID_FLAG | AMQP_BASIC_CORRELATION_ID_FLAG;
    properties.message_id = amqp_cstring_bytes("message-7");
    properties.correlation_id = amqp_cstring_bytes("conversation-3");
    amqp_envelope_t envelope;
    deliver_and_consume(&self, &(fake_message){42, "orders", "new", &properties, "body"},
                        &envelope);
    otelmq_scope scope = otelmq_amqp_process_start(self.connection, &envelope);
    assert_ptr_equal(otelmq_context_span(NULL), scope.span);
    otelmq_scope_end(&scope);
    amqp_destroy_envelope(&envelope);

    const char *names[] = {"receive orders:new", "process orders:new"};
    for (int i = 0; i < (int)COUNT_OF(names); i++) {
        const otelmq_span_data *span = traced_span(&self, names[i]);
        assert_trace(span, FOREIGN_TRACE);
        assert_int_equal(span->link_count, 1);
        assert_traceparent(FOREIGN, &span->links[0].span_context);
        assert_int_equal(span->kind, i == 0 ? OTELMQ_SPAN_CLIENT : OTELMQ_SPAN_CONSUMER);
        assert_attribute(span, "messaging.operation.type", i == 0 ? "receive" : "process");
        assert_attribute(span, "messaging.destination.name", "orders:new");
        assert_attribute(span, "messaging.rabbitmq.destination.routing_key", "new");
        assert_int_attribute(span, "messaging.rabbitmq.message.delivery_tag", 42);
        assert_attribute(span, "messaging.message.id", "message-7");
        assert_attribute(span, "messaging.message.conversation_id", "conversation-3");
        assert_attribute(span, "server.address", "rabbit.test");
    }
    traced_stop(&self);
}

static void when_nothing_comes_there_is_no_span(void **state)
{
    (void)state;
    traced self;
    traced_start(&self, FRAME_MAX, NULL);
    amqp_envelope_t envelope;
    amqp_rpc_reply_t reply = consume(&self, &envelope);
    assert_int_equal(reply.reply_type, AMQP_RESPONSE_LIBRARY_EXCEPTION);
    assert_int_equal(reply.library_error, AMQP_STATUS_TIMEOUT);
    assert_int_equal(otelmq_memory_exporter_count(self.spans), 0);
    traced_stop(&self);
}

static void a_frame_that_is_no_delivery_gives_no_span_and_can_be_read_afterwards(void **state)
{
    (void)state;
    traced self;
    traced_start(&self, FRAME_MAX, NULL);
    fake_broker_confirm(&self.broker, 5);
    amqp_envelope_t envelope;
    assert_int_equal(consume(&self, &envelope).library_error, AMQP_STATUS_UNEXPECTED_STATE);
    assert_int_equal(otelmq_memory_exporter_count(self.spans), 0);
    amqp_frame_t frame;
    assert_int_equal(amqp_simple_wait_frame(self.broker.client, &frame), AMQP_STATUS_OK);
    assert_int_equal(frame.payload.method.id, AMQP_BASIC_ACK_METHOD);
    traced_stop(&self);
}

static void a_broker_that_goes_away_gives_a_failed_receive_span(void **state)
{
    (void)state;
    traced self;
    traced_start(&self, FRAME_MAX, NULL);
    fake_broker_hang_up(&self.broker);
    amqp_envelope_t envelope;
    amqp_rpc_reply_t reply = consume(&self, &envelope);
    assert_int_equal(reply.reply_type, AMQP_RESPONSE_LIBRARY_EXCEPTION);
    bool is_closed = reply.library_error == AMQP_STATUS_CONNECTION_CLOSED;
    assert_failed(traced_span(&self, "receive"), is_closed ? "connection-closed" : "socket-error");
    traced_stop(&self);
}

static void a_message_without_context_starts_a_trace_of_its_own(void **state)
{
    (void)state;
    static const char *const malformed[] = {
        "", "00", "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
        "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01"};
    for (int i = 0; i < (int)COUNT_OF(malformed); i++) {
        traced self;
        traced_start(&self, FRAME_MAX, NULL);
        amqp_table_entry_t entry = entry_text("traceparent", malformed[i]);
        amqp_basic_properties_t properties = with_entries(&entry, 1);
        amqp_envelope_t envelope;
        deliver_and_consume(&self, &(fake_message){1, "", "queue", &properties, ""}, &envelope);
        otelmq_scope scope = otelmq_amqp_process_start(self.connection, &envelope);
        otelmq_scope_end(&scope);
        amqp_destroy_envelope(&envelope);
        const otelmq_span_data *span = traced_span(&self, "process queue");
        assert_root(span);
        assert_int_equal(span->link_count, 0);
        traced_stop(&self);
    }
}

static void a_context_of_kind_x_is_read_beside_a_header_of_its_name_that_is_no_text(void **state)
{
    (void)state;
    traced self;
    traced_start(&self, FRAME_MAX, NULL);
    amqp_table_entry_t entries[] = {entry_number("traceparent", 7),
                                    entry_text("traceparent", FOREIGN)};
    entries[1].value.kind = AMQP_FIELD_KIND_BYTES;
    amqp_basic_properties_t properties = with_entries(entries, (int)COUNT_OF(entries));
    amqp_envelope_t envelope;
    deliver_and_consume(&self, &(fake_message){1, "", "queue", &properties, ""}, &envelope);
    amqp_destroy_envelope(&envelope);
    assert_trace(traced_span(&self, "receive queue"), FOREIGN_TRACE);
    traced_stop(&self);
}

static void nested_headers_do_not_harm(void **state)
{
    (void)state;
    /* As deep as librabbitmq reads them: 0.15 refuses a message with more than 100 levels. */
    enum { DEPTH = 100 };
    amqp_table_entry_t *levels = calloc(DEPTH, sizeof(*levels));
    assert_non_null(levels);
    levels[0] = entry_text("traceparent", FOREIGN);
    for (int i = 1; i < DEPTH; i++) {
        levels[i] = entry_table("traceparent", (amqp_table_t){1, &levels[i - 1]});
    }
    traced self;
    traced_start(&self, FRAME_MAX, NULL);
    amqp_basic_properties_t properties = with_entries(&levels[DEPTH - 1], 1);
    amqp_envelope_t envelope;
    deliver_and_consume(&self, &(fake_message){1, "", "queue", &properties, ""}, &envelope);
    amqp_destroy_envelope(&envelope);
    assert_root(traced_span(&self, "receive queue"));
    traced_stop(&self);
    free(levels);
}

static void get_fills_the_envelope_and_knows_the_queue(void **state)
{
    (void)state;
    traced self;
    traced_start(&self, FRAME_MAX, NULL);
    amqp_table_entry_t entry = entry_text("traceparent", FOREIGN);
    amqp_basic_properties_t properties = with_entries(&entry, 1);
    fake_broker_answer_get(&self.broker,
                           &(fake_message){9, "orders", "new", &properties, "the body"});
    amqp_envelope_t envelope;
    amqp_rpc_reply_t reply = get(&self, &envelope);
    assert_int_equal(reply.reply_type, AMQP_RESPONSE_NORMAL);
    assert_int_equal(reply.reply.id, AMQP_BASIC_GET_OK_METHOD);
    assert_int_equal(envelope.channel, CHANNEL);
    assert_int_equal(envelope.delivery_tag, 9);
    assert_int_equal(envelope.consumer_tag.len, 0);
    assert_memory_equal(envelope.exchange.bytes, "orders", 6);
    assert_memory_equal(envelope.routing_key.bytes, "new", 3);
    assert_int_equal(envelope.message.body.len, 8);
    assert_memory_equal(envelope.message.body.bytes, "the body", 8);
    otelmq_scope scope = otelmq_amqp_process_start(self.connection, &envelope);
    otelmq_scope_end(&scope);
    amqp_destroy_envelope(&envelope);
    assert_trace(traced_span(&self, "receive orders:new:queue"), FOREIGN_TRACE);
    assert_trace(traced_span(&self, "process orders:new:queue"), FOREIGN_TRACE);
    traced_stop(&self);
}

static void get_says_a_queue_that_is_the_routing_key_only_once(void **state)
{
    (void)state;
    traced self;
    traced_start(&self, FRAME_MAX, NULL);
    fake_broker_answer_get(&self.broker, &(fake_message){9, "", "queue", NULL, ""});
    amqp_envelope_t envelope;
    assert_int_equal(get(&self, &envelope).reply_type, AMQP_RESPONSE_NORMAL);
    amqp_destroy_envelope(&envelope);
    assert_attribute(traced_span(&self, "receive queue"), "messaging.destination.name", "queue");
    traced_stop(&self);
}

static void get_from_an_empty_queue_gives_no_span_and_an_empty_envelope(void **state)
{
    (void)state;
    traced self;
    traced_start(&self, FRAME_MAX, NULL);
    fake_broker_answer_get_empty(&self.broker);
    amqp_envelope_t envelope;
    memset(&envelope, 'z', sizeof(envelope));
    amqp_rpc_reply_t reply = get(&self, &envelope);
    assert_int_equal(reply.reply_type, AMQP_RESPONSE_NORMAL);
    assert_int_equal(reply.reply.id, AMQP_BASIC_GET_EMPTY_METHOD);
    assert_true(is_all_zero(&envelope, sizeof(envelope)));
    assert_int_equal(otelmq_memory_exporter_count(self.spans), 0);
    traced_stop(&self);
}

static void get_from_a_queue_that_does_not_exist_fails_with_the_brokers_words(void **state)
{
    (void)state;
    traced self;
    traced_start(&self, FRAME_MAX, NULL);
    fake_broker_close_channel(&self.broker, AMQP_NOT_FOUND, "NOT_FOUND - no queue 'queue'");
    amqp_envelope_t envelope;
    amqp_rpc_reply_t reply = get(&self, &envelope);
    assert_int_equal(reply.reply_type, AMQP_RESPONSE_SERVER_EXCEPTION);
    assert_int_equal(reply.reply.id, AMQP_CHANNEL_CLOSE_METHOD);
    assert_true(is_all_zero(&envelope, sizeof(envelope)));
    const otelmq_span_data *span = traced_span(&self, "receive queue");
    assert_failed(span, "not-found");
    assert_true(
        otelmq_str_equal(span->status_description, OTELMQ_STR("NOT_FOUND - no queue 'queue'")));
    traced_stop(&self);
}

static void the_name_of_a_user_never_reaches_a_span(void **state)
{
    (void)state;
    traced self;
    traced_start(&self, FRAME_MAX, NULL);
    fake_broker_close_channel(&self.broker, AMQP_ACCESS_REFUSED,
                              "ACCESS_REFUSED - access refused for user 'secret-name'");
    amqp_envelope_t envelope;
    assert_int_equal(get(&self, &envelope).reply_type, AMQP_RESPONSE_SERVER_EXCEPTION);
    const otelmq_span_data *span = traced_span(&self, "receive queue");
    assert_failed(span, "access-refused");
    assert_true(otelmq_str_is_empty(span->status_description));
    traced_stop(&self);
}

static void receive_spans_can_be_omitted(void **state)
{
    (void)state;
    traced self;
    traced_start(&self, FRAME_MAX, &(otelmq_amqp_options){.messaging.omits_receive_spans = true});
    amqp_envelope_t envelope;
    deliver_and_consume(&self, &(fake_message){1, "", "queue", NULL, ""}, &envelope);
    amqp_destroy_envelope(&envelope);
    assert_int_equal(otelmq_memory_exporter_count(self.spans), 0);
    traced_stop(&self);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_message_that_comes_is_received_and_processed_in_its_trace),
        cmocka_unit_test(when_nothing_comes_there_is_no_span),
        cmocka_unit_test(a_frame_that_is_no_delivery_gives_no_span_and_can_be_read_afterwards),
        cmocka_unit_test(a_broker_that_goes_away_gives_a_failed_receive_span),
        cmocka_unit_test(a_message_without_context_starts_a_trace_of_its_own),
        cmocka_unit_test(a_context_of_kind_x_is_read_beside_a_header_of_its_name_that_is_no_text),
        cmocka_unit_test(nested_headers_do_not_harm),
        cmocka_unit_test(get_fills_the_envelope_and_knows_the_queue),
        cmocka_unit_test(get_says_a_queue_that_is_the_routing_key_only_once),
        cmocka_unit_test(get_from_an_empty_queue_gives_no_span_and_an_empty_envelope),
        cmocka_unit_test(get_from_a_queue_that_does_not_exist_fails_with_the_brokers_words),
        cmocka_unit_test(the_name_of_a_user_never_reaches_a_span),
        cmocka_unit_test(receive_spans_can_be_omitted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
