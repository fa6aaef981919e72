/* SPDX-License-Identifier: Apache-2.0 */
#include "amqp/consuming.h"
#include "amqp/entries.h"
#include "amqp/fake_answers.h"
#include "amqp/running.h"
#include "support/test.h"

#include <stdlib.h>

enum { CHANNEL = 1 };

static const char REPLY_TAG[] = "otelmq.reply-to";
static const char REPLY_QUEUE[] = "amq.rabbitmq.reply-to.g1h2.abc";
static const char SERVERS_CONTEXT[] = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

static amqp_basic_properties_t correlated(const char *correlation_id)
{
    amqp_basic_properties_t properties;
    memset(&properties, 0, sizeof(properties));
    properties._flags = AMQP_BASIC_CORRELATION_ID_FLAG;
    properties.correlation_id = amqp_cstring_bytes(correlation_id);
    return properties;
}

/* The server's reply, with the context of its publish span. */
static void send_reply(traced *self, uint64_t tag, const char *correlation_id, const char *body)
{
    amqp_table_entry_t entry = entry_text("traceparent", SERVERS_CONTEXT);
    amqp_basic_properties_t properties = correlated(correlation_id);
    properties._flags |= AMQP_BASIC_HEADERS_FLAG;
    properties.headers = (amqp_table_t){1, &entry};
    fake_message message = {tag, "", REPLY_QUEUE, &properties, body};
    fake_broker_deliver_to(&self->broker, &message, REPLY_TAG, false);
}

static amqp_rpc_reply_t call(traced *self, const char *correlation_id, amqp_envelope_t *reply)
{
    amqp_basic_properties_t properties = correlated(correlation_id);
    struct timeval timeout = {0, 20000};
    return otelmq_amqp_call(self->connection, CHANNEL, amqp_cstring_bytes("rpc"),
                            amqp_cstring_bytes("sum"), &properties, amqp_cstring_bytes("1 + 1"),
                            &timeout, reply);
}

static bool is_text(amqp_bytes_t bytes, const char *text)
{
    return bytes.len == strlen(text) && memcmp(bytes.bytes, text, bytes.len) == 0;
}

static bool is_all_zero(const amqp_envelope_t *envelope)
{
    amqp_envelope_t zero;
    memset(&zero, 0, sizeof(zero));
    return memcmp(envelope, &zero, sizeof(zero)) == 0;
}

static void assert_replied(amqp_rpc_reply_t result, amqp_envelope_t *reply, const char *body)
{
    assert_int_equal(result.reply_type, AMQP_RESPONSE_NORMAL);
    assert_true(is_text(reply->message.body, body));
    amqp_destroy_envelope(reply);
}

static void assert_failed_with(amqp_rpc_reply_t result, const amqp_envelope_t *reply, int status)
{
    assert_int_equal(result.reply_type, AMQP_RESPONSE_LIBRARY_EXCEPTION);
    assert_int_equal(result.library_error, status);
    assert_true(is_all_zero(reply));
}

static void a_call_publishes_a_mandatory_request_with_what_the_reply_needs(void **state)
{
    traced *self = *state;
    fake_broker_answer_consume(&self->broker, REPLY_TAG);
    send_reply(self, 1, "one", "2");
    amqp_envelope_t reply;
    assert_replied(call(self, "one", &reply), &reply, "2");
    uint8_t *consume = running_expect(&self->broker, AMQP_BASIC_CONSUME_METHOD);
    const char expected[] = "\25amq.rabbitmq.reply-to\17otelmq.reply-to\2";
    assert_memory_equal(consume + 2, expected, strlen(expected));
    free(consume);
    uint8_t *publish = running_expect(&self->broker, AMQP_BASIC_PUBLISH_METHOD);
    assert_memory_equal(publish + 2, "\3rpc\3sum\1", 9);
    free(publish);
    fake_frame content;
    assert_true(fake_broker_next(&self->broker, &content));
    assert_int_equal(content.type, AMQP_FRAME_HEADER);
    free(content.payload);
}

static void a_request_that_names_no_correlation_id_gets_one(void **state)
{
    traced *self = *state;
    char ids[2][33];
    for (size_t i = 0; i < COUNT_OF(ids); i++) {
        if (i == 0) {
            fake_broker_answer_consume(&self->broker, REPLY_TAG);
        }
        amqp_envelope_t reply;
        struct timeval at_once = {0, 0};
        amqp_rpc_reply_t result = otelmq_amqp_call(
            self->connection, CHANNEL, amqp_cstring_bytes("rpc"), amqp_cstring_bytes("sum"), NULL,
            amqp_cstring_bytes("1 + 1"), &at_once, &reply);
        assert_failed_with(result, &reply, AMQP_STATUS_TIMEOUT);
        if (i == 0) {
            running_skip(&self->broker, AMQP_BASIC_CONSUME_METHOD);
        }
        fake_published request = fake_broker_take_published(&self->broker);
        assert_true(is_text(request.properties->reply_to, "amq.rabbitmq.reply-to"));
        assert_int_equal(request.properties->correlation_id.len, 32);
        memcpy(ids[i], request.properties->correlation_id.bytes, 32);
        fake_published_clean(&request);
    }
    assert_memory_not_equal(ids[0], ids[1], 32);
}

static void the_reply_is_received_in_the_trace_that_it_comes_with(void **state)
{
    traced *self = *state;
    fake_broker_answer_consume(&self->broker, REPLY_TAG);
    send_reply(self, 1, "one", "2");
    amqp_envelope_t reply;
    assert_replied(call(self, "one", &reply), &reply, "2");
    const otelmq_span_data *request = traced_span(self, "publish rpc:sum");
    const otelmq_span_data *received = traced_span(self, "receive");
    assert_int_equal(otelmq_memory_exporter_count(self->spans), 2);
    assert_attribute(request, "messaging.message.conversation_id", "one");
    assert_attribute(received, "messaging.message.conversation_id", "one");
    assert_int_equal(received->kind, OTELMQ_SPAN_CLIENT);
    assert_traceparent(SERVERS_CONTEXT, &received->links[0].span_context);
    assert_child(received, &received->links[0].span_context);
    assert_true(otelmq_span_data_attribute(received, "messaging.destination.temporary").as.boolean);
    assert_true(otelmq_span_data_attribute(received, "messaging.destination.anonymous").as.boolean);
}

static void the_consumer_of_replies_is_begun_once_and_anew_on_a_new_channel(void **state)
{
    traced *self = *state;
    amqp_envelope_t reply;
    fake_broker_answer_consume(&self->broker, REPLY_TAG);
    send_reply(self, 1, "one", "1");
    send_reply(self, 2, "two", "2");
    assert_replied(call(self, "one", &reply), &reply, "1");
    assert_replied(call(self, "two", &reply), &reply, "2");
    running_skip(&self->broker, AMQP_BASIC_CONSUME_METHOD);
    for (int i = 0; i < 2; i++) {
        fake_published request = fake_broker_take_published(&self->broker);
        fake_published_clean(&request);
    }
    running_expect_nothing(&self->broker);
    fake_broker_answer_open_on(&self->broker, CHANNEL);
    assert_non_null(otelmq_amqp_channel_open(self->connection, CHANNEL));
    fake_broker_answer_consume(&self->broker, REPLY_TAG);
    send_reply(self, 1, "three", "3");
    assert_replied(call(self, "three", &reply), &reply, "3");
    running_skip(&self->broker, AMQP_CHANNEL_OPEN_METHOD);
    running_skip(&self->broker, AMQP_BASIC_CONSUME_METHOD);
}

static void without_a_reply_in_time_the_call_fails_and_a_late_one_is_dropped(void **state)
{
    traced *self = *state;
    amqp_envelope_t reply;
    fake_broker_answer_consume(&self->broker, REPLY_TAG);
    assert_failed_with(call(self, "one", &reply), &reply, AMQP_STATUS_TIMEOUT);
    assert_failed(traced_span(self, "receive"), "timeout");
    send_reply(self, 1, "one", "late");
    send_reply(self, 2, "two", "in time");
    assert_replied(call(self, "two", &reply), &reply, "in time");
}

static void a_late_reply_is_no_message_for_other_calls_that_read(void **state)
{
    traced *self = *state;
    amqp_envelope_t envelope;
    fake_broker_answer_consume(&self->broker, REPLY_TAG);
    assert_failed_with(call(self, "one", &envelope), &envelope, AMQP_STATUS_TIMEOUT);
    send_reply(self, 1, "one", "late");
    fake_message message = {2, "orders", "new", NULL, "text"};
    fake_broker_deliver_to(&self->broker, &message, "consumer", false);
    struct timeval timeout = {0, 20000};
    amqp_rpc_reply_t result = otelmq_amqp_consume_message(self->connection, &envelope, &timeout, 0);
    assert_int_equal(result.reply_type, AMQP_RESPONSE_NORMAL);
    assert_int_equal(envelope.delivery_tag, 2);
    amqp_destroy_envelope(&envelope);
    send_reply(self, 3, "one", "later still");
    running_answer_start(&self->broker);
    send_reply(self, 4, "one", "and later");
    running_deliver(&self->broker, 5, "text", false);
    fake_broker_answer_cancel(&self->broker, "consumer");
    running_script script = {.stops_at = 1};
    assert_int_equal(running_run(self, &script, NULL).reply_type, AMQP_RESPONSE_NORMAL);
    assert_int_equal(script.tags[0], 5);
    timeout = (struct timeval){0, 1000};
    result = otelmq_amqp_consume_message(self->connection, &envelope, &timeout, 0);
    assert_int_equal(result.library_error, AMQP_STATUS_TIMEOUT);
}

static void a_request_that_comes_back_fails_at_once(void **state)
{
    traced *self = *state;
    fake_broker_answer_consume(&self->broker, REPLY_TAG);
    amqp_basic_properties_t other = correlated("other");
    amqp_basic_properties_t own = correlated("one");
    fake_broker_return(&self->broker, AMQP_NO_ROUTE, "NO_ROUTE",
                       &(fake_message){0, "rpc", "else", &other, "text"});
    fake_broker_return(&self->broker, AMQP_NO_ROUTE, "NO_ROUTE",
                       &(fake_message){0, "rpc", "sum", &own, "1 + 1"});
    amqp_envelope_t reply;
    amqp_rpc_reply_t result = otelmq_amqp_call(self->connection, CHANNEL, amqp_cstring_bytes("rpc"),
                                               amqp_cstring_bytes("sum"), &own,
                                               amqp_cstring_bytes("1 + 1"), NULL, &reply);
    assert_int_equal(result.reply_type, AMQP_RESPONSE_SERVER_EXCEPTION);
    assert_int_equal(result.reply.id, AMQP_BASIC_RETURN_METHOD);
    const amqp_basic_return_t *method = result.reply.decoded;
    assert_int_equal(method->reply_code, AMQP_NO_ROUTE);
    assert_true(is_text(method->routing_key, "sum"));
    assert_true(is_all_zero(&reply));
    assert_null(otelmq_memory_exporter_find(self->spans, "receive"));
}

static void deliveries_and_confirms_that_come_meanwhile_are_not_lost(void **state)
{
    traced *self = *state;
    fake_broker_answer(&self->broker, CHANNEL, AMQP_CONFIRM_SELECT_OK_METHOD);
    assert_non_null(otelmq_amqp_confirm_select(self->connection, CHANNEL));
    fake_broker_answer_consume(&self->broker, REPLY_TAG);
    fake_broker_deliver(&self->broker, &(fake_message){7, "orders", "new", NULL, "text"});
    fake_broker_confirm(&self->broker, 1);
    send_reply(self, 1, "one", "2");
    amqp_envelope_t envelope;
    assert_replied(call(self, "one", &envelope), &envelope, "2");
    assert_int_equal(traced_span(self, "publish rpc:sum")->status, OTELMQ_STATUS_UNSET);
    otelmq_amqp_confirms confirms;
    struct timeval at_once = {0, 0};
    otelmq_amqp_wait_confirms(self->connection, CHANNEL, &at_once, &confirms);
    assert_int_equal(confirms.count, 1);
    assert_int_equal(
        otelmq_amqp_consume_message(self->connection, &envelope, &at_once, 0).reply_type,
        AMQP_RESPONSE_NORMAL);
    assert_int_equal(envelope.delivery_tag, 7);
    amqp_destroy_envelope(&envelope);
}

static void a_close_ends_the_call_with_its_reason(void **state)
{
    traced *self = *state;
    fake_broker_answer_consume(&self->broker, REPLY_TAG);
    fake_broker_close_channel(&self->broker, AMQP_NOT_FOUND, "no exchange 'rpc'");
    amqp_envelope_t reply;
    amqp_rpc_reply_t result = call(self, "one", &reply);
    assert_int_equal(result.reply_type, AMQP_RESPONSE_SERVER_EXCEPTION);
    assert_int_equal(result.reply.id, AMQP_CHANNEL_CLOSE_METHOD);
    assert_int_equal(((amqp_channel_close_t *)result.reply.decoded)->reply_code, AMQP_NOT_FOUND);
    assert_true(is_all_zero(&reply));
    assert_failed(traced_span(self, "receive"), "not-found");
}

static void without_a_connection_a_call_fails_as_on_a_closed_one(void **state)
{
    traced *self = *state;
    amqp_envelope_t reply;
    assert_failed_with(otelmq_amqp_call(NULL, CHANNEL, amqp_empty_bytes, amqp_empty_bytes, NULL,
                                        amqp_empty_bytes, NULL, &reply),
                       &reply, AMQP_STATUS_INVALID_PARAMETER);
    assert_int_equal(call(self, "one", NULL).library_error, AMQP_STATUS_INVALID_PARAMETER);
    otelmq_amqp_connection_replace(self->connection, NULL);
    assert_failed_with(call(self, "one", &reply), &reply, AMQP_STATUS_CONNECTION_CLOSED);
}

#define RPC_TEST(name) cmocka_unit_test_setup_teardown(name, running_set_up, running_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        RPC_TEST(a_call_publishes_a_mandatory_request_with_what_the_reply_needs),
        RPC_TEST(a_request_that_names_no_correlation_id_gets_one),
        RPC_TEST(the_reply_is_received_in_the_trace_that_it_comes_with),
        RPC_TEST(the_consumer_of_replies_is_begun_once_and_anew_on_a_new_channel),
        RPC_TEST(without_a_reply_in_time_the_call_fails_and_a_late_one_is_dropped),
        RPC_TEST(a_late_reply_is_no_message_for_other_calls_that_read),
        RPC_TEST(a_request_that_comes_back_fails_at_once),
        RPC_TEST(deliveries_and_confirms_that_come_meanwhile_are_not_lost),
        RPC_TEST(a_close_ends_the_call_with_its_reason),
        RPC_TEST(without_a_connection_a_call_fails_as_on_a_closed_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
