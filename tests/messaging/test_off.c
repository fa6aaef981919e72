/* SPDX-License-Identifier: Apache-2.0 */
#include "messaging/fixture.h"

/* Every function once; none may leave a span, a header or a current context behind. */
static void use_everything(otelmq_messaging_client *traced)
{
    otelmq_messaging_operation any = operation("any");
    otelmq_map *sent = otelmq_map_create();
    otelmq_carrier carrier_of_sent = otelmq_map_carrier(sent);
    otelmq_messaging_send send = otelmq_messaging_send_start(traced, &any, carrier_of_sent);
    otelmq_messaging_send_inject(traced, &send, carrier_of_sent);
    otelmq_messaging_send_end(traced, send.span, "error", "description");
    otelmq_messaging_send create = otelmq_messaging_create_start(traced, &any, carrier_of_sent);
    otelmq_messaging_send_inject(traced, &create, carrier_of_sent);
    otelmq_messaging_operation_end(create.span, NULL, NULL);
    otelmq_messaging_receive(traced, &any, carrier());
    otelmq_messaging_receive_failed(traced, &any, "error", NULL);

    otelmq_span *kept = NULL;
    otelmq_scope scope = otelmq_messaging_process_start(traced, &any, carrier(), NULL, &kept);
    assert_null(otelmq_context_baggage(NULL));
    otelmq_span_set_bool(scope.span, "is harmless", true);
    otelmq_scope_end(&scope);
    otelmq_messaging_process_end(traced, kept, NULL, NULL);
    otelmq_messaging_operation_end(otelmq_messaging_settle_start(traced, &any, NULL, NULL, 0), NULL,
                                   NULL);
    assert_int_equal(otelmq_map_count(sent), 0);
    otelmq_map_destroy(sent);
}

static void fill_headers(void)
{
    set_header("traceparent", TRACEPARENT);
    set_header("baggage", "tier=gold");
}

static void a_disabled_client_does_nothing(void **state)
{
    (void)state;
    fill_headers();
    otelmq_messaging_client *disabled = create_client((otelmq_messaging_options){
        .is_disabled = true, .process_ends = OTELMQ_PROCESS_ENDS_WITH_SETTLEMENT});
    assert_true(otelmq_messaging_is_off(disabled));
    assert_false(otelmq_messaging_is_off(client));
    use_everything(disabled);
    assert_int_equal(otelmq_memory_exporter_count(memory), 0);
    otelmq_messaging_client_destroy(disabled);
}

static void a_suppressed_thread_does_nothing_until_the_scope_ends(void **state)
{
    (void)state;
    fill_headers();
    otelmq_scope suppressed = otelmq_messaging_suppress();
    assert_true(otelmq_messaging_is_off(client));
    use_everything(client);
    assert_int_equal(otelmq_memory_exporter_count(memory), 0);
    otelmq_scope_end(&suppressed);
    assert_false(otelmq_messaging_is_off(client));
    otelmq_messaging_operation receive = operation("receive");
    otelmq_messaging_receive(client, &receive, carrier());
    assert_int_equal(otelmq_memory_exporter_count(memory), 1);
}

static void suppressions_nest(void **state)
{
    (void)state;
    otelmq_scope outer = otelmq_messaging_suppress();
    otelmq_scope inner = otelmq_messaging_suppress();
    otelmq_scope_end(&inner);
    assert_true(otelmq_messaging_is_off(client));
    otelmq_scope_end(&outer);
    assert_false(otelmq_messaging_is_off(client));
}

static void a_suppression_leaves_the_active_span_alone(void **state)
{
    (void)state;
    otelmq_tracer *tracer = otelmq_tracer_provider_tracer(provider, "application", NULL);
    otelmq_scope active = otelmq_tracer_start_scope(tracer, "active", NULL);
    otelmq_scope suppressed = otelmq_messaging_suppress();
    assert_ptr_equal(otelmq_context_span(NULL), active.span);
    otelmq_scope_end(&suppressed);
    assert_ptr_equal(otelmq_context_span(NULL), active.span);
    assert_true(otelmq_span_is_recording(active.span));
    otelmq_scope_end(&active);
}

static void a_suppression_travels_with_the_context(void **state)
{
    (void)state;
    otelmq_scope suppressed = otelmq_messaging_suppress();
    otelmq_tracer *tracer = otelmq_tracer_provider_tracer(provider, "application", NULL);
    otelmq_scope inside = otelmq_tracer_start_scope(tracer, "inside", NULL);
    assert_true(otelmq_messaging_is_off(client));
    const otelmq_context *context = otelmq_context_retain(NULL);
    otelmq_scope_end(&inside);
    otelmq_scope_end(&suppressed);

    assert_false(otelmq_messaging_is_off(client));
    otelmq_context_token token = otelmq_context_attach(context);
    assert_true(otelmq_messaging_is_off(client));
    otelmq_context_detach(token);
    otelmq_context_release(context);
    assert_false(otelmq_messaging_is_off(client));
}

static void what_was_started_before_a_suppression_ends_in_it(void **state)
{
    (void)state;
    otelmq_messaging_operation publish = operation("publish");
    otelmq_messaging_send send = otelmq_messaging_send_start(client, &publish, carrier());
    otelmq_scope suppressed = otelmq_messaging_suppress();
    otelmq_messaging_send_end(client, send.span, NULL, NULL);
    otelmq_scope_end(&suppressed);
    assert_str(only_span()->name, "publish orders");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_disabled_client_does_nothing),
        TEST(a_suppressed_thread_does_nothing_until_the_scope_ends),
        TEST(suppressions_nest),
        TEST(a_suppression_leaves_the_active_span_alone),
        TEST(a_suppression_travels_with_the_context),
        TEST(what_was_started_before_a_suppression_ends_in_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
