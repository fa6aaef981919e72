/* SPDX-License-Identifier: Apache-2.0 */
#include "amqp/entries.h"
#include "amqp/traced.h"
#include "support/test.h"

enum { FRAME_MAX = 131072, CHANNEL = 1 };

static const char FOREIGN[] = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

static int publish_to(traced *self, const char *exchange, const char *routing_key,
                      const amqp_basic_properties_t *properties)
{
    return otelmq_amqp_basic_publish(self->connection, CHANNEL, amqp_cstring_bytes(exchange),
                                     amqp_cstring_bytes(routing_key), 0, 0, properties,
                                     amqp_cstring_bytes("body"));
}

static int publish(traced *self, const amqp_basic_properties_t *properties)
{
    return publish_to(self, "orders", "new", properties);
}

static amqp_basic_properties_t with_entries(amqp_table_entry_t entries[], int count)
{
    amqp_basic_properties_t properties;
    memset(&properties, 0, sizeof(properties));
    properties._flags = AMQP_BASIC_HEADERS_FLAG;
    properties.headers = (amqp_table_t){count, entries};
    return properties;
}

/* Publishes, and expects the context of the one new span in the message's headers. */
static void expect_injected(traced *self, const amqp_basic_properties_t *properties)
{
    otelmq_memory_exporter_clear(self->spans);
    assert_int_equal(publish(self, properties), AMQP_STATUS_OK);
    fake_published published = fake_broker_take_published(&self->broker);
    const otelmq_span_data *span = traced_span(self, "publish orders:new");
    assert_traceparent(fake_published_header(&published, "traceparent"), &span->span_context);
    assert_int_equal(fake_published_count(&published, "traceparent"), 1);
    fake_published_clean(&published);
}

static void the_context_of_the_publish_span_goes_into_the_headers(void **state)
{
    (void)state;
    traced self;
    traced_start(&self, FRAME_MAX, NULL);
    amqp_basic_properties_t none;
    memset(&none, 0, sizeof(none));
    amqp_basic_properties_t garbage = none;
    garbage.headers = (amqp_table_t){7, (amqp_table_entry_t *)(uintptr_t)0xdead};
    amqp_basic_properties_t empty = with_entries((amqp_table_entry_t *)(uintptr_t)0xdead, 0);
    expect_injected(&self, NULL);
    expect_injected(&self, &none);
    expect_injected(&self, &garbage);
    expect_injected(&self, &empty);
    traced_stop(&self);
}

static void the_span_says_what_the_conventions_ask_for(void **state)
{
    (void)state;
    traced self;
    traced_start(&self, FRAME_MAX, NULL);
    amqp_basic_properties_t properties;
    memset(&properties, 0, sizeof(properties));
    properties._flags = AMQP_BASIC_MESSAGE_ID_FLAG | AMQP_BASIC_CORRELATION_ID_FLAG;
    properties.message_id = amqp_cstring_bytes("message-7");
    properties.correlation_id = amqp_cstring_bytes("conversation-3");
    assert_int_equal(publish(&self, &properties), AMQP_STATUS_OK);
    const otelmq_span_data *span = traced_span(&self, "publish orders:new");
    assert_int_equal(span->kind, OTELMQ_SPAN_PRODUCER);
    assert_int_equal(span->status, OTELMQ_STATUS_UNSET);
    assert_attribute(span, "messaging.system", "rabbitmq");
    assert_attribute(span, "messaging.operation.name", "publish");
    assert_attribute(span, "messaging.operation.type", "send");
    assert_attribute(span, "messaging.destination.name", "orders:new");
    assert_attribute(span, "messaging.rabbitmq.destination.routing_key", "new");
    assert_attribute(span, "messaging.message.id", "message-7");
    assert_attribute(span, "messaging.message.conversation_id", "conversation-3");
    assert_attribute(span, "server.address", "rabbit.test");
    assert_int_attribute(span, "server.port", 5672);
    assert_no_attribute(span, "messaging.message.body.size");
    assert_no_attribute(span, "network.peer.address");
    assert_no_attribute(span, "error.type");
    traced_stop(&self);
}

static void the_destination_is_made_of_exchange_and_routing_key(void **state)
{
    (void)state;
    static const struct {
        const char *exchange;
        const char *routing_key;
        const char *name;
    } rows[] = {
        {"orders", "new", "publish orders:new"},  {"", "queue", "publish queue"},
        {"events", "", "publish events"},         {"", "", "publish amq.default"},
        {"orders", "\xff\xfe", "publish orders"}, {"\xff", "\xff", "publish rabbit.test:5672"},
    };
    for (int i = 0; i < (int)COUNT_OF(rows); i++) {
        traced self;
        traced_start(&self, FRAME_MAX, NULL);
        assert_int_equal(publish_to(&self, rows[i].exchange, rows[i].routing_key, NULL),
                         AMQP_STATUS_OK);
        const otelmq_span_data *span = traced_span(&self, rows[i].name);
        if (rows[i].routing_key[0] == '\0' || rows[i].routing_key[0] == '\xff') {
            assert_no_attribute(span, "messaging.rabbitmq.destination.routing_key");
        }
        traced_stop(&self);
    }
}

static void the_body_size_is_recorded_when_asked_for(void **state)
{
    (void)state;
    traced self;
    traced_start(&self, FRAME_MAX, &(otelmq_amqp_options){.messaging.records_sizes = true});
    assert_int_equal(publish(&self, NULL), AMQP_STATUS_OK);
    const otelmq_span_data *span = traced_span(&self, "publish orders:new");
    assert_int_attribute(span, "messaging.message.body.size", 4);
    assert_no_attribute(span, "server.address");
    traced_stop(&self);
}

static void own_headers_of_every_kind_arrive_and_the_callers_bytes_stay(void **state)
{
    (void)state;
    traced self;
    traced_start(&self, FRAME_MAX, NULL);
    const char *kinds = "tbBsuIilLfdDTVSxAF";
    amqp_table_entry_t entries[32];
    memset(entries, 0, sizeof(entries));
    int count = 0;
    for (const char *kind = kinds; *kind != '\0'; kind++) {
        entries[count++] = entry_of_kind("of-kind", (uint8_t)*kind);
    }
    entries[count++] = entry_text("text", "value");
    entries[count++] = entry_text("text", "twice");
    amqp_basic_properties_t properties = with_entries(entries, count);
    amqp_basic_properties_t properties_before = properties;
    amqp_table_entry_t entries_before[32];
    memcpy(entries_before, entries, sizeof(entries));

    assert_int_equal(publish(&self, &properties), AMQP_STATUS_OK);
    assert_memory_equal(&properties, &properties_before, sizeof(properties));
    assert_memory_equal(entries, entries_before, sizeof(entries));
    fake_published published = fake_broker_take_published(&self.broker);
    const amqp_table_t *arrived = &published.properties->headers;
    assert_int_equal(arrived->num_entries, count + 1);
    for (int i = 0; i < count; i++) {
        assert_int_equal(arrived->entries[i].value.kind, entries[i].value.kind);
    }
    assert_string_equal(fake_published_header(&published, "text"), "value");
    assert_int_equal(fake_published_count(&published, "text"), 2);
    fake_published_clean(&published);
    traced_stop(&self);
}

static void a_creation_context_of_the_application_stays_and_is_linked(void **state)
{
    (void)state;
    traced self;
    traced_start(&self, FRAME_MAX, NULL);
    amqp_table_entry_t entries[] = {entry_text("traceparent", FOREIGN), entry_text("own", "1")};
    amqp_basic_properties_t properties = with_entries(entries, (int)COUNT_OF(entries));
    assert_int_equal(publish(&self, &properties), AMQP_STATUS_OK);
    fake_published published = fake_broker_take_published(&self.broker);
    assert_string_equal(fake_published_header(&published, "traceparent"), FOREIGN);
    assert_int_equal(published.properties->headers.num_entries, 2);
    const otelmq_span_data *span = traced_span(&self, "publish orders:new");
    assert_int_equal(span->kind, OTELMQ_SPAN_CLIENT);
    assert_int_equal(span->link_count, 1);
    assert_traceparent(FOREIGN, &span->links[0].span_context);
    fake_published_clean(&published);
    traced_stop(&self);
}

static void a_malformed_context_is_replaced_and_its_tracestate_goes(void **state)
{
    (void)state;
    traced self;
    traced_start(&self, FRAME_MAX, NULL);
    amqp_table_entry_t entries[] = {
        entry_text("traceparent", "00-xyz"), entry_text("tracestate", "vendor=1"),
        entry_text("traceparent", "again"), entry_text("baggage", "tier=gold")};
    amqp_basic_properties_t properties = with_entries(entries, (int)COUNT_OF(entries));
    assert_int_equal(publish(&self, &properties), AMQP_STATUS_OK);
    fake_published published = fake_broker_take_published(&self.broker);
    const otelmq_span_data *span = traced_span(&self, "publish orders:new");
    assert_traceparent(fake_published_header(&published, "traceparent"), &span->span_context);
    assert_int_equal(fake_published_count(&published, "traceparent"), 1);
    assert_int_equal(fake_published_count(&published, "tracestate"), 0);
    assert_string_equal(fake_published_header(&published, "baggage"), "tier=gold");
    fake_published_clean(&published);
    traced_stop(&self);
}

static void the_span_is_a_child_of_the_active_one_and_baggage_goes_along(void **state)
{
    (void)state;
    traced self;
    traced_start(&self, FRAME_MAX, NULL);
    const otelmq_baggage *baggage = NULL;
    otelmq_baggage_entry tier = {OTELMQ_STR("tier"), OTELMQ_STR("gold"), {NULL, 0}};
    assert_int_equal(otelmq_baggage_with(NULL, tier, &baggage), OTELMQ_OK);
    const otelmq_context *context = otelmq_context_with_baggage(NULL, baggage);
    otelmq_context_token token = otelmq_context_attach(context);
    otelmq_scope scope = otelmq_tracer_start_scope(
        otelmq_tracer_provider_tracer(self.provider, "test", NULL), "parent", NULL);
    otelmq_span_context parent = *otelmq_span_get_context(scope.span);
    assert_int_equal(publish(&self, NULL), AMQP_STATUS_OK);
    otelmq_scope_end(&scope);
    otelmq_context_detach(token);
    otelmq_context_release(context);
    otelmq_baggage_release(baggage);

    assert_child(traced_span(&self, "publish orders:new"), &parent);
    fake_published published = fake_broker_take_published(&self.broker);
    assert_string_equal(fake_published_header(&published, "baggage"), "tier=gold");
    fake_published_clean(&published);
    traced_stop(&self);
}

static void a_failed_publish_gives_its_own_status_and_a_failed_span(void **state)
{
    (void)state;
    traced self;
    traced_start(&self, FRAME_MAX, NULL);
    fake_broker_hang_up(&self.broker);
    int status = publish(&self, NULL);
    assert_true(status == AMQP_STATUS_SOCKET_ERROR || status == AMQP_STATUS_CONNECTION_CLOSED);
    const otelmq_span_data *span = traced_span(&self, "publish orders:new");
    assert_failed(span, status == AMQP_STATUS_SOCKET_ERROR ? "socket-error" : "connection-closed");
    traced_stop(&self);
}

static void without_an_sdk_the_context_of_a_message_still_travels(void **state)
{
    (void)state;
    fake_broker broker;
    otelmq_amqp_connection *connection = NULL;
    fake_broker_start(&broker, FRAME_MAX);
    assert_int_equal(otelmq_amqp_connection_create(broker.client, NULL, &connection), OTELMQ_OK);
    assert_ptr_equal(otelmq_amqp_connection_raw(connection), broker.client);
    amqp_table_entry_t entry = entry_text("traceparent", FOREIGN);
    amqp_basic_properties_t properties = with_entries(&entry, 1);
    fake_broker_deliver(&broker, &(fake_message){1, "orders", "new", &properties, "body"});
    amqp_envelope_t envelope;
    amqp_rpc_reply_t reply = otelmq_amqp_consume_message(connection, &envelope, NULL, 0);
    assert_int_equal(reply.reply_type, AMQP_RESPONSE_NORMAL);
    otelmq_scope scope = otelmq_amqp_process_start(connection, &envelope);
    assert_int_equal(otelmq_amqp_basic_publish(connection, CHANNEL, amqp_empty_bytes,
                                               amqp_cstring_bytes("next"), 0, 0, NULL,
                                               amqp_empty_bytes),
                     AMQP_STATUS_OK);
    otelmq_scope_end(&scope);
    amqp_destroy_envelope(&envelope);
    fake_published published = fake_broker_take_published(&broker);
    assert_string_equal(fake_published_header(&published, "traceparent"), FOREIGN);
    fake_published_clean(&published);
    otelmq_amqp_connection_destroy(connection);
    fake_broker_stop(&broker);
}

static void missing_arguments_are_answered(void **state)
{
    (void)state;
    otelmq_amqp_connection *connection = NULL;
    amqp_envelope_t envelope;
    assert_int_equal(otelmq_amqp_connection_create(NULL, NULL, &connection),
                     OTELMQ_ERROR_INVALID_ARGUMENT);
    assert_null(connection);
    otelmq_amqp_connection_destroy(NULL);
    assert_int_equal(otelmq_amqp_basic_publish(NULL, CHANNEL, amqp_empty_bytes, amqp_empty_bytes, 0,
                                               0, NULL, amqp_empty_bytes),
                     AMQP_STATUS_INVALID_PARAMETER);
    assert_int_equal(otelmq_amqp_basic_ack(NULL, CHANNEL, 1, 0), AMQP_STATUS_INVALID_PARAMETER);
    assert_int_equal(otelmq_amqp_consume_message(NULL, &envelope, NULL, 0).library_error,
                     AMQP_STATUS_INVALID_PARAMETER);
    otelmq_scope scope = otelmq_amqp_process_start(NULL, NULL);
    otelmq_scope_end(&scope);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_context_of_the_publish_span_goes_into_the_headers),
        cmocka_unit_test(the_span_says_what_the_conventions_ask_for),
        cmocka_unit_test(the_destination_is_made_of_exchange_and_routing_key),
        cmocka_unit_test(the_body_size_is_recorded_when_asked_for),
        cmocka_unit_test(own_headers_of_every_kind_arrive_and_the_callers_bytes_stay),
        cmocka_unit_test(a_creation_context_of_the_application_stays_and_is_linked),
        cmocka_unit_test(a_malformed_context_is_replaced_and_its_tracestate_goes),
        cmocka_unit_test(the_span_is_a_child_of_the_active_one_and_baggage_goes_along),
        cmocka_unit_test(a_failed_publish_gives_its_own_status_and_a_failed_span),
        cmocka_unit_test(without_an_sdk_the_context_of_a_message_still_travels),
        cmocka_unit_test(missing_arguments_are_answered),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
