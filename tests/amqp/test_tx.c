/* SPDX-License-Identifier: Apache-2.0 */
#include "amqp/publishing.h"
#include "support/test.h"

enum { FRAME_MAX = 131072, CHANNEL = 1, MAX_LINKS = 128 };

static const char COMMIT[] = "commit rabbit.test:5672";
static const char ROLLBACK[] = "rollback rabbit.test:5672";

static void start_in_transaction(traced *self, const otelmq_amqp_options *options)
{
    traced_start(self, FRAME_MAX, options);
    fake_broker_answer(&self->broker, CHANNEL, AMQP_TX_SELECT_OK_METHOD);
    assert_non_null(otelmq_amqp_tx_select(self->connection, CHANNEL));
    fake_broker_skip(&self->broker);
}

static void start_with_ends_at_return(traced *self)
{
    otelmq_amqp_options options = {.server_address = "rabbit.test",
                                   .server_port = 5672,
                                   .messaging.ends_send_at_return = true};
    start_in_transaction(self, &options);
}

static void commit(traced *self)
{
    fake_broker_answer(&self->broker, CHANNEL, AMQP_TX_COMMIT_OK_METHOD);
    assert_non_null(otelmq_amqp_tx_commit(self->connection, CHANNEL));
}

static void publish_spans_end_with_the_commit_which_links_to_them(void **state)
{
    (void)state;
    traced self;
    start_in_transaction(&self, NULL);
    publish_to(&self, "first");
    publish_to(&self, "second");
    assert_int_equal(ended_spans(&self), 0);
    commit(&self);
    const otelmq_span_data *span = traced_span(&self, COMMIT);
    assert_int_equal(span->kind, OTELMQ_SPAN_CLIENT);
    assert_attribute(span, "messaging.operation.name", "commit");
    assert_int_attribute(span, "messaging.batch.message_count", 2);
    assert_int_equal(span->link_count, 2);
    const otelmq_span_data *first = traced_span(&self, "publish orders:first");
    assert_link(span, 0, &first->span_context);
    assert_link(span, 1, &traced_span(&self, "publish orders:second")->span_context);
    assert_int_equal(first->status, OTELMQ_STATUS_UNSET);
    assert_int_equal(span->status, OTELMQ_STATUS_UNSET);

    otelmq_memory_exporter_clear(self.spans);
    publish_to(&self, "third");
    commit(&self);
    assert_int_attribute(traced_span(&self, COMMIT), "messaging.batch.message_count", 1);
    assert_int_equal(ended_spans(&self), 2);
    traced_stop(&self);
}

static void a_rollback_fails_the_publish_spans_and_not_itself(void **state)
{
    (void)state;
    traced self;
    start_in_transaction(&self, NULL);
    publish_to(&self, "new");
    fake_broker_answer(&self.broker, CHANNEL, AMQP_TX_ROLLBACK_OK_METHOD);
    assert_non_null(otelmq_amqp_tx_rollback(self.connection, CHANNEL));
    const otelmq_span_data *publish = traced_span(&self, "publish orders:new");
    assert_failed(publish, "rolled-back");
    const otelmq_span_data *span = traced_span(&self, ROLLBACK);
    assert_int_equal(span->status, OTELMQ_STATUS_UNSET);
    assert_link(span, 0, &publish->span_context);
    traced_stop(&self);
}

static void a_message_that_came_back_before_the_answer_fails_its_span(void **state)
{
    (void)state;
    traced self;
    start_in_transaction(&self, NULL);
    publish_mandatory_to(&self, "nowhere");
    publish_to(&self, "somewhere");
    fake_published published = fake_broker_take_published(&self.broker);
    fake_broker_return(
        &self.broker, AMQP_NO_ROUTE, "NO_ROUTE",
        &(fake_message){0, "orders", "nowhere", published.properties, "a body of its own"});
    commit(&self);
    const otelmq_span_data *returned = traced_span(&self, "publish orders:nowhere");
    assert_failed(returned, "no-route");
    assert_int_equal(traced_span(&self, "publish orders:somewhere")->status, OTELMQ_STATUS_UNSET);
    assert_link(traced_span(&self, COMMIT), 0, &returned->span_context);
    assert_int_equal(ended_spans(&self), 3);
    fake_published_clean(&published);
    traced_stop(&self);
}

static void a_commit_that_fails_fails_everything(void **state)
{
    (void)state;
    traced self;
    start_in_transaction(&self, NULL);
    publish_to(&self, "new");
    fake_broker_close_channel(&self.broker, AMQP_NOT_FOUND, "no exchange 'orders'");
    assert_null(otelmq_amqp_tx_commit(self.connection, CHANNEL));
    assert_int_equal(amqp_get_rpc_reply(self.broker.client).reply_type,
                     AMQP_RESPONSE_SERVER_EXCEPTION);
    assert_failed(traced_span(&self, "publish orders:new"), "not-found");
    const otelmq_span_data *span = traced_span(&self, COMMIT);
    assert_failed(span, "not-found");
    assert_description(span, "no exchange 'orders'");
    publish_to(&self, "plain");
    assert_int_equal(traced_span(&self, "publish orders:plain")->status, OTELMQ_STATUS_UNSET);
    traced_stop(&self);
}

static void spans_that_end_at_return_are_linked_to_nevertheless(void **state)
{
    (void)state;
    traced self;
    start_with_ends_at_return(&self);
    publish_to(&self, "new");
    assert_int_equal(ended_spans(&self), 1);
    commit(&self);
    assert_int_equal(ended_spans(&self), 2);
    assert_link(traced_span(&self, COMMIT), 0,
                &traced_span(&self, "publish orders:new")->span_context);
    traced_stop(&self);
}

static void a_large_transaction_links_to_as_many_as_a_span_keeps(void **state)
{
    (void)state;
    traced self;
    start_in_transaction(&self, NULL);
    for (int i = 0; i < MAX_LINKS + 2; i++) {
        publish_to(&self, "new");
    }
    commit(&self);
    const otelmq_span_data *span = traced_span(&self, COMMIT);
    assert_int_equal(span->link_count, MAX_LINKS);
    assert_int_attribute(span, "messaging.batch.message_count", MAX_LINKS + 2);
    assert_int_equal(ended_spans(&self), MAX_LINKS + 3);
    traced_stop(&self);
}

static void publish_two_together(traced *self)
{
    otelmq_amqp_publishing message = {.exchange = amqp_cstring_bytes("orders"),
                                      .routing_key = amqp_cstring_bytes("new")};
    const otelmq_amqp_publishing messages[] = {message, message};
    assert_int_equal(otelmq_amqp_basic_publish_batch(self->connection, CHANNEL, messages,
                                                     COUNT_OF(messages), NULL),
                     AMQP_STATUS_OK);
}

static void assert_linked_once(const traced *self)
{
    const otelmq_span_data *span = traced_span(self, COMMIT);
    assert_int_equal(span->link_count, 1);
    assert_link(span, 0, &traced_span(self, "publish orders:new")->span_context);
    assert_int_attribute(span, "messaging.batch.message_count", 2);
}

static void a_batch_is_linked_once_and_ends_with_the_commit(void **state)
{
    (void)state;
    traced self;
    otelmq_amqp_options options = {
        .server_address = "rabbit.test", .server_port = 5672, .messaging.omits_create_spans = true};
    start_in_transaction(&self, &options);
    publish_two_together(&self);
    assert_int_equal(ended_spans(&self), 0);
    commit(&self);
    assert_linked_once(&self);
    traced_stop(&self);
}

static void a_batch_that_ends_at_return_is_linked_once_nevertheless(void **state)
{
    (void)state;
    traced self;
    start_with_ends_at_return(&self);
    publish_two_together(&self);
    assert_int_equal(ended_spans(&self), 3); /* two of them are create spans */
    commit(&self);
    assert_linked_once(&self);
    assert_int_equal(ended_spans(&self), 4);
    traced_stop(&self);
}

static void settle_spans_can_be_omitted_and_publish_spans_end_all_the_same(void **state)
{
    (void)state;
    traced self;
    otelmq_amqp_options options = {.messaging.omits_settle_spans = true};
    start_in_transaction(&self, &options);
    publish_to(&self, "new");
    commit(&self);
    assert_int_equal(ended_spans(&self), 1);
    assert_null(otelmq_amqp_tx_select(NULL, CHANNEL));
    assert_null(otelmq_amqp_tx_commit(NULL, CHANNEL));
    assert_null(otelmq_amqp_tx_rollback(NULL, CHANNEL));
    traced_stop(&self);
}

static void assert_delivery_is_read_by_frames(traced *self)
{
    amqp_frame_t frame;
    amqp_message_t message;
    assert_int_equal(otelmq_amqp_simple_wait_frame(self->connection, &frame), AMQP_STATUS_OK);
    assert_int_equal(frame.payload.method.id, AMQP_BASIC_DELIVER_METHOD);
    assert_int_equal(amqp_read_message(self->broker.client, frame.channel, &message, 0).reply_type,
                     AMQP_RESPONSE_NORMAL);
    assert_memory_equal(message.body.bytes, "body", message.body.len);
    amqp_destroy_message(&message);
}

static void deliveries_are_left_to_programs_that_read_frames(void **state)
{
    (void)state;
    const fake_message delivery = {1, "orders", "new", NULL, "body"};
    traced self;
    start_in_transaction(&self, NULL);
    publish_to(&self, "new");
    fake_broker_deliver(&self.broker, &delivery);
    commit(&self);
    assert_delivery_is_read_by_frames(&self);
    publish_mandatory_to(&self, "new");
    fake_broker_deliver(&self.broker, &delivery);
    fake_broker_answer(&self.broker, CHANNEL, AMQP_TX_ROLLBACK_OK_METHOD);
    assert_non_null(otelmq_amqp_tx_rollback(self.connection, CHANNEL));
    assert_delivery_is_read_by_frames(&self);
    publish_to(&self, "new");
    fake_broker_deliver(&self.broker, &delivery);
    fake_broker_answer(&self.broker, CHANNEL, AMQP_CHANNEL_CLOSE_OK_METHOD);
    assert_int_equal(otelmq_amqp_channel_close(self.connection, CHANNEL, 200).reply_type,
                     AMQP_RESPONSE_NORMAL);
    assert_delivery_is_read_by_frames(&self);
    traced_stop(&self);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(publish_spans_end_with_the_commit_which_links_to_them),
        cmocka_unit_test(a_rollback_fails_the_publish_spans_and_not_itself),
        cmocka_unit_test(a_message_that_came_back_before_the_answer_fails_its_span),
        cmocka_unit_test(a_commit_that_fails_fails_everything),
        cmocka_unit_test(spans_that_end_at_return_are_linked_to_nevertheless),
        cmocka_unit_test(a_large_transaction_links_to_as_many_as_a_span_keeps),
        cmocka_unit_test(a_batch_is_linked_once_and_ends_with_the_commit),
        cmocka_unit_test(a_batch_that_ends_at_return_is_linked_once_nevertheless),
        cmocka_unit_test(settle_spans_can_be_omitted_and_publish_spans_end_all_the_same),
        cmocka_unit_test(deliveries_are_left_to_programs_that_read_frames),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
