/* SPDX-License-Identifier: Apache-2.0 */
/* Messages that the broker never confirms. */
#include "amqp/publishing.h"
#include "support/test.h"

enum { CHANNEL = 1, MAX_OPEN_SPANS = 65536, SOME = 100 };

static void what_a_closed_channel_had_not_confirmed_is_unknown(void **state)
{
    (void)state;
    traced self;
    confirming_start(&self, NULL);
    publish_to(&self, "new");
    publish_to(&self, "lost");
    fake_broker_ack(&self.broker, CHANNEL, 1, false);
    fake_broker_close_channel(&self.broker, AMQP_NOT_FOUND, "no exchange");
    otelmq_amqp_confirms confirms;
    amqp_rpc_reply_t reply = otelmq_amqp_wait_confirms(self.connection, CHANNEL, NULL, &confirms);
    assert_int_equal(reply.reply_type, AMQP_RESPONSE_SERVER_EXCEPTION);
    assert_int_equal(reply.reply.id, AMQP_CHANNEL_CLOSE_METHOD);
    assert_int_equal(((const amqp_channel_close_t *)reply.reply.decoded)->reply_code,
                     AMQP_NOT_FOUND);
    assert_int_equal(confirms.count, 2);
    assert_int_equal(confirms.pending, 0);
    assert_confirm(&confirms, 0, 1, OTELMQ_AMQP_ACKED);
    assert_confirm(&confirms, 1, 2, OTELMQ_AMQP_UNKNOWN);
    assert_failed(traced_span(&self, "publish orders:lost"), "channel-closed");
    assert_int_equal(otelmq_amqp_next_publish_tag(self.connection, CHANNEL), 0);
    traced_stop(&self);
}

static void a_connection_closed_by_the_broker_is_told_as_such(void **state)
{
    (void)state;
    traced self;
    confirming_start(&self, NULL);
    publish_to(&self, "new");
    fake_broker_close_connection(&self.broker, AMQP_CONNECTION_FORCED, "shutdown");
    otelmq_amqp_confirms confirms;
    amqp_rpc_reply_t reply = take_confirms(&self, &confirms);
    assert_int_equal(reply.reply_type, AMQP_RESPONSE_SERVER_EXCEPTION);
    assert_int_equal(reply.reply.id, AMQP_CONNECTION_CLOSE_METHOD);
    assert_confirm(&confirms, 0, 1, OTELMQ_AMQP_UNKNOWN);
    assert_failed(traced_span(&self, "publish orders:new"), "connection-closed");
    traced_stop(&self);
}

static void a_dead_connection_leaves_everything_unknown(void **state)
{
    (void)state;
    traced self;
    confirming_start(&self, NULL);
    publish_to(&self, "new");
    fake_broker_hang_up(&self.broker);
    otelmq_amqp_confirms confirms;
    amqp_rpc_reply_t reply = otelmq_amqp_wait_confirms(self.connection, CHANNEL, NULL, &confirms);
    assert_int_equal(reply.reply_type, AMQP_RESPONSE_LIBRARY_EXCEPTION);
    assert_confirm(&confirms, 0, 1, OTELMQ_AMQP_UNKNOWN);
    assert_failed(traced_span(&self, "publish orders:new"), "connection-closed");
    assert_int_equal(take_confirms(&self, &confirms).reply_type, AMQP_RESPONSE_NORMAL);
    assert_int_equal(confirms.count, 0);
    traced_stop(&self);
}

static void a_publish_that_finds_the_connection_dead_ends_those_before_it(void **state)
{
    (void)state;
    traced self;
    confirming_start(&self, NULL);
    publish_to(&self, "new");
    fake_broker_hang_up(&self.broker);
    int status =
        otelmq_amqp_basic_publish(self.connection, CHANNEL, amqp_empty_bytes,
                                  amqp_cstring_bytes("queue"), 0, 0, NULL, amqp_empty_bytes);
    assert_int_not_equal(status, AMQP_STATUS_OK);
    assert_failed(traced_span(&self, "publish orders:new"), "connection-closed");
    assert_int_equal(traced_span(&self, "publish queue")->status, OTELMQ_STATUS_ERROR);
    otelmq_amqp_confirms confirms;
    assert_int_equal(take_confirms(&self, &confirms).reply_type, AMQP_RESPONSE_NORMAL);
    assert_int_equal(confirms.count, 1);
    assert_confirm(&confirms, 0, 1, OTELMQ_AMQP_UNKNOWN);
    traced_stop(&self);
}

/* A key that is too long fails in the first frame, headers that are too long in the second. */
static void a_publish_that_fails_takes_no_delivery_tag(void **state)
{
    (void)state;
    traced self;
    confirming_start(&self, NULL);
    char long_key[300];
    memset(long_key, 'k', sizeof(long_key));
    amqp_bytes_t key = {sizeof(long_key), long_key};
    assert_int_not_equal(otelmq_amqp_basic_publish(self.connection, CHANNEL, amqp_empty_bytes, key,
                                                   0, 0, NULL, amqp_empty_bytes),
                         AMQP_STATUS_OK);
    amqp_basic_properties_t properties;
    memset(&properties, 0, sizeof(properties));
    properties._flags = AMQP_BASIC_MESSAGE_ID_FLAG;
    properties.message_id = key;
    assert_int_not_equal(otelmq_amqp_basic_publish(self.connection, CHANNEL, amqp_empty_bytes,
                                                   amqp_cstring_bytes("queue"), 0, 0, &properties,
                                                   amqp_empty_bytes),
                         AMQP_STATUS_OK);
    assert_int_equal(otelmq_amqp_next_publish_tag(self.connection, CHANNEL), 1);
    publish_to(&self, "new");
    assert_int_equal(otelmq_amqp_next_publish_tag(self.connection, CHANNEL), 2);
    fake_broker_ack(&self.broker, CHANNEL, 1, false);
    otelmq_amqp_confirms confirms;
    assert_int_equal(take_confirms(&self, &confirms).reply_type, AMQP_RESPONSE_NORMAL);
    assert_int_equal(confirms.count, 1);
    traced_stop(&self);
}

/* The socket holds only so much: what was published is taken from it now and then. */
static void publish_many(traced *self, size_t count)
{
    for (size_t i = 1; i <= count; i++) {
        publish_to(self, "new");
        if (i % SOME == 0) {
            fake_broker_skip(&self->broker);
        }
    }
}

static void a_program_that_reads_no_confirms_keeps_its_memory_within_bounds(void **state)
{
    (void)state;
    traced self;
    confirming_start(&self, NULL);
    publish_many(&self, MAX_OPEN_SPANS + 2);
    assert_int_equal(ended_spans(&self), 2);
    assert_failed(traced_span(&self, "publish orders:new"), "unconfirmed");
    fake_broker_ack(&self.broker, CHANNEL, MAX_OPEN_SPANS + 2, true);
    otelmq_amqp_confirms confirms;
    assert_int_equal(take_confirms(&self, &confirms).reply_type, AMQP_RESPONSE_NORMAL);
    assert_int_equal(confirms.count, MAX_OPEN_SPANS + 2);
    assert_confirm(&confirms, 0, 1, OTELMQ_AMQP_ACKED);
    assert_int_equal(ended_spans(&self), MAX_OPEN_SPANS + 2);
    traced_stop(&self);
}

/* What is settled waits in the middle of the others, and its span is over already. */
static void a_span_that_was_confirmed_out_of_order_does_not_end_again(void **state)
{
    (void)state;
    traced self;
    confirming_start(&self, NULL);
    publish_to(&self, "late");
    publish_to(&self, "confirmed");
    fake_broker_ack(&self.broker, CHANNEL, 2, false);
    otelmq_amqp_confirms confirms;
    assert_library_error(take_confirms(&self, &confirms), AMQP_STATUS_TIMEOUT);
    assert_int_equal(ended_spans(&self), 1);
    publish_many(&self, MAX_OPEN_SPANS + 1);
    assert_int_equal(ended_spans(&self), 3);
    assert_failed(traced_span(&self, "publish orders:late"), "unconfirmed");
    assert_failed(traced_span(&self, "publish orders:new"), "unconfirmed");
    assert_int_equal(traced_span(&self, "publish orders:confirmed")->status, OTELMQ_STATUS_UNSET);
    fake_broker_ack(&self.broker, CHANNEL, MAX_OPEN_SPANS + 3, true);
    assert_int_equal(take_confirms(&self, &confirms).reply_type, AMQP_RESPONSE_NORMAL);
    assert_int_equal(ended_spans(&self), MAX_OPEN_SPANS + 3);
    traced_stop(&self);
}

static void what_is_open_ends_with_the_traced_connection(void **state)
{
    (void)state;
    traced self;
    confirming_start(&self, NULL);
    publish_to(&self, "new");
    otelmq_amqp_connection_destroy(self.connection);
    self.connection = NULL;
    assert_failed(traced_span(&self, "publish orders:new"), "connection-closed");
    traced_stop(&self);
}

/* Publishes once more what was not confirmed, as a program may be tempted to. */
static void publish_again(void *user, const otelmq_messaging_event *event)
{
    traced *self = user;
    if (event->error_type != NULL &&
        !otelmq_str_equal(event->destination, OTELMQ_STR("orders:again"))) {
        (void)otelmq_amqp_basic_publish(self->connection, CHANNEL, amqp_cstring_bytes("orders"),
                                        amqp_cstring_bytes("again"), 0, 0, NULL,
                                        amqp_cstring_bytes("body"));
    }
}

/* More than what there is room for before the channel's memory grows. */
static void a_hook_may_publish_what_was_not_confirmed(void **state)
{
    (void)state;
    enum { COUNT = 60 };
    traced self;
    otelmq_amqp_options options = {.messaging.hooks = {.user = &self, .on_confirm = publish_again}};
    confirming_start(&self, &options);
    for (int i = 0; i < COUNT; i++) {
        publish_to(&self, "new");
    }
    fake_broker_nack(&self.broker, CHANNEL, COUNT, true);
    otelmq_amqp_confirms confirms;
    assert_library_error(take_confirms(&self, &confirms), AMQP_STATUS_TIMEOUT);
    assert_int_equal(confirms.count, COUNT);
    assert_int_equal(confirms.pending, COUNT);
    publish_to(&self, "new");
    fake_broker_close_channel(&self.broker, AMQP_PRECONDITION_FAILED, "no");
    assert_int_equal(take_confirms(&self, &confirms).reply_type, AMQP_RESPONSE_SERVER_EXCEPTION);
    assert_int_equal(confirms.count, COUNT + 1);
    assert_int_equal(confirms.pending, 0);
    assert_confirm(&confirms, COUNT, 2 * COUNT + 1, OTELMQ_AMQP_UNKNOWN);
    assert_int_equal(ended_spans(&self), 2 * COUNT + 2);
    traced_stop(&self);
}

/* A hook that publishes so many more when the message to "first" is confirmed. */
typedef struct {
    traced traced;
    size_t count;
} follow_up;

static void publish_more(void *user, const otelmq_messaging_event *event)
{
    follow_up *self = user;
    bool is_first = otelmq_str_equal(event->destination, OTELMQ_STR("orders:first"));
    for (size_t i = 0; is_first && i < self->count; i++) {
        publish_to(&self->traced, "more");
    }
}

/* As many as there is room for: the places of those that are settled go to the hook's messages. */
static void confirm_around_a_hook(size_t published_by_hook)
{
    enum { ROOM = 64, SETTLED = 3 };
    follow_up self = {.count = published_by_hook};
    otelmq_amqp_options options = {.messaging.hooks = {.user = &self, .on_confirm = publish_more}};
    confirming_start(&self.traced, &options);
    publish_to(&self.traced, "first");
    for (int i = 1; i < ROOM; i++) {
        publish_to(&self.traced, "new");
    }
    fake_broker_ack(&self.traced.broker, CHANNEL, 2, false);
    fake_broker_ack(&self.traced.broker, CHANNEL, 3, false);
    fake_broker_ack(&self.traced.broker, CHANNEL, SETTLED, true);
    otelmq_amqp_confirms confirms;
    assert_library_error(take_confirms(&self.traced, &confirms), AMQP_STATUS_TIMEOUT);
    assert_int_equal(confirms.count, SETTLED);
    assert_int_equal(confirms.pending, ROOM - SETTLED + published_by_hook);
    assert_int_equal(ended_spans(&self.traced), SETTLED);
    fake_broker_nack(&self.traced.broker, CHANNEL, ROOM + published_by_hook, true);
    assert_int_equal(take_confirms(&self.traced, &confirms).reply_type, AMQP_RESPONSE_NORMAL);
    assert_int_equal(confirms.count, ROOM - SETTLED + published_by_hook);
    for (size_t i = 0; i < confirms.count; i++) {
        assert_confirm(&confirms, i, SETTLED + 1 + i, OTELMQ_AMQP_NACKED);
    }
    assert_int_equal(ended_spans(&self.traced), ROOM + published_by_hook);
    traced_stop(&self.traced);
}

static void what_a_hook_publishes_is_not_confirmed_by_what_was_before_it(void **state)
{
    (void)state;
    confirm_around_a_hook(2);
}

static void nor_is_it_when_the_memory_grows_for_it(void **state)
{
    (void)state;
    confirm_around_a_hook(4);
}

static void a_hook_may_publish_on_a_dead_connection_too(void **state)
{
    (void)state;
    traced self;
    otelmq_amqp_options options = {.messaging.hooks = {.user = &self, .on_confirm = publish_again}};
    confirming_start(&self, &options);
    publish_to(&self, "first");
    publish_to(&self, "second");
    fake_broker_hang_up(&self.broker);
    otelmq_amqp_confirms confirms;
    assert_int_equal(take_confirms(&self, &confirms).reply_type, AMQP_RESPONSE_LIBRARY_EXCEPTION);
    assert_int_equal(confirms.count, 2);
    assert_failed(traced_span(&self, "publish orders:second"), "connection-closed");
    traced_stop(&self);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_a_closed_channel_had_not_confirmed_is_unknown),
        cmocka_unit_test(a_connection_closed_by_the_broker_is_told_as_such),
        cmocka_unit_test(a_dead_connection_leaves_everything_unknown),
        cmocka_unit_test(a_publish_that_finds_the_connection_dead_ends_those_before_it),
        cmocka_unit_test(a_publish_that_fails_takes_no_delivery_tag),
        cmocka_unit_test(a_program_that_reads_no_confirms_keeps_its_memory_within_bounds),
        cmocka_unit_test(a_span_that_was_confirmed_out_of_order_does_not_end_again),
        cmocka_unit_test(what_is_open_ends_with_the_traced_connection),
        cmocka_unit_test(a_hook_may_publish_what_was_not_confirmed),
        cmocka_unit_test(what_a_hook_publishes_is_not_confirmed_by_what_was_before_it),
        cmocka_unit_test(nor_is_it_when_the_memory_grows_for_it),
        cmocka_unit_test(a_hook_may_publish_on_a_dead_connection_too),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
