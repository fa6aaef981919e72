/* SPDX-License-Identifier: Apache-2.0 */
#include "amqp/entries.h"
#include "amqp/fake_answers.h"
#include "amqp/traced.h"
#include "support/test.h"

enum { FRAME_MAX = 131072, CHANNEL = 1 };

static const char FOREIGN[] = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

static amqp_rpc_reply_t get(traced *self, amqp_envelope_t *envelope)
{
    return otelmq_amqp_basic_get(self->connection, CHANNEL, amqp_cstring_bytes("queue"), 0,
                                 envelope);
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

static void get_fills_the_envelope_and_knows_the_queue(void **state)
{
    (void)state;
    traced self;
    traced_start(&self, FRAME_MAX, NULL);
    amqp_table_entry_t entry = entry_text("traceparent", FOREIGN);
    amqp_basic_properties_t properties = entries_properties(&entry, 1);
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
    assert_traceparent(FOREIGN,
                       &traced_span(&self, "receive orders:new:queue")->links[0].span_context);
    assert_traceparent(FOREIGN,
                       &traced_span(&self, "process orders:new:queue")->links[0].span_context);
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

static void what_came_before_the_answer_is_not_in_the_way(void **state)
{
    (void)state;
    traced self;
    traced_start(&self, FRAME_MAX, NULL);
    fake_broker_answer(&self.broker, CHANNEL, AMQP_CONFIRM_SELECT_OK_METHOD);
    assert_non_null(otelmq_amqp_confirm_select(self.connection, CHANNEL));
    amqp_bytes_t text = amqp_cstring_bytes("text");
    assert_int_equal(otelmq_amqp_basic_publish(self.connection, CHANNEL, amqp_empty_bytes, text, 0,
                                               0, NULL, text),
                     AMQP_STATUS_OK);
    fake_broker_ack(&self.broker, CHANNEL, 1, false);
    fake_broker_deliver(&self.broker, &(fake_message){1, "orders", "new", NULL, "first"});
    fake_broker_answer_get(&self.broker, &(fake_message){2, "orders", "new", NULL, "second"});
    amqp_envelope_t envelope;
    assert_int_equal(get(&self, &envelope).reply_type, AMQP_RESPONSE_NORMAL);
    assert_int_equal(envelope.delivery_tag, 2);
    assert_memory_equal(envelope.message.body.bytes, "second", envelope.message.body.len);
    amqp_destroy_envelope(&envelope);
    assert_int_equal(traced_span(&self, "publish text")->status, OTELMQ_STATUS_UNSET);
    assert_int_equal(otelmq_amqp_consume_message(self.connection, &envelope, NULL, 0).reply_type,
                     AMQP_RESPONSE_NORMAL);
    assert_int_equal(envelope.delivery_tag, 1);
    assert_memory_equal(envelope.message.body.bytes, "first", envelope.message.body.len);
    amqp_destroy_envelope(&envelope);
    traced_stop(&self);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(get_fills_the_envelope_and_knows_the_queue),
        cmocka_unit_test(get_says_a_queue_that_is_the_routing_key_only_once),
        cmocka_unit_test(get_from_an_empty_queue_gives_no_span_and_an_empty_envelope),
        cmocka_unit_test(get_from_a_queue_that_does_not_exist_fails_with_the_brokers_words),
        cmocka_unit_test(the_name_of_a_user_never_reaches_a_span),
        cmocka_unit_test(what_came_before_the_answer_is_not_in_the_way),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
