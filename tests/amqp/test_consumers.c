/* SPDX-License-Identifier: Apache-2.0 */
/* What declaring a queue and consuming from it lets spans know: destinations, and their kind. */
#include "amqp/consuming.h"
#include "amqp/fake_answers.h"
#include "amqp/fake_queues.h"
#include "support/test.h"

#include <stdlib.h>

enum { CHANNEL = CONSUMING_CHANNEL };

static void start(traced *self)
{
    traced_start(self, CONSUMING_FRAME_MAX, NULL);
}

/* The name that the broker gave; options as in queue.declare. */
static void declare(traced *self, const char *asked, const char *given, bool is_exclusive,
                    bool is_auto_delete)
{
    fake_broker_answer_declare(&self->broker, given);
    amqp_queue_declare_ok_t *ok =
        otelmq_amqp_queue_declare(self->connection, CHANNEL, amqp_cstring_bytes(asked), 0, 0,
                                  is_exclusive, is_auto_delete, amqp_empty_table);
    assert_non_null(ok);
    assert_int_equal(ok->queue.len, strlen(given));
}

static void consume_from(traced *self, const char *queue, const char *tag, bool no_ack)
{
    fake_broker_answer_consume(&self->broker, tag);
    amqp_basic_consume_ok_t *ok =
        otelmq_amqp_basic_consume(self->connection, CHANNEL, amqp_cstring_bytes(queue),
                                  amqp_empty_bytes, 0, no_ack, 0, amqp_empty_table);
    assert_non_null(ok);
    assert_memory_equal(ok->consumer_tag.bytes, tag, strlen(tag));
}

/* Consumes a message for the consumer, processes and, if asked to, acknowledges it. */
static void take(traced *self, const char *tag, const char *exchange, const char *routing_key,
                 bool acks)
{
    static uint64_t number;
    fake_message message = {++number, exchange, routing_key, NULL, "body"};
    fake_broker_deliver_to(&self->broker, &message, tag, false);
    amqp_envelope_t envelope;
    amqp_rpc_reply_t reply = otelmq_amqp_consume_message(self->connection, &envelope, NULL, 0);
    assert_int_equal(reply.reply_type, AMQP_RESPONSE_NORMAL);
    otelmq_scope scope = otelmq_amqp_process_start(self->connection, &envelope);
    otelmq_scope_end(&scope);
    if (acks) {
        otelmq_amqp_basic_ack(self->connection, CHANNEL, envelope.delivery_tag, 0);
    }
    amqp_destroy_envelope(&envelope);
}

static void assert_kind(const otelmq_span_data *span, bool is_anonymous, bool is_temporary)
{
    otelmq_value anonymous = otelmq_span_data_attribute(span, "messaging.destination.anonymous");
    otelmq_value temporary = otelmq_span_data_attribute(span, "messaging.destination.temporary");
    assert_int_equal(anonymous.type, is_anonymous ? OTELMQ_VALUE_BOOL : OTELMQ_VALUE_NONE);
    assert_int_equal(temporary.type, is_temporary ? OTELMQ_VALUE_BOOL : OTELMQ_VALUE_NONE);
}

static void the_queue_of_its_consumer_is_part_of_a_destination(void **state)
{
    (void)state;
    static const struct {
        const char *exchange;
        const char *routing_key;
        const char *queue;
        const char *expected;
    } cases[] = {
        {"orders", "new", "work", "orders:new:work"},
        {"orders", "", "work", "orders:work"},
        {"", "work", "work", "work"},
        {"", "new", "work", "new:work"},
        {"orders", "work", "work", "orders:work"},
        {"", "", "work", "work"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        traced self;
        start(&self);
        consume_from(&self, cases[i].queue, "tag-1", false);
        take(&self, "tag-1", cases[i].exchange, cases[i].routing_key, true);
        static const char *const operations[] = {"receive", "process", "ack"};
        for (size_t j = 0; j < COUNT_OF(operations); j++) {
            char name[64];
            snprintf(name, sizeof(name), "%s %s", operations[j], cases[i].expected);
            const otelmq_span_data *span = traced_span(&self, name);
            assert_attribute(span, "messaging.destination.name", cases[i].expected);
            assert_kind(span, false, false);
        }
        traced_stop(&self);
    }
}

static void an_unknown_consumer_leaves_the_queue_out(void **state)
{
    (void)state;
    traced self;
    start(&self);
    consume_from(&self, "work", "tag-1", false);
    take(&self, "tag-2", "orders", "new", true);
    traced_span(&self, "process orders:new");
    traced_stop(&self);
}

static void each_consumer_has_its_queue_until_it_is_another(void **state)
{
    (void)state;
    traced self;
    start(&self);
    consume_from(&self, "first", "tag-1", false);
    consume_from(&self, "second", "tag-2", false);
    take(&self, "tag-2", "e", "k", false);
    take(&self, "tag-1", "e", "k", false);
    consume_from(&self, "third", "tag-1", false);
    take(&self, "tag-1", "e", "k", false);
    traced_span(&self, "process e:k:second");
    traced_span(&self, "process e:k:first");
    traced_span(&self, "process e:k:third");
    traced_stop(&self);
}

static void without_a_name_it_is_the_queue_that_the_channel_declared_last(void **state)
{
    (void)state;
    traced self;
    start(&self);
    declare(&self, "older", "older", false, false);
    declare(&self, "newer", "newer", false, false);
    consume_from(&self, "", "tag-1", false);
    take(&self, "tag-1", "e", "k", false);
    traced_span(&self, "process e:k:newer");
    fake_broker_answer_get(&self.broker, &(fake_message){77, "e", "k", NULL, ""});
    amqp_envelope_t envelope;
    otelmq_amqp_basic_get(self.connection, CHANNEL, amqp_empty_bytes, 0, &envelope);
    amqp_destroy_envelope(&envelope);
    traced_span(&self, "receive e:k:newer");
    traced_stop(&self);
}

static void exclusive_and_auto_delete_queues_are_temporary(void **state)
{
    (void)state;
    static const struct {
        bool is_exclusive;
        bool is_auto_delete;
        bool is_temporary;
    } cases[] = {
        {true, false, true}, {false, true, true}, {true, true, true}, {false, false, false}};
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        traced self;
        start(&self);
        declare(&self, "q", "q", cases[i].is_exclusive, cases[i].is_auto_delete);
        consume_from(&self, "q", "tag-1", false);
        take(&self, "tag-1", "", "q", true);
        const char *name = cases[i].is_temporary ? "process" : "process q";
        assert_kind(traced_span(&self, name), false, cases[i].is_temporary);
        assert_attribute(traced_span(&self, name), "messaging.destination.name", "q");
        traced_span(&self, cases[i].is_temporary ? "ack" : "ack q");
        traced_stop(&self);
    }
}

static void a_queue_that_is_declared_anew_is_what_it_was_declared_as_last(void **state)
{
    (void)state;
    traced self;
    start(&self);
    declare(&self, "q", "q", true, false);
    declare(&self, "q", "q", false, false);
    consume_from(&self, "q", "tag-1", false);
    take(&self, "tag-1", "", "q", false);
    assert_kind(traced_span(&self, "process q"), false, false);
    traced_stop(&self);
}

static void a_passive_declaration_says_nothing_of_the_kind(void **state)
{
    (void)state;
    traced self;
    start(&self);
    declare(&self, "q", "q", true, false);
    fake_broker_answer_declare(&self.broker, "q");
    assert_non_null(otelmq_amqp_queue_declare(self.connection, CHANNEL, amqp_cstring_bytes("q"), 1,
                                              0, 0, 0, amqp_empty_table));
    consume_from(&self, "", "tag-1", false);
    take(&self, "tag-1", "", "q", false);
    assert_kind(traced_span(&self, "process"), false, true);
    traced_stop(&self);
}

static void names_that_the_broker_makes_are_anonymous(void **state)
{
    (void)state;
    traced self;
    start(&self);
    declare(&self, "", "amq.gen-Xa2", true, false);
    consume_from(&self, "", "tag-1", false);
    take(&self, "tag-1", "", "amq.gen-Xa2", true);
    const otelmq_span_data *span = traced_span(&self, "process");
    assert_kind(span, true, true);
    assert_attribute(span, "messaging.destination.name", "amq.gen-Xa2");
    traced_stop(&self);
}

/* The application began the consumer on the raw connection: only the default exchange tells. */
static void of_an_unknown_consumer_the_default_exchange_tells_the_queue(void **state)
{
    (void)state;
    static const struct {
        const char *exchange;
        const char *routing_key;
        const char *process;
        bool is_anonymous;
        bool is_temporary;
    } cases[] = {
        {"", "amq.gen-Xa2", "process", true, false},
        {"", "own", "process", false, true},
        {"", "amq.rabbitmq.reply-to.g2dkABByYWJiaXQ", "process", true, true},
        {"", "work", "process work", false, false},
        {"orders", "own", "process orders:own", false, false},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        traced self;
        start(&self);
        declare(&self, "own", "own", true, false);
        take(&self, "tag-1", cases[i].exchange, cases[i].routing_key, true);
        assert_kind(traced_span(&self, cases[i].process), cases[i].is_anonymous,
                    cases[i].is_temporary);
        traced_stop(&self);
    }
}

static void the_queue_of_direct_reply_to_is_anonymous_and_temporary(void **state)
{
    (void)state;
    traced self;
    start(&self);
    consume_from(&self, "amq.rabbitmq.reply-to", "tag-1", true);
    take(&self, "tag-1", "", "amq.rabbitmq.reply-to.g2dkABByYWJiaXQ", false);
    assert_kind(traced_span(&self, "process"), true, true);
    traced_stop(&self);
}

static void what_needs_no_ack_is_not_waited_for(void **state)
{
    (void)state;
    traced self;
    traced_start(
        &self, CONSUMING_FRAME_MAX,
        &(otelmq_amqp_options){.messaging.process_ends = OTELMQ_PROCESS_ENDS_WITH_SETTLEMENT});
    consume_from(&self, "q", "tag-1", true);
    take(&self, "tag-1", "", "q", false);
    assert_int_equal(consuming_count(&self, "process q"), 1);
    otelmq_memory_exporter_clear(self.spans);
    otelmq_amqp_basic_ack(self.connection, CHANNEL, 0, 1);
    assert_no_attribute(traced_span(&self, "ack"), "messaging.batch.message_count");
    traced_stop(&self);
}

static void what_was_prefetched_still_has_its_queue_after_a_cancel(void **state)
{
    (void)state;
    traced self;
    start(&self);
    consume_from(&self, "q", "tag-1", false);
    fake_broker_answer_cancel(&self.broker, "tag-1");
    assert_non_null(
        otelmq_amqp_basic_cancel(self.connection, CHANNEL, amqp_cstring_bytes("tag-1")));
    take(&self, "tag-1", "e", "k", false);
    traced_span(&self, "process e:k:q");
    traced_stop(&self);
}

static void a_cancel_by_the_broker_can_be_read_after_consume_message_said_so(void **state)
{
    (void)state;
    traced self;
    start(&self);
    consume_from(&self, "q", "tag-1", false);
    fake_broker_cancel(&self.broker, "tag-1");
    amqp_envelope_t envelope;
    amqp_rpc_reply_t reply = otelmq_amqp_consume_message(self.connection, &envelope, NULL, 0);
    assert_int_equal(reply.library_error, AMQP_STATUS_UNEXPECTED_STATE);
    amqp_frame_t frame;
    assert_int_equal(otelmq_amqp_simple_wait_frame(self.connection, &frame), AMQP_STATUS_OK);
    assert_int_equal(frame.payload.method.id, AMQP_BASIC_CANCEL_METHOD);
    assert_int_equal(otelmq_memory_exporter_count(self.spans), 0);
    traced_stop(&self);
}

static void a_channel_that_ends_takes_its_consumers_along(void **state)
{
    (void)state;
    traced self;
    start(&self);
    declare(&self, "q", "q", true, false);
    consume_from(&self, "q", "tag-1", false);
    fake_broker_close_channel(&self.broker, AMQP_PRECONDITION_FAILED, "inequivalent");
    assert_null(otelmq_amqp_queue_declare(self.connection, CHANNEL, amqp_cstring_bytes("other"), 0,
                                          0, 0, 0, amqp_empty_table));
    amqp_rpc_reply_t reply = amqp_get_rpc_reply(self.broker.client);
    assert_int_equal(reply.reply_type, AMQP_RESPONSE_SERVER_EXCEPTION);
    fake_broker_answer_open_on(&self.broker, CHANNEL);
    assert_non_null(amqp_channel_open(self.broker.client, CHANNEL));
    take(&self, "tag-1", "e", "k", false);
    traced_span(&self, "process e:k");
    /* The queue is still there: it belongs to the connection. */
    consume_from(&self, "q", "tag-1", false);
    take(&self, "tag-1", "e", "k", false);
    assert_kind(traced_span(&self, "process"), false, true);
    traced_stop(&self);
}

static void a_failed_consume_or_cancel_answers_as_ever(void **state)
{
    (void)state;
    traced self;
    start(&self);
    fake_broker_close_channel(&self.broker, AMQP_NOT_FOUND, "no queue");
    assert_null(otelmq_amqp_basic_consume(self.connection, CHANNEL, amqp_cstring_bytes("none"),
                                          amqp_empty_bytes, 0, 0, 0, amqp_empty_table));
    assert_int_equal(amqp_get_rpc_reply(self.broker.client).reply_type,
                     AMQP_RESPONSE_SERVER_EXCEPTION);
    fake_broker_hang_up(&self.broker);
    assert_null(otelmq_amqp_basic_cancel(self.connection, CHANNEL, amqp_cstring_bytes("tag-1")));
    assert_null(
        otelmq_amqp_queue_declare(NULL, CHANNEL, amqp_empty_bytes, 0, 0, 0, 0, amqp_empty_table));
    assert_null(otelmq_amqp_basic_consume(NULL, CHANNEL, amqp_empty_bytes, amqp_empty_bytes, 0, 0,
                                          0, amqp_empty_table));
    assert_null(otelmq_amqp_basic_cancel(NULL, CHANNEL, amqp_empty_bytes));
    traced_stop(&self);
}

static void a_program_that_declares_without_end_keeps_the_newest(void **state)
{
    (void)state;
    enum { QUEUES = 1100 };
    traced self;
    char name[32];
    start(&self);
    for (int i = 1; i <= QUEUES; i++) {
        snprintf(name, sizeof(name), "queue-%d", i);
        declare(&self, name, name, true, false);
        fake_frame frame;
        assert_true(fake_broker_next(&self.broker, &frame));
        free(frame.payload);
    }
    consume_from(&self, "queue-1", "tag-1", false);
    consume_from(&self, name, "tag-2", false);
    take(&self, "tag-1", "e", "k", false);
    assert_kind(traced_span(&self, "process e:k:queue-1"), false, false);
    take(&self, "tag-2", "e", "k", false);
    assert_kind(traced_span(&self, "process"), false, true);
    traced_stop(&self);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_queue_of_its_consumer_is_part_of_a_destination),
        cmocka_unit_test(an_unknown_consumer_leaves_the_queue_out),
        cmocka_unit_test(each_consumer_has_its_queue_until_it_is_another),
        cmocka_unit_test(without_a_name_it_is_the_queue_that_the_channel_declared_last),
        cmocka_unit_test(exclusive_and_auto_delete_queues_are_temporary),
        cmocka_unit_test(a_queue_that_is_declared_anew_is_what_it_was_declared_as_last),
        cmocka_unit_test(a_passive_declaration_says_nothing_of_the_kind),
        cmocka_unit_test(names_that_the_broker_makes_are_anonymous),
        cmocka_unit_test(of_an_unknown_consumer_the_default_exchange_tells_the_queue),
        cmocka_unit_test(the_queue_of_direct_reply_to_is_anonymous_and_temporary),
        cmocka_unit_test(what_needs_no_ack_is_not_waited_for),
        cmocka_unit_test(what_was_prefetched_still_has_its_queue_after_a_cancel),
        cmocka_unit_test(a_cancel_by_the_broker_can_be_read_after_consume_message_said_so),
        cmocka_unit_test(a_channel_that_ends_takes_its_consumers_along),
        cmocka_unit_test(a_failed_consume_or_cancel_answers_as_ever),
        cmocka_unit_test(a_program_that_declares_without_end_keeps_the_newest),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
