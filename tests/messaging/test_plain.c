/* SPDX-License-Identifier: Apache-2.0 */
/* The quickest send is there for those that need a traceparent, and for no others. */
#include "messaging/fixture.h"

static void no_hook(void *user, const otelmq_messaging_event *event)
{
    (void)user;
    (void)event;
}

static otelmq_str no_template(void *user, otelmq_str destination)
{
    (void)user;
    (void)destination;
    return (otelmq_str){0};
}

static otelmq_messaging_prepared *prepare(void)
{
    otelmq_messaging_operation send = operation("publish");
    otelmq_messaging_prepared *prepared = otelmq_messaging_prepare_send(client, &send);
    assert_non_null(prepared);
    return prepared;
}

/* The span of a send by this client, ended; whether there was one. */
static bool is_plain(otelmq_messaging_client *by)
{
    char text[OTELMQ_MESSAGING_TRACEPARENT_LEN];
    otelmq_messaging_prepared *prepared = prepare();
    otelmq_span *span = otelmq_messaging_send_start_plain(by, prepared, text);
    otelmq_messaging_prepared_release(prepared);
    otelmq_span_end(span);
    return span != NULL;
}

static void it_gives_the_value_of_the_header(void **state)
{
    (void)state;
    char text[OTELMQ_MESSAGING_TRACEPARENT_LEN];
    otelmq_messaging_prepared *prepared = prepare();
    otelmq_span *span = otelmq_messaging_send_start_plain(client, prepared, text);
    assert_non_null(span);
    otelmq_messaging_inject(client, otelmq_span_get_context(span), carrier());
    otelmq_str injected = otelmq_carrier_get(carrier(), otelmq_messaging_traceparent().data);
    assert_int_equal(injected.len, sizeof(text));
    assert_memory_equal(injected.data, text, sizeof(text));
    otelmq_messaging_send_end(client, span, "timeout", "too late");
    otelmq_messaging_prepared_release(prepared);
    assert_str(only_span()->name, "publish orders");
    assert_int_equal(only_span()->kind, OTELMQ_SPAN_PRODUCER);
    assert_string(only_span(), "messaging.destination.name", "orders");
    assert_string(only_span(), "error.type", "timeout");
    assert_str(only_span()->status_description, "too late");
}

static void options_that_want_more_get_none(void **state)
{
    (void)state;
    static const char *const captured[] = {"x-*"};
    const otelmq_messaging_options options[] = {
        {.is_disabled = true},
        {.records_sizes = true},
        {.captured_headers = captured, .captured_header_count = 1},
        {.destination_template = no_template},
        {.hooks.on_send = no_hook},
        {.hooks.on_confirm = no_hook},
        {.propagator = otelmq_propagator_b3()},
    };
    for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++) {
        otelmq_messaging_client *by = create_client(options[i]);
        assert_false(is_plain(by));
        otelmq_messaging_client_destroy(by);
    }
    assert_true(is_plain(client));
}

static void a_context_that_has_more_to_pass_on_gets_none(void **state)
{
    (void)state;
    const otelmq_tracestate *tracestate = NULL;
    assert_int_equal(otelmq_tracestate_parse(OTELMQ_STR("a=1"), &tracestate), OTELMQ_OK);
    otelmq_span_context remote = {.trace_id = {{1}}, .span_id = {{2}}, .trace_flags = 1};
    const otelmq_context *plain = otelmq_context_with_span_context(NULL, &remote);
    remote.tracestate = tracestate;
    const otelmq_context *stated = otelmq_context_with_span_context(NULL, &remote);
    otelmq_context_token token = otelmq_context_attach(plain);
    assert_true(is_plain(client));
    otelmq_context_detach(token);
    token = otelmq_context_attach(stated);
    assert_false(is_plain(client));
    otelmq_context_detach(token);
    otelmq_scope suppressed = otelmq_messaging_suppress();
    assert_false(is_plain(client));
    otelmq_scope_end(&suppressed);
    otelmq_context_release(plain);
    otelmq_context_release(stated);
    otelmq_tracestate_release(tracestate);
}

static void the_names_that_are_propagated_are_feared(void **state)
{
    (void)state;
    assert_true(otelmq_messaging_may_be_propagated(OTELMQ_STR("traceparent")));
    assert_true(otelmq_messaging_may_be_propagated(OTELMQ_STR("tracestate")));
    assert_true(otelmq_messaging_may_be_propagated(OTELMQ_STR("baggage")));
    assert_false(otelmq_messaging_may_be_propagated(OTELMQ_STR("x-tenant-id")));
    assert_false(otelmq_messaging_may_be_propagated(OTELMQ_STR("tenant")));
    assert_false(otelmq_messaging_may_be_propagated(OTELMQ_STR("")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(it_gives_the_value_of_the_header),
        TEST(options_that_want_more_get_none),
        TEST(a_context_that_has_more_to_pass_on_gets_none),
        TEST(the_names_that_are_propagated_are_feared),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
