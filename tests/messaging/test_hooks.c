/* SPDX-License-Identifier: Apache-2.0 */
#include "messaging/fixture.h"

enum { EVENTS_MAX = 8 };

/* What one hook was told. */
typedef struct {
    const char *hook;
    char operation[32];
    char destination[32];
    char error_type[32];
    const void *message;
    bool is_recording;
    bool is_current;
} seen_event;

static seen_event seen[EVENTS_MAX];
static size_t seen_count;
static int hook_user;
static const int A_MESSAGE = 1;

static void see(const char *hook, void *user, const otelmq_messaging_event *event)
{
    assert_ptr_equal(user, &hook_user);
    assert_true(seen_count < EVENTS_MAX);
    seen_event *now = &seen[seen_count++];
    *now = (seen_event){.hook = hook, .message = event->message};
    snprintf(now->operation, sizeof(now->operation), "%s", event->operation);
    snprintf(now->destination, sizeof(now->destination), "%.*s", (int)event->destination.len,
             event->destination.data);
    snprintf(now->error_type, sizeof(now->error_type), "%s",
             event->error_type != NULL ? event->error_type : "");
    now->is_recording = otelmq_span_is_recording(event->span);
    now->is_current = otelmq_context_span(NULL) == event->span;
    otelmq_span_set_bool(event->span, hook, true);
}

static void on_send(void *user, const otelmq_messaging_event *event)
{
    see("on_send", user, event);
}

static void on_confirm(void *user, const otelmq_messaging_event *event)
{
    see("on_confirm", user, event);
}

static void on_receive(void *user, const otelmq_messaging_event *event)
{
    see("on_receive", user, event);
}

static void on_process_start(void *user, const otelmq_messaging_event *event)
{
    see("on_process_start", user, event);
}

static void on_process_end(void *user, const otelmq_messaging_event *event)
{
    see("on_process_end", user, event);
}

static otelmq_messaging_options hooked(void)
{
    return (otelmq_messaging_options){.hooks = {.user = &hook_user,
                                                .on_send = on_send,
                                                .on_confirm = on_confirm,
                                                .on_receive = on_receive,
                                                .on_process_start = on_process_start,
                                                .on_process_end = on_process_end}};
}

static int set_up_hooked(void **state)
{
    (void)set_up(state);
    otelmq_messaging_client_destroy(client);
    client = create_client(hooked());
    seen_count = 0;
    return 0;
}

static otelmq_messaging_operation shown(const char *name)
{
    otelmq_messaging_operation shown = operation(name);
    shown.message = &A_MESSAGE;
    return shown;
}

static void assert_seen(size_t index, const char *hook, const char *name, const char *error_type,
                        const void *message)
{
    assert_true(index < seen_count);
    assert_string_equal(seen[index].hook, hook);
    assert_string_equal(seen[index].operation, name);
    assert_string_equal(seen[index].destination, "orders");
    assert_string_equal(seen[index].error_type, error_type);
    assert_ptr_equal(seen[index].message, message);
    assert_true(seen[index].is_recording);
}

static void a_send_is_shown_before_and_after(void **state)
{
    (void)state;
    otelmq_messaging_operation publish = shown("publish");
    otelmq_messaging_send send = otelmq_messaging_send_start(client, &publish, carrier());
    assert_int_equal(seen_count, 1);
    otelmq_messaging_send_end(client, send.span, "nack", "refused");
    assert_int_equal(seen_count, 2);
    assert_seen(0, "on_send", "publish", "", &A_MESSAGE);
    assert_seen(1, "on_confirm", "publish", "nack", NULL);
    assert_true(has_attribute(only_span(), "on_send"));
    assert_true(has_attribute(only_span(), "on_confirm"));
}

static void the_creation_of_a_message_of_a_batch_is_shown_too(void **state)
{
    (void)state;
    otelmq_messaging_operation create = shown("create");
    otelmq_messaging_send send = otelmq_messaging_create_start(client, &create, carrier());
    otelmq_messaging_operation_end(send.span, NULL, NULL);
    assert_int_equal(seen_count, 1);
    assert_seen(0, "on_send", "create", "", &A_MESSAGE);
}

static void a_receive_is_shown_but_not_one_that_failed(void **state)
{
    (void)state;
    otelmq_messaging_operation receive = shown("receive");
    otelmq_messaging_receive(client, &receive, carrier());
    otelmq_messaging_receive_failed(client, &receive, "timeout", NULL);
    assert_int_equal(seen_count, 1);
    assert_seen(0, "on_receive", "receive", "", &A_MESSAGE);
}

static void processing_is_shown_at_start_and_end_of_its_scope(void **state)
{
    (void)state;
    otelmq_messaging_operation process = shown("process");
    otelmq_scope scope = otelmq_messaging_process_start(client, &process, carrier(), NULL, NULL);
    assert_int_equal(seen_count, 1);
    assert_true(seen[0].is_current);
    otelmq_span_record_error(scope.span, "ValidationError", "no items");
    otelmq_scope_end(&scope);
    otelmq_scope_end(&scope);
    assert_int_equal(seen_count, 2);
    assert_seen(0, "on_process_start", "process", "", &A_MESSAGE);
    assert_seen(1, "on_process_end", "process", "ValidationError", NULL);
    assert_false(seen[1].is_current);
    assert_true(has_attribute(only_span(), "on_process_end"));
}

static void a_kept_span_shows_its_end_when_it_is_settled(void **state)
{
    (void)state;
    otelmq_messaging_operation process = shown("process");
    otelmq_process_options options = {.ends = OTELMQ_PROCESS_ENDS_WITH_SETTLEMENT};
    otelmq_span *kept = NULL;
    otelmq_scope scope =
        otelmq_messaging_process_start(client, &process, carrier(), &options, &kept);
    otelmq_scope_end(&scope);
    assert_int_equal(seen_count, 1);
    otelmq_messaging_process_end(client, kept, "channel-closed", NULL);
    assert_int_equal(seen_count, 2);
    assert_seen(1, "on_process_end", "process", "channel-closed", NULL);
    assert_string(only_span(), "error.type", "channel-closed");
}

static void spans_that_do_not_record_are_not_shown(void **state)
{
    (void)state;
    otelmq_tracer_provider *unsampled = NULL;
    assert_int_equal(
        otelmq_tracer_provider_create(
            &(otelmq_tracer_provider_options){.sampler = otelmq_sampler_always_off()}, &unsampled),
        OTELMQ_OK);
    otelmq_messaging_options options = hooked();
    options.tracer_provider = unsampled;
    otelmq_messaging_client *quiet = NULL;
    assert_int_equal(
        otelmq_messaging_client_create("test", "otelmq.test", NULL, 0, &options, &quiet),
        OTELMQ_OK);
    otelmq_messaging_operation any = shown("any");
    otelmq_messaging_send send = otelmq_messaging_send_start(quiet, &any, carrier());
    otelmq_messaging_send_end(quiet, send.span, NULL, NULL);
    otelmq_messaging_receive(quiet, &any, carrier());
    otelmq_scope scope = otelmq_messaging_process_start(quiet, &any, carrier(), NULL, NULL);
    otelmq_scope_end(&scope);
    assert_int_equal(seen_count, 0);
    otelmq_messaging_client_destroy(quiet);
    otelmq_tracer_provider_destroy(unsampled);
}

#define HOOK_TEST(name) cmocka_unit_test_setup_teardown(name, set_up_hooked, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        HOOK_TEST(a_send_is_shown_before_and_after),
        HOOK_TEST(the_creation_of_a_message_of_a_batch_is_shown_too),
        HOOK_TEST(a_receive_is_shown_but_not_one_that_failed),
        HOOK_TEST(processing_is_shown_at_start_and_end_of_its_scope),
        HOOK_TEST(a_kept_span_shows_its_end_when_it_is_settled),
        HOOK_TEST(spans_that_do_not_record_are_not_shown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
