/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Hooks that open or close the channel whose publish spans end just now, which takes away what the
 * call that ends them works on.
 */
#include "amqp/publishing.h"
#include "support/test.h"

enum { CHANNEL = 1, COUNT = 5, SOME = 256, MAX_OPEN_SPANS = 65536 };

/* Done by the hook, once. */
typedef void (*channel_deed)(traced *self);

typedef struct {
    traced *self;
    channel_deed deed;
    size_t calls;
} hooked;

static void open_anew(traced *self)
{
    fake_broker_answer_open_on(&self->broker, CHANNEL);
    assert_non_null(otelmq_amqp_channel_open(self->connection, CHANNEL));
}

static void open_and_confirm(traced *self)
{
    open_anew(self);
    fake_broker_answer(&self->broker, CHANNEL, AMQP_CONFIRM_SELECT_OK_METHOD);
    assert_non_null(otelmq_amqp_confirm_select(self->connection, CHANNEL));
    for (int i = 0; i < 2 * COUNT; i++) {
        publish_to(self, "later");
    }
}

static void close_channel(traced *self)
{
    fake_broker_answer(&self->broker, CHANNEL, AMQP_CHANNEL_CLOSE_OK_METHOD);
    assert_int_equal(
        otelmq_amqp_channel_close(self->connection, CHANNEL, AMQP_REPLY_SUCCESS).reply_type,
        AMQP_RESPONSE_NORMAL);
}

static void on_confirm(void *user, const otelmq_messaging_event *event)
{
    hooked *hook = user;
    (void)event;
    if (hook->calls++ == 0 && hook->deed != NULL) {
        hook->deed(hook->self);
    }
}

static void start(traced *self, hooked *hook, channel_deed deed, bool ends_at_return)
{
    *hook = (hooked){.self = self, .deed = deed};
    otelmq_amqp_options options = {
        .messaging = {.ends_send_at_return = ends_at_return,
                      .hooks = {.user = hook, .on_confirm = on_confirm}}};
    confirming_start(self, &options);
}

/* error_type NULL: well. */
static size_t count_ended(const traced *self, const char *error_type)
{
    size_t count = 0;
    for (size_t i = 0; i < ended_spans(self); i++) {
        otelmq_value value = otelmq_span_data_attribute(
            otelmq_memory_exporter_span_at(self->spans, i), "error.type");
        otelmq_str text = value.type == OTELMQ_VALUE_STRING ? value.as.string : (otelmq_str){0};
        count += otelmq_str_equal(text, otelmq_str_from(error_type));
    }
    return count;
}

/* The first is confirmed as the channel goes; what the others became is not told by then. */
static void expect_others_closed(traced *self, size_t told)
{
    otelmq_amqp_confirms confirms;
    fake_broker_ack(&self->broker, CHANNEL, COUNT, true);
    assert_int_equal(take_confirms(self, &confirms).reply_type, AMQP_RESPONSE_NORMAL);
    assert_int_equal(confirms.count, told);
    assert_int_equal(confirms.pending, 0);
    assert_int_equal(count_ended(self, NULL), 1);
    assert_int_equal(count_ended(self, "channel-closed"), COUNT - 1);
}

static void publish_all(traced *self)
{
    for (int i = 0; i < COUNT; i++) {
        publish_to(self, "new");
    }
}

static void a_hook_may_open_the_channel_whose_messages_are_confirmed(void **state)
{
    (void)state;
    traced self;
    hooked hook;
    start(&self, &hook, open_anew, false);
    publish_all(&self);
    expect_others_closed(&self, 0);
    traced_stop(&self);
}

static void a_hook_may_close_the_channel_whose_messages_are_confirmed(void **state)
{
    (void)state;
    traced self;
    hooked hook;
    start(&self, &hook, close_channel, false);
    publish_all(&self);
    expect_others_closed(&self, COUNT);
    traced_stop(&self);
}

static void a_hook_may_open_the_channel_that_the_broker_closed(void **state)
{
    (void)state;
    traced self;
    hooked hook;
    start(&self, &hook, open_anew, false);
    publish_all(&self);
    fake_broker_close_channel(&self.broker, AMQP_PRECONDITION_FAILED, "no");
    otelmq_amqp_confirms confirms;
    assert_int_equal(take_confirms(&self, &confirms).reply_type, AMQP_RESPONSE_SERVER_EXCEPTION);
    assert_int_equal(confirms.count, 0);
    assert_int_equal(hook.calls, COUNT);
    assert_int_equal(count_ended(&self, "channel-closed"), COUNT);
    traced_stop(&self);
}

static void confirms_of_the_former_channel_settle_nothing_on_the_new_one(void **state)
{
    (void)state;
    traced self;
    hooked hook;
    start(&self, &hook, open_and_confirm, false);
    publish_all(&self);
    fake_broker_ack(&self.broker, CHANNEL, COUNT, true);
    otelmq_amqp_confirms confirms;
    assert_library_error(take_confirms(&self, &confirms), AMQP_STATUS_TIMEOUT);
    assert_int_equal(confirms.count, 0);
    assert_int_equal(confirms.pending, 2 * COUNT);
    assert_int_equal(ended_spans(&self), COUNT);
    traced_stop(&self);
}

static void a_hook_may_open_the_channel_at_the_return_of_the_call(void **state)
{
    (void)state;
    traced self;
    hooked hook;
    start(&self, &hook, open_anew, true);
    publish_to(&self, "new");
    publish_to(&self, "new");
    assert_int_equal(otelmq_amqp_next_publish_tag(self.connection, CHANNEL), 0);
    assert_int_equal(count_ended(&self, NULL), 2);
    traced_stop(&self);
}

/* The socket holds only so much: what was published is taken from it now and then. */
static void a_message_whose_channel_a_hook_closes_is_not_waited_for(void **state)
{
    (void)state;
    traced self;
    hooked hook;
    start(&self, &hook, close_channel, false);
    for (size_t i = 0; i <= MAX_OPEN_SPANS; i++) {
        publish_to(&self, "new");
        if (i % SOME == 0) {
            fake_broker_skip(&self.broker);
        }
    }
    otelmq_amqp_confirms confirms;
    assert_int_equal(take_confirms(&self, &confirms).reply_type, AMQP_RESPONSE_NORMAL);
    assert_int_equal(confirms.count, MAX_OPEN_SPANS);
    assert_int_equal(count_ended(&self, "unconfirmed"), 1);
    assert_int_equal(count_ended(&self, "channel-closed"), MAX_OPEN_SPANS);
    traced_stop(&self);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_hook_may_open_the_channel_whose_messages_are_confirmed),
        cmocka_unit_test(a_hook_may_close_the_channel_whose_messages_are_confirmed),
        cmocka_unit_test(a_hook_may_open_the_channel_that_the_broker_closed),
        cmocka_unit_test(confirms_of_the_former_channel_settle_nothing_on_the_new_one),
        cmocka_unit_test(a_hook_may_open_the_channel_at_the_return_of_the_call),
        cmocka_unit_test(a_message_whose_channel_a_hook_closes_is_not_waited_for),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
