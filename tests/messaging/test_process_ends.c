/* SPDX-License-Identifier: Apache-2.0 */
#include "messaging/fixture.h"

/* When the process span ends: what the client says, what the message says, and what comes of it. */
static const struct {
    otelmq_process_ends of_client;
    otelmq_process_ends of_message;
    bool is_kept;
} ENDS_ROWS[] = {
    {OTELMQ_PROCESS_ENDS_DEFAULT, OTELMQ_PROCESS_ENDS_DEFAULT, false},
    {OTELMQ_PROCESS_ENDS_WITH_SCOPE, OTELMQ_PROCESS_ENDS_DEFAULT, false},
    {OTELMQ_PROCESS_ENDS_WITH_SETTLEMENT, OTELMQ_PROCESS_ENDS_DEFAULT, true},
    {OTELMQ_PROCESS_ENDS_WITH_SETTLEMENT, OTELMQ_PROCESS_ENDS_WITH_SCOPE, false},
    {OTELMQ_PROCESS_ENDS_DEFAULT, OTELMQ_PROCESS_ENDS_WITH_SETTLEMENT, true},
};

static void the_span_ends_as_client_or_message_say(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(ENDS_ROWS); i++) {
        otelmq_memory_exporter_clear(memory);
        otelmq_messaging_client *traced =
            create_client((otelmq_messaging_options){.process_ends = ENDS_ROWS[i].of_client});
        otelmq_messaging_operation process = operation("process");
        otelmq_process_options options = {.ends = ENDS_ROWS[i].of_message};
        otelmq_span *kept = NULL;
        otelmq_scope scope =
            otelmq_messaging_process_start(traced, &process, carrier(), &options, &kept);
        assert_ptr_equal(kept, ENDS_ROWS[i].is_kept ? scope.span : NULL);
        otelmq_scope_end(&scope);
        assert_int_equal(otelmq_memory_exporter_count(memory), ENDS_ROWS[i].is_kept ? 0 : 1);
        otelmq_messaging_process_end(traced, kept, NULL, NULL);
        assert_int_equal(otelmq_memory_exporter_count(memory), 1);
        otelmq_messaging_client_destroy(traced);
    }
}

static otelmq_scope start_kept(otelmq_span **kept)
{
    otelmq_messaging_operation process = operation("process");
    otelmq_process_options options = {.ends = OTELMQ_PROCESS_ENDS_WITH_SETTLEMENT};
    return otelmq_messaging_process_start(client, &process, carrier(), &options, kept);
}

static void a_kept_span_takes_attributes_after_its_scope(void **state)
{
    (void)state;
    otelmq_span *kept = NULL;
    otelmq_scope scope = start_kept(&kept);
    assert_ptr_equal(otelmq_context_span(NULL), kept);
    otelmq_scope_end(&scope);
    assert_ptr_not_equal(otelmq_context_span(NULL), kept);
    otelmq_span_set_int(kept, "late", 1);
    otelmq_messaging_process_end(client, kept, "timeout", "it took too long");
    assert_number(only_span(), "late", 1);
    assert_string(only_span(), "error.type", "timeout");
    assert_int_equal(only_span()->status, OTELMQ_STATUS_ERROR);
    assert_str(only_span()->status_description, "it took too long");
}

static void a_kept_span_may_be_settled_inside_of_its_scope(void **state)
{
    (void)state;
    otelmq_span *kept = NULL;
    otelmq_scope scope = start_kept(&kept);
    otelmq_messaging_process_end(client, kept, NULL, NULL);
    assert_int_equal(otelmq_memory_exporter_count(memory), 1);
    otelmq_scope_end(&scope);
    assert_int_equal(otelmq_memory_exporter_count(memory), 1);
}

static void without_settlement_to_come_the_scope_ends_the_span(void **state)
{
    (void)state;
    otelmq_scope scope = start_kept(NULL);
    otelmq_scope_end(&scope);
    assert_int_equal(otelmq_memory_exporter_count(memory), 1);
}

/* The scope of a message is often the last to go. */
static void the_client_may_be_gone_before_the_scope(void **state)
{
    (void)state;
    otelmq_messaging_client *short_lived = create_client((otelmq_messaging_options){0});
    otelmq_messaging_operation process = operation("process");
    otelmq_scope scope =
        otelmq_messaging_process_start(short_lived, &process, carrier(), NULL, NULL);
    otelmq_messaging_client_destroy(short_lived);
    otelmq_scope_end(&scope);
    assert_str(only_span()->name, "process orders");
}

static void the_options_tell_the_defaults_of_modes_and_times(void **state)
{
    (void)state;
    const otelmq_messaging_options *options = otelmq_messaging_client_options(client);
    assert_int_equal(options->parent_mode, OTELMQ_PARENT_AUTO);
    assert_int_equal(options->process_ends, OTELMQ_PROCESS_ENDS_WITH_SCOPE);
    assert_int_equal(options->process_timeout_ms, 60000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_span_ends_as_client_or_message_say),
        TEST(a_kept_span_takes_attributes_after_its_scope),
        TEST(a_kept_span_may_be_settled_inside_of_its_scope),
        TEST(without_settlement_to_come_the_scope_ends_the_span),
        TEST(the_client_may_be_gone_before_the_scope),
        TEST(the_options_tell_the_defaults_of_modes_and_times),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
