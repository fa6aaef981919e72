/* SPDX-License-Identifier: Apache-2.0 */
#include "amqp/entries.h"
#include "amqp/publishing.h"
#include "support/test.h"

enum { FRAME_MAX = 131072, CHANNEL = 1 };

static void open_channel(traced *self, fake_broker *broker)
{
    fake_broker_answer_open_on(broker, CHANNEL);
    assert_non_null(otelmq_amqp_channel_open(self->connection, CHANNEL));
}

static void select_confirms(traced *self, fake_broker *broker)
{
    fake_broker_answer(broker, CHANNEL, AMQP_CONFIRM_SELECT_OK_METHOD);
    assert_non_null(otelmq_amqp_confirm_select(self->connection, CHANNEL));
}

static void opening_a_channel_forgets_what_was_of_an_earlier_one(void **state)
{
    (void)state;
    traced self;
    confirming_start(&self, NULL);
    publish_to(&self, "new");
    open_channel(&self, &self.broker);
    assert_failed(traced_span(&self, "publish orders:new"), "channel-closed");
    assert_int_equal(otelmq_amqp_next_publish_tag(self.connection, CHANNEL), 0);
    select_confirms(&self, &self.broker);
    assert_int_equal(otelmq_amqp_next_publish_tag(self.connection, CHANNEL), 1);
    otelmq_amqp_confirms confirms;
    assert_int_equal(take_confirms(&self, &confirms).reply_type, AMQP_RESPONSE_NORMAL);
    assert_int_equal(confirms.count, 0);
    traced_stop(&self);
}

static void closing_a_channel_counts_what_was_confirmed_before_the_answer(void **state)
{
    (void)state;
    traced self;
    confirming_start(&self, NULL);
    publish_to(&self, "confirmed");
    publish_to(&self, "not-confirmed");
    fake_broker_ack(&self.broker, CHANNEL, 1, false);
    fake_broker_answer(&self.broker, CHANNEL, AMQP_CHANNEL_CLOSE_OK_METHOD);
    assert_int_equal(
        otelmq_amqp_channel_close(self.connection, CHANNEL, AMQP_REPLY_SUCCESS).reply_type,
        AMQP_RESPONSE_NORMAL);
    assert_int_equal(traced_span(&self, "publish orders:confirmed")->status, OTELMQ_STATUS_UNSET);
    assert_failed(traced_span(&self, "publish orders:not-confirmed"), "channel-closed");
    otelmq_amqp_confirms confirms;
    assert_int_equal(take_confirms(&self, &confirms).reply_type, AMQP_RESPONSE_NORMAL);
    assert_confirm(&confirms, 0, 1, OTELMQ_AMQP_ACKED);
    assert_confirm(&confirms, 1, 2, OTELMQ_AMQP_UNKNOWN);
    traced_stop(&self);
}

static void a_close_that_is_never_sent_closes_nothing(void **state)
{
    (void)state;
    traced self;
    confirming_start(&self, NULL);
    publish_to(&self, "new");
    assert_library_error(otelmq_amqp_channel_close(self.connection, CHANNEL, -1),
                         AMQP_STATUS_INVALID_PARAMETER);
    assert_library_error(otelmq_amqp_channel_close(NULL, CHANNEL, 200),
                         AMQP_STATUS_CONNECTION_CLOSED);
    assert_library_error(otelmq_amqp_connection_close(NULL, 200), AMQP_STATUS_CONNECTION_CLOSED);
    assert_null(otelmq_amqp_channel_open(NULL, CHANNEL));
    assert_int_equal(ended_spans(&self), 0);
    traced_stop(&self);
}

static void closing_the_connection_ends_what_is_open(void **state)
{
    (void)state;
    traced self;
    confirming_start(&self, NULL);
    publish_to(&self, "new");
    fake_broker_answer(&self.broker, 0, AMQP_CONNECTION_CLOSE_OK_METHOD);
    assert_int_equal(otelmq_amqp_connection_close(self.connection, AMQP_REPLY_SUCCESS).reply_type,
                     AMQP_RESPONSE_NORMAL);
    assert_failed(traced_span(&self, "publish orders:new"), "connection-closed");
    traced_stop(&self);
}

static void another_connection_goes_on_where_the_lost_one_ended(void **state)
{
    (void)state;
    traced self;
    confirming_start(&self, NULL);
    publish_to(&self, "lost");
    fake_broker other;
    fake_broker_start(&other, FRAME_MAX);
    otelmq_amqp_connection_replace(self.connection, other.client);
    assert_ptr_equal(otelmq_amqp_connection_raw(self.connection), other.client);
    assert_failed(traced_span(&self, "publish orders:lost"), "connection-closed");
    otelmq_amqp_confirms confirms;
    assert_int_equal(take_confirms(&self, &confirms).reply_type, AMQP_RESPONSE_NORMAL);
    assert_int_equal(confirms.count, 1);
    assert_confirm(&confirms, 0, 1, OTELMQ_AMQP_UNKNOWN);

    open_channel(&self, &other);
    select_confirms(&self, &other);
    publish_to(&self, "again");
    fake_broker_ack(&other, CHANNEL, 1, false);
    assert_int_equal(take_confirms(&self, &confirms).reply_type, AMQP_RESPONSE_NORMAL);
    assert_confirm(&confirms, 0, 1, OTELMQ_AMQP_ACKED);
    assert_attribute(traced_span(&self, "publish orders:again"), "server.address", "rabbit.test");
    otelmq_amqp_connection_replace(self.connection, self.broker.client);
    fake_broker_stop(&other);
    traced_stop(&self);
}

static void what_the_lost_connection_had_read_is_not_given_out(void **state)
{
    (void)state;
    traced self;
    confirming_start(&self, NULL);
    publish_to(&self, "new");
    fake_broker_deliver(&self.broker, &(fake_message){1, "orders", "new", NULL, "stale"});
    fake_broker_ack(&self.broker, CHANNEL, 1, false);
    otelmq_amqp_confirms confirms;
    assert_int_equal(take_confirms(&self, &confirms).reply_type, AMQP_RESPONSE_NORMAL);
    fake_broker other;
    fake_broker_start(&other, FRAME_MAX);
    otelmq_amqp_connection_replace(self.connection, other.client);
    fake_broker_deliver(&other, &(fake_message){2, "orders", "new", NULL, "fresh"});
    amqp_envelope_t envelope;
    assert_int_equal(otelmq_amqp_consume_message(self.connection, &envelope, NULL, 0).reply_type,
                     AMQP_RESPONSE_NORMAL);
    assert_int_equal(envelope.delivery_tag, 2);
    amqp_destroy_envelope(&envelope);
    otelmq_amqp_connection_replace(self.connection, self.broker.client);
    fake_broker_stop(&other);
    traced_stop(&self);
}

static void without_a_connection_every_call_answers_that_it_is_closed(void **state)
{
    (void)state;
    traced self;
    confirming_start(&self, NULL);
    publish_to(&self, "lost");
    otelmq_amqp_connection_replace(self.connection, NULL);
    otelmq_amqp_connection_replace(NULL, NULL);
    assert_null(otelmq_amqp_connection_raw(self.connection));
    assert_int_equal(otelmq_amqp_basic_publish(self.connection, CHANNEL, amqp_empty_bytes,
                                               amqp_cstring_bytes("queue"), 0, 0, NULL,
                                               amqp_empty_bytes),
                     AMQP_STATUS_CONNECTION_CLOSED);
    assert_failed(traced_span(&self, "publish queue"), "connection-closed");
    otelmq_amqp_publishing message = {.routing_key = amqp_cstring_bytes("queue")};
    size_t published = 77;
    assert_int_equal(
        otelmq_amqp_basic_publish_batch(self.connection, CHANNEL, &message, 1, &published),
        AMQP_STATUS_CONNECTION_CLOSED);
    assert_int_equal(published, 0);
    otelmq_amqp_confirms confirms;
    assert_library_error(take_confirms(&self, &confirms), AMQP_STATUS_CONNECTION_CLOSED);
    assert_confirm(&confirms, 0, 1, OTELMQ_AMQP_UNKNOWN);
    amqp_frame_t frame;
    assert_int_equal(otelmq_amqp_simple_wait_frame(self.connection, &frame),
                     AMQP_STATUS_CONNECTION_CLOSED);
    assert_null(otelmq_amqp_channel_open(self.connection, CHANNEL));
    assert_null(otelmq_amqp_confirm_select(self.connection, CHANNEL));
    assert_null(otelmq_amqp_tx_select(self.connection, CHANNEL));
    assert_null(otelmq_amqp_tx_commit(self.connection, CHANNEL));
    assert_null(otelmq_amqp_tx_rollback(self.connection, CHANNEL));
    assert_library_error(otelmq_amqp_channel_close(self.connection, CHANNEL, 200),
                         AMQP_STATUS_CONNECTION_CLOSED);
    assert_library_error(otelmq_amqp_connection_close(self.connection, 200),
                         AMQP_STATUS_CONNECTION_CLOSED);
    traced_stop(&self);
}

static void read_one_frame(traced *self)
{
    amqp_frame_t frame;
    assert_int_equal(otelmq_amqp_simple_wait_frame(self->connection, &frame), AMQP_STATUS_OK);
}

static void a_blocked_connection_is_an_event_on_what_is_open(void **state)
{
    (void)state;
    traced self;
    confirming_start(&self, NULL);
    assert_null(otelmq_amqp_connection_blocked(self.connection));
    assert_null(otelmq_amqp_connection_blocked(NULL));
    publish_to(&self, "new");
    fake_broker_block(&self.broker, "low on memory");
    read_one_frame(&self);
    assert_string_equal(otelmq_amqp_connection_blocked(self.connection), "low on memory");
    fake_broker_answer(&self.broker, 0, AMQP_CONNECTION_UNBLOCKED_METHOD);
    read_one_frame(&self);
    assert_null(otelmq_amqp_connection_blocked(self.connection));
    fake_broker_ack(&self.broker, CHANNEL, 1, false);
    read_one_frame(&self);
    const otelmq_span_data *span = traced_span(&self, "publish orders:new");
    assert_int_equal(span->event_count, 2);
    assert_true(otelmq_str_equal(span->events[0].name, OTELMQ_STR("connection.blocked")));
    assert_int_equal(span->events[0].attribute_count, 1);
    assert_true(otelmq_str_equal(span->events[0].attributes[0].key, OTELMQ_STR("reason")));
    assert_true(otelmq_str_equal(span->events[0].attributes[0].value.as.string,
                                 OTELMQ_STR("low on memory")));
    assert_true(otelmq_str_equal(span->events[1].name, OTELMQ_STR("connection.unblocked")));
    traced_stop(&self);
}

static void a_batch_hears_of_it_once(void **state)
{
    (void)state;
    traced self;
    confirming_start(&self, NULL);
    otelmq_amqp_publishing message = {.exchange = amqp_cstring_bytes("orders"),
                                      .routing_key = amqp_cstring_bytes("new")};
    const otelmq_amqp_publishing messages[] = {message, message};
    assert_int_equal(otelmq_amqp_basic_publish_batch(self.connection, CHANNEL, messages,
                                                     COUNT_OF(messages), NULL),
                     AMQP_STATUS_OK);
    fake_broker_block(&self.broker, "low on disk");
    read_one_frame(&self);
    fake_broker_ack(&self.broker, CHANNEL, 2, true);
    read_one_frame(&self);
    assert_int_equal(traced_span(&self, "publish orders:new")->event_count, 1);
    fake_broker_hang_up(&self.broker);
    amqp_frame_t frame;
    assert_int_not_equal(otelmq_amqp_simple_wait_frame(self.connection, &frame), AMQP_STATUS_OK);
    assert_null(otelmq_amqp_connection_blocked(self.connection));
    traced_stop(&self);
}

enum { OTHER_CHANNEL = 2, HOOK_CHANNEL = 3 };

/* What a hook did the first time that it was called. */
typedef struct {
    traced *self;
    size_t calls;
    int status;
} hook_state;

static void publish_on(otelmq_amqp_connection *connection, amqp_channel_t channel, int *status)
{
    *status =
        otelmq_amqp_basic_publish(connection, channel, amqp_empty_bytes,
                                  amqp_cstring_bytes("from-hook"), 0, 0, NULL, amqp_empty_bytes);
}

static void publish_in_hook(void *user, const otelmq_messaging_event *event)
{
    (void)event;
    hook_state *hook = user;
    if (hook->calls++ == 0) {
        publish_on(hook->self->connection, CHANNEL, &hook->status);
    }
}

static void open_and_publish_in_hook(void *user, const otelmq_messaging_event *event)
{
    (void)event;
    hook_state *hook = user;
    if (hook->calls++ > 0) {
        return;
    }
    fake_broker *broker = &hook->self->broker;
    fake_broker_answer_open_on(broker, HOOK_CHANNEL);
    assert_non_null(otelmq_amqp_channel_open(hook->self->connection, HOOK_CHANNEL));
    fake_broker_answer(broker, HOOK_CHANNEL, AMQP_CONFIRM_SELECT_OK_METHOD);
    assert_non_null(otelmq_amqp_confirm_select(hook->self->connection, HOOK_CHANNEL));
    publish_on(hook->self->connection, HOOK_CHANNEL, &hook->status);
}

static void every_channel_ends_when_a_hook_opens_another_meanwhile(void **state)
{
    (void)state;
    traced self;
    hook_state hook = {.self = &self};
    otelmq_amqp_options options = {
        .messaging.hooks = {.user = &hook, .on_confirm = open_and_publish_in_hook}};
    confirming_start(&self, &options);
    fake_broker_answer(&self.broker, OTHER_CHANNEL, AMQP_CONFIRM_SELECT_OK_METHOD);
    assert_non_null(otelmq_amqp_confirm_select(self.connection, OTHER_CHANNEL));
    publish_to(&self, "new");
    int status;
    publish_on(self.connection, OTHER_CHANNEL, &status);
    otelmq_amqp_connection_destroy(self.connection);
    self.connection = NULL;
    assert_int_equal(hook.status, AMQP_STATUS_OK);
    assert_int_equal(ended_spans(&self), 3);
    for (size_t i = 0; i < 3; i++) {
        assert_failed(otelmq_memory_exporter_span_at(self.spans, i), "connection-closed");
    }
    traced_stop(&self);
}

static void what_a_hook_publishes_at_the_very_end_ends_too(void **state)
{
    (void)state;
    traced self;
    hook_state hook = {.self = &self};
    otelmq_amqp_options options = {
        .messaging = {.process_ends = OTELMQ_PROCESS_ENDS_WITH_SETTLEMENT,
                      .hooks = {.user = &hook, .on_process_end = open_and_publish_in_hook}}};
    traced_start(&self, FRAME_MAX, &options);
    amqp_envelope_t envelope;
    fake_broker_deliver(&self.broker, &(fake_message){1, "orders", "new", NULL, "body"});
    assert_int_equal(otelmq_amqp_consume_message(self.connection, &envelope, NULL, 0).reply_type,
                     AMQP_RESPONSE_NORMAL);
    otelmq_scope scope = otelmq_amqp_process_start(self.connection, &envelope);
    otelmq_scope_end(&scope);
    amqp_destroy_envelope(&envelope);
    otelmq_amqp_connection_destroy(self.connection);
    self.connection = NULL;
    assert_failed(traced_span(&self, "publish from-hook"), "connection-closed");
    traced_stop(&self);
}

static void hooks_do_not_come_upon_the_connection_that_was_lost(void **state)
{
    (void)state;
    traced self;
    hook_state hook = {.self = &self};
    otelmq_amqp_options options = {
        .messaging.hooks = {.user = &hook, .on_confirm = publish_in_hook}};
    confirming_start(&self, &options);
    publish_to(&self, "new");
    fake_broker lost = self.broker;
    fake_broker_start(&self.broker, FRAME_MAX);
    fake_broker_stop(&lost);
    otelmq_amqp_connection_replace(self.connection, self.broker.client);
    assert_int_equal(hook.status, AMQP_STATUS_CONNECTION_CLOSED);
    traced_stop(&self);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(opening_a_channel_forgets_what_was_of_an_earlier_one),
        cmocka_unit_test(closing_a_channel_counts_what_was_confirmed_before_the_answer),
        cmocka_unit_test(a_close_that_is_never_sent_closes_nothing),
        cmocka_unit_test(closing_the_connection_ends_what_is_open),
        cmocka_unit_test(another_connection_goes_on_where_the_lost_one_ended),
        cmocka_unit_test(what_the_lost_connection_had_read_is_not_given_out),
        cmocka_unit_test(without_a_connection_every_call_answers_that_it_is_closed),
        cmocka_unit_test(a_blocked_connection_is_an_event_on_what_is_open),
        cmocka_unit_test(a_batch_hears_of_it_once),
        cmocka_unit_test(every_channel_ends_when_a_hook_opens_another_meanwhile),
        cmocka_unit_test(what_a_hook_publishes_at_the_very_end_ends_too),
        cmocka_unit_test(hooks_do_not_come_upon_the_connection_that_was_lost),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
