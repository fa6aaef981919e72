/* SPDX-License-Identifier: Apache-2.0 */
#include "messaging/fixture.h"

otelmq_memory_exporter *memory;
otelmq_tracer_provider *provider;
otelmq_messaging_client *client;
otelmq_map *headers;

otelmq_messaging_client *create_client(otelmq_messaging_options options)
{
    otelmq_messaging_client *created = NULL;
    options.tracer_provider = provider;
    assert_int_equal(otelmq_messaging_client_create("test", "otelmq.test", "broker.example", 4711,
                                                    &options, &created),
                     OTELMQ_OK);
    return created;
}

int set_up(void **state)
{
    (void)state;
    memory = otelmq_memory_exporter_create();
    otelmq_processor processor =
        otelmq_processor_simple(otelmq_memory_exporter_as_exporter(memory));
    otelmq_tracer_provider_options options = {.processors = &processor, .processor_count = 1};
    assert_int_equal(otelmq_tracer_provider_create(&options, &provider), OTELMQ_OK);
    client = create_client((otelmq_messaging_options){0});
    headers = otelmq_map_create();
    return 0;
}

int tear_down(void **state)
{
    (void)state;
    otelmq_map_destroy(headers);
    otelmq_messaging_client_destroy(client);
    otelmq_memory_exporter_destroy(memory);
    otelmq_tracer_provider_destroy(provider);
    return 0;
}

otelmq_carrier carrier(void)
{
    return otelmq_map_carrier(headers);
}

void set_header(const char *key, const char *value)
{
    assert_int_equal(otelmq_map_set(headers, key, otelmq_str_from(value)), OTELMQ_OK);
}

otelmq_messaging_operation operation(const char *name)
{
    return (otelmq_messaging_operation){.name = name, .destination = OTELMQ_STR("orders")};
}

const otelmq_span_data *only_span(void)
{
    assert_int_equal(otelmq_memory_exporter_count(memory), 1);
    return otelmq_memory_exporter_span_at(memory, 0);
}

void assert_string(const otelmq_span_data *span, const char *key, const char *expected)
{
    otelmq_value value = otelmq_span_data_attribute(span, key);
    assert_int_equal(value.type, OTELMQ_VALUE_STRING);
    assert_str(value.as.string, expected);
}

void assert_number(const otelmq_span_data *span, const char *key, int64_t expected)
{
    otelmq_value value = otelmq_span_data_attribute(span, key);
    assert_int_equal(value.type, OTELMQ_VALUE_INT);
    assert_int_equal(value.as.integer, expected);
}

bool has_attribute(const otelmq_span_data *span, const char *key)
{
    return otelmq_span_data_attribute(span, key).type != OTELMQ_VALUE_NONE;
}

void assert_absent(const otelmq_span_data *span, const char *key)
{
    assert_row(!has_attribute(span, key), key);
}

void assert_trace_and_parent(const otelmq_span_data *span, const char *trace, const char *parent)
{
    char trace_hex[OTELMQ_TRACE_ID_HEX_SIZE];
    char parent_hex[OTELMQ_SPAN_ID_HEX_SIZE];
    otelmq_trace_id_format(span->span_context.trace_id, trace_hex);
    otelmq_span_id_format(span->parent_span_id, parent_hex);
    assert_string_equal(trace_hex, trace);
    assert_string_equal(parent_hex, parent);
}

void assert_link(const otelmq_span_data *span, uint32_t index, const char *span_id)
{
    char hex[OTELMQ_SPAN_ID_HEX_SIZE];
    assert_true(index < span->link_count);
    otelmq_span_id_format(span->links[index].span_context.span_id, hex);
    assert_string_equal(hex, span_id);
}
