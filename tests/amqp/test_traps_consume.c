/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Messages that librabbitmq reads in ways of its own, and memory that it takes back while spans are
 * still open. test_traps_publish.c lists the traps.
 */
#include "amqp/consuming.h"
#include "amqp/entries.h"
#include "amqp/nesting.h"
#include "amqp/publishing.h"
#include "amqp/running.h"
#include "support/test.h"

#include <stdlib.h>

enum { CHANNEL = CONSUMING_CHANNEL, FRAME_MAX = CONSUMING_FRAME_MAX };

static const char FOREIGN[] = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
static const char OTHER[] = "00-5bf92f3577b34da6a3ce929d0e0e4736-01f067aa0ba902b7-01";
static const char PROCESS[] = "process orders:new";

static int start(void **state)
{
    traced *self = calloc(1, sizeof(*self));
    assert_non_null(self);
    traced_start(self, FRAME_MAX, NULL);
    *state = self;
    return 0;
}

static int stop(void **state)
{
    traced_stop(*state);
    free(*state);
    return 0;
}

static void deliver(traced *self, uint64_t tag, const amqp_basic_properties_t *properties)
{
    fake_broker_deliver(&self->broker, &(fake_message){tag, "orders", "new", properties, "body"});
}

static amqp_rpc_reply_t consume(traced *self, amqp_envelope_t *envelope)
{
    return otelmq_amqp_consume_message(self->connection, envelope, NULL, 0);
}

/* Just as long as what is in it, so that the sanitizers and valgrind find a read beyond it. */
static amqp_bytes_t exactly(const char *text)
{
    amqp_bytes_t bytes = amqp_bytes_malloc_dup(amqp_cstring_bytes(text));
    assert_non_null(bytes.bytes);
    return bytes;
}

static void values_are_read_to_their_length_and_not_to_a_nul(void **state)
{
    amqp_table_entry_t entries[] = {entry_text("traceparent", ""), entry_text("baggage", "")};
    entries[0].key = exactly("traceparent");
    entries[0].value.value.bytes = exactly(FOREIGN);
    entries[1].value.value.bytes = exactly("tier=gold");
    const otelmq_span_data *span = consuming_process_entries(*state, entries, COUNT_OF(entries));
    assert_int_equal(span->link_count, 1);
    assert_traceparent(FOREIGN, &span->links[0].span_context);
    amqp_bytes_free(entries[0].key);
    amqp_bytes_free(entries[0].value.value.bytes);
    amqp_bytes_free(entries[1].value.value.bytes);
}

static void a_context_of_any_other_kind_than_text_is_none(void **state)
{
    for (const char *kind = "tbBsuiIlLfdDTVAF?"; *kind != '\0'; kind++) {
        amqp_table_entry_t entry = entry_of_kind("traceparent", (uint8_t)*kind);
        const otelmq_span_data *span = consuming_process_entries(*state, &entry, 1);
        assert_int_equal(span->link_count, 0);
        assert_root(span);
    }
    for (const char *kind = "Sx"; *kind != '\0'; kind++) {
        amqp_table_entry_t entry = entry_text("traceparent", FOREIGN);
        entry.value.kind = (uint8_t)*kind;
        assert_int_equal(consuming_process_entries(*state, &entry, 1)->link_count, 1);
    }
}

static void of_two_contexts_the_first_counts(void **state)
{
    amqp_table_entry_t entries[] = {entry_text("traceparent", FOREIGN),
                                    entry_text("traceparent", OTHER)};
    const otelmq_span_data *span = consuming_process_entries(*state, entries, COUNT_OF(entries));
    assert_int_equal(span->link_count, 1);
    assert_traceparent(FOREIGN, &span->links[0].span_context);
}

static void a_message_whose_headers_are_flagged_and_empty_has_no_context(void **state)
{
    traced *self = *state;
    amqp_basic_properties_t properties = entries_properties(NULL, 0);
    amqp_envelope_t envelope;
    deliver(self, 1, &properties);
    assert_int_equal(consume(self, &envelope).reply_type, AMQP_RESPONSE_NORMAL);
    assert_true(envelope.message.properties._flags & AMQP_BASIC_HEADERS_FLAG);
    amqp_destroy_envelope(&envelope);
    assert_root(consuming_process_properties(self, &properties));
}

static void headers_without_their_flag_are_not_read(void **state)
{
    amqp_basic_properties_t properties =
        entries_properties((amqp_table_entry_t *)(uintptr_t)0xdead, 3);
    properties._flags = 0;
    assert_root(consuming_process_properties(*state, &properties));
}

/* The status that librabbitmq gives for what comes next, without tracing. */
static int plain_status(const amqp_basic_properties_t *properties)
{
    fake_broker plain;
    amqp_envelope_t envelope;
    fake_broker_start(&plain, FRAME_MAX);
    fake_broker_deliver(&plain, &(fake_message){1, "orders", "new", properties, "body"});
    amqp_rpc_reply_t reply = amqp_consume_message(plain.client, &envelope, NULL, 0);
    if (reply.reply_type == AMQP_RESPONSE_NORMAL) {
        amqp_destroy_envelope(&envelope);
    }
    fake_broker_stop(&plain);
    return reply.reply_type == AMQP_RESPONSE_NORMAL ? AMQP_STATUS_OK : reply.library_error;
}

static void a_wait_for_confirms_passes_over_a_message_with_an_empty_key(void **state)
{
    (void)state;
    traced self;
    confirming_start(&self, NULL);
    publish_to(&self, "new");
    amqp_table_entry_t entry = entry_text("", "value");
    amqp_basic_properties_t properties = entries_properties(&entry, 1);
    deliver(&self, 1, &properties);
    fake_broker_confirm(&self.broker, 1);
    otelmq_amqp_confirms confirms;
    assert_int_equal(take_confirms(&self, &confirms).reply_type, AMQP_RESPONSE_NORMAL);
    assert_int_equal(confirms.count, 1);
    assert_confirm(&confirms, 0, 1, OTELMQ_AMQP_ACKED);
    traced_stop(&self);
}

static void a_message_with_an_empty_key_cannot_be_read_and_the_next_one_can(void **state)
{
    traced *self = *state;
    amqp_table_entry_t entry = entry_text("", "value");
    amqp_basic_properties_t properties = entries_properties(&entry, 1);
    int status = plain_status(&properties);
    amqp_envelope_t envelope;
    deliver(self, 1, &properties);
    amqp_rpc_reply_t reply = consume(self, &envelope);
    if (status == AMQP_STATUS_OK) {
        assert_int_equal(reply.reply_type, AMQP_RESPONSE_NORMAL);
        amqp_destroy_envelope(&envelope);
    } else {
        assert_library_error(reply, status);
    }
    deliver(self, 2, NULL);
    while (consume(self, &envelope).reply_type != AMQP_RESPONSE_NORMAL) {
        amqp_frame_t frame;
        assert_int_equal(otelmq_amqp_simple_wait_frame(self->connection, &frame), AMQP_STATUS_OK);
    }
    assert_int_equal(envelope.delivery_tag, 2);
    amqp_destroy_envelope(&envelope);
}

static void the_loop_leaves_a_message_with_an_empty_key_and_goes_on(void **state)
{
    traced *self = *state;
    amqp_table_entry_t entry = entry_text("", "value");
    amqp_basic_properties_t properties = entries_properties(&entry, 1);
    bool is_read = plain_status(&properties) == AMQP_STATUS_OK;
    running_answer_start(&self->broker);
    deliver(self, 1, &properties);
    running_deliver(&self->broker, 2, "text", false);
    fake_broker_answer_cancel(&self->broker, "consumer");
    running_script script = {.stops_at = is_read ? 2 : 1};
    assert_int_equal(running_run(self, &script, NULL).reply_type, AMQP_RESPONSE_NORMAL);
    assert_int_equal(script.tags[script.count - 1], 2);
}

/* Whether this librabbitmq reads them at all; from 0.14 on it need not. */
static bool can_be_read(const nesting *nested)
{
    nesting copy = *nested;
    amqp_basic_properties_t properties = nesting_properties(&copy);
    return plain_status(&properties) == AMQP_STATUS_OK;
}

static void a_message_nested_a_thousand_deep_is_received_and_processed(void **state)
{
    traced *self = *state;
    static nesting nested;
    nesting_init(&nested, entry_text("traceparent", FOREIGN));
    amqp_basic_properties_t properties = nesting_properties(&nested);
    assert_root(consuming_process_properties(self, &properties));
    if (!can_be_read(&nested)) {
        return;
    }
    amqp_envelope_t envelope;
    deliver(self, 1, &properties);
    assert_int_equal(consume(self, &envelope).reply_type, AMQP_RESPONSE_NORMAL);
    otelmq_scope scope = otelmq_amqp_process_start(self->connection, &envelope);
    otelmq_scope_end(&scope);
    amqp_destroy_envelope(&envelope);
    assert_root(traced_span(self, PROCESS));
}

static void deliver_to_loop(traced *self, uint64_t tag, nesting *nested, bool is_redelivered)
{
    amqp_basic_properties_t properties = nesting_properties(nested);
    properties._flags |= AMQP_BASIC_MESSAGE_ID_FLAG;
    properties.message_id = amqp_cstring_bytes("17");
    fake_broker_deliver_to(&self->broker, &(fake_message){tag, "orders", "new", &properties, "b"},
                           "consumer", is_redelivered);
}

static void the_loop_knows_a_message_nested_a_thousand_deep_again(void **state)
{
    traced *self = *state;
    static nesting nested;
    nesting_init(&nested, entry_text("k", "v"));
    if (!can_be_read(&nested)) {
        return;
    }
    running_script script = {.count = 0};
    for (uint64_t tag = 1; tag <= 2; tag++) {
        running_answer_start(&self->broker);
        deliver_to_loop(self, tag, &nested, tag > 1);
        fake_broker_cancel(&self->broker, "consumer");
        assert_int_equal(running_run(self, &script, NULL).reply.id, AMQP_BASIC_CANCEL_METHOD);
    }
    assert_int_equal(script.count, 1);
}

static amqp_basic_properties_t with_id(const char *id)
{
    amqp_basic_properties_t properties;
    memset(&properties, 0, sizeof(properties));
    properties._flags = AMQP_BASIC_MESSAGE_ID_FLAG;
    properties.message_id = amqp_cstring_bytes(id);
    return properties;
}

static void expect_spans_of_message_17(const traced *self)
{
    const otelmq_span_data *process = traced_span(self, PROCESS);
    const otelmq_span_data *ack = traced_span(self, "ack orders:new");
    assert_attribute(process, "messaging.message.id", "17");
    assert_attribute(ack, "messaging.message.id", "17");
    assert_attribute(ack, "messaging.destination.name", "orders:new");
    assert_child(ack, &process->span_context);
}

static void a_scope_outlives_the_envelope_that_it_was_started_for(void **state)
{
    traced *self = *state;
    amqp_basic_properties_t properties = with_id("17");
    amqp_envelope_t envelope;
    deliver(self, 1, &properties);
    assert_int_equal(consume(self, &envelope).reply_type, AMQP_RESPONSE_NORMAL);
    otelmq_scope scope = otelmq_amqp_process_start(self->connection, &envelope);
    amqp_destroy_envelope(&envelope);
    amqp_release_buffers(self->broker.client);
    consuming_ack(self, 1, 0);
    otelmq_scope_end(&scope);
    expect_spans_of_message_17(self);
}

/* The frame that comes next takes the memory of the former ones. */
static void a_scope_outlives_the_frames_that_it_was_started_for(void **state)
{
    traced *self = *state;
    amqp_basic_properties_t properties = with_id("17");
    amqp_frame_t frame;
    amqp_message_t message;
    deliver(self, 1, &properties);
    assert_int_equal(otelmq_amqp_simple_wait_frame(self->connection, &frame), AMQP_STATUS_OK);
    assert_int_equal(amqp_read_message(self->broker.client, CHANNEL, &message, 0).reply_type,
                     AMQP_RESPONSE_NORMAL);
    otelmq_scope scope = otelmq_amqp_process_start_method(self->connection, CHANNEL,
                                                          &frame.payload.method, &message, NULL);
    amqp_destroy_message(&message);
    amqp_maybe_release_buffers(self->broker.client);
    fake_broker_cancel(&self->broker, "anybody else's consumer, whose name is a long one");
    assert_int_equal(otelmq_amqp_simple_wait_frame(self->connection, &frame), AMQP_STATUS_OK);
    consuming_ack(self, 1, 0);
    otelmq_scope_end(&scope);
    expect_spans_of_message_17(self);
}

static void a_message_that_was_kept_outlives_the_buffers_that_it_came_in(void **state)
{
    (void)state;
    traced self;
    confirming_start(&self, NULL);
    publish_to(&self, "new");
    amqp_basic_properties_t properties = with_id("17");
    deliver(&self, 1, &properties);
    fake_broker_confirm(&self.broker, 1);
    otelmq_amqp_confirms confirms;
    assert_int_equal(take_confirms(&self, &confirms).reply_type, AMQP_RESPONSE_NORMAL);
    amqp_release_buffers(self.broker.client);
    amqp_envelope_t envelope;
    assert_int_equal(consume(&self, &envelope).reply_type, AMQP_RESPONSE_NORMAL);
    assert_int_equal(envelope.message.body.len, 4);
    assert_memory_equal(envelope.message.body.bytes, "body", 4);
    assert_memory_equal(envelope.message.properties.message_id.bytes, "17", 2);
    assert_memory_equal(envelope.routing_key.bytes, "new", 3);
    amqp_destroy_envelope(&envelope);
    traced_stop(&self);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, start, stop)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(values_are_read_to_their_length_and_not_to_a_nul),
        TEST(a_context_of_any_other_kind_than_text_is_none),
        TEST(of_two_contexts_the_first_counts),
        TEST(a_message_whose_headers_are_flagged_and_empty_has_no_context),
        TEST(headers_without_their_flag_are_not_read),
        TEST(a_message_with_an_empty_key_cannot_be_read_and_the_next_one_can),
        cmocka_unit_test(a_wait_for_confirms_passes_over_a_message_with_an_empty_key),
        TEST(the_loop_leaves_a_message_with_an_empty_key_and_goes_on),
        TEST(a_message_nested_a_thousand_deep_is_received_and_processed),
        TEST(the_loop_knows_a_message_nested_a_thousand_deep_again),
        TEST(a_scope_outlives_the_envelope_that_it_was_started_for),
        TEST(a_scope_outlives_the_frames_that_it_was_started_for),
        cmocka_unit_test(a_message_that_was_kept_outlives_the_buffers_that_it_came_in),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
