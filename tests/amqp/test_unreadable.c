/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Messages with a header without a name, which librabbitmq cannot copy, in calls that read for
 * themselves. A version that can has nothing to be tested here.
 */
#include "amqp/consuming.h"
#include "amqp/entries.h"
#include "amqp/fake_answers.h"
#include "amqp/running.h"
#include "support/test.h"

#include <stdio.h>
#include <stdlib.h>

enum { CHANNEL = 1, MAX_CONSUMERS = 16384 };

static const char REPLY_TAG[] = "otelmq.reply-to";

static amqp_basic_properties_t unreadable(amqp_table_entry_t *entry)
{
    *entry = entry_text("", "value");
    return entries_properties(entry, 1);
}

static void deliver_unreadable(traced *self, uint64_t tag, const char *consumer_tag)
{
    amqp_table_entry_t entry;
    amqp_basic_properties_t properties = unreadable(&entry);
    fake_message message = {tag, "orders", "new", &properties, "body"};
    fake_broker_deliver_to(&self->broker, &message, consumer_tag, false);
}

static void skip_if_readable(void)
{
    traced plain;
    traced_start(&plain, RUNNING_FRAME_MAX, NULL);
    deliver_unreadable(&plain, 1, "consumer");
    amqp_envelope_t envelope;
    amqp_rpc_reply_t reply = amqp_consume_message(plain.broker.client, &envelope, NULL, 0);
    bool is_read = reply.reply_type == AMQP_RESPONSE_NORMAL;
    if (is_read) {
        amqp_destroy_envelope(&envelope);
    }
    traced_stop(&plain);
    if (is_read) {
        skip();
    }
}

static void send_reply(traced *self, const char *correlation_id)
{
    amqp_basic_properties_t properties;
    memset(&properties, 0, sizeof(properties));
    properties._flags = AMQP_BASIC_CORRELATION_ID_FLAG;
    properties.correlation_id = amqp_cstring_bytes(correlation_id);
    fake_message message = {9, "", "reply", &properties, "answer"};
    fake_broker_deliver_to(&self->broker, &message, REPLY_TAG, false);
}

static amqp_rpc_reply_t call(traced *self, const char *correlation_id)
{
    amqp_basic_properties_t properties;
    memset(&properties, 0, sizeof(properties));
    properties._flags = AMQP_BASIC_CORRELATION_ID_FLAG;
    properties.correlation_id = amqp_cstring_bytes(correlation_id);
    struct timeval timeout = {0, 20000};
    amqp_envelope_t reply;
    amqp_rpc_reply_t result = otelmq_amqp_call(self->connection, CHANNEL, amqp_cstring_bytes("rpc"),
                                               amqp_cstring_bytes("sum"), &properties,
                                               amqp_cstring_bytes("1 + 1"), &timeout, &reply);
    if (result.reply_type == AMQP_RESPONSE_NORMAL) {
        otelmq_scope scope = otelmq_amqp_process_start(self->connection, &reply);
        otelmq_scope_end(&scope);
        amqp_destroy_envelope(&reply);
    }
    return result;
}

static void a_loop_whose_prefetch_cannot_be_read_ends_and_loses_nothing(void **state)
{
    traced *self = *state;
    skip_if_readable();
    running_answer_start(&self->broker);
    deliver_unreadable(self, 1, "consumer");
    running_deliver(&self->broker, 2, "text", false);
    deliver_unreadable(self, 3, "consumer");
    fake_broker_answer_cancel(&self->broker, "consumer");
    running_script script = {.count = 0};
    amqp_rpc_reply_t reply = running_run(self, &script, &(otelmq_amqp_run_options){.prefetch = 2});
    assert_int_equal(reply.reply_type, AMQP_RESPONSE_LIBRARY_EXCEPTION);
    assert_int_equal(reply.library_error, AMQP_STATUS_BAD_AMQP_DATA);
    assert_int_equal(script.count, 1);
    running_skip_start(&self->broker);
    running_expect_settled(&self->broker, AMQP_BASIC_ACK_METHOD, 2, 0);
    running_skip(&self->broker, AMQP_BASIC_CANCEL_METHOD);
    running_expect_nothing(&self->broker);
}

static void an_unreadable_reply_of_an_earlier_call_does_not_end_the_next_one(void **state)
{
    traced *self = *state;
    skip_if_readable();
    fake_broker_answer_consume(&self->broker, REPLY_TAG);
    assert_int_equal(call(self, "one").library_error, AMQP_STATUS_TIMEOUT);
    deliver_unreadable(self, 1, REPLY_TAG);
    send_reply(self, "two");
    assert_int_equal(call(self, "two").reply_type, AMQP_RESPONSE_NORMAL);
    deliver_unreadable(self, 2, REPLY_TAG);
    assert_int_not_equal(call(self, "three").library_error, AMQP_STATUS_TIMEOUT);
}

static void a_request_that_comes_back_unreadable_ends_its_call(void **state)
{
    traced *self = *state;
    skip_if_readable();
    amqp_table_entry_t entry;
    amqp_basic_properties_t properties = unreadable(&entry);
    fake_broker_answer_consume(&self->broker, REPLY_TAG);
    fake_message other = {0, "rpc", "product", &properties, "1 * 1"};
    fake_broker_return(&self->broker, AMQP_NO_ROUTE, "NO_ROUTE", &other);
    send_reply(self, "one");
    assert_int_equal(call(self, "one").reply_type, AMQP_RESPONSE_NORMAL);
    fake_message ours = {0, "rpc", "sum", &properties, "1 + 1"};
    fake_broker_return(&self->broker, AMQP_NO_ROUTE, "NO_ROUTE", &ours);
    assert_int_equal(call(self, "two").reply.id, AMQP_BASIC_RETURN_METHOD);
}

/* The names of consumers that are remembered give way to newer ones. */
static void replies_are_consumed_once_however_many_consumers_begin(void **state)
{
    traced *self = *state;
    fake_broker_answer_consume(&self->broker, REPLY_TAG);
    send_reply(self, "one");
    assert_int_equal(call(self, "one").reply_type, AMQP_RESPONSE_NORMAL);
    for (int i = 0; i < MAX_CONSUMERS; i++) {
        char tag[16];
        snprintf(tag, sizeof(tag), "tag-%d", i);
        fake_broker_answer_consume(&self->broker, tag);
        assert_non_null(otelmq_amqp_basic_consume(self->connection, CHANNEL,
                                                  amqp_cstring_bytes("queue"), amqp_empty_bytes, 0,
                                                  0, 0, amqp_empty_table));
        fake_broker_skip(&self->broker);
    }
    send_reply(self, "two");
    assert_int_equal(call(self, "two").reply_type, AMQP_RESPONSE_NORMAL);
    running_skip(&self->broker, AMQP_BASIC_PUBLISH_METHOD);
    fake_broker_skip(&self->broker);
    consuming_ack(self, 0, 1); /* and no reply waits for it */
    assert_no_attribute(traced_span(self, "ack rabbit.test:5672"), "messaging.batch.message_count");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, running_set_up, running_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_loop_whose_prefetch_cannot_be_read_ends_and_loses_nothing),
        TEST(an_unreadable_reply_of_an_earlier_call_does_not_end_the_next_one),
        TEST(a_request_that_comes_back_unreadable_ends_its_call),
        TEST(replies_are_consumed_once_however_many_consumers_begin),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
