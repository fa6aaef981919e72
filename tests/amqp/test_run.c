/* SPDX-License-Identifier: Apache-2.0 */
#include "amqp/consuming.h"
#include "amqp/fake_answers.h"
#include "amqp/running.h"
#include "support/test.h"

#include <signal.h>
#include <stdlib.h>

static void assert_normal(amqp_rpc_reply_t reply)
{
    assert_int_equal(reply.reply_type, AMQP_RESPONSE_NORMAL);
}

static void each_answer_settles_its_message(void **state)
{
    traced *self = *state;
    fake_broker *broker = &self->broker;
    running_answer_start(broker);
    for (uint64_t tag = 1; tag <= 4; tag++) {
        running_deliver(broker, tag, "text", false);
    }
    fake_broker_answer_cancel(broker, "consumer");
    const otelmq_amqp_answer answers[] = {OTELMQ_AMQP_ACK, OTELMQ_AMQP_REQUEUE, OTELMQ_AMQP_REJECT,
                                          OTELMQ_AMQP_LEAVE};
    running_script script = {.answers = answers, .stops_at = 4};
    assert_normal(running_run(self, &script, NULL));
    assert_int_equal(script.count, 4);
    running_skip_start(broker);
    running_expect_settled(broker, AMQP_BASIC_ACK_METHOD, 1, 0);
    running_expect_settled(broker, AMQP_BASIC_NACK_METHOD, 2, 2);
    running_expect_settled(broker, AMQP_BASIC_REJECT_METHOD, 3, 0);
    running_skip(broker, AMQP_BASIC_CANCEL_METHOD);
    running_expect_nothing(broker);
}

static void
a_message_has_a_process_span_with_the_settlement_inside_and_no_receive_span(void **state)
{
    traced *self = *state;
    running_answer_start(&self->broker);
    running_deliver(&self->broker, 1, "text", false);
    fake_broker_answer_cancel(&self->broker, "consumer");
    running_script script = {.stops_at = 1};
    assert_normal(running_run(self, &script, NULL));
    assert_int_equal(otelmq_memory_exporter_count(self->spans), 2);
    const otelmq_span_data *process = traced_span(self, "process orders:new:queue");
    const otelmq_span_data *ack = traced_span(self, "ack orders:new:queue");
    assert_int_equal(process->kind, OTELMQ_SPAN_CONSUMER);
    assert_child(ack, &process->span_context);
    assert_true(ack->end_time_unix_nano <= process->end_time_unix_nano);
    assert_attribute(process, "messaging.message.id", "text");
}

/* What the handler answers to each message, and how its process span is to end. */
static const struct {
    otelmq_amqp_answer answer;
    const char *error_type; /* "": none */
} answered[] = {{OTELMQ_AMQP_ACK, ""},
                {OTELMQ_AMQP_REQUEUE, "nack"},
                {OTELMQ_AMQP_REJECT, "reject"},
                {OTELMQ_AMQP_ACK, ""}};

static void expect_end(void *user, const otelmq_messaging_event *event)
{
    size_t *count = user;
    assert_true(*count < COUNT_OF(answered));
    assert_string_equal(event->error_type != NULL ? event->error_type : "",
                        answered[*count].error_type);
    (*count)++;
}

static void answer_each(traced *self, bool no_ack)
{
    otelmq_amqp_answer answers[COUNT_OF(answered)];
    if (!no_ack) {
        running_answer_qos(&self->broker);
    }
    fake_broker_answer_consume(&self->broker, "consumer");
    for (size_t i = 0; i < COUNT_OF(answered); i++) {
        answers[i] = answered[i].answer;
        running_deliver(&self->broker, i + 1, "text", false);
    }
    fake_broker_answer_cancel(&self->broker, "consumer");
    running_script script = {.answers = answers, .stops_at = COUNT_OF(answered)};
    assert_normal(running_run(self, &script, &(otelmq_amqp_run_options){.no_ack = no_ack}));
}

static void expect_ends(otelmq_process_ends process_ends, bool no_ack)
{
    traced self;
    size_t count = 0;
    otelmq_amqp_options options = {
        .messaging = {.process_ends = process_ends,
                      .hooks = {.user = &count, .on_process_end = expect_end}}};
    traced_start(&self, RUNNING_FRAME_MAX, &options);
    answer_each(&self, no_ack);
    assert_int_equal(count, COUNT_OF(answered));
    for (size_t i = 0; i < COUNT_OF(answered); i++) {
        const otelmq_span_data *process = consuming_span_at(&self, "process orders:new:queue", i);
        if (answered[i].error_type[0] != '\0') {
            assert_failed(process, answered[i].error_type);
        } else {
            assert_int_equal(process->status, OTELMQ_STATUS_UNSET);
        }
    }
    traced_stop(&self);
}

static void what_the_handler_gives_back_or_rejects_has_failed_however_its_span_ends(void **state)
{
    (void)state;
    expect_ends(OTELMQ_PROCESS_ENDS_WITH_SCOPE, false);
    expect_ends(OTELMQ_PROCESS_ENDS_WITH_SETTLEMENT, false);
    expect_ends(OTELMQ_PROCESS_ENDS_WITH_SCOPE, true);
}

static void the_consumer_is_begun_as_the_options_say(void **state)
{
    traced *self = *state;
    static const struct {
        uint16_t prefetch;
        uint8_t expected;
    } rows[] = {{0, 32}, {50, 50}};
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        running_answer_start(&self->broker);
        running_deliver(&self->broker, i + 1, "text", false);
        fake_broker_answer_cancel(&self->broker, "consumer");
        running_script script = {.stops_at = 1};
        otelmq_amqp_run_options options = {.prefetch = rows[i].prefetch,
                                           .consumer_tag = amqp_cstring_bytes("tag"),
                                           .is_exclusive = true};
        assert_normal(running_run(self, &script, &options));
        uint8_t *qos = running_expect(&self->broker, AMQP_BASIC_QOS_METHOD);
        assert_int_equal(qos[5], rows[i].expected);
        assert_int_equal(qos[6], 0); /* not for the whole channel */
        uint8_t *consume = running_expect(&self->broker, AMQP_BASIC_CONSUME_METHOD);
        assert_memory_equal(consume + 2, "\5queue\3tag\4", 11);
        free(qos);
        free(consume);
        running_skip(&self->broker, AMQP_BASIC_ACK_METHOD);
        running_skip(&self->broker, AMQP_BASIC_CANCEL_METHOD);
    }
}

static void a_stop_gives_back_what_was_prefetched_without_a_span(void **state)
{
    traced *self = *state;
    fake_broker *broker = &self->broker;
    running_answer_start(broker);
    for (uint64_t tag = 1; tag <= 3; tag++) {
        running_deliver(broker, tag, "text", false);
    }
    fake_broker_answer_cancel(broker, "consumer");
    running_script script = {.stops_at = 1};
    assert_normal(running_run(self, &script, NULL));
    assert_int_equal(script.count, 1);
    running_skip_start(broker);
    running_expect_settled(broker, AMQP_BASIC_ACK_METHOD, 1, 0);
    running_skip(broker, AMQP_BASIC_CANCEL_METHOD);
    running_expect_settled(broker, AMQP_BASIC_NACK_METHOD, 2, 2);
    running_expect_settled(broker, AMQP_BASIC_NACK_METHOD, 3, 2);
    running_expect_nothing(broker);
    assert_int_equal(otelmq_memory_exporter_count(self->spans), 2);
}

static void a_stop_before_the_run_makes_it_return_at_once_and_counts_once(void **state)
{
    traced *self = *state;
    otelmq_amqp_stop(self->connection);
    otelmq_amqp_stop(self->connection);
    running_script script = {.stops_at = 1};
    assert_normal(running_run(self, &script, NULL));
    running_expect_nothing(&self->broker);
    running_answer_start(&self->broker);
    running_deliver(&self->broker, 1, "text", false);
    fake_broker_answer_cancel(&self->broker, "consumer");
    assert_normal(running_run(self, &script, NULL));
    assert_int_equal(script.count, 1);
}

static void messages_of_other_consumers_are_kept_for_consume_message(void **state)
{
    traced *self = *state;
    running_answer_start(&self->broker);
    fake_message foreign = {7, "other", "key", NULL, "foreign"};
    fake_broker_deliver_to(&self->broker, &foreign, "other", false);
    running_deliver(&self->broker, 8, "text", false);
    fake_broker_answer_cancel(&self->broker, "consumer");
    running_script script = {.stops_at = 1};
    assert_normal(running_run(self, &script, NULL));
    assert_int_equal(script.tags[0], 8);
    amqp_envelope_t envelope;
    assert_normal(otelmq_amqp_consume_message(self->connection, &envelope, NULL, 0));
    assert_int_equal(envelope.delivery_tag, 7);
    amqp_destroy_envelope(&envelope);
}

static void a_handler_that_waits_for_confirms_loses_no_message(void **state)
{
    traced *self = *state;
    running_select_confirms(self);
    running_answer_start(&self->broker);
    running_deliver(&self->broker, 1, "one", false);
    running_deliver(&self->broker, 2, "two", false);
    fake_broker_confirm(&self->broker, 1);
    running_deliver(&self->broker, 3, "three", false);
    fake_broker_confirm(&self->broker, 2);
    fake_broker_confirm(&self->broker, 3);
    fake_broker_answer_cancel(&self->broker, "consumer");
    running_script script = {.stops_at = 3, .also = running_publish_and_wait};
    assert_normal(running_run(self, &script, NULL));
    for (uint64_t i = 0; i < 3; i++) {
        assert_int_equal(script.tags[i], i + 1);
        const otelmq_span_data *published = consuming_span_at(self, "publish done", i);
        const otelmq_span_data *process = consuming_span_at(self, "process orders:new:queue", i);
        assert_child(published, &process->span_context);
        assert_int_equal(published->status, OTELMQ_STATUS_UNSET);
    }
}

static void without_acknowledgements_all_that_came_goes_to_the_handler(void **state)
{
    traced *self = *state;
    fake_broker_answer_consume(&self->broker, "consumer");
    for (uint64_t tag = 1; tag <= 3; tag++) {
        running_deliver(&self->broker, tag, "text", false);
    }
    fake_broker_answer_cancel(&self->broker, "consumer");
    running_script script = {.stops_at = 1};
    assert_normal(running_run(self, &script, &(otelmq_amqp_run_options){.no_ack = true}));
    assert_int_equal(script.count, 3);
    running_skip(&self->broker, AMQP_BASIC_CONSUME_METHOD);
    running_skip(&self->broker, AMQP_BASIC_CANCEL_METHOD);
    running_expect_nothing(&self->broker);
    assert_int_equal(consuming_count(self, "process orders:new:queue"), 3);
}

static void it_stops_when_no_message_came_for_so_long(void **state)
{
    traced *self = *state;
    running_answer_start(&self->broker);
    running_deliver(&self->broker, 1, "text", false);
    fake_broker_confirm(&self->broker, 1); /* no message, and nobody waits for it */
    running_script script = {.answers = (otelmq_amqp_answer[]){OTELMQ_AMQP_LEAVE}};
    running_partner partner = {.broker = &self->broker};
    running_partner_start(&partner);
    assert_normal(running_run(self, &script, &(otelmq_amqp_run_options){.stop_when_idle_ms = 20}));
    running_partner_join(&partner);
    assert_int_equal(script.count, 1);
}

static void stop_connection(void *user)
{
    otelmq_amqp_stop(user);
}

static void another_thread_can_stop_it_while_it_waits(void **state)
{
    traced *self = *state;
    running_answer_start(&self->broker);
    running_script script = {.count = 0};
    running_partner partner = {&self->broker, stop_connection, self->connection, 0};
    running_partner_start(&partner);
    assert_normal(running_run(self, &script, NULL));
    running_partner_join(&partner);
}

static otelmq_amqp_connection *signalled;

static void stop_signalled(int number)
{
    (void)number;
    otelmq_amqp_stop(signalled);
}

static void raise_signal(void *user)
{
    const pthread_t *thread = user;
    assert_int_equal(pthread_kill(*thread, SIGUSR1), 0);
}

static void a_signal_handler_can_stop_it_while_it_waits(void **state)
{
    traced *self = *state;
    struct sigaction action = {.sa_handler = stop_signalled};
    struct sigaction before;
    assert_int_equal(sigaction(SIGUSR1, &action, &before), 0);
    signalled = self->connection;
    running_answer_start(&self->broker);
    running_script script = {.count = 0};
    pthread_t this_thread = pthread_self();
    running_partner partner = {&self->broker, raise_signal, &this_thread, 0};
    running_partner_start(&partner);
    assert_normal(running_run(self, &script, NULL));
    running_partner_join(&partner);
    assert_int_equal(sigaction(SIGUSR1, &before, NULL), 0);
}

static void with_tracing_suppressed_it_works_as_well_without_spans(void **state)
{
    traced *self = *state;
    running_answer_start(&self->broker);
    running_deliver(&self->broker, 1, "text", false);
    fake_broker_answer_cancel(&self->broker, "consumer");
    running_script script = {.stops_at = 1};
    otelmq_scope scope = otelmq_messaging_suppress();
    assert_normal(running_run(self, &script, NULL));
    otelmq_scope_end(&scope);
    running_skip_start(&self->broker);
    running_expect_settled(&self->broker, AMQP_BASIC_ACK_METHOD, 1, 0);
    assert_int_equal(otelmq_memory_exporter_count(self->spans), 0);
}

#define RUN_TEST(name) cmocka_unit_test_setup_teardown(name, running_set_up, running_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        RUN_TEST(each_answer_settles_its_message),
        RUN_TEST(a_message_has_a_process_span_with_the_settlement_inside_and_no_receive_span),
        cmocka_unit_test(what_the_handler_gives_back_or_rejects_has_failed_however_its_span_ends),
        RUN_TEST(the_consumer_is_begun_as_the_options_say),
        RUN_TEST(a_stop_gives_back_what_was_prefetched_without_a_span),
        RUN_TEST(a_stop_before_the_run_makes_it_return_at_once_and_counts_once),
        RUN_TEST(messages_of_other_consumers_are_kept_for_consume_message),
        RUN_TEST(a_handler_that_waits_for_confirms_loses_no_message),
        RUN_TEST(without_acknowledgements_all_that_came_goes_to_the_handler),
        RUN_TEST(it_stops_when_no_message_came_for_so_long),
        RUN_TEST(another_thread_can_stop_it_while_it_waits),
        RUN_TEST(a_signal_handler_can_stop_it_while_it_waits),
        RUN_TEST(with_tracing_suppressed_it_works_as_well_without_spans),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
