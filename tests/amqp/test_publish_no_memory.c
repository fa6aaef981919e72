/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Want of memory must cost spans, and never a message or its confirm: each allocation on the way of
 * a batch in confirm mode fails in turn.
 */
#include "amqp/fake_queues.h"
#include "amqp/publishing.h"
#include "support/allocations.h"
#include "support/test.h"

enum { FRAME_MAX = 131072, CHANNEL = 1, COUNT = 3, ATTEMPTS = 3 };

static void answer_select_twice(traced *self)
{
    for (int i = 0; i < 2; i++) {
        fake_broker_answer(&self->broker, CHANNEL, AMQP_CONFIRM_SELECT_OK_METHOD);
    }
}

/* Without memory to count messages confirms are refused; that is no harm, and asked for again. */
static void confirm_select(traced *self)
{
    if (otelmq_amqp_confirm_select(self->connection, CHANNEL) == NULL) {
        assert_non_null(otelmq_amqp_confirm_select(self->connection, CHANNEL));
    }
}

static void publish_batch(traced *self)
{
    otelmq_amqp_publishing messages[COUNT];
    for (int i = 0; i < COUNT; i++) {
        messages[i] = (otelmq_amqp_publishing){.exchange = amqp_cstring_bytes("orders"),
                                               .routing_key = amqp_cstring_bytes("new"),
                                               .mandatory = 1,
                                               .body = amqp_cstring_bytes("body")};
    }
    size_t published = 0;
    assert_int_equal(
        otelmq_amqp_basic_publish_batch(self->connection, CHANNEL, messages, COUNT, &published),
        AMQP_STATUS_OK);
    assert_int_equal(published, COUNT);
}

/*
 * A frame that cannot be kept for another call is told by the wait; the confirms come after it. One
 * outcome may be lost, and that is reported.
 */
static size_t wait_confirms(traced *self)
{
    static const struct timeval at_once;
    size_t count = 0;
    for (int i = 0; i < ATTEMPTS; i++) {
        otelmq_amqp_confirms confirms;
        amqp_rpc_reply_t reply =
            otelmq_amqp_wait_confirms(self->connection, CHANNEL, &at_once, &confirms);
        count += confirms.count;
        if (reply.reply_type == AMQP_RESPONSE_NORMAL) {
            return count;
        }
        assert_library_error(reply, AMQP_STATUS_NO_MEMORY);
    }
    fail_msg("the confirms did not come");
    return count;
}

/* False when there is no allocation of this index. */
static bool run_with_failure(int index)
{
    traced self;
    traced_start(&self, FRAME_MAX, NULL);
    answer_select_twice(&self);
    allocations_fail_after(index);
    allocations_resume();
    confirm_select(&self);
    publish_batch(&self);
    allocations_pause();
    fake_broker_return(&self.broker, AMQP_NO_ROUTE, "NO_ROUTE",
                       &(fake_message){0, "orders", "new", NULL, "body"});
    fake_broker_cancel(&self.broker, "consumer");
    fake_broker_deliver(&self.broker, &(fake_message){1, "orders", "new", NULL, "body"});
    fake_broker_ack(&self.broker, CHANNEL, COUNT, true);
    allocations_resume();
    size_t confirmed = wait_confirms(&self);
    allocations_pause();
    bool has_failed = allocations_end_failure();
    assert_true(confirmed == COUNT || (has_failed && confirmed == COUNT - 1));
    traced_stop(&self);
    return has_failed;
}

static void no_failed_allocation_harms_a_message(void **state)
{
    (void)state;
    int index = 0;
    while (run_with_failure(index)) {
        index++;
    }
    assert_true(index > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_failed_allocation_harms_a_message),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
