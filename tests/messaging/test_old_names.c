/* SPDX-License-Identifier: Apache-2.0 */
#include "messaging/fixture.h"

static const char OPT_IN[] = "OTEL_SEMCONV_STABILITY_OPT_IN";

static const struct {
    const char *value;
    bool adds_old_names;
} OPT_IN_ROWS[] = {
    {NULL, false},
    {"", false},
    {"messaging", false},
    {"messaging/dup", true},
    {"http,database", false},
    {"http/dup,messaging/dup", true},
    {" messaging/dup ,http", true},
    {"messaging,messaging/dup", true},
    {"messaging/dupe", false},
    {"MESSAGING/DUP", false},
    {",,", false},
};

static otelmq_messaging_client *create_under(const char *value)
{
    if (value != NULL) {
        setenv(OPT_IN, value, 1);
    }
    otelmq_messaging_client *created = create_client((otelmq_messaging_options){0});
    unsetenv(OPT_IN);
    return created;
}

static void old_names_are_asked_for_by_the_environment(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(OPT_IN_ROWS); i++) {
        otelmq_messaging_client *created = create_under(OPT_IN_ROWS[i].value);
        assert_row(otelmq_messaging_adds_old_names(created) == OPT_IN_ROWS[i].adds_old_names,
                   OPT_IN_ROWS[i].value != NULL ? OPT_IN_ROWS[i].value : "unset");
        otelmq_messaging_client_destroy(created);
    }
}

static void record_all_types(otelmq_messaging_client *traced)
{
    otelmq_attribute id = otelmq_attribute_string("messaging.client.id", OTELMQ_STR("me"));
    otelmq_messaging_operation any = operation("any");
    any.attributes = &id;
    any.attribute_count = 1;
    otelmq_messaging_send create = otelmq_messaging_create_start(traced, &any, carrier());
    otelmq_messaging_operation_end(create.span, NULL, NULL);
    otelmq_messaging_send send = otelmq_messaging_send_start(traced, &any, carrier());
    otelmq_messaging_send_end(traced, send.span, NULL, NULL);
    otelmq_messaging_receive(traced, &any, carrier());
    otelmq_scope scope = otelmq_messaging_process_start(traced, &any, carrier(), NULL, NULL);
    otelmq_scope_end(&scope);
    otelmq_messaging_operation_end(otelmq_messaging_settle_start(traced, &any, NULL, NULL, 0), NULL,
                                   NULL);
}

static void old_names_stand_beside_the_present_ones(void **state)
{
    (void)state;
    static const struct {
        const char *type;
        const char *old;
    } rows[] = {{"create", "create"},
                {"send", "publish"},
                {"receive", "receive"},
                {"process", "deliver"},
                {"settle", "settle"}};
    otelmq_messaging_client *dup = create_under("messaging/dup");
    record_all_types(dup);
    assert_int_equal(otelmq_memory_exporter_count(memory), COUNT_OF(rows));
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        const otelmq_span_data *span = otelmq_memory_exporter_span_at(memory, i);
        assert_string(span, "messaging.operation.type", rows[i].type);
        assert_string(span, "messaging.operation", rows[i].old);
        assert_string(span, "messaging.client.id", "me");
        assert_string(span, "messaging.client_id", "me");
        assert_str(span->name, "any orders");
    }
    otelmq_messaging_client_destroy(dup);
}

static void otherwise_there_are_none(void **state)
{
    (void)state;
    record_all_types(client);
    for (size_t i = 0; i < otelmq_memory_exporter_count(memory); i++) {
        assert_absent(otelmq_memory_exporter_span_at(memory, i), "messaging.operation");
        assert_absent(otelmq_memory_exporter_span_at(memory, i), "messaging.client_id");
    }
}

int main(void)
{
    unsetenv(OPT_IN);
    const struct CMUnitTest tests[] = {
        TEST(old_names_are_asked_for_by_the_environment),
        TEST(old_names_stand_beside_the_present_ones),
        TEST(otherwise_there_are_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
