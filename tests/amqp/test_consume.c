/* SPDX-License-Identifier: Apache-2.0 */
#include "amqp/consuming.h"
#include "amqp/entries.h"
#include "amqp/fake_answers.h"
#include "amqp/fake_queues.h"
#include "support/test.h"

#include <stdlib.h>

enum { FRAME_MAX = 131072, CHANNEL = 1 };

static const char FOREIGN[] = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
static const char FOREIGN_TRACE[] = "4bf92f3577b34da6a3ce929d0e0e4736";

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
    amqp_basic_properties_t properties = entries_properties(&entry, 1);
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
    assert_failed(traced_span(&self, "receive rabbit.test:5672"),
                  is_closed ? "connection-closed" : "socket-error");
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
        amqp_basic_properties_t properties = entries_properties(&entry, 1);
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
    amqp_basic_properties_t properties = entries_properties(entries, COUNT_OF(entries));
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
    amqp_basic_properties_t properties = entries_properties(&levels[DEPTH - 1], 1);
    amqp_envelope_t envelope;
    deliver_and_consume(&self, &(fake_message){1, "", "queue", &properties, ""}, &envelope);
    amqp_destroy_envelope(&envelope);
    assert_root(traced_span(&self, "receive queue"));
    traced_stop(&self);
    free(levels);
}

static void what_another_call_has_read_comes_first(void **state)
{
    (void)state;
    traced self;
    traced_start(&self, FRAME_MAX, NULL);
    fake_broker_answer(&self.broker, CHANNEL, AMQP_CONFIRM_SELECT_OK_METHOD);
    assert_non_null(otelmq_amqp_confirm_select(self.connection, CHANNEL));
    otelmq_amqp_basic_publish(self.connection, CHANNEL, amqp_empty_bytes,
                              amqp_cstring_bytes("queue"), 0, 0, NULL, amqp_cstring_bytes(""));
    fake_broker_cancel(&self.broker, "consumer");
    fake_broker_deliver(&self.broker, &(fake_message){1, "", "first", NULL, ""});
    fake_broker_ack(&self.broker, CHANNEL, 1, false);
    otelmq_amqp_confirms confirms;
    amqp_rpc_reply_t reply = otelmq_amqp_wait_confirms(self.connection, CHANNEL, NULL, &confirms);
    assert_int_equal(reply.reply_type, AMQP_RESPONSE_NORMAL);
    assert_int_equal(consuming_count(&self, "receive first"), 0);

    fake_broker_deliver(&self.broker, &(fake_message){2, "", "second", NULL, ""});
    amqp_envelope_t envelope;
    assert_int_equal(consume(&self, &envelope).reply_type, AMQP_RESPONSE_NORMAL);
    assert_int_equal(envelope.delivery_tag, 1);
    amqp_destroy_envelope(&envelope);
    assert_int_equal(consume(&self, &envelope).library_error, AMQP_STATUS_UNEXPECTED_STATE);
    amqp_frame_t frame;
    assert_int_equal(otelmq_amqp_simple_wait_frame(self.connection, &frame), AMQP_STATUS_OK);
    assert_int_equal(frame.payload.method.id, AMQP_BASIC_CANCEL_METHOD);
    assert_int_equal(consume(&self, &envelope).reply_type, AMQP_RESPONSE_NORMAL);
    assert_int_equal(envelope.delivery_tag, 2);
    amqp_destroy_envelope(&envelope);
    assert_int_equal(consuming_count(&self, "receive first"), 1);
    assert_int_equal(consuming_count(&self, "receive second"), 1);
    traced_stop(&self);
}

static void without_a_connection_every_call_answers_as_for_a_closed_one(void **state)
{
    (void)state;
    traced self;
    traced_start(&self, FRAME_MAX, NULL);
    otelmq_amqp_connection_replace(self.connection, NULL);
    amqp_envelope_t envelope;
    assert_int_equal(consume(&self, &envelope).library_error, AMQP_STATUS_CONNECTION_CLOSED);
    assert_true(is_all_zero(&envelope, sizeof(envelope)));
    assert_int_equal(get(&self, &envelope).library_error, AMQP_STATUS_CONNECTION_CLOSED);
    assert_int_equal(otelmq_amqp_basic_ack(self.connection, CHANNEL, 1, 0),
                     AMQP_STATUS_CONNECTION_CLOSED);
    assert_null(otelmq_amqp_basic_cancel(self.connection, CHANNEL, amqp_cstring_bytes("tag")));
    traced_stop(&self);
}

static void a_disabled_connection_consumes_without_spans(void **state)
{
    (void)state;
    traced self;
    traced_start(&self, FRAME_MAX, &(otelmq_amqp_options){.messaging.is_disabled = true});
    amqp_envelope_t envelope;
    deliver_and_consume(&self, &(fake_message){1, "", "queue", NULL, ""}, &envelope);
    otelmq_scope scope = otelmq_amqp_process_start(self.connection, &envelope);
    assert_null(scope.span);
    assert_int_equal(otelmq_amqp_basic_ack(self.connection, CHANNEL, 1, 0), AMQP_STATUS_OK);
    otelmq_scope_end(&scope);
    amqp_destroy_envelope(&envelope);
    fake_broker_hang_up(&self.broker);
    assert_int_equal(consume(&self, &envelope).reply_type, AMQP_RESPONSE_LIBRARY_EXCEPTION);
    assert_int_equal(otelmq_memory_exporter_count(self.spans), 0);
    traced_stop(&self);
}

static void a_timeout_that_the_library_refuses_is_refused(void **state)
{
    (void)state;
    traced self;
    traced_start(
        &self, FRAME_MAX,
        &(otelmq_amqp_options){.messaging.process_ends = OTELMQ_PROCESS_ENDS_WITH_SETTLEMENT});
    struct timeval negative = {-1, 0};
    amqp_envelope_t envelope;
    for (int i = 0; i < 2; i++) {
        amqp_rpc_reply_t reply =
            otelmq_amqp_consume_message(self.connection, &envelope, &negative, 0);
        assert_int_equal(reply.library_error, AMQP_STATUS_INVALID_PARAMETER);
        consuming_process(&self, (uint64_t)i + 1, NULL); /* from here on a time limit runs */
    }
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
        cmocka_unit_test(what_another_call_has_read_comes_first),
        cmocka_unit_test(without_a_connection_every_call_answers_as_for_a_closed_one),
        cmocka_unit_test(a_disabled_connection_consumes_without_spans),
        cmocka_unit_test(a_timeout_that_the_library_refuses_is_refused),
        cmocka_unit_test(receive_spans_can_be_omitted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
