/* SPDX-License-Identifier: Apache-2.0 */
/* Sends on a destination that was prepared look like any others. */
#include "messaging/fixture.h"

static otelmq_messaging_operation prepared_send(const otelmq_messaging_client *by)
{
    otelmq_messaging_operation send = operation("publish");
    const otelmq_attribute key = otelmq_attribute_string("test.key", OTELMQ_STR("new"));
    send.attributes = &key;
    send.attribute_count = 1;
    send.prepared = otelmq_messaging_prepare_send(by, &send);
    send.attributes = NULL;
    send.attribute_count = 0;
    return send;
}

static void send_once(otelmq_messaging_client *by, const otelmq_messaging_operation *operation,
                      const char *error_type)
{
    otelmq_messaging_send send = otelmq_messaging_send_start(by, operation, carrier());
    otelmq_messaging_send_end(by, send.span, error_type, NULL);
}

static void assert_common(const otelmq_span_data *span)
{
    assert_str(span->name, "publish orders");
    assert_int_equal(span->kind, OTELMQ_SPAN_PRODUCER);
    assert_string(span, "messaging.system", "test");
    assert_string(span, "messaging.operation.name", "publish");
    assert_string(span, "messaging.operation.type", "send");
    assert_string(span, "messaging.destination.name", "orders");
    assert_string(span, "server.address", "broker.example");
    assert_number(span, "server.port", 4711);
    assert_string(span, "test.key", "new");
}

static void a_prepared_send_has_the_name_and_the_attributes_of_any_other(void **state)
{
    (void)state;
    otelmq_messaging_operation send = prepared_send(client);
    assert_non_null(send.prepared);
    send_once(client, &send, NULL);
    otelmq_messaging_prepared_release(send.prepared);
    otelmq_messaging_prepared_release(NULL);
    assert_common(only_span());
    assert_int_equal(only_span()->attribute_count, 7);
}

static void what_one_span_adds_or_changes_is_not_seen_on_the_next(void **state)
{
    (void)state;
    otelmq_messaging_operation send = prepared_send(client);
    otelmq_messaging_send first = otelmq_messaging_send_start(client, &send, carrier());
    otelmq_span_set_string(first.span, "test.key", OTELMQ_STR("changed"));
    otelmq_span_update_name(first.span, "another name");
    otelmq_messaging_send_end(client, first.span, "timeout", NULL);
    send_once(client, &send, NULL);
    otelmq_messaging_prepared_release(send.prepared);
    const otelmq_span_data *changed = otelmq_memory_exporter_span_at(memory, 0);
    assert_str(changed->name, "another name");
    assert_string(changed, "test.key", "changed");
    assert_string(changed, "error.type", "timeout");
    assert_string(changed, "messaging.destination.name", "orders");
    assert_int_equal(changed->attribute_count, 8);
    const otelmq_span_data *next = otelmq_memory_exporter_span_at(memory, 1);
    assert_common(next);
    assert_int_equal(next->attribute_count, 7);
}

static void what_the_message_adds_comes_on_top(void **state)
{
    (void)state;
    otelmq_messaging_operation send = prepared_send(client);
    const otelmq_attribute id = otelmq_attribute_string("messaging.message.id", OTELMQ_STR("m1"));
    send.attributes = &id;
    send.attribute_count = 1;
    send_once(client, &send, NULL);
    otelmq_messaging_prepared_release(send.prepared);
    assert_common(only_span());
    assert_string(only_span(), "messaging.message.id", "m1");
}

static void sizes_are_those_of_each_message(void **state)
{
    (void)state;
    otelmq_messaging_client *sizing =
        create_client((otelmq_messaging_options){.records_sizes = true});
    otelmq_messaging_operation send = prepared_send(sizing);
    send.body_size = 17;
    send_once(sizing, &send, NULL);
    otelmq_messaging_prepared_release(send.prepared);
    otelmq_messaging_client_destroy(sizing);
    assert_common(only_span());
    assert_number(only_span(), "messaging.message.body.size", 17);
}

static otelmq_str any_template(void *user, otelmq_str destination)
{
    (void)user;
    (void)destination;
    return OTELMQ_STR("orders.{id}");
}

static void nothing_is_prepared_when_each_message_has_a_template(void **state)
{
    (void)state;
    otelmq_messaging_client *templated =
        create_client((otelmq_messaging_options){.destination_template = any_template});
    otelmq_messaging_operation send = operation("publish");
    assert_null(otelmq_messaging_prepare_send(templated, &send));
    otelmq_messaging_client_destroy(templated);
}

/* Samples what has both a prepared attribute and one of the message. */
static otelmq_sampling_result sample_by_attributes(const void *self,
                                                   const otelmq_sampling_input *input)
{
    (void)self;
    size_t found = 0;
    for (size_t i = 0; i < input->attribute_count; i++) {
        otelmq_str key = input->attributes[i].key;
        found += otelmq_str_equal(key, OTELMQ_STR("test.key"));
        found += otelmq_str_equal(key, OTELMQ_STR("messaging.message.id"));
    }
    bool is_named = otelmq_str_equal(input->name, OTELMQ_STR("publish orders"));
    return (otelmq_sampling_result){.decision = found == 2 && is_named
                                                    ? OTELMQ_SAMPLING_RECORD_AND_SAMPLE
                                                    : OTELMQ_SAMPLING_DROP};
}

/* Everything anew, on a provider with these options. */
static void start_with(otelmq_tracer_provider_options options)
{
    otelmq_messaging_client_destroy(client);
    otelmq_memory_exporter_destroy(memory);
    otelmq_tracer_provider_destroy(provider);
    memory = otelmq_memory_exporter_create();
    otelmq_processor processor =
        otelmq_processor_simple(otelmq_memory_exporter_as_exporter(memory));
    options.processors = &processor;
    options.processor_count = 1;
    assert_int_equal(otelmq_tracer_provider_create(&options, &provider), OTELMQ_OK);
    client = create_client((otelmq_messaging_options){0});
}

static void a_sampler_sees_what_is_prepared_and_what_is_not(void **state)
{
    (void)state;
    static const otelmq_sampler_ops ops = {.should_sample = sample_by_attributes};
    start_with((otelmq_tracer_provider_options){.sampler = {&ops, NULL}});
    what_the_message_adds_comes_on_top(NULL);
}

static void the_limits_hold_for_what_is_prepared(void **state)
{
    (void)state;
    start_with((otelmq_tracer_provider_options){.limits.max_attribute_value_length = 4});
    otelmq_messaging_operation send = prepared_send(client);
    send_once(client, &send, NULL);
    assert_string(only_span(), "server.address", "brok");
    otelmq_messaging_prepared_release(send.prepared);

    start_with((otelmq_tracer_provider_options){.limits.max_attributes = 2});
    send = prepared_send(client);
    send_once(client, &send, NULL);
    otelmq_messaging_prepared_release(send.prepared);
    assert_int_equal(only_span()->attribute_count, 2);
    assert_int_equal(only_span()->dropped_attribute_count, 5);
}

static void more_than_a_span_has_room_for_is_prepared_as_well(void **state)
{
    (void)state;
    otelmq_attribute many[20];
    char keys[20][8];
    for (int i = 0; i < 20; i++) {
        snprintf(keys[i], sizeof(keys[i]), "key%d", i);
        many[i] = otelmq_attribute_int(keys[i], i);
    }
    otelmq_messaging_operation send = operation("publish");
    send.attributes = many;
    send.attribute_count = 20;
    send.prepared = otelmq_messaging_prepare_send(client, &send);
    send.attribute_count = 0;
    send_once(client, &send, NULL);
    otelmq_messaging_prepared_release(send.prepared);
    assert_number(only_span(), "key19", 19);
    assert_int_equal(only_span()->attribute_count, 26);
}

static void a_seed_grows_into_a_prepared_send(void **state)
{
    (void)state;
    otelmq_messaging_operation send = prepared_send(client);
    otelmq_span_seed seed;
    assert_true(otelmq_messaging_send_seed(client, 0, carrier(), &seed));
    otelmq_span *span = otelmq_messaging_seed_start(client, &seed, &send);
    otelmq_messaging_prepared_release(send.prepared);
    otelmq_messaging_send_end(client, span, NULL, NULL);
    assert_common(only_span());
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_prepared_send_has_the_name_and_the_attributes_of_any_other),
        TEST(what_one_span_adds_or_changes_is_not_seen_on_the_next),
        TEST(what_the_message_adds_comes_on_top),
        TEST(sizes_are_those_of_each_message),
        TEST(nothing_is_prepared_when_each_message_has_a_template),
        TEST(a_sampler_sees_what_is_prepared_and_what_is_not),
        TEST(the_limits_hold_for_what_is_prepared),
        TEST(more_than_a_span_has_room_for_is_prepared_as_well),
        TEST(a_seed_grows_into_a_prepared_send),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
