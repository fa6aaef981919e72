/* SPDX-License-Identifier: Apache-2.0 */
#include <otelmq/otelmq.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#define TRACE "4bf92f3577b34da6a3ce929d0e0e4736"
#define PARENT "00f067aa0ba902b7"
#define TRACEPARENT "00-" TRACE "-" PARENT "-01"

static otelmq_memory_exporter *memory;
static otelmq_tracer_provider *provider;
static otelmq_messaging_client *client;
static otelmq_map *headers;

static otelmq_messaging_client *create_client(otelmq_messaging_options options)
{
    otelmq_messaging_client *created = NULL;
    options.tracer_provider = provider;
    assert_int_equal(otelmq_messaging_client_create("test", "otelmq.test", "broker.example", 4711,
                                                    &options, &created),
                     OTELMQ_OK);
    return created;
}

static int set_up(void **state)
{
    (void)state;
    memory = otelmq_memory_exporter_create();
    otelmq_processor processor =
        otelmq_processor_simple(otelmq_memory_exporter_as_exporter(memory));
    otelmq_tracer_provider_options options = {.processors = &processor, .processor_count = 1};
    assert_int_equal(otelmq_tracer_provider_create(&options, &provider), OTELMQ_OK);
    client = create_client((otelmq_messaging_options){0});
    headers = otelmq_map_create();
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    otelmq_map_destroy(headers);
    otelmq_messaging_client_destroy(client);
    otelmq_memory_exporter_destroy(memory);
    otelmq_tracer_provider_destroy(provider);
    return 0;
}

static otelmq_carrier carrier(void)
{
    return otelmq_map_carrier(headers);
}

static void set_header(const char *key, const char *value)
{
    assert_int_equal(otelmq_map_set(headers, key, otelmq_str_from(value)), OTELMQ_OK);
}

static otelmq_messaging_operation operation(const char *name)
{
    return (otelmq_messaging_operation){.name = name, .destination = OTELMQ_STR("orders")};
}

static const otelmq_span_data *only_span(void)
{
    assert_int_equal(otelmq_memory_exporter_count(memory), 1);
    return otelmq_memory_exporter_span_at(memory, 0);
}

static void assert_str(otelmq_str actual, const char *expected)
{
    assert_int_equal(actual.len, strlen(expected));
    assert_memory_equal(actual.data, expected, actual.len);
}

static void assert_string(const otelmq_span_data *span, const char *key, const char *expected)
{
    otelmq_value value = otelmq_span_data_attribute(span, key);
    assert_int_equal(value.type, OTELMQ_VALUE_STRING);
    assert_str(value.as.string, expected);
}

static void assert_trace_and_parent(const otelmq_span_data *span, const char *trace,
                                    const char *parent)
{
    char trace_hex[OTELMQ_TRACE_ID_HEX_SIZE];
    char parent_hex[OTELMQ_SPAN_ID_HEX_SIZE];
    otelmq_trace_id_format(span->span_context.trace_id, trace_hex);
    otelmq_span_id_format(span->parent_span_id, parent_hex);
    assert_string_equal(trace_hex, trace);
    assert_string_equal(parent_hex, parent);
}

static void assert_link(const otelmq_span_data *span, uint32_t index, const char *span_id)
{
    char hex[OTELMQ_SPAN_ID_HEX_SIZE];
    assert_true(index < span->link_count);
    otelmq_span_id_format(span->links[index].span_context.span_id, hex);
    assert_string_equal(hex, span_id);
}

static void send_once(const char *error_type)
{
    otelmq_messaging_operation publish = operation("publish");
    otelmq_messaging_send send = otelmq_messaging_send_start(client, &publish, carrier());
    otelmq_messaging_send_inject(client, &send, carrier());
    otelmq_messaging_operation_end(send.span, error_type, error_type != NULL ? "why" : NULL);
}

static void a_send_is_a_producer_span_with_the_common_attributes(void **state)
{
    (void)state;
    send_once(NULL);
    const otelmq_span_data *span = only_span();
    assert_str(span->name, "publish orders");
    assert_int_equal(span->kind, OTELMQ_SPAN_PRODUCER);
    assert_int_equal(span->status, OTELMQ_STATUS_UNSET);
    assert_int_equal(span->link_count, 0);
    assert_string(span, "messaging.system", "test");
    assert_string(span, "messaging.operation.name", "publish");
    assert_string(span, "messaging.operation.type", "send");
    assert_string(span, "messaging.destination.name", "orders");
    assert_string(span, "server.address", "broker.example");
    assert_int_equal(otelmq_span_data_attribute(span, "server.port").as.integer, 4711);
    assert_int_equal(otelmq_span_data_attribute(span, "messaging.message.body.size").type,
                     OTELMQ_VALUE_NONE);
    assert_str(span->scope->name, "otelmq.test");
}

static void a_send_injects_its_own_context(void **state)
{
    (void)state;
    send_once(NULL);
    const otelmq_span_data *span = only_span();
    char trace[OTELMQ_TRACE_ID_HEX_SIZE];
    char id[OTELMQ_SPAN_ID_HEX_SIZE];
    char expected[64];
    otelmq_trace_id_format(span->span_context.trace_id, trace);
    otelmq_span_id_format(span->span_context.span_id, id);
    /* 03: sampled, and a random trace id. */
    snprintf(expected, sizeof(expected), "00-%s-%s-03", trace, id);
    assert_str(otelmq_map_get(headers, "traceparent"), expected);
}

static void a_failed_send_has_error_type_and_description(void **state)
{
    (void)state;
    send_once("channel-error");
    const otelmq_span_data *span = only_span();
    assert_int_equal(span->status, OTELMQ_STATUS_ERROR);
    assert_str(span->status_description, "why");
    assert_string(span, "error.type", "channel-error");
}

static void a_creation_context_of_the_application_stays_and_is_linked(void **state)
{
    (void)state;
    set_header("traceparent", TRACEPARENT);
    set_header("tracestate", "vendor=1");
    send_once(NULL);
    const otelmq_span_data *span = only_span();
    assert_int_equal(span->kind, OTELMQ_SPAN_CLIENT);
    assert_link(span, 0, PARENT);
    assert_str(span->links[0].span_context.tracestate != NULL
                   ? otelmq_tracestate_text(span->links[0].span_context.tracestate)
                   : OTELMQ_STR(""),
               "vendor=1");
    assert_str(otelmq_map_get(headers, "traceparent"), TRACEPARENT);
    assert_int_equal(otelmq_map_count(headers), 2);
}

static void a_stale_context_that_cannot_be_read_is_replaced(void **state)
{
    (void)state;
    set_header("traceparent", "00-nonsense");
    set_header("tracestate", "vendor=1");
    send_once(NULL);
    assert_int_equal(only_span()->kind, OTELMQ_SPAN_PRODUCER);
    assert_int_equal(otelmq_map_get(headers, "traceparent").len, 55);
    assert_true(otelmq_str_is_empty(otelmq_map_get(headers, "tracestate")));
}

static const otelmq_context *context_with_tier(const char *tier)
{
    const otelmq_baggage *baggage = NULL;
    otelmq_baggage_entry entry = {.key = OTELMQ_STR("tier"), .value = otelmq_str_from(tier)};
    assert_int_equal(otelmq_baggage_with(NULL, entry, &baggage), OTELMQ_OK);
    const otelmq_context *context = otelmq_context_with_baggage(NULL, baggage);
    otelmq_baggage_release(baggage);
    return context;
}

static void baggage_of_the_thread_and_of_the_message_are_both_sent(void **state)
{
    (void)state;
    const otelmq_context *context = context_with_tier("gold");
    otelmq_context_token token = otelmq_context_attach(context);
    set_header("baggage", "tenant=acme");
    send_once(NULL);
    otelmq_context_detach(token);
    otelmq_context_release(context);
    assert_str(otelmq_map_get(headers, "baggage"), "tier=gold,tenant=acme");
}

static void processing_continues_the_message_and_its_baggage(void **state)
{
    (void)state;
    set_header("traceparent", TRACEPARENT);
    set_header("baggage", "tier=gold");
    otelmq_messaging_operation process = operation("process");
    otelmq_scope scope = otelmq_messaging_process_start(client, &process, carrier());
    assert_ptr_equal(otelmq_context_span(NULL), scope.span);
    assert_str(otelmq_baggage_get(otelmq_context_baggage(NULL), "tier"), "gold");
    otelmq_scope_end(&scope);
    assert_null(otelmq_context_baggage(NULL));

    const otelmq_span_data *span = only_span();
    assert_str(span->name, "process orders");
    assert_int_equal(span->kind, OTELMQ_SPAN_CONSUMER);
    assert_trace_and_parent(span, TRACE, PARENT);
    assert_true(span->parent_is_remote);
    assert_int_equal(span->link_count, 1);
    assert_link(span, 0, PARENT);
}

/* How the parent is chosen: the table in messaging/received.h, a row for each of its cells. */
static const struct {
    otelmq_parent_mode mode;
    bool has_active;
    bool in_message_trace;
    bool is_root;
    uint32_t links;
} PARENT_ROWS[] = {
    {OTELMQ_PARENT_AUTO, false, true, false, 1},
    {OTELMQ_PARENT_AUTO, true, false, false, 1},
    {OTELMQ_PARENT_MESSAGE, false, true, false, 1},
    {OTELMQ_PARENT_MESSAGE, true, true, false, 2},
    {OTELMQ_PARENT_LINK_ONLY, false, false, true, 1},
    {OTELMQ_PARENT_LINK_ONLY, true, false, false, 1},
};

static void process_under(otelmq_messaging_client *traced, bool has_active)
{
    otelmq_tracer *tracer = otelmq_tracer_provider_tracer(provider, "application", NULL);
    otelmq_scope active = {0};
    if (has_active) {
        active = otelmq_tracer_start_scope(tracer, "active", NULL);
    }
    otelmq_messaging_operation process = operation("process");
    otelmq_scope scope = otelmq_messaging_process_start(traced, &process, carrier());
    assert_str(otelmq_baggage_get(otelmq_context_baggage(NULL), "tier"), "gold");
    otelmq_scope_end(&scope);
    otelmq_scope_end(&active);
}

static void the_parent_mode_chooses_parent_and_links_and_keeps_baggage(void **state)
{
    (void)state;
    set_header("traceparent", TRACEPARENT);
    set_header("baggage", "tier=gold");
    for (size_t i = 0; i < sizeof(PARENT_ROWS) / sizeof(PARENT_ROWS[0]); i++) {
        otelmq_memory_exporter_clear(memory);
        otelmq_messaging_client *traced =
            create_client((otelmq_messaging_options){.parent_mode = PARENT_ROWS[i].mode});
        process_under(traced, PARENT_ROWS[i].has_active);
        const otelmq_span_data *span = otelmq_memory_exporter_find(memory, "process orders");
        char trace[OTELMQ_TRACE_ID_HEX_SIZE];
        otelmq_trace_id_format(span->span_context.trace_id, trace);
        assert_int_equal(strcmp(trace, TRACE) == 0, PARENT_ROWS[i].in_message_trace);
        assert_int_equal(!otelmq_span_id_is_valid(span->parent_span_id), PARENT_ROWS[i].is_root);
        assert_int_equal(span->link_count, PARENT_ROWS[i].links);
        assert_link(span, 0, PARENT);
        otelmq_messaging_client_destroy(traced);
    }
}

static void a_receive_lasts_from_the_call_to_now(void **state)
{
    (void)state;
    set_header("traceparent", TRACEPARENT);
    otelmq_messaging_operation receive = operation("receive");
    receive.start_time_unix_nano = 1000;
    otelmq_messaging_receive(client, &receive, carrier());
    const otelmq_span_data *span = only_span();
    assert_str(span->name, "receive orders");
    assert_int_equal(span->kind, OTELMQ_SPAN_CLIENT);
    assert_int_equal(span->start_time_unix_nano, 1000);
    assert_true(span->end_time_unix_nano > 1000);
    assert_trace_and_parent(span, TRACE, PARENT);
    assert_link(span, 0, PARENT);
}

static void a_failed_receive_is_an_error(void **state)
{
    (void)state;
    otelmq_messaging_operation receive = operation("receive");
    otelmq_messaging_receive_failed(client, &receive, "connection-closed", "peer went away");
    const otelmq_span_data *span = only_span();
    assert_int_equal(span->status, OTELMQ_STATUS_ERROR);
    assert_string(span, "error.type", "connection-closed");
}

static void a_settlement_is_a_child_of_the_process_span(void **state)
{
    (void)state;
    otelmq_messaging_operation process = operation("process");
    otelmq_scope scope = otelmq_messaging_process_start(client, &process, carrier());
    otelmq_span_context process_context = *otelmq_span_get_context(scope.span);
    otelmq_scope_end(&scope);
    otelmq_messaging_operation ack = operation("ack");
    otelmq_messaging_operation_end(
        otelmq_messaging_settle_start(client, &ack, &process_context, NULL, 0), NULL, NULL);

    const otelmq_span_data *span = otelmq_memory_exporter_find(memory, "ack orders");
    assert_int_equal(span->kind, OTELMQ_SPAN_CLIENT);
    assert_string(span, "messaging.operation.type", "settle");
    assert_memory_equal(&span->parent_span_id, &process_context.span_id, 8);
    assert_false(span->parent_is_remote);
}

static void options_leave_spans_out(void **state)
{
    (void)state;
    otelmq_messaging_client *quiet = create_client(
        (otelmq_messaging_options){.omits_receive_spans = true, .omits_settle_spans = true});
    otelmq_messaging_operation any = operation("any");
    otelmq_messaging_receive(quiet, &any, carrier());
    otelmq_messaging_receive_failed(quiet, &any, "x", NULL);
    assert_null(otelmq_messaging_settle_start(quiet, &any, NULL, NULL, 0));
    otelmq_messaging_operation_end(NULL, NULL, NULL);
    assert_int_equal(otelmq_memory_exporter_count(memory), 0);
    otelmq_messaging_client_destroy(quiet);
}

static void the_body_size_is_recorded_when_asked_for(void **state)
{
    (void)state;
    otelmq_messaging_client *sizing =
        create_client((otelmq_messaging_options){.records_sizes = true});
    otelmq_messaging_operation publish = operation("publish");
    publish.body_size = 42;
    otelmq_messaging_send send = otelmq_messaging_send_start(sizing, &publish, carrier());
    otelmq_messaging_operation_end(send.span, NULL, NULL);
    otelmq_value size = otelmq_span_data_attribute(only_span(), "messaging.message.body.size");
    assert_int_equal(size.as.integer, 42);
    otelmq_messaging_client_destroy(sizing);
}

static void a_destination_that_is_no_text_stays_out_of_name_and_attributes(void **state)
{
    (void)state;
    otelmq_messaging_operation publish = operation("publish");
    publish.destination = OTELMQ_STR("\xff\xfe");
    otelmq_messaging_send send = otelmq_messaging_send_start(client, &publish, (otelmq_carrier){0});
    otelmq_messaging_operation_end(send.span, NULL, NULL);
    assert_str(only_span()->name, "publish");
    assert_int_equal(otelmq_span_data_attribute(only_span(), "messaging.destination.name").type,
                     OTELMQ_VALUE_NONE);
}

static void more_attributes_than_usual_are_all_kept(void **state)
{
    (void)state;
    static const char *const KEYS[] = {
        "k00", "k01", "k02", "k03", "k04", "k05", "k06", "k07", "k08", "k09", "k10", "k11", "k12",
        "k13", "k14", "k15", "k16", "k17", "k18", "k19", "k20", "k21", "k22", "k23", "k24", "k25"};
    enum { KEY_COUNT = sizeof(KEYS) / sizeof(KEYS[0]) };
    otelmq_attribute attributes[KEY_COUNT];
    for (size_t i = 0; i < KEY_COUNT; i++) {
        attributes[i] = otelmq_attribute_int(KEYS[i], (int64_t)i);
    }
    otelmq_messaging_operation publish = operation("publish");
    publish.attributes = attributes;
    publish.attribute_count = KEY_COUNT;
    otelmq_messaging_send send = otelmq_messaging_send_start(client, &publish, (otelmq_carrier){0});
    otelmq_messaging_operation_end(send.span, NULL, NULL);
    assert_int_equal(only_span()->attribute_count, KEY_COUNT + 6);
}

static void without_an_sdk_a_received_context_is_passed_on(void **state)
{
    (void)state;
    otelmq_messaging_client *untraced = NULL;
    assert_int_equal(
        otelmq_messaging_client_create("test", "otelmq.test", NULL, 0, NULL, &untraced), OTELMQ_OK);
    set_header("traceparent", TRACEPARENT);
    set_header("baggage", "tier=gold");
    otelmq_messaging_operation process = operation("process");
    otelmq_scope scope = otelmq_messaging_process_start(untraced, &process, carrier());

    otelmq_map *onward = otelmq_map_create();
    otelmq_messaging_operation publish = operation("publish");
    otelmq_messaging_send send =
        otelmq_messaging_send_start(untraced, &publish, otelmq_map_carrier(onward));
    otelmq_messaging_send_inject(untraced, &send, otelmq_map_carrier(onward));
    otelmq_messaging_operation_end(send.span, NULL, NULL);
    otelmq_scope_end(&scope);

    assert_str(otelmq_map_get(onward, "traceparent"), TRACEPARENT);
    assert_str(otelmq_map_get(onward, "baggage"), "tier=gold");
    otelmq_map_destroy(onward);
    otelmq_messaging_client_destroy(untraced);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(a_send_is_a_producer_span_with_the_common_attributes),
        TEST(a_send_injects_its_own_context),
        TEST(a_failed_send_has_error_type_and_description),
        TEST(a_creation_context_of_the_application_stays_and_is_linked),
        TEST(a_stale_context_that_cannot_be_read_is_replaced),
        TEST(baggage_of_the_thread_and_of_the_message_are_both_sent),
        TEST(processing_continues_the_message_and_its_baggage),
        TEST(the_parent_mode_chooses_parent_and_links_and_keeps_baggage),
        TEST(a_receive_lasts_from_the_call_to_now),
        TEST(a_failed_receive_is_an_error),
        TEST(a_settlement_is_a_child_of_the_process_span),
        TEST(options_leave_spans_out),
        TEST(the_body_size_is_recorded_when_asked_for),
        TEST(a_destination_that_is_no_text_stays_out_of_name_and_attributes),
        TEST(more_attributes_than_usual_are_all_kept),
        TEST(without_an_sdk_a_received_context_is_passed_on),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
