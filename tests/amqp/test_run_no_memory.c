/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Want of memory must cost spans, and never a message: each allocation that otelmq_amqp_run makes
 * for one message fails in turn, and the message is handled and acknowledged all the same.
 */
#include "amqp/running.h"
#include "support/allocations.h"
#include "support/test.h"

enum { AT_LEAST = 3, AT_MOST = 1000 };

/* Whether there was an allocation that failed. */
static bool run_failing_at(int allocation)
{
    traced self;
    traced_start(&self, RUNNING_FRAME_MAX, NULL);
    running_answer_start(&self.broker);
    running_deliver(&self.broker, 1, "text", false);
    fake_broker_answer_cancel(&self.broker, "consumer");
    running_script script = {.stops_at = 1};
    allocations_fail_after(allocation);
    allocations_resume();
    amqp_rpc_reply_t reply = running_run(&self, &script, NULL);
    bool has_failed = allocations_end_failure();
    assert_int_equal(reply.reply_type, AMQP_RESPONSE_NORMAL);
    assert_int_equal(script.count, 1);
    running_skip_start(&self.broker);
    running_expect_settled(&self.broker, AMQP_BASIC_ACK_METHOD, 1, 0);
    running_skip(&self.broker, AMQP_BASIC_CANCEL_METHOD);
    traced_stop(&self);
    return has_failed;
}

static void whichever_allocation_fails_the_message_is_handled_and_acknowledged(void **state)
{
    (void)state;
    int allocation = 0;
    while (run_failing_at(allocation) && allocation < AT_MOST) {
        allocation++;
    }
    assert_in_range(allocation, AT_LEAST, AT_MOST - 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whichever_allocation_fails_the_message_is_handled_and_acknowledged),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
