/* SPDX-License-Identifier: Apache-2.0 */
#include "messaging/fixture.h"

static void processing_continues_the_message_and_its_baggage(void **state)
{
    (void)state;
    set_header("traceparent", TRACEPARENT);
    set_header("baggage", "tier=gold");
    otelmq_messaging_operation process = operation("process");
    otelmq_scope scope = otelmq_messaging_process_start(client, &process, carrier(), NULL, NULL);
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
    {OTELMQ_PARENT_DEFAULT, false, true, false, 1},
    {OTELMQ_PARENT_DEFAULT, true, false, false, 1},
    {OTELMQ_PARENT_AUTO, false, true, false, 1},
    {OTELMQ_PARENT_AUTO, true, false, false, 1},
    {OTELMQ_PARENT_MESSAGE, false, true, false, 1},
    {OTELMQ_PARENT_MESSAGE, true, true, false, 2},
    {OTELMQ_PARENT_LINK_ONLY, false, false, true, 1},
    {OTELMQ_PARENT_LINK_ONLY, true, false, false, 1},
};

static void process_under(otelmq_messaging_client *traced, bool has_active, otelmq_parent_mode mode)
{
    otelmq_tracer *tracer = otelmq_tracer_provider_tracer(provider, "application", NULL);
    otelmq_scope active = {0};
    if (has_active) {
        active = otelmq_tracer_start_scope(tracer, "active", NULL);
    }
    otelmq_messaging_operation process = operation("process");
    otelmq_process_options options = {.parent_mode = mode};
    otelmq_scope scope =
        otelmq_messaging_process_start(traced, &process, carrier(), &options, NULL);
    otelmq_scope_end(&scope);
    otelmq_scope_end(&active);
}

static void assert_parent_row(size_t row)
{
    const otelmq_span_data *span = otelmq_memory_exporter_find(memory, "process orders");
    char trace[OTELMQ_TRACE_ID_HEX_SIZE];
    otelmq_trace_id_format(span->span_context.trace_id, trace);
    assert_int_equal(strcmp(trace, TRACE) == 0, PARENT_ROWS[row].in_message_trace);
    assert_int_equal(!otelmq_span_id_is_valid(span->parent_span_id), PARENT_ROWS[row].is_root);
    assert_int_equal(span->link_count, PARENT_ROWS[row].links);
    assert_link(span, 0, PARENT);
}

static void the_parent_mode_chooses_parent_and_links(void **state)
{
    (void)state;
    set_header("traceparent", TRACEPARENT);
    for (size_t i = 0; i < COUNT_OF(PARENT_ROWS); i++) {
        otelmq_memory_exporter_clear(memory);
        otelmq_messaging_client *traced =
            create_client((otelmq_messaging_options){.parent_mode = PARENT_ROWS[i].mode});
        process_under(traced, PARENT_ROWS[i].has_active, OTELMQ_PARENT_DEFAULT);
        assert_parent_row(i);
        otelmq_messaging_client_destroy(traced);
    }
}

static void baggage_is_current_in_every_parent_mode(void **state)
{
    (void)state;
    set_header("traceparent", TRACEPARENT);
    set_header("baggage", "tier=gold");
    for (int mode = OTELMQ_PARENT_DEFAULT; mode <= OTELMQ_PARENT_LINK_ONLY; mode++) {
        otelmq_messaging_operation process = operation("process");
        otelmq_process_options options = {.parent_mode = (otelmq_parent_mode)mode};
        otelmq_scope scope =
            otelmq_messaging_process_start(client, &process, carrier(), &options, NULL);
        assert_str(otelmq_baggage_get(otelmq_context_baggage(NULL), "tier"), "gold");
        otelmq_scope_end(&scope);
    }
}

static void a_message_may_have_a_parent_mode_of_its_own(void **state)
{
    (void)state;
    set_header("traceparent", TRACEPARENT);
    for (size_t i = 0; i < COUNT_OF(PARENT_ROWS); i++) {
        if (PARENT_ROWS[i].mode == OTELMQ_PARENT_DEFAULT) {
            continue;
        }
        otelmq_parent_mode other = PARENT_ROWS[i].mode == OTELMQ_PARENT_LINK_ONLY
                                       ? OTELMQ_PARENT_MESSAGE
                                       : OTELMQ_PARENT_LINK_ONLY;
        otelmq_messaging_client *traced =
            create_client((otelmq_messaging_options){.parent_mode = other});
        otelmq_memory_exporter_clear(memory);
        process_under(traced, PARENT_ROWS[i].has_active, PARENT_ROWS[i].mode);
        assert_parent_row(i);
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
    otelmq_scope scope = otelmq_messaging_process_start(client, &process, carrier(), NULL, NULL);
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
    otelmq_messaging_operation_end(otelmq_messaging_return_start(quiet, &any, NULL, NULL, 0), NULL,
                                   NULL);
    assert_int_equal(otelmq_memory_exporter_count(memory), 1);
    otelmq_messaging_client_destroy(quiet);
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
    otelmq_scope scope = otelmq_messaging_process_start(untraced, &process, carrier(), NULL, NULL);

    otelmq_map *onward = otelmq_map_create();
    otelmq_messaging_operation publish = operation("publish");
    otelmq_messaging_send send =
        otelmq_messaging_send_start(untraced, &publish, otelmq_map_carrier(onward));
    otelmq_messaging_send_inject(untraced, &send, otelmq_map_carrier(onward));
    otelmq_messaging_send_end(untraced, send.span, NULL, NULL);
    otelmq_scope_end(&scope);

    assert_str(otelmq_map_get(onward, "traceparent"), TRACEPARENT);
    assert_str(otelmq_map_get(onward, "baggage"), "tier=gold");
    otelmq_map_destroy(onward);
    otelmq_messaging_client_destroy(untraced);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(processing_continues_the_message_and_its_baggage),
        TEST(the_parent_mode_chooses_parent_and_links),
        TEST(baggage_is_current_in_every_parent_mode),
        TEST(a_message_may_have_a_parent_mode_of_its_own),
        TEST(a_receive_lasts_from_the_call_to_now),
        TEST(a_failed_receive_is_an_error),
        TEST(a_settlement_is_a_child_of_the_process_span),
        TEST(options_leave_spans_out),
        TEST(without_an_sdk_a_received_context_is_passed_on),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
