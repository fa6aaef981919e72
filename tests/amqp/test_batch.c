/* SPDX-License-Identifier: Apache-2.0 */
#include "amqp/entries.h"
#include "amqp/publishing.h"
#include "support/test.h"

#include <stdlib.h>

enum { FRAME_MAX = 131072, CHANNEL = 1, COUNT = 3 };

static const char FOREIGN[] = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

/* Three messages to orders:new. */
typedef struct {
    otelmq_amqp_publishing messages[COUNT];
    amqp_basic_properties_t properties[COUNT];
} batch;

static batch *create_batch(void)
{
    batch *created = calloc(1, sizeof(*created));
    assert_non_null(created);
    for (int i = 0; i < COUNT; i++) {
        created->messages[i] = (otelmq_amqp_publishing){
            .exchange = amqp_cstring_bytes("orders"),
            .routing_key = amqp_cstring_bytes("new"),
            .properties = &created->properties[i],
            .body = amqp_cstring_bytes("body"),
        };
    }
    return created;
}

static void set_id(batch *messages, int index, const char *id)
{
    messages->properties[index]._flags |= AMQP_BASIC_MESSAGE_ID_FLAG;
    messages->properties[index].message_id = amqp_cstring_bytes(id);
}

static void publish_batch(traced *self, const batch *messages)
{
    size_t published = 0;
    assert_int_equal(otelmq_amqp_basic_publish_batch(self->connection, CHANNEL, messages->messages,
                                                     COUNT, &published),
                     AMQP_STATUS_OK);
    assert_int_equal(published, COUNT);
}

/* Fails the test unless the next message that the broker got has the context of this span. */
static void expect_context(traced *self, const otelmq_span_context *span_context)
{
    fake_published published = fake_broker_take_published(&self->broker);
    assert_traceparent(fake_published_header(&published, "traceparent"), span_context);
    fake_published_clean(&published);
}

static void each_message_has_its_create_span_and_the_send_links_to_them(void **state)
{
    (void)state;
    traced self;
    traced_start(&self, FRAME_MAX, NULL);
    batch *messages = create_batch();
    for (int i = 0; i < COUNT; i++) {
        set_id(messages, i, (const char *const[]){"a", "b", "c"}[i]);
    }
    publish_batch(&self, messages);
    assert_int_equal(ended_spans(&self), COUNT + 1);
    const otelmq_span_data *send = traced_span(&self, "publish orders:new");
    assert_int_equal(send->kind, OTELMQ_SPAN_CLIENT);
    assert_int_equal(send->link_count, COUNT);
    assert_int_attribute(send, "messaging.batch.message_count", COUNT);
    assert_attribute(send, "messaging.destination.name", "orders:new");
    assert_no_attribute(send, "messaging.message.id");
    for (uint32_t i = 0; i < COUNT; i++) {
        const otelmq_span_data *create = otelmq_memory_exporter_span_at(self.spans, i);
        assert_true(otelmq_str_equal(create->name, OTELMQ_STR("create orders:new")));
        assert_int_equal(create->kind, OTELMQ_SPAN_PRODUCER);
        assert_attribute(create, "messaging.operation.type", "create");
        assert_link(send, i, &create->span_context);
        expect_context(&self, &create->span_context);
        assert_int_equal(send->links[i].attribute_count, 1);
        assert_true(otelmq_str_equal(send->links[i].attributes[0].value.as.string,
                                     otelmq_str_from((const char *const[]){"a", "b", "c"}[i])));
    }
    free(messages);
    traced_stop(&self);
}

static void what_is_the_same_for_all_is_on_the_send_span(void **state)
{
    (void)state;
    traced self;
    traced_start(&self, FRAME_MAX, NULL);
    batch *messages = create_batch();
    for (int i = 0; i < COUNT; i++) {
        set_id(messages, i, "same");
    }
    publish_batch(&self, messages);
    const otelmq_span_data *send = traced_span(&self, "publish orders:new");
    assert_attribute(send, "messaging.message.id", "same");
    assert_attribute(send, "messaging.rabbitmq.destination.routing_key", "new");
    assert_int_equal(send->links[0].attribute_count, 0);

    otelmq_memory_exporter_clear(self.spans);
    messages->messages[1].routing_key = amqp_cstring_bytes("other");
    publish_batch(&self, messages);
    send = traced_span(&self, "publish");
    assert_int_equal(send->links[1].attribute_count, 2);
    assert_true(
        otelmq_str_equal(send->links[1].attributes[0].value.as.string, OTELMQ_STR("orders:other")));
    assert_true(
        otelmq_str_equal(send->links[1].attributes[1].value.as.string, OTELMQ_STR("other")));
    assert_no_attribute(send, "messaging.destination.name");
    assert_no_attribute(send, "messaging.rabbitmq.destination.routing_key");
    assert_non_null(otelmq_memory_exporter_find(self.spans, "create orders:other"));
    free(messages);
    traced_stop(&self);
}

static void without_create_spans_the_context_of_the_send_goes_into_each(void **state)
{
    (void)state;
    traced self;
    otelmq_amqp_options options = {.messaging.omits_create_spans = true};
    traced_start(&self, FRAME_MAX, &options);
    batch *messages = create_batch();
    publish_batch(&self, messages);
    assert_int_equal(ended_spans(&self), 1);
    const otelmq_span_data *send = otelmq_memory_exporter_span_at(self.spans, 0);
    assert_int_equal(send->kind, OTELMQ_SPAN_PRODUCER);
    assert_int_equal(send->link_count, 0);
    for (int i = 0; i < COUNT; i++) {
        expect_context(&self, &send->span_context);
    }
    free(messages);
    traced_stop(&self);
}

/* The second message brings a context along; returns how many spans there are. */
static size_t publish_one_with_own_context(bool omits_create_spans, otelmq_span_kind kind,
                                           uint32_t linked, uint32_t links)
{
    traced self;
    otelmq_amqp_options options = {.messaging.omits_create_spans = omits_create_spans};
    traced_start(&self, FRAME_MAX, &options);
    amqp_table_entry_t entry = entry_text("traceparent", FOREIGN);
    batch *messages = create_batch();
    messages->properties[1]._flags = AMQP_BASIC_HEADERS_FLAG;
    messages->properties[1].headers = (amqp_table_t){1, &entry};
    publish_batch(&self, messages);
    size_t count = ended_spans(&self);
    const otelmq_span_data *send = otelmq_memory_exporter_span_at(self.spans, count - 1);
    assert_int_equal(send->kind, kind);
    assert_int_equal(send->link_count, links);
    assert_traceparent(FOREIGN, &send->links[linked].span_context);
    fake_published published[COUNT];
    for (int i = 0; i < COUNT; i++) {
        published[i] = fake_broker_take_published(&self.broker);
    }
    assert_string_equal(fake_published_header(&published[1], "traceparent"), FOREIGN);
    for (int i = 0; i < COUNT; i++) {
        fake_published_clean(&published[i]);
    }
    free(messages);
    traced_stop(&self);
    return count;
}

static void a_context_of_the_application_stays_and_is_linked(void **state)
{
    (void)state;
    assert_int_equal(publish_one_with_own_context(false, OTELMQ_SPAN_CLIENT, 1, COUNT), COUNT);
    assert_int_equal(publish_one_with_own_context(true, OTELMQ_SPAN_PRODUCER, 0, 1), 1);
}

static void in_confirm_mode_the_span_ends_with_its_last_message(void **state)
{
    (void)state;
    traced self;
    confirming_start(&self, NULL);
    batch *messages = create_batch();
    publish_batch(&self, messages);
    assert_int_equal(ended_spans(&self), COUNT);
    otelmq_amqp_confirms confirms;
    fake_broker_ack(&self.broker, CHANNEL, 3, false);
    fake_broker_ack(&self.broker, CHANNEL, 1, false);
    assert_library_error(take_confirms(&self, &confirms), AMQP_STATUS_TIMEOUT);
    assert_int_equal(ended_spans(&self), COUNT);
    fake_broker_ack(&self.broker, CHANNEL, 2, false);
    assert_int_equal(take_confirms(&self, &confirms).reply_type, AMQP_RESPONSE_NORMAL);
    assert_int_equal(traced_span(&self, "publish orders:new")->status, OTELMQ_STATUS_UNSET);
    free(messages);
    traced_stop(&self);
}

static void what_was_not_taken_fails_the_span_and_is_counted(void **state)
{
    (void)state;
    traced self;
    confirming_start(&self, NULL);
    batch *messages = create_batch();
    messages->messages[1].mandatory = 1;
    publish_batch(&self, messages);
    fake_broker_return(&self.broker, AMQP_NO_ROUTE, "NO_ROUTE",
                       &(fake_message){0, "orders", "new", NULL, "body"});
    fake_broker_ack(&self.broker, CHANNEL, 2, true);
    fake_broker_nack(&self.broker, CHANNEL, 3, false);
    otelmq_amqp_confirms confirms;
    assert_int_equal(take_confirms(&self, &confirms).reply_type, AMQP_RESPONSE_NORMAL);
    assert_confirm(&confirms, 0, 1, OTELMQ_AMQP_ACKED);
    assert_confirm(&confirms, 1, 2, OTELMQ_AMQP_RETURNED);
    assert_confirm(&confirms, 2, 3, OTELMQ_AMQP_NACKED);
    const otelmq_span_data *send = traced_span(&self, "publish orders:new");
    assert_failed(send, "no-route");
    assert_description(send, "2 of 3 messages failed");
    assert_null(otelmq_memory_exporter_find(self.spans, "return orders:new"));
    free(messages);
    traced_stop(&self);
}

static void spans_that_end_at_return_do_not_wait_for_the_confirms(void **state)
{
    (void)state;
    traced self;
    otelmq_amqp_options options = {.messaging.ends_send_at_return = true};
    confirming_start(&self, &options);
    batch *messages = create_batch();
    publish_batch(&self, messages);
    assert_int_equal(ended_spans(&self), COUNT + 1);
    fake_broker_ack(&self.broker, CHANNEL, 3, true);
    otelmq_amqp_confirms confirms;
    assert_int_equal(take_confirms(&self, &confirms).reply_type, AMQP_RESPONSE_NORMAL);
    assert_int_equal(confirms.count, COUNT);
    free(messages);
    traced_stop(&self);
}

/* An id that is too long for a short string fails in librabbitmq. */
static void publish_with_second_failing(traced *self)
{
    char *long_id = calloc(1, 300);
    assert_non_null(long_id);
    memset(long_id, 'i', 299);
    batch *messages = create_batch();
    set_id(messages, 1, long_id);
    size_t published = 77;
    assert_int_not_equal(otelmq_amqp_basic_publish_batch(self->connection, CHANNEL,
                                                         messages->messages, COUNT, &published),
                         AMQP_STATUS_OK);
    assert_int_equal(published, 1);
    free(messages);
    free(long_id);
}

static void the_first_failure_ends_the_batch(void **state)
{
    (void)state;
    traced self;
    traced_start(&self, FRAME_MAX, NULL);
    publish_with_second_failing(&self);
    assert_failed(traced_span(&self, "publish orders:new"), "amqp:decode-error");
    traced_stop(&self);

    confirming_start(&self, NULL);
    publish_with_second_failing(&self);
    assert_null(otelmq_memory_exporter_find(self.spans, "publish orders:new"));
    fake_broker_ack(&self.broker, CHANNEL, 1, false);
    otelmq_amqp_confirms confirms;
    assert_int_equal(take_confirms(&self, &confirms).reply_type, AMQP_RESPONSE_NORMAL);
    const otelmq_span_data *send = traced_span(&self, "publish orders:new");
    assert_failed(send, "amqp:decode-error");
    assert_description(send, "2 of 3 messages failed");
    traced_stop(&self);
}

static void while_tracing_is_off_messages_go_out_as_they_are(void **state)
{
    (void)state;
    traced self;
    otelmq_amqp_options options = {.messaging.is_disabled = true};
    traced_start(&self, FRAME_MAX, &options);
    batch *messages = create_batch();
    publish_batch(&self, messages);
    assert_int_equal(ended_spans(&self), 0);
    fake_published published = fake_broker_take_published(&self.broker);
    assert_null(fake_published_header(&published, "traceparent"));
    fake_published_clean(&published);
    free(messages);
    traced_stop(&self);
}

static void an_empty_batch_is_no_span(void **state)
{
    (void)state;
    traced self;
    traced_start(&self, FRAME_MAX, NULL);
    size_t published = 77;
    assert_int_equal(otelmq_amqp_basic_publish_batch(self.connection, CHANNEL, NULL, 0, &published),
                     AMQP_STATUS_OK);
    assert_int_equal(published, 0);
    assert_int_equal(ended_spans(&self), 0);
    assert_int_equal(otelmq_amqp_basic_publish_batch(self.connection, CHANNEL, NULL, 1, NULL),
                     AMQP_STATUS_INVALID_PARAMETER);
    assert_int_equal(otelmq_amqp_basic_publish_batch(NULL, CHANNEL, NULL, 0, NULL),
                     AMQP_STATUS_INVALID_PARAMETER);
    traced_stop(&self);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_message_has_its_create_span_and_the_send_links_to_them),
        cmocka_unit_test(what_is_the_same_for_all_is_on_the_send_span),
        cmocka_unit_test(without_create_spans_the_context_of_the_send_goes_into_each),
        cmocka_unit_test(a_context_of_the_application_stays_and_is_linked),
        cmocka_unit_test(in_confirm_mode_the_span_ends_with_its_last_message),
        cmocka_unit_test(what_was_not_taken_fails_the_span_and_is_counted),
        cmocka_unit_test(spans_that_end_at_return_do_not_wait_for_the_confirms),
        cmocka_unit_test(the_first_failure_ends_the_batch),
        cmocka_unit_test(while_tracing_is_off_messages_go_out_as_they_are),
        cmocka_unit_test(an_empty_batch_is_no_span),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
