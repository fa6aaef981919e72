/* SPDX-License-Identifier: Apache-2.0 */
#include "amqp/entries.h"
#include "amqp/publishing.h"
#include "support/test.h"

enum { CHANNEL = 1 };

static const char FOREIGN[] = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

/* The broker sends back what it was given. */
static void return_published(traced *self, fake_published *published, const char *routing_key,
                             uint16_t code, const char *text)
{
    fake_broker_return(&self->broker, code, text,
                       &(fake_message){0, "orders", routing_key, published->properties, "body"});
}

static void a_message_without_a_route_fails_its_span_and_is_told_as_returned(void **state)
{
    (void)state;
    traced self;
    confirming_start(&self, NULL);
    publish_mandatory_to(&self, "nowhere");
    fake_published published = fake_broker_take_published(&self.broker);
    return_published(&self, &published, "nowhere", AMQP_NO_ROUTE, "NO_ROUTE");
    fake_broker_ack(&self.broker, CHANNEL, 1, false);
    otelmq_amqp_confirms confirms;
    assert_int_equal(take_confirms(&self, &confirms).reply_type, AMQP_RESPONSE_NORMAL);
    assert_int_equal(confirms.count, 1);
    assert_confirm(&confirms, 0, 1, OTELMQ_AMQP_RETURNED);
    assert_int_equal(confirms.items[0].reply_code, AMQP_NO_ROUTE);
    const otelmq_span_data *span = traced_span(&self, "publish orders:nowhere");
    assert_failed(span, "no-route");
    assert_description(span, "NO_ROUTE");
    assert_int_equal(ended_spans(&self), 1);
    fake_published_clean(&published);
    traced_stop(&self);
}

/* Of three with the same destination the second one comes back. */
static void expect_second_returned(traced *self)
{
    fake_published published[3];
    for (int i = 0; i < 3; i++) {
        publish_mandatory_to(self, "same");
        published[i] = fake_broker_take_published(&self->broker);
    }
    return_published(self, &published[1], "same", AMQP_NO_CONSUMERS, "NO_CONSUMERS");
    fake_broker_ack(&self->broker, CHANNEL, 3, true);
    otelmq_amqp_confirms confirms;
    assert_int_equal(take_confirms(self, &confirms).reply_type, AMQP_RESPONSE_NORMAL);
    assert_confirm(&confirms, 0, 1, OTELMQ_AMQP_ACKED);
    assert_confirm(&confirms, 1, 2, OTELMQ_AMQP_RETURNED);
    assert_confirm(&confirms, 2, 3, OTELMQ_AMQP_ACKED);
    assert_failed(otelmq_memory_exporter_span_at(self->spans, 0), "no-consumers");
    for (int i = 0; i < 3; i++) {
        fake_published_clean(&published[i]);
    }
}

static void the_context_in_its_headers_tells_which_message_came_back(void **state)
{
    (void)state;
    traced self;
    confirming_start(&self, NULL);
    expect_second_returned(&self);
    traced_stop(&self);
}

static void any_format_of_the_context_does(void **state)
{
    (void)state;
    traced self;
    otelmq_amqp_options options = {.messaging.propagator = otelmq_propagator_b3()};
    confirming_start(&self, &options);
    expect_second_returned(&self);
    traced_stop(&self);
}

static void a_context_of_the_application_does_too(void **state)
{
    (void)state;
    traced self;
    confirming_start(&self, NULL);
    publish_mandatory_to(&self, "same");
    amqp_table_entry_t entry = entry_text("traceparent", FOREIGN);
    amqp_basic_properties_t properties;
    memset(&properties, 0, sizeof(properties));
    properties._flags = AMQP_BASIC_HEADERS_FLAG;
    properties.headers = (amqp_table_t){1, &entry};
    assert_int_equal(
        otelmq_amqp_basic_publish(self.connection, CHANNEL, amqp_cstring_bytes("orders"),
                                  amqp_cstring_bytes("same"), 1, 0, &properties, amqp_empty_bytes),
        AMQP_STATUS_OK);
    fake_broker_return(&self.broker, AMQP_NO_ROUTE, "NO_ROUTE",
                       &(fake_message){0, "orders", "same", &properties, ""});
    fake_broker_ack(&self.broker, CHANNEL, 2, true);
    otelmq_amqp_confirms confirms;
    assert_int_equal(take_confirms(&self, &confirms).reply_type, AMQP_RESPONSE_NORMAL);
    assert_confirm(&confirms, 0, 1, OTELMQ_AMQP_ACKED);
    assert_confirm(&confirms, 1, 2, OTELMQ_AMQP_RETURNED);
    traced_stop(&self);
}

static void without_a_context_the_oldest_to_the_same_destination_is_meant(void **state)
{
    (void)state;
    traced self;
    confirming_start(&self, NULL);
    publish_to(&self, "there");
    publish_mandatory_to(&self, "elsewhere");
    publish_mandatory_to(&self, "there");
    publish_mandatory_to(&self, "there");
    for (int i = 0; i < 2; i++) {
        fake_broker_return(&self.broker, AMQP_NO_ROUTE, "NO_ROUTE",
                           &(fake_message){0, "orders", "there", NULL, ""});
    }
    fake_broker_ack(&self.broker, CHANNEL, 4, true);
    otelmq_amqp_confirms confirms;
    assert_int_equal(take_confirms(&self, &confirms).reply_type, AMQP_RESPONSE_NORMAL);
    assert_confirm(&confirms, 0, 1, OTELMQ_AMQP_ACKED);
    assert_confirm(&confirms, 1, 2, OTELMQ_AMQP_ACKED);
    assert_confirm(&confirms, 2, 3, OTELMQ_AMQP_RETURNED);
    assert_confirm(&confirms, 3, 4, OTELMQ_AMQP_RETURNED);
    traced_stop(&self);
}

static void expect_return_span(traced *self)
{
    const otelmq_span_data *publish = traced_span(self, "publish orders:nowhere");
    const otelmq_span_data *span = traced_span(self, "return orders:nowhere");
    assert_int_equal(span->kind, OTELMQ_SPAN_CLIENT);
    assert_child(span, &publish->span_context);
    assert_int_equal(span->link_count, 1);
    assert_link(span, 0, &publish->span_context);
    assert_failed(span, "no-route");
    assert_description(span, "NO_ROUTE");
    assert_attribute(span, "messaging.operation.name", "return");
    assert_attribute(span, "messaging.rabbitmq.destination.routing_key", "nowhere");
    assert_int_equal(publish->status, OTELMQ_STATUS_UNSET);
}

static void a_span_that_is_over_leaves_it_to_a_span_of_the_return(void **state)
{
    (void)state;
    traced self;
    otelmq_amqp_options options = {
        .messaging = {.ends_send_at_return = true, .omits_settle_spans = true}};
    confirming_start(&self, &options);
    publish_mandatory_to(&self, "nowhere");
    fake_published published = fake_broker_take_published(&self.broker);
    return_published(&self, &published, "nowhere", AMQP_NO_ROUTE, "NO_ROUTE");
    fake_broker_ack(&self.broker, CHANNEL, 1, false);
    otelmq_amqp_confirms confirms;
    assert_int_equal(take_confirms(&self, &confirms).reply_type, AMQP_RESPONSE_NORMAL);
    assert_confirm(&confirms, 0, 1, OTELMQ_AMQP_RETURNED);
    expect_return_span(&self);
    fake_published_clean(&published);
    traced_stop(&self);
}

static void a_program_that_reads_frames_itself_tells_of_the_return(void **state)
{
    (void)state;
    traced self;
    traced_start(&self, 131072, NULL);
    publish_mandatory_to(&self, "nowhere");
    fake_published published = fake_broker_take_published(&self.broker);
    return_published(&self, &published, "nowhere", AMQP_NO_ROUTE, "NO_ROUTE");
    amqp_frame_t frame;
    amqp_message_t message;
    assert_int_equal(otelmq_amqp_simple_wait_frame(self.connection, &frame), AMQP_STATUS_OK);
    assert_int_equal(frame.payload.method.id, AMQP_BASIC_RETURN_METHOD);
    assert_int_equal(amqp_read_message(self.broker.client, frame.channel, &message, 0).reply_type,
                     AMQP_RESPONSE_NORMAL);
    otelmq_amqp_message_returned(self.connection, frame.channel, &frame.payload.method, &message);
    expect_return_span(&self);
    otelmq_amqp_message_returned(self.connection, frame.channel, &frame.payload.method, NULL);
    otelmq_amqp_message_returned(self.connection, frame.channel, NULL, &message);
    otelmq_amqp_message_returned(NULL, frame.channel, &frame.payload.method, &message);
    assert_int_equal(ended_spans(&self), 2);
    amqp_destroy_message(&message);
    fake_published_clean(&published);
    traced_stop(&self);
}

static void nothing_is_recorded_of_a_return_while_tracing_is_off(void **state)
{
    (void)state;
    traced self;
    otelmq_amqp_options options = {.messaging.is_disabled = true};
    confirming_start(&self, &options);
    publish_mandatory_to(&self, "nowhere");
    fake_broker_return(&self.broker, AMQP_NO_ROUTE, "NO_ROUTE",
                       &(fake_message){0, "orders", "nowhere", NULL, "body"});
    fake_broker_ack(&self.broker, CHANNEL, 1, false);
    otelmq_amqp_confirms confirms;
    assert_int_equal(take_confirms(&self, &confirms).reply_type, AMQP_RESPONSE_NORMAL);
    assert_confirm(&confirms, 0, 1, OTELMQ_AMQP_RETURNED);
    assert_int_equal(ended_spans(&self), 0);
    traced_stop(&self);
}

/* librabbitmq cannot copy an entry without a key: the message itself is lost, not its fate. */
static void a_return_that_the_library_cannot_copy_counts_all_the_same(void **state)
{
    (void)state;
    traced self;
    confirming_start(&self, NULL);
    publish_mandatory_to(&self, "nowhere");
    amqp_table_entry_t entry = entry_text("", "value");
    amqp_basic_properties_t properties;
    memset(&properties, 0, sizeof(properties));
    properties._flags = AMQP_BASIC_HEADERS_FLAG;
    properties.headers = (amqp_table_t){1, &entry};
    fake_broker_return(&self.broker, AMQP_NO_ROUTE, "NO_ROUTE",
                       &(fake_message){0, "orders", "nowhere", &properties, "body"});
    fake_broker_ack(&self.broker, CHANNEL, 1, false);
    otelmq_amqp_confirms confirms;
    assert_int_equal(take_confirms(&self, &confirms).reply_type, AMQP_RESPONSE_NORMAL);
    assert_confirm(&confirms, 0, 1, OTELMQ_AMQP_RETURNED);
    assert_failed(traced_span(&self, "publish orders:nowhere"), "no-route");
    traced_stop(&self);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_message_without_a_route_fails_its_span_and_is_told_as_returned),
        cmocka_unit_test(the_context_in_its_headers_tells_which_message_came_back),
        cmocka_unit_test(any_format_of_the_context_does),
        cmocka_unit_test(a_context_of_the_application_does_too),
        cmocka_unit_test(without_a_context_the_oldest_to_the_same_destination_is_meant),
        cmocka_unit_test(a_span_that_is_over_leaves_it_to_a_span_of_the_return),
        cmocka_unit_test(a_program_that_reads_frames_itself_tells_of_the_return),
        cmocka_unit_test(nothing_is_recorded_of_a_return_while_tracing_is_off),
        cmocka_unit_test(a_return_that_the_library_cannot_copy_counts_all_the_same),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
