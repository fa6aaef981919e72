/* SPDX-License-Identifier: Apache-2.0 */
#include "messaging/fixture.h"

/* What the template hook answers, and what it was asked about. */
typedef struct {
    const char *answer;
    char asked[64];
} template_hook;

static otelmq_str answer_template(void *user, otelmq_str destination)
{
    template_hook *hook = user;
    snprintf(hook->asked, sizeof(hook->asked), "%.*s", (int)destination.len, destination.data);
    return otelmq_str_from(hook->answer);
}

static otelmq_messaging_client *create_named(const char *address, uint16_t port,
                                             template_hook *hook)
{
    otelmq_messaging_client *created = NULL;
    otelmq_messaging_options options = {.tracer_provider = provider};
    if (hook->answer != NULL) {
        options.destination_template = answer_template;
        options.destination_template_user = hook;
    }
    assert_int_equal(
        otelmq_messaging_client_create("test", "otelmq.test", address, port, &options, &created),
        OTELMQ_OK);
    return created;
}

static const struct {
    const char *template;
    const char *destination;
    bool is_anonymous;
    bool is_temporary;
    const char *address;
    uint16_t port;
    const char *name;
} NAME_ROWS[] = {
    {NULL, "orders", false, false, "host", 1, "publish orders"},
    {NULL, "amq.gen-1", true, false, "host", 1, "publish"},
    {NULL, "reply", false, true, "host", 1, "publish"},
    {NULL, "amq.gen-1", true, true, NULL, 0, "publish"},
    {"orders.{id}", "orders.7", false, false, "host", 1, "publish orders.{id}"},
    {"replies", "amq.gen-1", true, true, "host", 1, "publish replies"},
    {"", "orders.7", false, false, "host", 1, "publish orders.7"},
    {"\xff", "orders.7", false, false, "host", 1, "publish orders.7"},
    {"never asked", "", false, false, "host", 1, "publish host:1"},
    {NULL, "", false, false, "host", 0, "publish host"},
    {NULL, "", false, false, NULL, 0, "publish"},
    {NULL, "", true, false, "host", 1, "publish"},
    {NULL, "\xff", false, false, "host", 1, "publish"},
    {"bytes", "\xff", false, false, "host", 1, "publish bytes"},
};

static void the_name_is_of_low_cardinality(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(NAME_ROWS); i++) {
        otelmq_memory_exporter_clear(memory);
        template_hook hook = {.answer = NAME_ROWS[i].template};
        otelmq_messaging_client *named =
            create_named(NAME_ROWS[i].address, NAME_ROWS[i].port, &hook);
        otelmq_messaging_operation publish = {
            .name = "publish",
            .destination = otelmq_str_from(NAME_ROWS[i].destination),
            .is_anonymous = NAME_ROWS[i].is_anonymous,
            .is_temporary = NAME_ROWS[i].is_temporary,
        };
        otelmq_messaging_send send =
            otelmq_messaging_send_start(named, &publish, (otelmq_carrier){0});
        otelmq_messaging_send_end(named, send.span, NULL, NULL);
        assert_same_str(only_span()->name, otelmq_str_from(NAME_ROWS[i].name), NAME_ROWS[i].name);
        otelmq_messaging_client_destroy(named);
    }
}

static void an_operation_on_several_destinations_is_named_after_none(void **state)
{
    (void)state;
    otelmq_messaging_operation commit = {.name = "commit", .has_several_destinations = true};
    otelmq_messaging_operation_end(otelmq_messaging_settle_start(client, &commit, NULL, NULL, 0),
                                   NULL, NULL);
    assert_str(only_span()->name, "commit");
}

static void name_and_template_of_the_destination_are_both_recorded(void **state)
{
    (void)state;
    template_hook hook = {.answer = "orders.{id}"};
    otelmq_messaging_client *named = create_named("host", 1, &hook);
    otelmq_messaging_operation publish = operation("publish");
    publish.destination = OTELMQ_STR("orders.7");
    otelmq_messaging_send send = otelmq_messaging_send_start(named, &publish, (otelmq_carrier){0});
    otelmq_messaging_send_end(named, send.span, NULL, NULL);
    assert_string_equal(hook.asked, "orders.7");
    assert_string(only_span(), "messaging.destination.name", "orders.7");
    assert_string(only_span(), "messaging.destination.template", "orders.{id}");
    otelmq_messaging_client_destroy(named);
}

static void record_all_types(const otelmq_messaging_operation *any)
{
    otelmq_messaging_send send = otelmq_messaging_send_start(client, any, carrier());
    otelmq_messaging_send_end(client, send.span, NULL, NULL);
    otelmq_messaging_receive(client, any, carrier());
    otelmq_scope scope = otelmq_messaging_process_start(client, any, carrier(), NULL, NULL);
    otelmq_scope_end(&scope);
    otelmq_messaging_operation_end(otelmq_messaging_settle_start(client, any, NULL, NULL, 0), NULL,
                                   NULL);
    assert_int_equal(otelmq_memory_exporter_count(memory), 4);
}

static void anonymous_and_temporary_are_recorded_when_true_but_for_settlements(void **state)
{
    (void)state;
    otelmq_messaging_operation any = operation("any");
    any.is_anonymous = true;
    any.is_temporary = true;
    record_all_types(&any);
    for (size_t i = 0; i < 4; i++) {
        const otelmq_span_data *span = otelmq_memory_exporter_span_at(memory, i);
        bool is_settlement = i == 3;
        assert_int_equal(has_attribute(span, "messaging.destination.anonymous"), !is_settlement);
        assert_int_equal(has_attribute(span, "messaging.destination.temporary"), !is_settlement);
        assert_string(span, "messaging.destination.name", "orders");
        assert_str(span->name, "any");
    }
}

static void that_it_is_one_of_many_is_seen_by_the_name_alone(void **state)
{
    (void)state;
    otelmq_messaging_operation any = operation("any");
    any.is_one_of_many = true;
    record_all_types(&any);
    for (size_t i = 0; i < 4; i++) {
        const otelmq_span_data *span = otelmq_memory_exporter_span_at(memory, i);
        assert_absent(span, "messaging.destination.anonymous");
        assert_absent(span, "messaging.destination.temporary");
        assert_string(span, "messaging.destination.name", "orders");
        assert_str(span->name, "any");
    }
}

static void they_are_left_out_when_false(void **state)
{
    (void)state;
    otelmq_messaging_operation any = operation("any");
    record_all_types(&any);
    for (size_t i = 0; i < 4; i++) {
        const otelmq_span_data *span = otelmq_memory_exporter_span_at(memory, i);
        assert_absent(span, "messaging.destination.anonymous");
        assert_absent(span, "messaging.destination.temporary");
        assert_absent(span, "messaging.destination.template");
        assert_absent(span, "messaging.batch.message_count");
    }
}

static void a_long_name_is_cut_between_characters(void **state)
{
    (void)state;
    char text[2000];
    memset(text, 0, sizeof(text));
    for (size_t i = 0; i + 2 < sizeof(text); i += 2) {
        memcpy(text + i, "\xC3\xA4", 2);
    }
    otelmq_messaging_operation publish = operation("publish");
    publish.destination = otelmq_str_from(text);
    otelmq_messaging_send send = otelmq_messaging_send_start(client, &publish, (otelmq_carrier){0});
    otelmq_messaging_send_end(client, send.span, NULL, NULL);
    otelmq_str name = only_span()->name;
    assert_true(name.len < 700);
    assert_memory_equal(name.data + name.len - 2, "\xC3\xA4", 2);
    assert_string(only_span(), "messaging.destination.name", text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_name_is_of_low_cardinality),
        TEST(an_operation_on_several_destinations_is_named_after_none),
        TEST(name_and_template_of_the_destination_are_both_recorded),
        TEST(anonymous_and_temporary_are_recorded_when_true_but_for_settlements),
        TEST(that_it_is_one_of_many_is_seen_by_the_name_alone),
        TEST(they_are_left_out_when_false),
        TEST(a_long_name_is_cut_between_characters),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
