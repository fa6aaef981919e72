/* SPDX-License-Identifier: Apache-2.0 */
/* Sends whose span is made when they are over. */
#include "messaging/fixture.h"

static void the_span_is_as_that_of_any_send(void **state)
{
    (void)state;
    otelmq_span_seed seed;
    assert_true(otelmq_messaging_send_seed(client, 0, carrier(), &seed));
    otelmq_messaging_inject(client, &seed.span_context, carrier());
    assert_int_equal(otelmq_memory_exporter_count(memory), 0);

    otelmq_messaging_operation send = operation("publish");
    otelmq_span *span = otelmq_messaging_seed_start(client, &seed, &send);
    otelmq_messaging_send_end(client, span, "timeout", "too late");
    const otelmq_span_data *data = only_span();
    char span_id[OTELMQ_SPAN_ID_HEX_SIZE];
    otelmq_span_id_format(data->span_context.span_id, span_id);
    otelmq_str traceparent = otelmq_carrier_get(carrier(), "traceparent");
    assert_int_equal(traceparent.len, 55);
    assert_memory_equal(traceparent.data + 36, span_id, 16);
    assert_int_equal(data->kind, OTELMQ_SPAN_PRODUCER);
    assert_string(data, "messaging.operation.name", "publish");
    assert_string(data, "messaging.operation.type", "send");
    assert_string(data, "error.type", "timeout");
}

static void headers_with_a_context_of_their_own_want_a_span(void **state)
{
    (void)state;
    otelmq_span_seed seed;
    set_header("traceparent", TRACEPARENT);
    assert_false(otelmq_messaging_send_seed(client, 0, carrier(), &seed));
}

static void so_does_baggage_which_is_merged(void **state)
{
    (void)state;
    otelmq_span_seed seed;
    set_header("baggage", "a=1");
    assert_false(otelmq_messaging_send_seed(client, 0, carrier(), &seed));
}

static void hook(void *user, const otelmq_messaging_event *event)
{
    *(const void **)user = event->message;
}

static otelmq_str template(void *user, otelmq_str destination)
{
    (void)user;
    return destination;
}

static void so_do_options_that_look_at_the_start(void **state)
{
    static const char *const captured[] = {"*"};
    const otelmq_messaging_options options[] = {
        {.hooks.on_send = hook},
        {.destination_template = template},
        {.captured_headers = captured, .captured_header_count = 1},
        {.is_disabled = true},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++) {
        otelmq_span_seed seed;
        otelmq_messaging_client *other = create_client(options[i]);
        assert_false(otelmq_messaging_send_seed(other, 0, carrier(), &seed));
        otelmq_messaging_client_destroy(other);
    }
}

static void a_suppressed_thread_has_no_seed(void **state)
{
    (void)state;
    otelmq_span_seed seed;
    otelmq_scope scope = otelmq_messaging_suppress();
    assert_false(otelmq_messaging_send_seed(client, 0, carrier(), &seed));
    otelmq_scope_end(&scope);
}

static void the_hook_is_shown_the_message_while_it_is_there(void **state)
{
    (void)state;
    const void *shown = NULL;
    int message = 0;
    otelmq_messaging_client *hooked =
        create_client((otelmq_messaging_options){.hooks = {.user = &shown, .on_confirm = hook}});
    otelmq_span_seed seed;
    assert_true(otelmq_messaging_send_seed(hooked, 0, carrier(), &seed));
    otelmq_messaging_operation send = operation("publish");
    otelmq_messaging_send_confirmed(hooked, otelmq_messaging_seed_start(hooked, &seed, &send),
                                    &message, NULL, NULL);
    assert_ptr_equal(shown, &message);
    otelmq_messaging_client_destroy(hooked);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_span_is_as_that_of_any_send),
        TEST(headers_with_a_context_of_their_own_want_a_span),
        TEST(so_does_baggage_which_is_merged),
        TEST(so_do_options_that_look_at_the_start),
        TEST(a_suppressed_thread_has_no_seed),
        TEST(the_hook_is_shown_the_message_while_it_is_there),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
