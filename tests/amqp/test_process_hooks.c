/* SPDX-License-Identifier: Apache-2.0 */
/* The hook on_process_end of spans that end with settlement, and hooks that settle themselves. */
#include "amqp/consuming.h"
#include "support/test.h"

enum { CHANNEL = CONSUMING_CHANNEL };

static const char PROCESS[] = "process orders:new";

typedef struct {
    traced *self;
    size_t count;
    const char *last_error_type;
    uint64_t then_ack; /* 0: nothing */
} hooked;

static void on_process_end(void *user, const otelmq_messaging_event *event)
{
    hooked *hook = user;
    hook->count++;
    hook->last_error_type = event->error_type;
    assert_true(otelmq_span_is_recording(event->span));
    if (hook->then_ack != 0) {
        uint64_t tag = hook->then_ack;
        hook->then_ack = 0;
        otelmq_amqp_basic_ack(hook->self->connection, CHANNEL, tag, 1);
    }
}

static void start(traced *self, hooked *hook)
{
    *hook = (hooked){.self = self};
    otelmq_amqp_options options = {
        .messaging = {.process_ends = OTELMQ_PROCESS_ENDS_WITH_SETTLEMENT,
                      .hooks = {.user = hook, .on_process_end = on_process_end}}};
    traced_start(self, CONSUMING_FRAME_MAX, &options);
}

static void the_hook_is_told_once_and_why(void **state)
{
    (void)state;
    traced self;
    hooked hook;
    start(&self, &hook);
    consuming_process(&self, 1, NULL);
    assert_int_equal(hook.count, 0);
    consuming_ack(&self, 1, 0);
    assert_int_equal(hook.count, 1);
    assert_null(hook.last_error_type);
    consuming_process(&self, 2, NULL);
    otelmq_amqp_basic_reject(self.connection, CHANNEL, 2, 0);
    assert_int_equal(hook.count, 2);
    assert_string_equal(hook.last_error_type, "reject");
    traced_stop(&self);
    assert_int_equal(hook.count, 2);
}

static void a_hook_may_settle_other_messages(void **state)
{
    (void)state;
    traced self;
    hooked hook;
    start(&self, &hook);
    for (uint64_t tag = 1; tag <= 6; tag++) {
        consuming_process(&self, tag, NULL);
    }
    hook.then_ack = 4;
    otelmq_amqp_basic_ack(self.connection, CHANNEL, 5, 1);
    assert_int_equal(hook.count, 5);
    assert_int_equal(consuming_count(&self, PROCESS), 5);
    hook.then_ack = 6;
    traced_stop(&self);
    assert_int_equal(hook.count, 6);
}

/* What was remembered of it at its receive is gone by then, and what is told is not. */
static void a_hook_may_settle_the_message_that_is_processed_once_more(void **state)
{
    (void)state;
    traced self;
    hooked hook;
    amqp_envelope_t envelope;
    start(&self, &hook);
    consuming_receive(&self, 1, &envelope);
    otelmq_scope first = otelmq_amqp_process_start(self.connection, &envelope);
    otelmq_scope_end(&first);
    hook.then_ack = 1;
    otelmq_scope second = otelmq_amqp_process_start(self.connection, &envelope);
    otelmq_scope_end(&second);
    assert_int_equal(hook.count, 2);
    assert_int_equal(consuming_count(&self, PROCESS), 2);
    assert_attribute(consuming_span_at(&self, PROCESS, 1), "messaging.destination.name",
                     "orders:new");
    amqp_destroy_envelope(&envelope);
    traced_stop(&self);
}

static void ack_it(void *user, const otelmq_messaging_event *event)
{
    hooked *hook = user;
    const amqp_envelope_t *envelope = event->message;
    otelmq_amqp_basic_ack(hook->self->connection, CHANNEL, envelope->delivery_tag, 0);
}

static void a_hook_may_settle_the_message_whose_processing_starts(void **state)
{
    (void)state;
    traced self;
    hooked hook = {.self = &self};
    traced_start(&self, CONSUMING_FRAME_MAX,
                 &(otelmq_amqp_options){
                     .messaging = {.process_ends = OTELMQ_PROCESS_ENDS_WITH_SETTLEMENT,
                                   .hooks = {.user = &hook, .on_process_start = ack_it}}});
    consuming_process(&self, 1, NULL);
    assert_int_equal(consuming_count(&self, PROCESS), 1);
    assert_int_equal(traced_span(&self, PROCESS)->status, OTELMQ_STATUS_UNSET);
    otelmq_memory_exporter_clear(self.spans);
    assert_int_equal(fake_broker_take_settlement(&self.broker), AMQP_BASIC_ACK_METHOD);
    consuming_ack(&self, 0, 1);
    assert_no_attribute(traced_span(&self, "ack"), "messaging.batch.message_count");
    traced_stop(&self);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_hook_is_told_once_and_why),
        cmocka_unit_test(a_hook_may_settle_other_messages),
        cmocka_unit_test(a_hook_may_settle_the_message_that_is_processed_once_more),
        cmocka_unit_test(a_hook_may_settle_the_message_whose_processing_starts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
