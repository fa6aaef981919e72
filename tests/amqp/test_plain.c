/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Messages that take the shortest way, which is open from the second message to a destination on,
 * go out and are recorded as those that do not.
 */
#include "amqp/entries.h"
#include "amqp/publishing.h"
#include "support/test.h"

#include <otelmq/baggage.h>

enum { FRAME_MAX = 131072, CHANNEL = 1, HEADERS_MAX = 20, LARGE = 70000 };

static const char FOREIGN[] = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
static const char FOREIGN_SPAN_ID[] = "\x00\xf0\x67\xaa\x0b\xa9\x02\xb7";

static int publish(traced *self, const amqp_basic_properties_t *properties)
{
    return otelmq_amqp_basic_publish(self->connection, CHANNEL, amqp_cstring_bytes("orders"),
                                     amqp_cstring_bytes("new"), 0, 0, properties,
                                     amqp_cstring_bytes("body"));
}

static fake_published publish_and_take(traced *self, const amqp_basic_properties_t *properties)
{
    otelmq_memory_exporter_clear(self->spans);
    assert_int_equal(publish(self, properties), AMQP_STATUS_OK);
    return fake_broker_take_published(&self->broker);
}

/* A connection that has published to the destination of all these tests before. */
static void start(traced *self, int frame_max, const otelmq_amqp_options *options)
{
    traced_start(self, frame_max, options);
    fake_published first = publish_and_take(self, NULL);
    fake_published_clean(&first);
}

/* The headers go out as they are, in their order, and then ours. */
static void expect_added(traced *self, amqp_table_entry_t entries[], size_t count)
{
    amqp_basic_properties_t properties = entries_properties(entries, count);
    fake_published published = publish_and_take(self, &properties);
    const amqp_table_t *headers = &published.properties->headers;
    assert_int_equal(headers->num_entries, count + 1);
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(headers->entries[i].key.len, entries[i].key.len);
        assert_memory_equal(headers->entries[i].key.bytes, entries[i].key.bytes,
                            entries[i].key.len);
        assert_int_equal(headers->entries[i].value.kind, entries[i].value.kind);
    }
    const otelmq_span_data *span = traced_span(self, "publish orders:new");
    assert_traceparent(fake_published_header(&published, "traceparent"), &span->span_context);
    assert_int_equal(span->kind, OTELMQ_SPAN_PRODUCER);
    assert_attribute(span, "messaging.destination.name", "orders:new");
    assert_attribute(span, "messaging.operation.type", "send");
    assert_attribute(span, "server.address", "rabbit.test");
    fake_published_clean(&published);
}

static void however_many_headers_there_are_of_whatever_kind(void **state)
{
    (void)state;
    traced self;
    start(&self, FRAME_MAX, NULL);
    static char large[LARGE + 1];
    memset(large, 'x', LARGE);
    amqp_table_entry_t inner[] = {entry_text("traceparent", FOREIGN)};
    amqp_table_entry_t kinds[] = {
        entry_text("x-tenant-id", FOREIGN),
        entry_number("tracecount", 42),
        entry_of_kind("bag", AMQP_FIELD_KIND_VOID),
        entry_of_kind("flag", AMQP_FIELD_KIND_BOOLEAN),
        entry_of_kind("real", AMQP_FIELD_KIND_F64),
        entry_table("nested", (amqp_table_t){1, inner}),
        entry_text("large", large),
    };
    expect_added(&self, kinds, 0);
    expect_added(&self, kinds, 2);
    expect_added(&self, kinds, sizeof(kinds) / sizeof(kinds[0]));
    amqp_table_entry_t many[HEADERS_MAX];
    for (size_t i = 0; i < HEADERS_MAX; i++) {
        many[i] = entry_text("many", "value");
        expect_added(&self, many, i + 1);
    }
    traced_stop(&self);
}

static void the_properties_of_the_message_stay(void **state)
{
    (void)state;
    traced self;
    start(&self, FRAME_MAX, NULL);
    amqp_basic_properties_t properties = entries_properties(NULL, 0);
    properties._flags = AMQP_BASIC_CONTENT_TYPE_FLAG | AMQP_BASIC_DELIVERY_MODE_FLAG;
    properties.content_type = amqp_cstring_bytes("text/plain");
    properties.delivery_mode = 2;
    properties.headers.num_entries = 7; /* that the flags do not speak of */
    fake_published published = publish_and_take(&self, &properties);
    assert_int_equal(published.properties->_flags, properties._flags | AMQP_BASIC_HEADERS_FLAG);
    assert_int_equal(published.properties->delivery_mode, 2);
    assert_memory_equal(published.properties->content_type.bytes, "text/plain", 10);
    assert_int_equal(published.properties->headers.num_entries, 1);
    fake_published_clean(&published);
    traced_stop(&self);
}

static void ids_are_attributes(void **state)
{
    (void)state;
    traced self;
    start(&self, FRAME_MAX, NULL);
    amqp_basic_properties_t properties = entries_properties(NULL, 0);
    properties._flags = AMQP_BASIC_MESSAGE_ID_FLAG | AMQP_BASIC_CORRELATION_ID_FLAG;
    properties.message_id = amqp_cstring_bytes("m1");
    properties.correlation_id = amqp_cstring_bytes("c1");
    fake_published published = publish_and_take(&self, &properties);
    const otelmq_span_data *span = traced_span(&self, "publish orders:new");
    assert_attribute(span, "messaging.message.id", "m1");
    assert_attribute(span, "messaging.message.conversation_id", "c1");
    fake_published_clean(&published);
    traced_stop(&self);
}

static void a_context_of_the_applications_own_stays(void **state)
{
    (void)state;
    traced self;
    start(&self, FRAME_MAX, NULL);
    amqp_table_entry_t own = entry_text("traceparent", FOREIGN);
    amqp_basic_properties_t properties = entries_properties(&own, 1);
    fake_published published = publish_and_take(&self, &properties);
    assert_string_equal(fake_published_header(&published, "traceparent"), FOREIGN);
    const otelmq_span_data *span = traced_span(&self, "publish orders:new");
    assert_int_equal(span->kind, OTELMQ_SPAN_CLIENT);
    assert_int_equal(span->link_count, 1);
    assert_memory_equal(span->links[0].span_context.span_id.bytes, FOREIGN_SPAN_ID, 8);
    fake_published_clean(&published);
    traced_stop(&self);
}

static void baggage_goes_along(void **state)
{
    (void)state;
    traced self;
    start(&self, FRAME_MAX, NULL);
    const otelmq_baggage *baggage = NULL;
    const otelmq_baggage_entry entry = {OTELMQ_STR("tenant"), OTELMQ_STR("blue"), OTELMQ_STR("")};
    assert_int_equal(otelmq_baggage_with(NULL, entry, &baggage), OTELMQ_OK);
    const otelmq_context *context = otelmq_context_with_baggage(NULL, baggage);
    otelmq_context_token token = otelmq_context_attach(context);
    fake_published published = publish_and_take(&self, NULL);
    otelmq_context_detach(token);
    assert_string_equal(fake_published_header(&published, "baggage"), "tenant=blue");
    assert_non_null(fake_published_header(&published, "traceparent"));
    fake_published_clean(&published);
    otelmq_context_release(context);
    otelmq_baggage_release(baggage);
    traced_stop(&self);
}

static void suppressed_ones_pass_through(void **state)
{
    (void)state;
    traced self;
    start(&self, FRAME_MAX, NULL);
    otelmq_scope scope = otelmq_messaging_suppress();
    fake_published published = publish_and_take(&self, NULL);
    otelmq_scope_end(&scope);
    assert_int_equal(ended_spans(&self), 0);
    assert_int_equal(fake_published_count(&published, "traceparent"), 0);
    fake_published_clean(&published);
    traced_stop(&self);
}

static void a_message_that_fills_its_frame_goes_out_without_ours(void **state)
{
    (void)state;
    enum { SMALL = 4096 };
    traced self;
    start(&self, SMALL, NULL);
    static char text[SMALL];
    memset(text, 'x', SMALL - 60);
    amqp_table_entry_t entry = entry_text("pad", text);
    amqp_basic_properties_t properties = entries_properties(&entry, 1);
    fake_published published = publish_and_take(&self, &properties);
    assert_int_equal(fake_published_count(&published, "traceparent"), 0);
    assert_true(published.content_frame_len <= SMALL);
    fake_published_clean(&published);
    traced_stop(&self);
}

static void its_span_waits_for_the_confirm(void **state)
{
    (void)state;
    traced self;
    confirming_start(&self, NULL);
    publish_to(&self, "new");
    publish_to(&self, "new");
    publish_mandatory_to(&self, "new");
    assert_int_equal(ended_spans(&self), 0);
    fake_broker_confirm(&self.broker, 1);
    fake_broker_confirm(&self.broker, 2);
    fake_broker_confirm(&self.broker, 3);
    otelmq_amqp_confirms confirms;
    assert_int_equal(take_confirms(&self, &confirms).reply_type, AMQP_RESPONSE_NORMAL);
    assert_int_equal(ended_spans(&self), 3);
    traced_stop(&self);
}

static void a_failure_is_an_error(void **state)
{
    (void)state;
    traced self;
    start(&self, FRAME_MAX, NULL);
    otelmq_memory_exporter_clear(self.spans);
    fake_broker_hang_up(&self.broker);
    int status = AMQP_STATUS_OK;
    for (int i = 0; i < 3 && status == AMQP_STATUS_OK; i++) {
        status = publish(&self, NULL);
    }
    assert_int_not_equal(status, AMQP_STATUS_OK);
    size_t last = ended_spans(&self) - 1;
    const otelmq_span_data *span = otelmq_memory_exporter_span_at(self.spans, last);
    assert_int_equal(span->status, OTELMQ_STATUS_ERROR);
    assert_true(otelmq_span_data_attribute(span, "error.type").type == OTELMQ_VALUE_STRING);
    assert_attribute(span, "messaging.destination.name", "orders:new");
    traced_stop(&self);
}

static void without_a_connection_it_is_closed(void **state)
{
    (void)state;
    traced self;
    start(&self, FRAME_MAX, NULL);
    otelmq_amqp_connection_replace(self.connection, NULL);
    assert_int_equal(publish(&self, NULL), AMQP_STATUS_CONNECTION_CLOSED);
    traced_stop(&self);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(however_many_headers_there_are_of_whatever_kind),
        cmocka_unit_test(the_properties_of_the_message_stay),
        cmocka_unit_test(ids_are_attributes),
        cmocka_unit_test(a_context_of_the_applications_own_stays),
        cmocka_unit_test(baggage_goes_along),
        cmocka_unit_test(suppressed_ones_pass_through),
        cmocka_unit_test(a_message_that_fills_its_frame_goes_out_without_ours),
        cmocka_unit_test(its_span_waits_for_the_confirm),
        cmocka_unit_test(a_failure_is_an_error),
        cmocka_unit_test(without_a_connection_it_is_closed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
