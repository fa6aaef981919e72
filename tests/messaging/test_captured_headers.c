/* SPDX-License-Identifier: Apache-2.0 */
#include "messaging/fixture.h"

static otelmq_messaging_client *create_capturing(const char *const globs[], size_t count)
{
    return create_client(
        (otelmq_messaging_options){.captured_headers = globs, .captured_header_count = count});
}

static void assert_captured(const otelmq_span_data *span, const char *key, const char *expected)
{
    otelmq_value value = otelmq_span_data_attribute(span, key);
    assert_row(value.type == OTELMQ_VALUE_STRING_ARRAY, key);
    assert_int_equal(value.count, 1);
    assert_str(value.as.strings[0], expected);
}

static void receive_with(otelmq_messaging_client *capturing)
{
    otelmq_messaging_operation receive = operation("receive");
    otelmq_messaging_receive(capturing, &receive, carrier());
}

static void headers_are_captured_on_send_receive_and_process_spans(void **state)
{
    (void)state;
    static const char *const globs[] = {"tenant"};
    otelmq_messaging_client *capturing = create_capturing(globs, 1);
    set_header("tenant", "acme");
    otelmq_messaging_operation any = operation("any");
    otelmq_messaging_send send = otelmq_messaging_send_start(capturing, &any, carrier());
    otelmq_messaging_send_end(capturing, send.span, NULL, NULL);
    receive_with(capturing);
    otelmq_scope scope = otelmq_messaging_process_start(capturing, &any, carrier(), NULL, NULL);
    otelmq_scope_end(&scope);
    assert_int_equal(otelmq_memory_exporter_count(memory), 3);
    for (size_t i = 0; i < 3; i++) {
        assert_captured(otelmq_memory_exporter_span_at(memory, i), "messaging.header.tenant",
                        "acme");
    }
    otelmq_messaging_client_destroy(capturing);
}

static void globs_choose_which(void **state)
{
    (void)state;
    static const char *const globs[] = {"x-*", "tenan?"};
    otelmq_messaging_client *capturing = create_capturing(globs, 2);
    set_header("x-retry", "3");
    set_header("tenant", "acme");
    set_header("secret", "not for traces");
    receive_with(capturing);
    assert_captured(only_span(), "messaging.header.x-retry", "3");
    assert_captured(only_span(), "messaging.header.tenant", "acme");
    assert_absent(only_span(), "messaging.header.secret");
    otelmq_messaging_client_destroy(capturing);
}

static void some_of_them_can_be_left_out(void **state)
{
    (void)state;
    static const char *const globs[] = {"!secret*", "*", "!x-?", "!"};
    otelmq_messaging_client *capturing = create_capturing(globs, COUNT_OF(globs));
    set_header("tenant", "acme");
    set_header("x-12", "kept");
    set_header("x-1", "not for traces");
    set_header("secret-key", "not for traces");
    set_header("Secret-Key", "not for traces either");
    receive_with(capturing);
    assert_absent(only_span(), "messaging.header.Secret-Key");
    assert_captured(only_span(), "messaging.header.tenant", "acme");
    assert_captured(only_span(), "messaging.header.x-12", "kept");
    assert_absent(only_span(), "messaging.header.x-1");
    assert_absent(only_span(), "messaging.header.secret-key");
    otelmq_messaging_client_destroy(capturing);
}

static void to_leave_some_out_asks_for_no_others(void **state)
{
    (void)state;
    static const char *const globs[] = {"!secret"};
    otelmq_messaging_client *capturing = create_capturing(globs, 1);
    set_header("tenant", "acme");
    receive_with(capturing);
    assert_absent(only_span(), "messaging.header.tenant");
    otelmq_messaging_client_destroy(capturing);
}

static void none_are_captured_unless_asked_for(void **state)
{
    (void)state;
    set_header("tenant", "acme");
    receive_with(client);
    assert_absent(only_span(), "messaging.header.tenant");
}

static void the_list_may_change_after_the_client_was_made(void **state)
{
    (void)state;
    char glob[] = "tenant";
    const char *globs[] = {glob};
    otelmq_messaging_client *capturing = create_capturing(globs, 1);
    memset(glob, '-', sizeof(glob) - 1);
    globs[0] = NULL;
    set_header("tenant", "acme");
    receive_with(capturing);
    assert_captured(only_span(), "messaging.header.tenant", "acme");
    otelmq_messaging_client_destroy(capturing);
}

static void what_is_no_text_or_too_long_is_left_out(void **state)
{
    (void)state;
    static const char *const globs[] = {"*"};
    otelmq_messaging_client *capturing = create_capturing(globs, 1);
    char longest[256 + 1];
    memset(longest, 'n', sizeof(longest));
    longest[256] = '\0';
    set_header("bytes", "\xff\xfe");
    set_header("\xff", "value");
    set_header(longest, "value");
    set_header(longest + 1, "of the longest name");
    receive_with(capturing);
    char key[sizeof("messaging.header.") + 256];
    snprintf(key, sizeof(key), "messaging.header.%s", longest + 1);
    assert_captured(only_span(), key, "of the longest name");
    assert_int_equal(only_span()->attribute_count, 7);
    otelmq_messaging_client_destroy(capturing);
}

static void a_message_with_many_headers_has_64_of_them_captured(void **state)
{
    (void)state;
    static const char *const globs[] = {"*"};
    otelmq_messaging_client *capturing = create_capturing(globs, 1);
    for (int i = 0; i < 200; i++) {
        char name[16];
        snprintf(name, sizeof(name), "header-%03d", i);
        set_header(name, "value");
    }
    receive_with(capturing);
    assert_captured(only_span(), "messaging.header.header-063", "value");
    assert_absent(only_span(), "messaging.header.header-064");
    otelmq_messaging_client_destroy(capturing);
}

/* A carrier with repeated names: two values of one header. */
static otelmq_str first_value(const void *self, const char *key)
{
    (void)self;
    return strcmp(key, "hop") == 0 ? OTELMQ_STR("first") : (otelmq_str){0};
}

static size_t all_values(const void *self, const char *key, otelmq_str values[], size_t max)
{
    (void)self;
    static const otelmq_str VALUES[] = {{"first", 5}, {"\xff", 1}, {"third", 5}};
    size_t count = strcmp(key, "hop") == 0 ? COUNT_OF(VALUES) : 0;
    for (size_t i = 0; i < count && i < max; i++) {
        values[i] = VALUES[i];
    }
    return count;
}

static otelmq_str name_at(const void *self, size_t index)
{
    (void)self;
    static const otelmq_str NAMES[] = {{"", 0}, {"hop", 3}, {"hop", 3}, {"hop", 3}};
    return index < COUNT_OF(NAMES) ? NAMES[index] : (otelmq_str){0};
}

static void every_value_of_a_repeated_header_is_captured(void **state)
{
    (void)state;
    static const char *const globs[] = {"hop"};
    static const otelmq_carrier_ops ops = {
        .get = first_value, .get_all = all_values, .key_at = name_at};
    otelmq_messaging_client *capturing = create_capturing(globs, 1);
    otelmq_messaging_operation receive = operation("receive");
    otelmq_messaging_receive(capturing, &receive, (otelmq_carrier){&ops, NULL});
    otelmq_value value = otelmq_span_data_attribute(only_span(), "messaging.header.hop");
    assert_int_equal(value.type, OTELMQ_VALUE_STRING_ARRAY);
    assert_int_equal(value.count, 2);
    assert_str(value.as.strings[0], "first");
    assert_str(value.as.strings[1], "third");
    otelmq_messaging_client_destroy(capturing);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(headers_are_captured_on_send_receive_and_process_spans),
        TEST(globs_choose_which),
        TEST(some_of_them_can_be_left_out),
        TEST(to_leave_some_out_asks_for_no_others),
        TEST(none_are_captured_unless_asked_for),
        TEST(the_list_may_change_after_the_client_was_made),
        TEST(what_is_no_text_or_too_long_is_left_out),
        TEST(a_message_with_many_headers_has_64_of_them_captured),
        TEST(every_value_of_a_repeated_header_is_captured),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
