/* SPDX-License-Identifier: Apache-2.0 */
#include "amqp/entries.h"
#include "amqp/fake_queues.h"
#include "amqp/publishing.h"
#include "support/test.h"

#include <stdlib.h>

enum { FRAME_MAX = 131072, CHANNEL = 1, LARGE = 100000 };

static const char FOREIGN[] = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
static const struct timeval AT_ONCE;

static void a_program_reads_its_deliveries_frame_by_frame(void **state)
{
    (void)state;
    traced self;
    traced_start(&self, FRAME_MAX, NULL);
    fake_broker_deliver(&self.broker, &(fake_message){7, "orders", "new", NULL, "body"});
    amqp_frame_t frame;
    assert_int_equal(otelmq_amqp_simple_wait_frame(self.connection, &frame), AMQP_STATUS_OK);
    assert_int_equal(frame.payload.method.id, AMQP_BASIC_DELIVER_METHOD);
    amqp_message_t message;
    assert_int_equal(amqp_read_message(self.broker.client, CHANNEL, &message, 0).reply_type,
                     AMQP_RESPONSE_NORMAL);
    assert_int_equal(message.body.len, 4);
    amqp_destroy_message(&message);
    assert_int_equal(otelmq_amqp_simple_wait_frame_noblock(self.connection, &frame, &AT_ONCE),
                     AMQP_STATUS_TIMEOUT);
    traced_stop(&self);
}

static void missing_arguments_are_answered(void **state)
{
    (void)state;
    static const struct timeval negative = {-1, 0};
    traced self;
    traced_start(&self, FRAME_MAX, NULL);
    amqp_frame_t frame;
    assert_int_equal(otelmq_amqp_simple_wait_frame(NULL, &frame), AMQP_STATUS_INVALID_PARAMETER);
    assert_int_equal(otelmq_amqp_simple_wait_frame(self.connection, NULL),
                     AMQP_STATUS_INVALID_PARAMETER);
    assert_int_equal(otelmq_amqp_simple_wait_frame_noblock(self.connection, &frame, &negative),
                     AMQP_STATUS_INVALID_PARAMETER);
    traced_stop(&self);
}

static void a_dead_connection_ends_what_is_open(void **state)
{
    (void)state;
    traced self;
    confirming_start(&self, NULL);
    publish_to(&self, "new");
    fake_broker_hang_up(&self.broker);
    amqp_frame_t frame;
    assert_int_not_equal(otelmq_amqp_simple_wait_frame(self.connection, &frame), AMQP_STATUS_OK);
    assert_failed(traced_span(&self, "publish orders:new"), "connection-closed");
    traced_stop(&self);
}

static void a_close_that_passes_ends_what_is_open_on_its_channel(void **state)
{
    (void)state;
    traced self;
    confirming_start(&self, NULL);
    publish_to(&self, "new");
    fake_broker_close_channel(&self.broker, AMQP_PRECONDITION_FAILED, "no");
    amqp_frame_t frame;
    assert_int_equal(otelmq_amqp_simple_wait_frame(self.connection, &frame), AMQP_STATUS_OK);
    assert_int_equal(frame.payload.method.id, AMQP_CHANNEL_CLOSE_METHOD);
    assert_failed(traced_span(&self, "publish orders:new"), "channel-closed");
    traced_stop(&self);
}

/* Larger than the usual, so that what it is copied to must grow. */
static void a_frame_that_was_kept_is_a_copy_of_its_own(void **state)
{
    (void)state;
    char tag[256];
    memset(tag, 't', sizeof(tag) - 1);
    tag[sizeof(tag) - 1] = '\0';
    traced self;
    confirming_start(&self, NULL);
    publish_to(&self, "new");
    fake_broker_cancel(&self.broker, tag);
    fake_broker_block(&self.broker, tag);
    fake_broker_answer(&self.broker, 0, AMQP_CONNECTION_UNBLOCKED_METHOD);
    fake_broker_ack(&self.broker, CHANNEL, 1, false);
    otelmq_amqp_confirms confirms;
    assert_int_equal(take_confirms(&self, &confirms).reply_type, AMQP_RESPONSE_NORMAL);
    amqp_maybe_release_buffers(self.broker.client);
    amqp_frame_t frame;
    assert_int_equal(otelmq_amqp_simple_wait_frame(self.connection, &frame), AMQP_STATUS_OK);
    const amqp_basic_cancel_t *cancel = frame.payload.method.decoded;
    assert_int_equal(cancel->consumer_tag.len, strlen(tag));
    assert_memory_equal(cancel->consumer_tag.bytes, tag, strlen(tag));
    assert_int_equal(otelmq_amqp_simple_wait_frame(self.connection, &frame), AMQP_STATUS_OK);
    assert_int_equal(frame.payload.method.id, AMQP_CONNECTION_BLOCKED_METHOD);
    assert_int_equal(otelmq_amqp_simple_wait_frame(self.connection, &frame), AMQP_STATUS_OK);
    assert_int_equal(frame.payload.method.id, AMQP_CONNECTION_UNBLOCKED_METHOD);
    traced_stop(&self);
}

static void what_is_kept_and_never_asked_for_goes_with_the_connection(void **state)
{
    (void)state;
    traced self;
    confirming_start(&self, NULL);
    publish_to(&self, "new");
    fake_broker_cancel(&self.broker, "consumer");
    fake_broker_deliver(&self.broker, &(fake_message){1, "orders", "new", NULL, "body"});
    fake_broker_ack(&self.broker, CHANNEL, 1, false);
    otelmq_amqp_confirms confirms;
    assert_int_equal(take_confirms(&self, &confirms).reply_type, AMQP_RESPONSE_NORMAL);
    traced_stop(&self);
}

/* No settlement comes; the wait ends by what the end of the span makes the broker send. */
static void end_of_process(void *user, const otelmq_messaging_event *event)
{
    assert_string_equal(event->error_type, "timeout");
    fake_broker_cancel(user, "consumer");
}

static void process_spans_reach_their_time_limit_while_a_call_waits(void **state)
{
    (void)state;
    traced self;
    otelmq_amqp_options options = {
        .messaging = {.process_ends = OTELMQ_PROCESS_ENDS_WITH_SETTLEMENT,
                      .process_timeout_ms = 10,
                      .hooks = {.user = &self.broker, .on_process_end = end_of_process}}};
    traced_start(&self, FRAME_MAX, &options);
    fake_broker_deliver(&self.broker, &(fake_message){1, "orders", "new", NULL, "body"});
    amqp_envelope_t envelope;
    assert_int_equal(otelmq_amqp_consume_message(self.connection, &envelope, NULL, 0).reply_type,
                     AMQP_RESPONSE_NORMAL);
    otelmq_scope scope = otelmq_amqp_process_start(self.connection, &envelope);
    otelmq_scope_end(&scope);
    amqp_destroy_envelope(&envelope);
    amqp_frame_t frame;
    assert_int_equal(otelmq_amqp_simple_wait_frame(self.connection, &frame), AMQP_STATUS_OK);
    assert_failed(traced_span(&self, "process orders:new"), "timeout");
    traced_stop(&self);
}

static void extract_gives_what_a_message_carries(void **state)
{
    (void)state;
    traced self;
    traced_start(&self, FRAME_MAX, NULL);
    amqp_table_entry_t entries[] = {entry_text("traceparent", FOREIGN),
                                    entry_text("baggage", "tier=gold")};
    amqp_basic_properties_t properties;
    memset(&properties, 0, sizeof(properties));
    properties._flags = AMQP_BASIC_HEADERS_FLAG;
    properties.headers = (amqp_table_t){2, entries};
    const otelmq_context *context = otelmq_amqp_extract(self.connection, &properties);
    assert_traceparent(FOREIGN, otelmq_context_span_context(context));
    assert_non_null(otelmq_context_baggage(context));
    otelmq_context_release(context);
    context = otelmq_amqp_extract(self.connection, NULL);
    assert_false(otelmq_span_context_is_valid(otelmq_context_span_context(context)));
    otelmq_context_release(context);
    context = otelmq_amqp_extract(NULL, &properties);
    assert_ptr_equal(context, otelmq_context_current());
    otelmq_context_release(context);
    traced_stop(&self);
}

static void a_message_of_many_frames_is_kept_whole(void **state)
{
    (void)state;
    char *body = malloc(LARGE);
    assert_non_null(body);
    memset(body, 'b', LARGE - 1);
    body[LARGE - 1] = '\0';
    traced self;
    confirming_start(&self, NULL);
    publish_to(&self, "new");
    fake_broker_deliver(&self.broker, &(fake_message){1, "orders", "new", NULL, body});
    fake_broker_ack(&self.broker, CHANNEL, 1, false);
    otelmq_amqp_confirms confirms;
    assert_int_equal(take_confirms(&self, &confirms).reply_type, AMQP_RESPONSE_NORMAL);
    amqp_envelope_t envelope;
    assert_int_equal(otelmq_amqp_consume_message(self.connection, &envelope, NULL, 0).reply_type,
                     AMQP_RESPONSE_NORMAL);
    assert_int_equal(envelope.message.body.len, LARGE - 1);
    assert_memory_equal(envelope.message.body.bytes, body, LARGE - 1);
    amqp_destroy_envelope(&envelope);
    free(body);
    traced_stop(&self);
}

/* As of a channel that the program set to confirm mode by the raw call, and never asks about. */
static void frames_that_nobody_reads_are_kept_up_to_a_limit(void **state)
{
    (void)state;
    enum { MAX_HELD = 65536, MORE = 3, OTHER_CHANNEL = 2 };
    static const struct timeval at_once;
    traced self;
    confirming_start(&self, NULL);
    publish_to(&self, "new");
    otelmq_amqp_confirms confirms;
    for (int i = 0; i < MAX_HELD + MORE; i += MORE) {
        for (int j = 0; j < MORE; j++) {
            fake_broker_ack(&self.broker, OTHER_CHANNEL, 1, false);
        }
        assert_library_error(take_confirms(&self, &confirms), AMQP_STATUS_TIMEOUT);
        amqp_maybe_release_buffers(self.broker.client);
    }
    fake_broker_ack(&self.broker, CHANNEL, 1, false);
    assert_int_equal(take_confirms(&self, &confirms).reply_type, AMQP_RESPONSE_NORMAL);
    int held = 0;
    amqp_frame_t frame;
    while (otelmq_amqp_simple_wait_frame_noblock(self.connection, &frame, &at_once) ==
           AMQP_STATUS_OK) {
        held++;
    }
    assert_int_equal(held, MAX_HELD);
    traced_stop(&self);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_program_reads_its_deliveries_frame_by_frame),
        cmocka_unit_test(missing_arguments_are_answered),
        cmocka_unit_test(a_dead_connection_ends_what_is_open),
        cmocka_unit_test(a_close_that_passes_ends_what_is_open_on_its_channel),
        cmocka_unit_test(a_frame_that_was_kept_is_a_copy_of_its_own),
        cmocka_unit_test(what_is_kept_and_never_asked_for_goes_with_the_connection),
        cmocka_unit_test(process_spans_reach_their_time_limit_while_a_call_waits),
        cmocka_unit_test(extract_gives_what_a_message_carries),
        cmocka_unit_test(a_message_of_many_frames_is_kept_whole),
        cmocka_unit_test(frames_that_nobody_reads_are_kept_up_to_a_limit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
