/* SPDX-License-Identifier: Apache-2.0 */
/* What ends otelmq_amqp_run, other than a stop, and what keeps it from beginning. */
#include "amqp/fake_answers.h"
#include "amqp/running.h"
#include "support/diagnostics_log.h"
#include "support/test.h"

#include <stdlib.h>

static void assert_normal(amqp_rpc_reply_t reply)
{
    assert_int_equal(reply.reply_type, AMQP_RESPONSE_NORMAL);
}

static void assert_ended_by_library(amqp_rpc_reply_t reply, int status)
{
    assert_int_equal(reply.reply_type, AMQP_RESPONSE_LIBRARY_EXCEPTION);
    assert_int_equal(reply.library_error, status);
}

static void assert_ended_by_broker(amqp_rpc_reply_t reply, amqp_method_number_t method)
{
    assert_int_equal(reply.reply_type, AMQP_RESPONSE_SERVER_EXCEPTION);
    assert_int_equal(reply.reply.id, method);
}

static void a_cancel_by_the_broker_ends_it_and_what_it_said_stays_readable(void **state)
{
    traced *self = *state;
    running_answer_start(&self->broker);
    running_deliver(&self->broker, 1, "text", false);
    fake_broker_cancel(&self->broker, "other");
    fake_broker_cancel(&self->broker, "consumer");
    running_script script = {.count = 0};
    amqp_rpc_reply_t reply = running_run(self, &script, NULL);
    amqp_release_buffers(self->broker.client);
    assert_ended_by_broker(reply, AMQP_BASIC_CANCEL_METHOD);
    const amqp_basic_cancel_t *cancel = reply.reply.decoded;
    assert_int_equal(cancel->consumer_tag.len, strlen("consumer"));
    assert_memory_equal(cancel->consumer_tag.bytes, "consumer", strlen("consumer"));
    assert_int_equal(script.count, 1);
    amqp_frame_t frame; /* what was not for the loop is not lost */
    assert_int_equal(otelmq_amqp_simple_wait_frame(self->connection, &frame), AMQP_STATUS_OK);
    const amqp_basic_cancel_t *other = frame.payload.method.decoded;
    assert_memory_equal(other->consumer_tag.bytes, "other", strlen("other"));
}

static void a_closed_channel_ends_it_with_the_reason(void **state)
{
    traced *self = *state;
    running_answer_start(&self->broker);
    fake_broker_close_channel(&self->broker, AMQP_PRECONDITION_FAILED, "unknown delivery tag");
    running_script script = {.count = 0};
    amqp_rpc_reply_t reply = running_run(self, &script, NULL);
    amqp_release_buffers(self->broker.client);
    assert_ended_by_broker(reply, AMQP_CHANNEL_CLOSE_METHOD);
    const amqp_channel_close_t *closed = reply.reply.decoded;
    assert_int_equal(closed->reply_code, AMQP_PRECONDITION_FAILED);
    assert_memory_equal(closed->reply_text.bytes, "unknown delivery tag", closed->reply_text.len);
}

static void an_unknown_queue_ends_it_before_it_began(void **state)
{
    traced *self = *state;
    running_answer_qos(&self->broker);
    fake_broker_close_channel(&self->broker, AMQP_NOT_FOUND, "no queue");
    running_script script = {.count = 0};
    amqp_rpc_reply_t reply = running_run(self, &script, NULL);
    assert_ended_by_broker(reply, AMQP_CHANNEL_CLOSE_METHOD);
    assert_int_equal(((amqp_channel_close_t *)reply.reply.decoded)->reply_code, AMQP_NOT_FOUND);
}

static void open_another_channel(void *user, const otelmq_messaging_event *event)
{
    (void)event;
    traced *self = user;
    fake_broker_answer_open_on(&self->broker, 2);
    assert_non_null(otelmq_amqp_channel_open(self->connection, 2));
}

/* Hooks hear of the end of what was published, and librabbitmq speaks of their calls then. */
static void a_failure_to_begin_is_told_whatever_the_hooks_call(void **state)
{
    (void)state;
    traced self;
    otelmq_amqp_options options = {
        .messaging.hooks = {.user = &self, .on_confirm = open_another_channel}};
    traced_start(&self, RUNNING_FRAME_MAX, &options);
    running_select_confirms(&self);
    assert_int_equal(otelmq_amqp_basic_publish(self.connection, RUNNING_CHANNEL, amqp_empty_bytes,
                                               amqp_cstring_bytes("queue"), 0, 0, NULL,
                                               amqp_empty_bytes),
                     AMQP_STATUS_OK);
    running_answer_qos(&self.broker);
    fake_broker_close_channel(&self.broker, AMQP_NOT_FOUND, "no queue");
    running_script script = {.count = 0};
    amqp_rpc_reply_t reply = running_run(&self, &script, NULL);
    amqp_release_buffers(self.broker.client);
    assert_ended_by_broker(reply, AMQP_CHANNEL_CLOSE_METHOD);
    const amqp_channel_close_t *closed = reply.reply.decoded;
    assert_memory_equal(closed->reply_text.bytes, "no queue", closed->reply_text.len);
    traced_stop(&self);
}

static void lose_connection(void *user, otelmq_amqp_connection *connection,
                            const amqp_envelope_t *envelope)
{
    (void)connection;
    (void)envelope;
    fake_broker_hang_up(user);
}

static void a_lost_connection_ends_it_with_the_librarys_status(void **state)
{
    traced *self = *state;
    running_answer_start(&self->broker);
    running_deliver(&self->broker, 1, "text", false);
    running_script script = {.answers = (otelmq_amqp_answer[]){OTELMQ_AMQP_LEAVE},
                             .also = lose_connection,
                             .user = &self->broker};
    amqp_rpc_reply_t reply = running_run(self, &script, NULL);
    assert_int_equal(reply.reply_type, AMQP_RESPONSE_LIBRARY_EXCEPTION);
    assert_true(reply.library_error == AMQP_STATUS_CONNECTION_CLOSED ||
                reply.library_error == AMQP_STATUS_SOCKET_ERROR);
    assert_int_equal(script.count, 1);
    otelmq_amqp_connection_replace(self->connection, NULL);
    assert_ended_by_library(running_run(self, &script, NULL), AMQP_STATUS_CONNECTION_CLOSED);
}

static void a_stop_that_a_lost_connection_came_before_is_for_the_next_run(void **state)
{
    traced *self = *state;
    running_answer_start(&self->broker);
    running_deliver(&self->broker, 1, "text", false);
    running_script script = {.stops_at = 1, .also = lose_connection, .user = &self->broker};
    assert_int_not_equal(running_run(self, &script, NULL).reply_type, AMQP_RESPONSE_NORMAL);
    assert_normal(running_run(self, &script, NULL));
    assert_int_equal(script.count, 1);
}

static void a_cancel_that_the_handler_met_ends_it_after_the_settlement(void **state)
{
    traced *self = *state;
    running_select_confirms(self);
    running_answer_start(&self->broker);
    running_deliver(&self->broker, 1, "one", false);
    running_deliver(&self->broker, 2, "two", false);
    fake_broker_cancel(&self->broker, "consumer");
    running_script script = {.also = running_publish_and_wait};
    assert_ended_by_broker(running_run(self, &script, NULL), AMQP_BASIC_CANCEL_METHOD);
    assert_int_equal(script.count, 1);
    running_skip_start(&self->broker);
    fake_published published = fake_broker_take_published(&self->broker);
    fake_published_clean(&published);
    running_expect_settled(&self->broker, AMQP_BASIC_ACK_METHOD, 1, 0);
    running_expect_settled(&self->broker, AMQP_BASIC_NACK_METHOD, 2, 2);
    running_expect_nothing(&self->broker);
}

static void on_a_channel_that_closed_in_the_handler_nothing_is_settled(void **state)
{
    traced *self = *state;
    running_select_confirms(self);
    running_answer_start(&self->broker);
    running_deliver(&self->broker, 1, "one", false);
    running_deliver(&self->broker, 2, "two", false);
    fake_broker_close_channel(&self->broker, AMQP_NOT_FOUND, "no exchange");
    running_script script = {.also = running_publish_and_wait};
    assert_ended_by_broker(running_run(self, &script, NULL), AMQP_CHANNEL_CLOSE_METHOD);
    assert_int_equal(script.count, 1);
    running_skip_start(&self->broker);
    fake_published published = fake_broker_take_published(&self->broker);
    fake_published_clean(&published);
    running_expect_nothing(&self->broker);
}

static void replace_connection(void *user, otelmq_amqp_connection *connection,
                               const amqp_envelope_t *envelope)
{
    (void)user;
    (void)envelope;
    otelmq_amqp_connection_replace(connection, NULL);
}

static void a_handler_that_replaces_the_connection_ends_it(void **state)
{
    traced *self = *state;
    running_answer_start(&self->broker);
    running_deliver(&self->broker, 1, "text", false);
    running_script script = {.also = replace_connection};
    assert_ended_by_library(running_run(self, &script, NULL), AMQP_STATUS_CONNECTION_CLOSED);
    running_skip_start(&self->broker);
    running_expect_nothing(&self->broker);
}

static otelmq_amqp_answer never_called(void *user, otelmq_amqp_connection *connection,
                                       const amqp_envelope_t *envelope)
{
    (void)user;
    (void)connection;
    fail_msg("the handler was called with tag %d", (int)envelope->delivery_tag);
    return OTELMQ_AMQP_LEAVE;
}

static void run_again(void *user, otelmq_amqp_connection *connection,
                      const amqp_envelope_t *envelope)
{
    (void)envelope;
    amqp_rpc_reply_t *reply = user;
    otelmq_amqp_run_options options = {.queue = amqp_cstring_bytes("queue")};
    *reply = otelmq_amqp_run(connection, never_called, NULL, &options);
}

static void it_cannot_be_run_from_its_own_handler(void **state)
{
    traced *self = *state;
    running_answer_start(&self->broker);
    running_deliver(&self->broker, 1, "text", false);
    fake_broker_answer_cancel(&self->broker, "consumer");
    amqp_rpc_reply_t inner;
    running_script script = {.stops_at = 1, .also = run_again, .user = &inner};
    assert_normal(running_run(self, &script, NULL));
    assert_ended_by_library(inner, AMQP_STATUS_INVALID_PARAMETER);
}

static void wrong_arguments_are_refused_and_reported_with_the_remedy(void **state)
{
    traced *self = *state;
    const otelmq_amqp_run_options good = {.queue = amqp_cstring_bytes("queue")};
    const otelmq_amqp_run_options negative = {.queue = good.queue, .stop_when_idle_ms = -1};
    const otelmq_amqp_run_options no_queue = {.prefetch = 1};
    const struct {
        otelmq_amqp_connection *connection;
        otelmq_amqp_handler handler;
        const otelmq_amqp_run_options *options;
        const char *words;
    } rows[] = {{NULL, never_called, &good, "otelmq_amqp_connection_create"},
                {self->connection, NULL, &good, "handler is NULL"},
                {self->connection, never_called, NULL, "set .queue"},
                {self->connection, never_called, &no_queue, "set .queue"},
                {self->connection, never_called, &negative, "stop_when_idle_ms"}};
    diagnostics_log log;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        diagnostics_log_start(&log, OTELMQ_SEVERITY_ERROR);
        assert_ended_by_library(
            otelmq_amqp_run(rows[i].connection, rows[i].handler, NULL, rows[i].options),
            AMQP_STATUS_INVALID_PARAMETER);
        diagnostics_log_stop();
        assert_row(log.count == 1 && strstr(log.messages[0], rows[i].words) != NULL, rows[i].words);
    }
    otelmq_amqp_stop(NULL);
    running_expect_nothing(&self->broker);
}

#define RUN_TEST(name) cmocka_unit_test_setup_teardown(name, running_set_up, running_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        RUN_TEST(a_cancel_by_the_broker_ends_it_and_what_it_said_stays_readable),
        RUN_TEST(a_closed_channel_ends_it_with_the_reason),
        RUN_TEST(an_unknown_queue_ends_it_before_it_began),
        cmocka_unit_test(a_failure_to_begin_is_told_whatever_the_hooks_call),
        RUN_TEST(a_lost_connection_ends_it_with_the_librarys_status),
        RUN_TEST(a_cancel_that_the_handler_met_ends_it_after_the_settlement),
        RUN_TEST(on_a_channel_that_closed_in_the_handler_nothing_is_settled),
        RUN_TEST(a_handler_that_replaces_the_connection_ends_it),
        RUN_TEST(a_stop_that_a_lost_connection_came_before_is_for_the_next_run),
        RUN_TEST(wrong_arguments_are_refused_and_reported_with_the_remedy),
        RUN_TEST(it_cannot_be_run_from_its_own_handler),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
