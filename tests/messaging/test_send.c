/* SPDX-License-Identifier: Apache-2.0 */
#include "messaging/fixture.h"

static void send_once(const char *error_type)
{
    otelmq_messaging_operation publish = operation("publish");
    otelmq_messaging_send send = otelmq_messaging_send_start(client, &publish, carrier());
    otelmq_messaging_send_inject(client, &send, carrier());
    otelmq_messaging_send_end(client, send.span, error_type, error_type != NULL ? "why" : NULL);
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

static otelmq_span_kind kind_with(otelmq_propagator propagator)
{
    otelmq_propagator_set_global(propagator);
    otelmq_memory_exporter_clear(memory);
    otelmq_map_destroy(headers);
    headers = otelmq_map_create();
    send_once(NULL);
    return only_span()->kind;
}

/* The context of a producer span is the one that the message carries. */
static void a_send_whose_context_is_not_injected_is_a_client_span(void **state)
{
    (void)state;
    const struct {
        otelmq_propagator propagator;
        otelmq_span_kind kind;
    } rows[] = {{otelmq_propagator_trace_context(), OTELMQ_SPAN_PRODUCER},
                {otelmq_propagator_b3(), OTELMQ_SPAN_PRODUCER},
                {otelmq_propagator_b3_multi(), OTELMQ_SPAN_PRODUCER},
                {otelmq_propagator_jaeger(), OTELMQ_SPAN_PRODUCER},
                {otelmq_propagator_ot_trace(), OTELMQ_SPAN_PRODUCER},
                {otelmq_propagator_baggage(), OTELMQ_SPAN_CLIENT},
                {otelmq_propagator_none(), OTELMQ_SPAN_CLIENT}};
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        assert_int_equal(kind_with(rows[i].propagator), rows[i].kind);
    }
    assert_int_equal(kind_with((otelmq_propagator){0}), OTELMQ_SPAN_PRODUCER);
}

static void so_it_is_with_a_propagator_of_the_client_s_own(void **state)
{
    (void)state;
    otelmq_messaging_client *silent =
        create_client((otelmq_messaging_options){.propagator = otelmq_propagator_none()});
    otelmq_messaging_operation publish = operation("publish");
    otelmq_messaging_send send = otelmq_messaging_send_start(silent, &publish, carrier());
    otelmq_messaging_send_inject(silent, &send, carrier());
    otelmq_messaging_send_end(silent, send.span, NULL, NULL);
    assert_int_equal(otelmq_map_count(headers), 0);
    assert_int_equal(only_span()->kind, OTELMQ_SPAN_CLIENT);
    otelmq_messaging_client_destroy(silent);
}

static void and_with_a_message_that_can_have_no_headers(void **state)
{
    (void)state;
    otelmq_messaging_operation publish = operation("publish");
    publish.has_no_headers = true;
    otelmq_messaging_send send = otelmq_messaging_send_start(client, &publish, (otelmq_carrier){0});
    otelmq_messaging_send_end(client, send.span, NULL, NULL);
    assert_int_equal(only_span()->kind, OTELMQ_SPAN_CLIENT);
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

static void sizes_are_recorded_when_asked_for(void **state)
{
    (void)state;
    otelmq_messaging_client *sizing =
        create_client((otelmq_messaging_options){.records_sizes = true});
    otelmq_messaging_operation publish = operation("publish");
    publish.body_size = 42;
    publish.envelope_size = 99;
    otelmq_messaging_send send = otelmq_messaging_send_start(sizing, &publish, carrier());
    otelmq_messaging_send_end(sizing, send.span, NULL, NULL);
    assert_number(only_span(), "messaging.message.body.size", 42);
    assert_number(only_span(), "messaging.message.envelope.size", 99);
    otelmq_messaging_client_destroy(sizing);
}

static void a_body_may_be_empty_and_an_envelope_unknown(void **state)
{
    (void)state;
    otelmq_messaging_client *sizing =
        create_client((otelmq_messaging_options){.records_sizes = true});
    otelmq_messaging_operation process = operation("process");
    otelmq_scope scope = otelmq_messaging_process_start(sizing, &process, carrier(), NULL, NULL);
    otelmq_scope_end(&scope);
    assert_number(only_span(), "messaging.message.body.size", 0);
    assert_absent(only_span(), "messaging.message.envelope.size");
    otelmq_messaging_client_destroy(sizing);
}

static void what_is_not_about_one_message_has_no_size(void **state)
{
    (void)state;
    otelmq_messaging_client *sizing =
        create_client((otelmq_messaging_options){.records_sizes = true});
    otelmq_messaging_operation any = operation("any");
    otelmq_messaging_receive_failed(sizing, &any, "timeout", NULL);
    otelmq_messaging_operation_end(otelmq_messaging_settle_start(sizing, &any, NULL, NULL, 0), NULL,
                                   NULL);
    any.message_count = 3;
    otelmq_messaging_send send = otelmq_messaging_send_start(sizing, &any, (otelmq_carrier){0});
    otelmq_messaging_send_end(sizing, send.span, NULL, NULL);
    assert_int_equal(otelmq_memory_exporter_count(memory), 3);
    for (size_t i = 0; i < 3; i++) {
        assert_absent(otelmq_memory_exporter_span_at(memory, i), "messaging.message.body.size");
    }
    otelmq_messaging_client_destroy(sizing);
}

static void a_destination_that_is_no_text_stays_out_of_name_and_attributes(void **state)
{
    (void)state;
    otelmq_messaging_operation publish = operation("publish");
    publish.destination = OTELMQ_STR("\xff\xfe");
    otelmq_messaging_send send = otelmq_messaging_send_start(client, &publish, (otelmq_carrier){0});
    otelmq_messaging_send_end(client, send.span, NULL, NULL);
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
    otelmq_messaging_send_end(client, send.span, NULL, NULL);
    assert_int_equal(only_span()->attribute_count, KEY_COUNT + 6);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_send_is_a_producer_span_with_the_common_attributes),
        TEST(a_send_injects_its_own_context),
        TEST(a_send_whose_context_is_not_injected_is_a_client_span),
        TEST(so_it_is_with_a_propagator_of_the_client_s_own),
        TEST(and_with_a_message_that_can_have_no_headers),
        TEST(a_failed_send_has_error_type_and_description),
        TEST(a_creation_context_of_the_application_stays_and_is_linked),
        TEST(a_stale_context_that_cannot_be_read_is_replaced),
        TEST(baggage_of_the_thread_and_of_the_message_are_both_sent),
        TEST(sizes_are_recorded_when_asked_for),
        TEST(a_body_may_be_empty_and_an_envelope_unknown),
        TEST(what_is_not_about_one_message_has_no_size),
        TEST(a_destination_that_is_no_text_stays_out_of_name_and_attributes),
        TEST(more_attributes_than_usual_are_all_kept),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
