/* SPDX-License-Identifier: Apache-2.0 */
#include "amqp/traced.h"
#include "support/test.h"

enum { FRAME_MAX = 131072, CHANNEL = 1 };

static void receive(traced *self, uint64_t tag, amqp_envelope_t *envelope)
{
    fake_broker_deliver(&self->broker, &(fake_message){tag, "orders", "new", NULL, ""});
    amqp_rpc_reply_t reply = otelmq_amqp_consume_message(self->connection, envelope, NULL, 0);
    assert_int_equal(reply.reply_type, AMQP_RESPONSE_NORMAL);
}

static void receive_only(traced *self, uint64_t tag)
{
    amqp_envelope_t envelope;
    receive(self, tag, &envelope);
    amqp_destroy_envelope(&envelope);
}

/* Receives and processes a message; returns the context of its process span. */
static otelmq_span_context process(traced *self, uint64_t tag)
{
    amqp_envelope_t envelope;
    receive(self, tag, &envelope);
    otelmq_scope scope = otelmq_amqp_process_start(self->connection, &envelope);
    otelmq_span_context span_context = *otelmq_span_get_context(scope.span);
    otelmq_scope_end(&scope);
    amqp_destroy_envelope(&envelope);
    return span_context;
}

static void ack(traced *self, uint64_t tag, amqp_boolean_t multiple)
{
    assert_int_equal(otelmq_amqp_basic_ack(self->connection, CHANNEL, tag, multiple),
                     AMQP_STATUS_OK);
    assert_int_equal(fake_broker_take_settlement(&self->broker), AMQP_BASIC_ACK_METHOD);
}

static void an_ack_is_a_child_of_the_process_span_even_after_its_end(void **state)
{
    (void)state;
    traced self;
    traced_start(&self, FRAME_MAX, NULL);
    otelmq_span_context first = process(&self, 1);
    otelmq_span_context second = process(&self, 2);
    ack(&self, 1, 0);
    const otelmq_span_data *span = traced_span(&self, "ack orders:new");
    assert_child(span, &first);
    assert_int_equal(span->kind, OTELMQ_SPAN_CLIENT);
    assert_int_equal(span->link_count, 0);
    assert_attribute(span, "messaging.operation.name", "ack");
    assert_attribute(span, "messaging.operation.type", "settle");
    assert_attribute(span, "messaging.destination.name", "orders:new");
    assert_int_attribute(span, "messaging.rabbitmq.message.delivery_tag", 1);
    assert_no_attribute(span, "messaging.batch.message_count");
    assert_no_attribute(span, "messaging.rabbitmq.destination.routing_key");
    otelmq_memory_exporter_clear(self.spans);
    ack(&self, 2, 0);
    assert_child(traced_span(&self, "ack orders:new"), &second);
    traced_stop(&self);
}

static void nack_and_reject_have_spans_of_their_names(void **state)
{
    (void)state;
    traced self;
    traced_start(&self, FRAME_MAX, NULL);
    otelmq_span_context first = process(&self, 1);
    otelmq_span_context second = process(&self, 2);
    assert_int_equal(otelmq_amqp_basic_nack(self.connection, CHANNEL, 1, 0, 0), AMQP_STATUS_OK);
    assert_int_equal(otelmq_amqp_basic_reject(self.connection, CHANNEL, 2, 1), AMQP_STATUS_OK);
    assert_int_equal(fake_broker_take_settlement(&self.broker), AMQP_BASIC_NACK_METHOD);
    assert_int_equal(fake_broker_take_settlement(&self.broker), AMQP_BASIC_REJECT_METHOD);
    assert_child(traced_span(&self, "nack orders:new"), &first);
    assert_child(traced_span(&self, "reject orders:new"), &second);
    traced_stop(&self);
}

static void multiple_counts_and_links_all_that_it_settles(void **state)
{
    (void)state;
    traced self;
    traced_start(&self, FRAME_MAX, NULL);
    otelmq_span_context first = process(&self, 1);
    receive_only(&self, 2);
    otelmq_span_context third = process(&self, 3);
    otelmq_span_context fourth = process(&self, 4);
    process(&self, 5);
    ack(&self, 4, 1);
    const otelmq_span_data *span = traced_span(&self, "ack orders:new");
    assert_child(span, &fourth);
    assert_int_attribute(span, "messaging.batch.message_count", 4);
    assert_int_equal(span->link_count, 2);
    assert_link(span, 0, &first);
    assert_link(span, 1, &third);
    traced_stop(&self);
}

static void multiple_with_tag_0_settles_everything(void **state)
{
    (void)state;
    traced self;
    traced_start(&self, FRAME_MAX, NULL);
    otelmq_span_context first = process(&self, 1);
    otelmq_span_context second = process(&self, 2);
    ack(&self, 0, 1);
    const otelmq_span_data *span = traced_span(&self, "ack orders:new");
    assert_child(span, &second);
    assert_int_attribute(span, "messaging.batch.message_count", 2);
    assert_int_equal(span->link_count, 1);
    assert_link(span, 0, &first);
    otelmq_memory_exporter_clear(self.spans);
    ack(&self, 0, 1);
    assert_no_attribute(traced_span(&self, "ack rabbit.test:5672"),
                        "messaging.batch.message_count");
    traced_stop(&self);
}

static void a_message_that_was_only_received_is_settled_under_the_active_span(void **state)
{
    (void)state;
    traced self;
    traced_start(&self, FRAME_MAX, NULL);
    receive_only(&self, 1);
    otelmq_scope scope = otelmq_tracer_start_scope(
        otelmq_tracer_provider_tracer(self.provider, "test", NULL), "active", NULL);
    otelmq_span_context active = *otelmq_span_get_context(scope.span);
    ack(&self, 1, 0);
    otelmq_scope_end(&scope);
    const otelmq_span_data *span = traced_span(&self, "ack orders:new");
    assert_child(span, &active);
    assert_attribute(span, "messaging.destination.name", "orders:new");
    traced_stop(&self);
}

static void an_unknown_tag_has_a_span_without_a_destination(void **state)
{
    (void)state;
    traced self;
    traced_start(&self, FRAME_MAX, NULL);
    process(&self, 1);
    ack(&self, 7, 0);
    const otelmq_span_data *span = traced_span(&self, "ack rabbit.test:5672");
    assert_root(span);
    assert_no_attribute(span, "messaging.destination.name");
    traced_stop(&self);
}

static void a_message_that_was_received_untraced_is_known_once_it_is_processed(void **state)
{
    (void)state;
    traced self;
    traced_start(&self, FRAME_MAX, NULL);
    fake_broker_deliver(&self.broker, &(fake_message){3, "orders", "new", NULL, ""});
    amqp_envelope_t envelope;
    amqp_rpc_reply_t reply = amqp_consume_message(self.broker.client, &envelope, NULL, 0);
    assert_int_equal(reply.reply_type, AMQP_RESPONSE_NORMAL);
    otelmq_scope scope = otelmq_amqp_process_start(self.connection, &envelope);
    otelmq_span_context span_context = *otelmq_span_get_context(scope.span);
    ack(&self, 3, 0);
    otelmq_scope_end(&scope);
    amqp_destroy_envelope(&envelope);
    assert_child(traced_span(&self, "ack orders:new"), &span_context);
    traced_stop(&self);
}

static void a_reopened_channel_forgets_what_was_before(void **state)
{
    (void)state;
    traced self;
    traced_start(&self, FRAME_MAX, NULL);
    for (uint64_t tag = 1; tag <= 5; tag++) {
        process(&self, tag);
    }
    otelmq_span_context again = process(&self, 1);
    ack(&self, 0, 1);
    const otelmq_span_data *span = traced_span(&self, "ack orders:new");
    assert_child(span, &again);
    assert_int_attribute(span, "messaging.batch.message_count", 1);
    traced_stop(&self);
}

static void a_failed_settlement_gives_its_own_status_and_a_failed_span(void **state)
{
    (void)state;
    traced self;
    traced_start(&self, FRAME_MAX, NULL);
    process(&self, 1);
    fake_broker_hang_up(&self.broker);
    int status = otelmq_amqp_basic_ack(self.connection, CHANNEL, 1, 0);
    assert_true(status < 0);
    assert_int_equal(traced_span(&self, "ack orders:new")->status, OTELMQ_STATUS_ERROR);
    traced_stop(&self);
}

static void settle_spans_can_be_omitted(void **state)
{
    (void)state;
    traced self;
    traced_start(&self, FRAME_MAX, &(otelmq_amqp_options){.messaging.omits_settle_spans = true});
    process(&self, 1);
    otelmq_memory_exporter_clear(self.spans);
    ack(&self, 1, 0);
    assert_int_equal(otelmq_memory_exporter_count(self.spans), 0);
    traced_stop(&self);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_ack_is_a_child_of_the_process_span_even_after_its_end),
        cmocka_unit_test(nack_and_reject_have_spans_of_their_names),
        cmocka_unit_test(multiple_counts_and_links_all_that_it_settles),
        cmocka_unit_test(multiple_with_tag_0_settles_everything),
        cmocka_unit_test(a_message_that_was_only_received_is_settled_under_the_active_span),
        cmocka_unit_test(an_unknown_tag_has_a_span_without_a_destination),
        cmocka_unit_test(a_message_that_was_received_untraced_is_known_once_it_is_processed),
        cmocka_unit_test(a_reopened_channel_forgets_what_was_before),
        cmocka_unit_test(a_failed_settlement_gives_its_own_status_and_a_failed_span),
        cmocka_unit_test(settle_spans_can_be_omitted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
