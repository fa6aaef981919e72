/* SPDX-License-Identifier: Apache-2.0 */
#include "messaging/fixture.h"

#include <stdio.h>

enum { MANY = 100 };

static otelmq_map *maps[MANY];
static otelmq_messaging_batch_message messages[MANY];

/* The index-th message has the span id of that number, but every message in between has none. */
static void fill(size_t count, size_t with_context_every)
{
    for (size_t i = 0; i < count; i++) {
        char traceparent[64];
        maps[i] = otelmq_map_create();
        (void)snprintf(traceparent, sizeof(traceparent), "00-%s-%016zx-01", TRACE, i + 1);
        if (i % with_context_every == 0) {
            assert_int_equal(otelmq_map_set(maps[i], "traceparent", otelmq_str_from(traceparent)),
                             OTELMQ_OK);
        }
        messages[i] = (otelmq_messaging_batch_message){.headers = otelmq_map_carrier(maps[i]),
                                                       .message = &maps[i]};
    }
}

static void empty(size_t count)
{
    for (size_t i = 0; i < count; i++) {
        otelmq_map_destroy(maps[i]);
    }
}

static void a_received_batch_counts_and_links_its_messages(void **state)
{
    (void)state;
    otelmq_attribute offset = otelmq_attribute_int("offset", 7);
    fill(3, 1);
    messages[1].attributes = &offset;
    messages[1].attribute_count = 1;
    otelmq_messaging_operation poll = operation("poll");
    otelmq_messaging_receive_batch(client, &poll, messages, 3);
    empty(3);
    const otelmq_span_data *span = only_span();
    assert_int_equal(span->kind, OTELMQ_SPAN_CLIENT);
    assert_string(span, "messaging.operation.type", "receive");
    assert_number(span, "messaging.batch.message_count", 3);
    assert_int_equal(span->link_count, 3);
    assert_link(span, 1, "0000000000000002");
    assert_int_equal(span->links[0].attribute_count, 0);
    assert_int_equal(span->links[1].attribute_count, 1);
    assert_int_equal(span->links[1].attributes[0].value.as.integer, 7);
}

static void messages_without_a_context_are_counted_and_not_linked(void **state)
{
    (void)state;
    fill(MANY, 2);
    otelmq_messaging_operation poll = operation("poll");
    otelmq_messaging_receive_batch(client, &poll, messages, MANY);
    empty(MANY);
    const otelmq_span_data *span = only_span();
    assert_number(span, "messaging.batch.message_count", MANY);
    assert_int_equal(span->link_count, MANY / 2);
    assert_link(span, 49, "0000000000000063");
}

static void a_batch_without_messages_has_no_span(void **state)
{
    (void)state;
    otelmq_messaging_operation poll = operation("poll");
    otelmq_messaging_receive_batch(client, &poll, messages, 0);
    otelmq_scope scope = otelmq_messaging_process_batch_start(client, &poll, messages, 0);
    assert_null(scope.span);
    assert_int_equal(otelmq_memory_exporter_count(memory), 0);
}

static void a_processed_batch_is_a_child_of_the_active_span_only(void **state)
{
    (void)state;
    fill(2, 1);
    otelmq_messaging_operation process = operation("process");
    otelmq_scope outer = otelmq_tracer_start_scope(
        otelmq_tracer_provider_tracer(provider, "t", NULL), "outer", NULL);
    otelmq_scope scope = otelmq_messaging_process_batch_start(client, &process, messages, 2);
    assert_ptr_equal(otelmq_context_span(NULL), scope.span);
    otelmq_scope_end(&scope);
    otelmq_scope_end(&outer);
    empty(2);
    const otelmq_span_data *span = otelmq_memory_exporter_find(memory, "process orders");
    const otelmq_span_data *parent = otelmq_memory_exporter_find(memory, "outer");
    assert_int_equal(span->kind, OTELMQ_SPAN_CONSUMER);
    assert_memory_equal(&span->parent_span_id, &parent->span_context.span_id, 8);
    assert_int_equal(span->link_count, 2);
}

typedef struct {
    size_t starts;
    size_t ends;
    const void *shown[2];
} hook_calls;

static void count_start(void *user, const otelmq_messaging_event *event)
{
    hook_calls *calls = user;
    calls->shown[calls->starts++ % 2] = event->message;
}

static void count_end(void *user, const otelmq_messaging_event *event)
{
    (void)event;
    ((hook_calls *)user)->ends++;
}

static void hooks_are_shown_each_message_of_a_batch(void **state)
{
    (void)state;
    hook_calls calls = {0};
    otelmq_messaging_client *hooked = create_client((otelmq_messaging_options){
        .hooks = {.user = &calls, .on_process_start = count_start, .on_process_end = count_end}});
    fill(2, 1);
    otelmq_messaging_operation process = operation("process");
    otelmq_scope scope = otelmq_messaging_process_batch_start(hooked, &process, messages, 2);
    otelmq_scope_end(&scope);
    empty(2);
    otelmq_messaging_client_destroy(hooked);
    assert_int_equal(calls.starts, 2);
    assert_int_equal(calls.ends, 1);
    assert_ptr_equal(calls.shown[1], &maps[1]);
}

static void assert_captured(const otelmq_span_data *span, const char *key, size_t count,
                            const char *first, const char *last)
{
    otelmq_value value = otelmq_span_data_attribute(span, key);
    assert_int_equal(value.type, OTELMQ_VALUE_STRING_ARRAY);
    assert_int_equal(value.count, count);
    assert_str(value.as.strings[0], first);
    assert_str(value.as.strings[count - 1], last);
}

static otelmq_messaging_client *create_capturing(const char *glob)
{
    return create_client(
        (otelmq_messaging_options){.captured_headers = &glob, .captured_header_count = 1});
}

static void the_headers_of_a_batch_are_captured_in_the_order_of_its_messages(void **state)
{
    (void)state;
    static const char *const globs[] = {"tenant", "late"};
    otelmq_messaging_client *capturing = create_client(
        (otelmq_messaging_options){.captured_headers = globs, .captured_header_count = 2});
    fill(4, 2);
    otelmq_map_set(maps[0], "tenant", OTELMQ_STR("acme"));
    otelmq_map_set(maps[1], "secret", OTELMQ_STR("not for traces"));
    otelmq_map_set(maps[2], "tenant", OTELMQ_STR("\xff"));
    otelmq_map_set(maps[2], "late", OTELMQ_STR("only"));
    otelmq_map_set(maps[3], "tenant", OTELMQ_STR("bolt"));
    otelmq_messaging_operation process = operation("process");
    otelmq_messaging_receive_batch(capturing, &process, messages, 4);
    otelmq_scope scope = otelmq_messaging_process_batch_start(capturing, &process, messages, 4);
    otelmq_scope_end(&scope);
    assert_int_equal(otelmq_memory_exporter_count(memory), 2);
    for (size_t i = 0; i < 2; i++) {
        const otelmq_span_data *span = otelmq_memory_exporter_span_at(memory, i);
        assert_captured(span, "messaging.header.tenant", 2, "acme", "bolt");
        assert_captured(span, "messaging.header.late", 1, "only", "only");
        assert_absent(span, "messaging.header.secret");
    }
    empty(4);
    otelmq_messaging_client_destroy(capturing);
}

/* A carrier of many headers, none of them text, that counts how often one is looked for. */
static size_t looked_for;

static otelmq_str no_text(const void *self, const char *key)
{
    (void)self;
    (void)key;
    looked_for++;
    return OTELMQ_STR("\xff");
}

static otelmq_str one_of_many_names(const void *self, size_t index)
{
    enum { NAMES = 1000, LEN = 4 };
    static char names[NAMES][LEN + 1];
    (void)self;
    if (index >= NAMES) {
        return (otelmq_str){0};
    }
    (void)snprintf(names[index], sizeof(names[index]), "n%03zu", index);
    return (otelmq_str){names[index], LEN};
}

static void a_batch_that_means_ill_does_not_keep_the_thread_busy(void **state)
{
    (void)state;
    enum { LARGE = 10000 };
    static const otelmq_carrier_ops ops = {.get = no_text, .key_at = one_of_many_names};
    static otelmq_messaging_batch_message many[LARGE];
    static const char *const globs[] = {"*"};
    otelmq_messaging_client *capturing = create_client((otelmq_messaging_options){
        .captured_headers = globs,
        .captured_header_count = 1,
        .propagator = otelmq_propagator_none(),
    });
    for (size_t i = 0; i < LARGE; i++) {
        many[i].headers = (otelmq_carrier){&ops, NULL};
    }
    otelmq_messaging_operation poll = operation("poll");
    looked_for = 0;
    otelmq_messaging_receive_batch(capturing, &poll, many, LARGE);
    assert_absent(only_span(), "messaging.header.n000");
    assert_in_range(looked_for, LARGE, 20000);
    otelmq_messaging_client_destroy(capturing);
}

static void a_header_that_comes_late_is_captured(void **state)
{
    (void)state;
    enum { BUSY = 500, OTHERS = 20 };
    static otelmq_messaging_batch_message many[BUSY];
    otelmq_messaging_client *capturing = create_capturing("tenant");
    otelmq_map *others = otelmq_map_create();
    otelmq_map *last = otelmq_map_create();
    for (int i = 0; i < OTHERS; i++) {
        char name[16];
        (void)snprintf(name, sizeof(name), "other-%d", i);
        otelmq_map_set(others, name, OTELMQ_STR("value"));
    }
    otelmq_map_set(last, "tenant", OTELMQ_STR("acme"));
    for (size_t i = 0; i < BUSY; i++) {
        many[i].headers = otelmq_map_carrier(i < BUSY - 1 ? others : last);
    }
    otelmq_messaging_operation poll = operation("poll");
    otelmq_messaging_receive_batch(capturing, &poll, many, BUSY);
    assert_captured(only_span(), "messaging.header.tenant", 1, "acme", "acme");
    otelmq_map_destroy(others);
    otelmq_map_destroy(last);
    otelmq_messaging_client_destroy(capturing);
}

static void of_a_long_batch_the_first_values_are_captured(void **state)
{
    (void)state;
    enum { LONG = 2000, KEPT = 128 };
    static otelmq_messaging_batch_message many[LONG];
    otelmq_messaging_client *capturing = create_capturing("*");
    otelmq_map *map = otelmq_map_create();
    otelmq_map_set(map, "tenant", OTELMQ_STR("acme"));
    for (size_t i = 0; i < LONG; i++) {
        many[i].headers = otelmq_map_carrier(map);
    }
    otelmq_messaging_operation poll = operation("poll");
    otelmq_messaging_receive_batch(capturing, &poll, many, LONG);
    assert_captured(only_span(), "messaging.header.tenant", KEPT, "acme", "acme");
    otelmq_map_destroy(map);
    otelmq_messaging_client_destroy(capturing);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_received_batch_counts_and_links_its_messages),
        TEST(messages_without_a_context_are_counted_and_not_linked),
        TEST(a_batch_without_messages_has_no_span),
        TEST(a_processed_batch_is_a_child_of_the_active_span_only),
        TEST(hooks_are_shown_each_message_of_a_batch),
        TEST(the_headers_of_a_batch_are_captured_in_the_order_of_its_messages),
        TEST(a_batch_that_means_ill_does_not_keep_the_thread_busy),
        TEST(a_header_that_comes_late_is_captured),
        TEST(of_a_long_batch_the_first_values_are_captured),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
