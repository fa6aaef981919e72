/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What becomes of messages that were acknowledged and come again: the loop runs twice, and the
 * second time on another connection, or on another channel of the same.
 */
#include "amqp/consuming.h"
#include "amqp/entries.h"
#include "amqp/fake_answers.h"
#include "amqp/running.h"
#include "support/diagnostics_log.h"
#include "support/test.h"

#include <stdlib.h>

static const char CONTEXT[] = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
static const char OTHER_CONTEXT[] = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b8-01";

/* A first broker that dies, and the one after it. */
typedef struct {
    traced tracing;
    fake_broker second;
} fixture;

static int start(void **state)
{
    fixture *self = calloc(1, sizeof(*self));
    assert_non_null(self);
    traced_start(&self->tracing, RUNNING_FRAME_MAX, NULL);
    fake_broker_start(&self->second, RUNNING_FRAME_MAX);
    *state = self;
    return 0;
}

static int stop(void **state)
{
    fixture *self = *state;
    traced_stop(&self->tracing);
    fake_broker_stop(&self->second);
    free(self);
    return 0;
}

/* A message as the table below varies it. */
typedef struct {
    const char *id; /* NULL: none */
    amqp_table_entry_t headers[4];
    int header_count;
    const char *routing_key; /* NULL: "new" */
    const char *body; /* NULL: "text" */
    const char *type; /* NULL: none */
} message;

static void deliver(fake_broker *broker, uint64_t tag, const message *self, bool is_redelivered)
{
    amqp_basic_properties_t properties;
    memset(&properties, 0, sizeof(properties));
    if (self->id != NULL) {
        properties._flags |= AMQP_BASIC_MESSAGE_ID_FLAG;
        properties.message_id = amqp_cstring_bytes(self->id);
    }
    if (self->type != NULL) {
        properties._flags |= AMQP_BASIC_TYPE_FLAG;
        properties.type = amqp_cstring_bytes(self->type);
    }
    amqp_table_entry_t entries[COUNT_OF(self->headers)];
    memcpy(entries, self->headers, sizeof(entries));
    if (self->header_count > 0) {
        properties._flags |= AMQP_BASIC_HEADERS_FLAG;
        properties.headers = (amqp_table_t){self->header_count, entries};
    }
    fake_message sent = {tag, "orders", self->routing_key != NULL ? self->routing_key : "new",
                         &properties, self->body != NULL ? self->body : "text"};
    fake_broker_deliver_to(broker, &sent, "consumer", is_redelivered);
}

/* Runs until the broker cancels; how many messages the handler was given. */
static size_t run(fixture *self, fake_broker *broker, running_script *script,
                  const otelmq_amqp_run_options *options)
{
    size_t before = script->count;
    fake_broker_cancel(broker, "consumer");
    amqp_rpc_reply_t reply = running_run(&self->tracing, script, options);
    assert_int_equal(reply.reply_type, AMQP_RESPONSE_SERVER_EXCEPTION);
    assert_int_equal(reply.reply.id, AMQP_BASIC_CANCEL_METHOD);
    return script->count - before;
}

static fake_broker *connect_again(fixture *self)
{
    otelmq_amqp_connection_replace(self->tracing.connection, self->second.client);
    return &self->second;
}

/* The handler acknowledges first; how often it is called when then comes, redelivered. */
static size_t handled_again(fixture *self, const message *first, const message *then)
{
    running_script script = {.count = 0};
    fake_broker *broker = &self->tracing.broker;
    running_answer_start(broker);
    deliver(broker, 1, first, false);
    assert_int_equal(run(self, broker, &script, NULL), 1);
    broker = connect_again(self);
    running_answer_start(broker);
    deliver(broker, 1, then, true);
    return run(self, broker, &script, NULL);
}

static void
an_acknowledged_message_that_comes_again_is_acknowledged_without_the_handler(void **state)
{
    fixture *self = *state;
    diagnostics_log log;
    diagnostics_log_start(&log, OTELMQ_SEVERITY_INFO);
    const message text = {
        .id = "17", .headers = {entry_text("traceparent", CONTEXT)}, .header_count = 1};
    assert_int_equal(handled_again(self, &text, &text), 0);
    diagnostics_log_stop();
    running_skip_start(&self->second);
    running_expect_settled(&self->second, AMQP_BASIC_ACK_METHOD, 1, 0);
    running_expect_nothing(&self->second);
    assert_int_equal(consuming_count(&self->tracing, "process orders:new:queue"), 1);
    const otelmq_span_data *again = consuming_span_at(&self->tracing, "ack orders:new:queue", 1);
    char trace_id[OTELMQ_TRACE_ID_HEX_SIZE];
    otelmq_trace_id_format(again->span_context.trace_id, trace_id);
    assert_memory_equal(trace_id, CONTEXT + 3, 32);
    assert_int_equal(log.count, 1);
    assert_non_null(strstr(log.messages[0], "acknowledged again"));
}

static void it_is_known_however_often_the_ack_is_lost(void **state)
{
    fixture *self = *state;
    const message text = {.id = "17"};
    assert_int_equal(handled_again(self, &text, &text), 0);
    running_script script = {.count = 0};
    for (int i = 0; i < 3; i++) {
        running_answer_start(&self->second);
        deliver(&self->second, 9, &text, true);
        assert_int_equal(run(self, &self->second, &script, NULL), 0);
    }
}

typedef struct {
    const char *name;
    message first;
    message then;
    size_t expected;
} comparison;

/* Each row on connections of its own. */
static void check(const comparison *row)
{
    void *state;
    start(&state);
    size_t count = handled_again(state, &row->first, &row->then);
    stop(&state);
    if (count != row->expected) {
        fail_msg("%s: the handler was called %zu times", row->name, count);
    }
}

static void check_all(const comparison rows[], size_t count)
{
    for (size_t i = 0; i < count; i++) {
        check(&rows[i]);
    }
}

static void only_the_same_message_is_known_again(void **state)
{
    (void)state;
    const comparison rows[] = {
        {"the same id", {.id = "1"}, {.id = "1"}, 0},
        {"another id", {.id = "1"}, {.id = "2"}, 1},
        {"no id at all", {.body = "text"}, {.body = "text"}, 1},
        {"another body", {.id = "1"}, {.id = "1", .body = "other"}, 1},
        {"another end of a long body",
         {.id = "1", .body = "0123456789abcdef0123456789abcdefX"},
         {.id = "1", .body = "0123456789abcdef0123456789abcdefY"},
         1},
        {"another order in a long body",
         {.id = "1", .body = "0123456789abcdef01234567--------"},
         {.id = "1", .body = "0123456789abcdef--------01234567"},
         1},
        {"another routing key", {.id = "1"}, {.id = "1", .routing_key = "old"}, 1},
        {"another property", {.id = "1"}, {.id = "1", .type = "type"}, 1},
    };
    check_all(rows, COUNT_OF(rows));
}

static void headers_count_but_for_their_order_and_what_the_broker_counts_in_them(void **state)
{
    (void)state;
    amqp_table_entry_t inner = entry_number("count", 1);
    amqp_table_entry_t other_inner = entry_number("count", 2);
    const amqp_table_entry_t table = entry_table("table", (amqp_table_t){1, &inner});
    const amqp_table_entry_t other_table = entry_table("table", (amqp_table_t){1, &other_inner});
    const amqp_table_entry_t context = entry_text("traceparent", CONTEXT);
    const amqp_table_entry_t other_context = entry_text("traceparent", OTHER_CONTEXT);
    const amqp_table_entry_t no_context = entry_text("traceparent", "00-0-0-0");
    const amqp_table_entry_t key = entry_text("key", "value");
    const amqp_table_entry_t counted = entry_number("x-delivery-count", 1);
    const comparison rows[] = {
        {"the same context",
         {.headers = {context}, .header_count = 1},
         {.headers = {context}, .header_count = 1},
         0},
        {"another context",
         {.headers = {context}, .header_count = 1},
         {.headers = {other_context}, .header_count = 1},
         1},
        {"no valid context",
         {.headers = {no_context}, .header_count = 1},
         {.headers = {no_context}, .header_count = 1},
         1},
        {"one header more", {.id = "1"}, {.id = "1", .headers = {key}, .header_count = 1}, 1},
        {"another order",
         {.id = "1", .headers = {key, context}, .header_count = 2},
         {.id = "1", .headers = {context, key}, .header_count = 2},
         0},
        {"a counted delivery",
         {.id = "1", .headers = {key}, .header_count = 1},
         {.id = "1", .headers = {key, counted}, .header_count = 2},
         0},
        {"a counted delivery without other headers",
         {.id = "1"},
         {.id = "1", .headers = {counted}, .header_count = 1},
         0},
        {"the same table",
         {.id = "1", .headers = {table}, .header_count = 1},
         {.id = "1", .headers = {table}, .header_count = 1},
         0},
        {"another table",
         {.id = "1", .headers = {table}, .header_count = 1},
         {.id = "1", .headers = {other_table}, .header_count = 1},
         1},
    };
    check_all(rows, COUNT_OF(rows));
}

static void what_is_sent_for_the_first_time_always_goes_to_the_handler(void **state)
{
    fixture *self = *state;
    const message text = {.id = "17"};
    running_script script = {.count = 0};
    running_answer_start(&self->tracing.broker);
    deliver(&self->tracing.broker, 1, &text, false);
    assert_int_equal(run(self, &self->tracing.broker, &script, NULL), 1);
    fake_broker *broker = connect_again(self);
    running_answer_start(broker);
    deliver(broker, 1, &text, false);
    assert_int_equal(run(self, broker, &script, NULL), 1);
    /* There are two of it now: what comes again may be the one that nobody has handled. */
    running_answer_start(broker);
    deliver(broker, 2, &text, true);
    assert_int_equal(run(self, broker, &script, NULL), 1);
}

static void two_equal_messages_are_never_taken_for_each_other(void **state)
{
    fixture *self = *state;
    const message text = {.id = "17"};
    running_script script = {.count = 0};
    running_answer_start(&self->tracing.broker);
    deliver(&self->tracing.broker, 1, &text, false);
    deliver(&self->tracing.broker, 2, &text, true);
    assert_int_equal(run(self, &self->tracing.broker, &script, NULL), 2);
    fake_broker *broker = connect_again(self);
    running_answer_start(broker);
    deliver(broker, 1, &text, true);
    assert_int_equal(run(self, broker, &script, NULL), 1);
}

static void what_was_not_acknowledged_goes_to_the_handler_again(void **state)
{
    fixture *self = *state;
    const message texts[] = {{.id = "1"}, {.id = "2"}, {.id = "3"}};
    const otelmq_amqp_answer answers[] = {OTELMQ_AMQP_REQUEUE, OTELMQ_AMQP_REJECT,
                                          OTELMQ_AMQP_LEAVE,   OTELMQ_AMQP_ACK,
                                          OTELMQ_AMQP_ACK,     OTELMQ_AMQP_ACK};
    running_script script = {.answers = answers};
    fake_broker *broker = &self->tracing.broker;
    for (int i = 0; i < 2; i++) {
        running_answer_start(broker);
        for (uint64_t tag = 1; tag <= 3; tag++) {
            deliver(broker, tag, &texts[tag - 1], i == 1);
        }
        assert_int_equal(run(self, broker, &script, NULL), 3);
        broker = connect_again(self);
    }
}

static void the_option_gives_the_handler_everything(void **state)
{
    fixture *self = *state;
    const message text = {.id = "17"};
    const otelmq_amqp_run_options options = {.repeats_acknowledged = true};
    running_script script = {.count = 0};
    fake_broker *broker = &self->tracing.broker;
    for (int i = 0; i < 2; i++) {
        running_answer_start(broker);
        deliver(broker, 1, &text, i == 1);
        assert_int_equal(run(self, broker, &script, &options), 1);
        broker = connect_again(self);
    }
}

static void the_queue_may_be_named_by_the_answer_to_its_declaration(void **state)
{
    fixture *self = *state;
    fake_broker *broker = &self->tracing.broker;
    message same = {.id = "1"};
    running_script script = {.count = 0};
    fake_broker_answer_declare(broker, "queue");
    amqp_queue_declare_ok_t *ok =
        amqp_queue_declare(broker->client, 1, amqp_empty_bytes, 0, 0, 0, 0, amqp_empty_table);
    otelmq_amqp_run_options options = {.queue = ok->queue};
    running_answer_start(broker);
    deliver(broker, 1, &same, false);
    assert_int_equal(run(self, broker, &script, &options), 1);
    broker = connect_again(self);
    running_answer_start(broker);
    deliver(broker, 1, &same, true);
    assert_int_equal(run(self, broker, &script, NULL), 0);
}

static void pass_on(void *user, otelmq_amqp_connection *connection, const amqp_envelope_t *envelope)
{
    (void)user;
    amqp_bytes_t exchange = amqp_cstring_bytes("orders");
    amqp_bytes_t key = amqp_cstring_bytes("new");
    assert_int_equal(otelmq_amqp_basic_publish(connection, RUNNING_CHANNEL, exchange, key, 0, 0,
                                               &envelope->message.properties,
                                               envelope->message.body),
                     AMQP_STATUS_OK);
}

static void a_message_that_the_handler_published_again_as_it_is_goes_to_it_again(void **state)
{
    fixture *self = *state;
    const message text = {.headers = {entry_text("traceparent", CONTEXT)}, .header_count = 1};
    running_script script = {.also = pass_on};
    fake_broker *broker = &self->tracing.broker;
    running_answer_start(broker);
    deliver(broker, 1, &text, false);
    assert_int_equal(run(self, broker, &script, NULL), 1);
    script.also = NULL;
    broker = connect_again(self);
    running_answer_start(broker);
    deliver(broker, 1, &text, true);
    assert_int_equal(run(self, broker, &script, NULL), 1);
}

static void close_channel(void *user, otelmq_amqp_connection *connection,
                          const amqp_envelope_t *envelope)
{
    (void)envelope;
    fixture *self = user;
    fake_broker_close_channel(&self->tracing.broker, AMQP_PRECONDITION_FAILED, "closed");
    amqp_frame_t frame;
    assert_int_equal(otelmq_amqp_simple_wait_frame(connection, &frame), AMQP_STATUS_OK);
}

static void an_answer_that_could_not_be_sent_is_remembered(void **state)
{
    fixture *self = *state;
    const message text = {.id = "17"};
    running_script script = {.also = close_channel, .user = self};
    running_answer_start(&self->tracing.broker);
    deliver(&self->tracing.broker, 1, &text, false);
    amqp_rpc_reply_t reply = running_run(&self->tracing, &script, NULL);
    assert_int_equal(reply.reply.id, AMQP_CHANNEL_CLOSE_METHOD);
    running_skip_start(&self->tracing.broker);
    running_expect_nothing(&self->tracing.broker);
    script.also = NULL;
    fake_broker *broker = connect_again(self);
    running_answer_start(broker);
    deliver(broker, 1, &text, true);
    assert_int_equal(run(self, broker, &script, NULL), 0);
}

#define HANDLED_TEST(name) cmocka_unit_test_setup_teardown(name, start, stop)

int main(void)
{
    const struct CMUnitTest tests[] = {
        HANDLED_TEST(an_acknowledged_message_that_comes_again_is_acknowledged_without_the_handler),
        HANDLED_TEST(it_is_known_however_often_the_ack_is_lost),
        cmocka_unit_test(only_the_same_message_is_known_again),
        cmocka_unit_test(headers_count_but_for_their_order_and_what_the_broker_counts_in_them),
        HANDLED_TEST(what_is_sent_for_the_first_time_always_goes_to_the_handler),
        HANDLED_TEST(two_equal_messages_are_never_taken_for_each_other),
        HANDLED_TEST(what_was_not_acknowledged_goes_to_the_handler_again),
        HANDLED_TEST(the_queue_may_be_named_by_the_answer_to_its_declaration),
        HANDLED_TEST(the_option_gives_the_handler_everything),
        HANDLED_TEST(a_message_that_the_handler_published_again_as_it_is_goes_to_it_again),
        HANDLED_TEST(an_answer_that_could_not_be_sent_is_remembered),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
