/* SPDX-License-Identifier: Apache-2.0 */
#include "messaging/fixture.h"

enum { MESSAGES = 3 };

/* Starts a create span, injects it and ends it; the result, retained, is for the link. */
static otelmq_span *create_message(otelmq_map *message)
{
    otelmq_messaging_operation create = operation("create");
    otelmq_carrier carrier_of_message = otelmq_map_carrier(message);
    otelmq_messaging_send send = otelmq_messaging_create_start(client, &create, carrier_of_message);
    otelmq_messaging_send_inject(client, &send, carrier_of_message);
    otelmq_span *created = otelmq_span_retain(send.span);
    otelmq_messaging_operation_end(send.span, NULL, NULL);
    return created;
}

static void send_batch(otelmq_span *const created[MESSAGES])
{
    otelmq_link links[MESSAGES];
    for (size_t i = 0; i < MESSAGES; i++) {
        links[i] = (otelmq_link){.span_context = *otelmq_span_get_context(created[i])};
    }
    otelmq_messaging_operation publish = operation("publish");
    publish.message_count = MESSAGES;
    publish.links = links;
    publish.link_count = MESSAGES;
    otelmq_messaging_send send = otelmq_messaging_send_start(client, &publish, (otelmq_carrier){0});
    otelmq_messaging_send_end(client, send.span, NULL, NULL);
}

static void a_batch_has_a_span_for_each_message_and_one_that_links_to_them(void **state)
{
    (void)state;
    otelmq_span *created[MESSAGES];
    for (size_t i = 0; i < MESSAGES; i++) {
        otelmq_map *message = otelmq_map_create();
        created[i] = create_message(message);
        char id[OTELMQ_SPAN_ID_HEX_SIZE];
        otelmq_span_id_format(otelmq_span_get_context(created[i])->span_id, id);
        assert_memory_equal(otelmq_map_get(message, "traceparent").data + 36, id, 16);
        otelmq_map_destroy(message);
    }
    send_batch(created);

    const otelmq_span_data *create = otelmq_memory_exporter_find(memory, "create orders");
    assert_int_equal(create->kind, OTELMQ_SPAN_PRODUCER);
    assert_string(create, "messaging.operation.type", "create");
    const otelmq_span_data *send = otelmq_memory_exporter_find(memory, "publish orders");
    assert_int_equal(send->kind, OTELMQ_SPAN_CLIENT);
    assert_number(send, "messaging.batch.message_count", MESSAGES);
    assert_int_equal(send->link_count, MESSAGES);
    for (size_t i = 0; i < MESSAGES; i++) {
        assert_memory_equal(&send->links[i].span_context.span_id,
                            &otelmq_span_get_context(created[i])->span_id, 8);
        otelmq_span_release(created[i]);
    }
}

static void a_message_with_a_context_of_its_own_keeps_it_and_is_linked_to(void **state)
{
    (void)state;
    set_header("traceparent", TRACEPARENT);
    otelmq_span *created[MESSAGES] = {create_message(headers), create_message(headers),
                                      create_message(headers)};
    assert_str(otelmq_map_get(headers, "traceparent"), TRACEPARENT);
    assert_int_equal(otelmq_memory_exporter_count(memory), 0);
    send_batch(created);
    assert_link(only_span(), 0, PARENT);
    for (size_t i = 0; i < MESSAGES; i++) {
        otelmq_span_release(created[i]);
    }
}

static void without_create_spans_the_send_is_injected_into_all(void **state)
{
    (void)state;
    otelmq_messaging_operation publish = operation("publish");
    publish.message_count = MESSAGES;
    otelmq_messaging_send send = otelmq_messaging_send_start(client, &publish, (otelmq_carrier){0});
    otelmq_messaging_send_inject(client, &send, carrier());
    otelmq_messaging_send_end(client, send.span, NULL, NULL);
    assert_int_equal(only_span()->kind, OTELMQ_SPAN_PRODUCER);
    assert_number(only_span(), "messaging.batch.message_count", MESSAGES);
    assert_true(otelmq_map_get(headers, "traceparent").len > 0);
}

static void links_of_the_operation_come_after_those_of_the_rules(void **state)
{
    (void)state;
    set_header("traceparent", TRACEPARENT);
    otelmq_tracer *tracer = otelmq_tracer_provider_tracer(provider, "application", NULL);
    otelmq_span *other = otelmq_tracer_start_span(tracer, "other", NULL);
    otelmq_link link = {.span_context = *otelmq_span_get_context(other)};
    otelmq_messaging_operation receive = operation("receive");
    receive.links = &link;
    receive.link_count = 1;
    otelmq_messaging_receive(client, &receive, carrier());
    assert_int_equal(only_span()->link_count, 2);
    assert_link(only_span(), 0, PARENT);
    assert_memory_equal(&only_span()->links[1].span_context.span_id,
                        &otelmq_span_get_context(other)->span_id, 8);
    otelmq_span_end(other);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_batch_has_a_span_for_each_message_and_one_that_links_to_them),
        TEST(a_message_with_a_context_of_its_own_keeps_it_and_is_linked_to),
        TEST(without_create_spans_the_send_is_injected_into_all),
        TEST(links_of_the_operation_come_after_those_of_the_rules),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
