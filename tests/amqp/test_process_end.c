/* SPDX-License-Identifier: Apache-2.0 */
/* When process spans end that end with settlement: once each, and with the right error.type. */
#include "amqp/consuming.h"
#include "support/test.h"

#include <pthread.h>
#include <unistd.h>

enum { CHANNEL = CONSUMING_CHANNEL, MANY = 65536 };

static const char PROCESS[] = "process orders:new";

static void start(traced *self, otelmq_amqp_options options)
{
    options.messaging.process_ends = OTELMQ_PROCESS_ENDS_WITH_SETTLEMENT;
    traced_start(self, CONSUMING_FRAME_MAX, &options);
}

static void start_plain(traced *self)
{
    start(self, (otelmq_amqp_options){.client_id = NULL});
}

static void assert_ended_once(const traced *self, const char *error_type)
{
    assert_int_equal(consuming_count(self, PROCESS), 1);
    const otelmq_span_data *span = traced_span(self, PROCESS);
    if (error_type != NULL) {
        assert_failed(span, error_type);
    } else {
        assert_int_equal(span->status, OTELMQ_STATUS_UNSET);
        assert_no_attribute(span, "error.type");
    }
}

static void an_ack_ends_the_span_after_its_scope(void **state)
{
    (void)state;
    traced self;
    start_plain(&self);
    otelmq_span_context process = consuming_process(&self, 1, NULL);
    assert_int_equal(consuming_count(&self, PROCESS), 0);
    assert_false(otelmq_span_context_is_valid(otelmq_context_span_context(NULL)));
    consuming_ack(&self, 1, 0);
    assert_ended_once(&self, NULL);
    assert_child(traced_span(&self, "ack orders:new"), &process);
    traced_stop(&self);
    /* Nothing is left that could end it a second time. */
}

static void after_an_ack_inside_the_scope_its_end_only_detaches(void **state)
{
    (void)state;
    traced self;
    amqp_envelope_t envelope;
    start_plain(&self);
    consuming_receive(&self, 1, &envelope);
    otelmq_scope scope = otelmq_amqp_process_start(self.connection, &envelope);
    consuming_ack(&self, 1, 0);
    assert_ended_once(&self, NULL);
    assert_ptr_equal(otelmq_context_span(NULL), scope.span);
    otelmq_scope_end(&scope);
    assert_false(otelmq_span_context_is_valid(otelmq_context_span_context(NULL)));
    assert_ended_once(&self, NULL);
    amqp_destroy_envelope(&envelope);
    traced_stop(&self);
}

static void nack_and_reject_are_errors_of_their_names(void **state)
{
    (void)state;
    for (int requeue = 0; requeue < 2; requeue++) {
        traced self;
        start_plain(&self);
        consuming_process(&self, 1, NULL);
        otelmq_amqp_basic_nack(self.connection, CHANNEL, 1, 0, requeue);
        assert_ended_once(&self, "nack");
        otelmq_memory_exporter_clear(self.spans);
        consuming_process(&self, 2, NULL);
        otelmq_amqp_basic_reject(self.connection, CHANNEL, 2, requeue);
        assert_ended_once(&self, "reject");
        traced_stop(&self);
    }
}

static void multiple_ends_all_that_it_settles_and_no_more(void **state)
{
    (void)state;
    traced self;
    start_plain(&self);
    for (uint64_t tag = 1; tag <= 5; tag++) {
        consuming_process(&self, tag, NULL);
    }
    consuming_ack(&self, 2, 0);
    consuming_ack(&self, 4, 1);
    assert_int_equal(consuming_count(&self, PROCESS), 4);
    otelmq_amqp_basic_nack(self.connection, CHANNEL, 0, 1, 0);
    assert_int_equal(consuming_count(&self, PROCESS), 5);
    assert_failed(consuming_span_at(&self, PROCESS, 4), "nack");
    traced_stop(&self);
}

static void a_settlement_that_did_not_go_out_is_none(void **state)
{
    (void)state;
    traced self;
    start_plain(&self);
    consuming_process(&self, 1, NULL);
    fake_broker_hang_up(&self.broker);
    assert_true(otelmq_amqp_basic_ack(self.connection, CHANNEL, 1, 0) < 0);
    assert_ended_once(&self, "connection-closed");
    traced_stop(&self);
}

static void a_channel_that_the_broker_closes_ends_its_spans_only(void **state)
{
    (void)state;
    traced self;
    start_plain(&self);
    consuming_process(&self, 1, NULL);
    otelmq_scope other = consuming_start_method(&self, CHANNEL + 1, 1, NULL);
    otelmq_scope_end(&other);
    fake_broker_close_channel(&self.broker, AMQP_NOT_FOUND, "no queue");
    amqp_envelope_t envelope;
    amqp_rpc_reply_t reply =
        otelmq_amqp_basic_get(self.connection, CHANNEL, amqp_cstring_bytes("none"), 0, &envelope);
    assert_int_equal(reply.reply_type, AMQP_RESPONSE_SERVER_EXCEPTION);
    assert_ended_once(&self, "channel-closed");
    otelmq_amqp_basic_ack(self.connection, CHANNEL + 1, 1, 0);
    assert_int_equal(consuming_count(&self, PROCESS), 2);
    traced_stop(&self);
}

static void a_broker_that_goes_away_while_waiting_ends_all(void **state)
{
    (void)state;
    traced self;
    start_plain(&self);
    consuming_process(&self, 1, NULL);
    fake_broker_hang_up(&self.broker);
    amqp_envelope_t envelope;
    amqp_rpc_reply_t reply = otelmq_amqp_consume_message(self.connection, &envelope, NULL, 0);
    assert_int_equal(reply.reply_type, AMQP_RESPONSE_LIBRARY_EXCEPTION);
    assert_ended_once(&self, "connection-closed");
    traced_stop(&self);
}

static void the_end_of_the_connection_ends_all(void **state)
{
    (void)state;
    traced self;
    start_plain(&self);
    consuming_process(&self, 1, NULL);
    otelmq_amqp_connection_destroy(self.connection);
    assert_ended_once(&self, "connection-closed");
    self.connection = NULL;
    traced_stop(&self);
}

static void a_channel_that_was_opened_anew_ends_what_was_before(void **state)
{
    (void)state;
    traced self;
    start_plain(&self);
    consuming_process(&self, 1, NULL);
    consuming_process(&self, 1, NULL);
    assert_ended_once(&self, "channel-closed");
    consuming_ack(&self, 1, 0);
    assert_int_equal(consuming_count(&self, PROCESS), 2);
    traced_stop(&self);
}

static void a_time_limit_ends_the_span_although_nothing_comes(void **state)
{
    (void)state;
    traced self;
    start(&self, (otelmq_amqp_options){.messaging.process_timeout_ms = 1});
    otelmq_span_context process = consuming_process(&self, 1, NULL);
    struct timeval timeout = {0, 50000};
    amqp_envelope_t envelope;
    amqp_rpc_reply_t reply = otelmq_amqp_consume_message(self.connection, &envelope, &timeout, 0);
    assert_int_equal(reply.reply_type, AMQP_RESPONSE_LIBRARY_EXCEPTION);
    assert_int_equal(reply.library_error, AMQP_STATUS_TIMEOUT);
    assert_ended_once(&self, "timeout");
    /* The message is not settled by that. */
    consuming_ack(&self, 1, 0);
    assert_child(traced_span(&self, "ack orders:new"), &process);
    assert_ended_once(&self, "timeout");
    traced_stop(&self);
}

/* Delivers the second message only when the span of the first has ended. */
static void *deliver_after_the_end(void *argument)
{
    traced *self = argument;
    while (consuming_count(self, PROCESS) == 0) {
        usleep(1000);
    }
    fake_broker_deliver(&self->broker, &(fake_message){2, "orders", "new", NULL, ""});
    return NULL;
}

static void a_time_limit_passes_within_an_endless_wait_too(void **state)
{
    (void)state;
    traced self;
    pthread_t broker;
    start(&self, (otelmq_amqp_options){.messaging.process_timeout_ms = 1});
    consuming_process(&self, 1, NULL);
    assert_int_equal(pthread_create(&broker, NULL, deliver_after_the_end, &self), 0);
    amqp_envelope_t envelope;
    amqp_rpc_reply_t reply = otelmq_amqp_consume_message(self.connection, &envelope, NULL, 0);
    assert_int_equal(pthread_join(broker, NULL), 0);
    assert_int_equal(reply.reply_type, AMQP_RESPONSE_NORMAL);
    assert_int_equal(envelope.delivery_tag, 2);
    assert_ended_once(&self, "timeout");
    amqp_destroy_envelope(&envelope);
    traced_stop(&self);
}

static void without_a_time_limit_a_span_waits(void **state)
{
    (void)state;
    traced self;
    start(&self, (otelmq_amqp_options){.messaging.process_timeout_ms = -1});
    consuming_process(&self, 1, NULL);
    struct timeval timeout = {0, 2000};
    amqp_envelope_t envelope;
    otelmq_amqp_consume_message(self.connection, &envelope, &timeout, 0);
    assert_int_equal(consuming_count(&self, PROCESS), 0);
    consuming_ack(&self, 1, 0);
    assert_ended_once(&self, NULL);
    traced_stop(&self);
}

static void the_options_of_a_message_win(void **state)
{
    (void)state;
    static const otelmq_process_options with_scope = {.ends = OTELMQ_PROCESS_ENDS_WITH_SCOPE};
    static const otelmq_process_options with_settlement = {.ends =
                                                               OTELMQ_PROCESS_ENDS_WITH_SETTLEMENT};
    traced self;
    start_plain(&self);
    consuming_process(&self, 1, &with_scope);
    assert_ended_once(&self, NULL);
    traced_stop(&self);
    traced_start(&self, CONSUMING_FRAME_MAX, NULL);
    consuming_process(&self, 1, &with_settlement);
    assert_int_equal(consuming_count(&self, PROCESS), 0);
    consuming_ack(&self, 1, 0);
    assert_ended_once(&self, NULL);
    traced_stop(&self);
}

static void a_message_that_is_processed_twice_has_two_spans(void **state)
{
    (void)state;
    traced self;
    start_plain(&self);
    otelmq_scope first = consuming_start_method(&self, CHANNEL, 3, NULL);
    otelmq_scope_end(&first);
    otelmq_scope second = consuming_start_method(&self, CHANNEL, 3, NULL);
    otelmq_span_context last = *otelmq_span_get_context(second.span);
    assert_int_equal(consuming_count(&self, PROCESS), 1);
    otelmq_scope_end(&second);
    consuming_ack(&self, 3, 0);
    assert_int_equal(consuming_count(&self, PROCESS), 2);
    assert_child(traced_span(&self, "ack orders:new"), &last);
    traced_stop(&self);
}

static void one_that_is_pushed_out_ends_as_forgotten(void **state)
{
    (void)state;
    traced self;
    start_plain(&self);
    for (uint64_t tag = 1; tag <= MANY + 2; tag++) {
        otelmq_scope scope = consuming_start_method(&self, CHANNEL, tag, NULL);
        otelmq_scope_end(&scope);
    }
    assert_int_equal(consuming_count(&self, PROCESS), 2);
    assert_failed(consuming_span_at(&self, PROCESS, 0), "forgotten");
    assert_failed(consuming_span_at(&self, PROCESS, 1), "forgotten");
    assert_int_attribute(consuming_span_at(&self, PROCESS, 1),
                         "messaging.rabbitmq.message.delivery_tag", 2);
    otelmq_memory_exporter_clear(self.spans);
    consuming_ack(&self, 0, 1);
    assert_int_attribute(traced_span(&self, "ack orders:new"), "messaging.batch.message_count",
                         MANY);
    assert_int_equal(otelmq_memory_exporter_count(self.spans), MANY + 1);
    traced_stop(&self);
}

static void what_needs_no_ack_ends_with_its_scope(void **state)
{
    (void)state;
    traced self;
    start_plain(&self);
    fake_broker_answer_get(&self.broker, &(fake_message){9, "orders", "new", NULL, ""});
    amqp_envelope_t envelope;
    otelmq_amqp_basic_get(self.connection, CHANNEL, amqp_cstring_bytes("new"), 1, &envelope);
    otelmq_scope scope = otelmq_amqp_process_start(self.connection, &envelope);
    otelmq_scope_end(&scope);
    amqp_destroy_envelope(&envelope);
    assert_ended_once(&self, NULL);
    traced_stop(&self);
}

/* Settled at once, as a program does that rather loses a message than handles it twice. */
static void what_is_settled_already_ends_with_its_scope(void **state)
{
    (void)state;
    traced self;
    start_plain(&self);
    amqp_envelope_t envelope;
    consuming_receive(&self, 1, &envelope);
    consuming_ack(&self, 1, 0);
    otelmq_scope scope = otelmq_amqp_process_start(self.connection, &envelope);
    assert_int_equal(consuming_count(&self, PROCESS), 0);
    otelmq_scope_end(&scope);
    amqp_destroy_envelope(&envelope);
    assert_ended_once(&self, NULL);
    consuming_process(&self, 2, NULL);
    otelmq_memory_exporter_clear(self.spans);
    consuming_ack(&self, 0, 1);
    assert_int_attribute(traced_span(&self, "ack orders:new"), "messaging.batch.message_count", 1);
    traced_stop(&self);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_ack_ends_the_span_after_its_scope),
        cmocka_unit_test(after_an_ack_inside_the_scope_its_end_only_detaches),
        cmocka_unit_test(nack_and_reject_are_errors_of_their_names),
        cmocka_unit_test(multiple_ends_all_that_it_settles_and_no_more),
        cmocka_unit_test(a_settlement_that_did_not_go_out_is_none),
        cmocka_unit_test(a_channel_that_the_broker_closes_ends_its_spans_only),
        cmocka_unit_test(a_broker_that_goes_away_while_waiting_ends_all),
        cmocka_unit_test(the_end_of_the_connection_ends_all),
        cmocka_unit_test(a_channel_that_was_opened_anew_ends_what_was_before),
        cmocka_unit_test(a_time_limit_ends_the_span_although_nothing_comes),
        cmocka_unit_test(a_time_limit_passes_within_an_endless_wait_too),
        cmocka_unit_test(without_a_time_limit_a_span_waits),
        cmocka_unit_test(the_options_of_a_message_win),
        cmocka_unit_test(a_message_that_is_processed_twice_has_two_spans),
        cmocka_unit_test(one_that_is_pushed_out_ends_as_forgotten),
        cmocka_unit_test(what_needs_no_ack_ends_with_its_scope),
        cmocka_unit_test(what_is_settled_already_ends_with_its_scope),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
