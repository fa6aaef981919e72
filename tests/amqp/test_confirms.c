/* SPDX-License-Identifier: Apache-2.0 */
#include "amqp/fake_queues.h"
#include "amqp/publishing.h"
#include "support/test.h"

enum { CHANNEL = 1 };

static void a_publish_span_ends_when_the_broker_acknowledges(void **state)
{
    (void)state;
    traced self;
    confirming_start(&self, NULL);
    publish_to(&self, "new");
    assert_int_equal(ended_spans(&self), 0);
    fake_broker_ack(&self.broker, CHANNEL, 1, false);
    otelmq_amqp_confirms confirms;
    assert_int_equal(
        otelmq_amqp_wait_confirms(self.connection, CHANNEL, NULL, &confirms).reply_type,
        AMQP_RESPONSE_NORMAL);
    assert_int_equal(confirms.count, 1);
    assert_int_equal(confirms.pending, 0);
    assert_confirm(&confirms, 0, 1, OTELMQ_AMQP_ACKED);
    assert_int_equal(confirms.items[0].reply_code, 0);
    const otelmq_span_data *span = traced_span(&self, "publish orders:new");
    assert_int_equal(span->status, OTELMQ_STATUS_UNSET);
    assert_no_attribute(span, "error.type");
    traced_stop(&self);
}

static void confirms_come_in_any_order_and_for_many_at_once(void **state)
{
    (void)state;
    static const uint64_t expected[] = {3, 1, 2, 5, 4};
    traced self;
    confirming_start(&self, NULL);
    for (size_t i = 0; i < COUNT_OF(expected); i++) {
        publish_to(&self, "new");
    }
    fake_broker_ack(&self.broker, CHANNEL, 3, false);
    fake_broker_ack(&self.broker, CHANNEL, 3, true);
    fake_broker_ack(&self.broker, CHANNEL, 5, false);
    fake_broker_ack(&self.broker, CHANNEL, 5, true);
    otelmq_amqp_confirms confirms;
    assert_int_equal(take_confirms(&self, &confirms).reply_type, AMQP_RESPONSE_NORMAL);
    assert_int_equal(confirms.count, COUNT_OF(expected));
    for (size_t i = 0; i < COUNT_OF(expected); i++) {
        assert_confirm(&confirms, i, expected[i], OTELMQ_AMQP_ACKED);
    }
    assert_int_equal(ended_spans(&self), COUNT_OF(expected));
    traced_stop(&self);
}

static void an_ack_of_everything_or_of_unknown_tags_does_no_harm(void **state)
{
    (void)state;
    traced self;
    confirming_start(&self, NULL);
    publish_to(&self, "new");
    publish_to(&self, "new");
    fake_broker_ack(&self.broker, CHANNEL, 77, false);
    fake_broker_ack(&self.broker, CHANNEL, 1, false);
    fake_broker_ack(&self.broker, CHANNEL, 1, false);
    fake_broker_ack(&self.broker, 9, 2, false);
    otelmq_amqp_confirms confirms;
    assert_library_error(take_confirms(&self, &confirms), AMQP_STATUS_TIMEOUT);
    assert_int_equal(confirms.count, 1);
    assert_int_equal(confirms.pending, 1);
    fake_broker_ack(&self.broker, CHANNEL, 0, true);
    assert_int_equal(take_confirms(&self, &confirms).reply_type, AMQP_RESPONSE_NORMAL);
    assert_int_equal(confirms.count, 1);
    assert_confirm(&confirms, 0, 2, OTELMQ_AMQP_ACKED);
    traced_stop(&self);
}

static void a_nack_fails_the_span(void **state)
{
    (void)state;
    traced self;
    confirming_start(&self, NULL);
    publish_to(&self, "new");
    fake_broker_nack(&self.broker, CHANNEL, 1, true);
    otelmq_amqp_confirms confirms;
    assert_int_equal(take_confirms(&self, &confirms).reply_type, AMQP_RESPONSE_NORMAL);
    assert_confirm(&confirms, 0, 1, OTELMQ_AMQP_NACKED);
    assert_failed(traced_span(&self, "publish orders:new"), "nack");
    traced_stop(&self);
}

static void a_wait_that_is_over_tells_what_was_settled_until_then(void **state)
{
    (void)state;
    traced self;
    confirming_start(&self, NULL);
    publish_to(&self, "new");
    publish_to(&self, "new");
    fake_broker_ack(&self.broker, CHANNEL, 1, false);
    otelmq_amqp_confirms confirms;
    struct timeval soon = {0, 20000};
    assert_library_error(otelmq_amqp_wait_confirms(self.connection, CHANNEL, &soon, &confirms),
                         AMQP_STATUS_TIMEOUT);
    assert_int_equal(confirms.count, 1);
    assert_int_equal(confirms.pending, 1);
    fake_broker_ack(&self.broker, CHANNEL, 2, false);
    assert_int_equal(take_confirms(&self, &confirms).reply_type, AMQP_RESPONSE_NORMAL);
    assert_int_equal(confirms.count, 1);
    assert_confirm(&confirms, 0, 2, OTELMQ_AMQP_ACKED);
    assert_int_equal(take_confirms(&self, &confirms).reply_type, AMQP_RESPONSE_NORMAL);
    assert_int_equal(confirms.count, 0);
    traced_stop(&self);
}

static void a_channel_that_is_not_in_confirm_mode_has_nothing_to_wait_for(void **state)
{
    (void)state;
    traced self;
    traced_start(&self, 131072, NULL);
    publish_to(&self, "new");
    assert_int_equal(ended_spans(&self), 1);
    otelmq_amqp_confirms confirms;
    assert_int_equal(
        otelmq_amqp_wait_confirms(self.connection, CHANNEL, NULL, &confirms).reply_type,
        AMQP_RESPONSE_NORMAL);
    assert_int_equal(confirms.count, 0);
    assert_int_equal(otelmq_amqp_next_publish_tag(self.connection, CHANNEL), 0);
    assert_library_error(otelmq_amqp_wait_confirms(NULL, CHANNEL, NULL, &confirms),
                         AMQP_STATUS_INVALID_PARAMETER);
    assert_null(otelmq_amqp_confirm_select(NULL, CHANNEL));
    assert_int_equal(otelmq_amqp_next_publish_tag(NULL, CHANNEL), 0);
    traced_stop(&self);
}

static void deliveries_that_come_meanwhile_are_kept_for_consume_message(void **state)
{
    (void)state;
    traced self;
    confirming_start(&self, NULL);
    publish_to(&self, "new");
    fake_broker_deliver(&self.broker, &(fake_message){1, "orders", "new", NULL, "first"});
    fake_broker_deliver(&self.broker, &(fake_message){2, "orders", "new", NULL, ""});
    fake_broker_ack(&self.broker, CHANNEL, 1, false);
    otelmq_amqp_confirms confirms;
    assert_int_equal(take_confirms(&self, &confirms).reply_type, AMQP_RESPONSE_NORMAL);
    for (uint64_t tag = 1; tag <= 2; tag++) {
        amqp_envelope_t envelope;
        assert_int_equal(
            otelmq_amqp_consume_message(self.connection, &envelope, NULL, 0).reply_type,
            AMQP_RESPONSE_NORMAL);
        assert_int_equal(envelope.delivery_tag, tag);
        assert_int_equal(envelope.message.body.len, tag == 1 ? 5 : 0);
        amqp_destroy_envelope(&envelope);
    }
    traced_stop(&self);
}

static void other_frames_are_kept_for_wait_frame(void **state)
{
    (void)state;
    traced self;
    confirming_start(&self, NULL);
    publish_to(&self, "new");
    fake_broker_cancel(&self.broker, "consumer");
    fake_broker_ack(&self.broker, 9, 1, false);
    fake_broker_ack(&self.broker, CHANNEL, 1, false);
    otelmq_amqp_confirms confirms;
    assert_int_equal(take_confirms(&self, &confirms).reply_type, AMQP_RESPONSE_NORMAL);
    amqp_maybe_release_buffers(self.broker.client);
    amqp_frame_t frame;
    assert_int_equal(otelmq_amqp_simple_wait_frame(self.connection, &frame), AMQP_STATUS_OK);
    assert_int_equal(frame.payload.method.id, AMQP_BASIC_CANCEL_METHOD);
    const amqp_basic_cancel_t *cancel = frame.payload.method.decoded;
    assert_int_equal(cancel->consumer_tag.len, strlen("consumer"));
    assert_memory_equal(cancel->consumer_tag.bytes, "consumer", strlen("consumer"));
    assert_int_equal(otelmq_amqp_simple_wait_frame(self.connection, &frame), AMQP_STATUS_OK);
    assert_int_equal(frame.payload.method.id, AMQP_BASIC_ACK_METHOD);
    assert_int_equal(frame.channel, 9);
    traced_stop(&self);
}

static void spans_that_end_at_return_leave_the_outcomes_to_be_told(void **state)
{
    (void)state;
    traced self;
    otelmq_amqp_options options = {.messaging.ends_send_at_return = true};
    confirming_start(&self, &options);
    publish_to(&self, "new");
    assert_int_equal(ended_spans(&self), 1);
    fake_broker_nack(&self.broker, CHANNEL, 1, false);
    otelmq_amqp_confirms confirms;
    assert_int_equal(take_confirms(&self, &confirms).reply_type, AMQP_RESPONSE_NORMAL);
    assert_confirm(&confirms, 0, 1, OTELMQ_AMQP_NACKED);
    assert_int_equal(ended_spans(&self), 1);
    traced_stop(&self);
}

static void messages_are_counted_while_tracing_is_off(void **state)
{
    (void)state;
    traced self;
    confirming_start(&self, NULL);
    otelmq_scope suppressed = otelmq_messaging_suppress();
    publish_to(&self, "new");
    otelmq_scope_end(&suppressed);
    fake_published published = fake_broker_take_published(&self.broker);
    assert_null(fake_published_header(&published, "traceparent"));
    fake_published_clean(&published);
    fake_broker_ack(&self.broker, CHANNEL, 1, false);
    otelmq_amqp_confirms confirms;
    assert_int_equal(take_confirms(&self, &confirms).reply_type, AMQP_RESPONSE_NORMAL);
    assert_confirm(&confirms, 0, 1, OTELMQ_AMQP_ACKED);
    assert_int_equal(ended_spans(&self), 0);
    traced_stop(&self);
}

static void confirms_that_pass_wait_frame_end_spans_and_are_told(void **state)
{
    (void)state;
    traced self;
    confirming_start(&self, NULL);
    publish_to(&self, "new");
    fake_broker_ack(&self.broker, CHANNEL, 1, false);
    amqp_frame_t frame;
    assert_int_equal(otelmq_amqp_simple_wait_frame(self.connection, &frame), AMQP_STATUS_OK);
    assert_int_equal(frame.payload.method.id, AMQP_BASIC_ACK_METHOD);
    assert_int_equal(ended_spans(&self), 1);
    otelmq_amqp_confirms confirms;
    assert_int_equal(take_confirms(&self, &confirms).reply_type, AMQP_RESPONSE_NORMAL);
    assert_confirm(&confirms, 0, 1, OTELMQ_AMQP_ACKED);
    traced_stop(&self);
}

static void each_channel_counts_for_itself(void **state)
{
    (void)state;
    traced self;
    confirming_start(&self, NULL);
    fake_broker_answer_open_on(&self.broker, 2);
    assert_non_null(otelmq_amqp_channel_open(self.connection, 2));
    fake_broker_answer(&self.broker, 2, AMQP_CONFIRM_SELECT_OK_METHOD);
    assert_non_null(otelmq_amqp_confirm_select(self.connection, 2));
    publish_to(&self, "new");
    assert_int_equal(otelmq_amqp_basic_publish(self.connection, 2, amqp_empty_bytes,
                                               amqp_cstring_bytes("queue"), 0, 0, NULL,
                                               amqp_empty_bytes),
                     AMQP_STATUS_OK);
    assert_int_equal(otelmq_amqp_next_publish_tag(self.connection, 2), 2);
    fake_broker_nack(&self.broker, CHANNEL, 1, false);
    fake_broker_ack(&self.broker, 2, 1, false);
    otelmq_amqp_confirms confirms;
    assert_int_equal(otelmq_amqp_wait_confirms(self.connection, 2, NULL, &confirms).reply_type,
                     AMQP_RESPONSE_NORMAL);
    assert_int_equal(confirms.count, 1);
    assert_confirm(&confirms, 0, 1, OTELMQ_AMQP_ACKED);
    assert_int_equal(take_confirms(&self, &confirms).reply_type, AMQP_RESPONSE_NORMAL);
    assert_int_equal(confirms.count, 1);
    assert_confirm(&confirms, 0, 1, OTELMQ_AMQP_NACKED);
    traced_stop(&self);
}

/* The raw call opened the channel anew, and its delivery tags begin again. */
static void confirm_select_forgets_what_an_earlier_opening_left(void **state)
{
    (void)state;
    traced self;
    confirming_start(&self, NULL);
    publish_to(&self, "lost");
    fake_broker_close_channel(&self.broker, AMQP_NOT_FOUND, "no exchange");
    amqp_frame_t frame;
    assert_int_equal(otelmq_amqp_simple_wait_frame(self.connection, &frame), AMQP_STATUS_OK);
    fake_broker_answer_open_on(&self.broker, CHANNEL);
    assert_non_null(amqp_channel_open(self.broker.client, CHANNEL));
    fake_broker_answer(&self.broker, CHANNEL, AMQP_CONFIRM_SELECT_OK_METHOD);
    assert_non_null(otelmq_amqp_confirm_select(self.connection, CHANNEL));
    publish_to(&self, "new");
    fake_broker_ack(&self.broker, CHANNEL, 1, false);
    otelmq_amqp_confirms confirms;
    assert_int_equal(take_confirms(&self, &confirms).reply_type, AMQP_RESPONSE_NORMAL);
    assert_int_equal(confirms.count, 1);
    assert_confirm(&confirms, 0, 1, OTELMQ_AMQP_ACKED);
    traced_stop(&self);
}

static void a_poll_takes_no_more_deliveries_than_its_share(void **state)
{
    (void)state;
    enum { SHARE = 1024 };
    traced self;
    confirming_start(&self, NULL);
    publish_to(&self, "new");
    for (uint64_t tag = 1; tag <= SHARE + 1; tag++) {
        fake_broker_deliver(&self.broker, &(fake_message){tag, "orders", "new", NULL, ""});
    }
    fake_broker_ack(&self.broker, CHANNEL, 1, false);
    otelmq_amqp_confirms confirms;
    assert_library_error(take_confirms(&self, &confirms), AMQP_STATUS_TIMEOUT);
    assert_int_equal(confirms.pending, 1);
    assert_int_equal(take_confirms(&self, &confirms).reply_type, AMQP_RESPONSE_NORMAL);
    traced_stop(&self);
}

static void the_hook_is_told_of_the_confirm(void *user, const otelmq_messaging_event *event)
{
    assert_string_equal(event->operation, "publish");
    assert_string_equal(event->error_type, "nack");
    (*(int *)user)++;
}

static void the_confirm_hook_is_called_at_the_confirm(void **state)
{
    (void)state;
    traced self;
    int calls = 0;
    otelmq_amqp_options options = {
        .messaging.hooks = {.user = &calls, .on_confirm = the_hook_is_told_of_the_confirm}};
    confirming_start(&self, &options);
    publish_to(&self, "new");
    assert_int_equal(calls, 0);
    fake_broker_nack(&self.broker, CHANNEL, 1, false);
    otelmq_amqp_confirms confirms;
    take_confirms(&self, &confirms);
    assert_int_equal(calls, 1);
    traced_stop(&self);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_publish_span_ends_when_the_broker_acknowledges),
        cmocka_unit_test(confirms_come_in_any_order_and_for_many_at_once),
        cmocka_unit_test(an_ack_of_everything_or_of_unknown_tags_does_no_harm),
        cmocka_unit_test(a_nack_fails_the_span),
        cmocka_unit_test(a_wait_that_is_over_tells_what_was_settled_until_then),
        cmocka_unit_test(a_channel_that_is_not_in_confirm_mode_has_nothing_to_wait_for),
        cmocka_unit_test(deliveries_that_come_meanwhile_are_kept_for_consume_message),
        cmocka_unit_test(other_frames_are_kept_for_wait_frame),
        cmocka_unit_test(spans_that_end_at_return_leave_the_outcomes_to_be_told),
        cmocka_unit_test(messages_are_counted_while_tracing_is_off),
        cmocka_unit_test(confirms_that_pass_wait_frame_end_spans_and_are_told),
        cmocka_unit_test(each_channel_counts_for_itself),
        cmocka_unit_test(the_confirm_hook_is_called_at_the_confirm),
        cmocka_unit_test(confirm_select_forgets_what_an_earlier_opening_left),
        cmocka_unit_test(a_poll_takes_no_more_deliveries_than_its_share),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
