/* SPDX-License-Identifier: Apache-2.0 */
/* The span encoder, with protobuf-c as the oracle. */
#include "otlp/otlp_messages.h"
#include "otlp/sample_spans.h"
#include "support/test.h"

#include "export/otlp/encode.h"
#include "export/otlp/value_depth.h"

#include <stdlib.h>

enum { ENOUGH = 64 * 1024 * 1024 };

/* Encodes, and unpacks what was encoded; the caller frees the result. */
static otlp_request *encode(const otelmq_span_data *const spans[], size_t count)
{
    otelmq_proto_writer writer;
    otelmq_proto_writer_init(&writer, ENOUGH);
    assert_int_equal(otelmq_otlp_encode(&writer, spans, count), OTELMQ_OK);
    otelmq_str bytes = otelmq_proto_writer_str(&writer);
    otlp_request *request = otlp_request_unpack(bytes.data, bytes.len);
    assert_non_null(request);
    otelmq_proto_writer_clean(&writer);
    return request;
}

static otlp_request *encode_one(const otelmq_span_data *span)
{
    return encode(&span, 1);
}

static otlp_span *first_span(const otlp_request *request)
{
    assert_int_equal(request->n_resource_spans, 1);
    assert_int_equal(request->resource_spans[0]->n_scope_spans, 1);
    assert_true(request->resource_spans[0]->scope_spans[0]->n_spans > 0);
    return request->resource_spans[0]->scope_spans[0]->spans[0];
}

static void assert_bytes(ProtobufCBinaryData actual, const void *expected, size_t len)
{
    assert_int_equal(actual.len, len);
    assert_memory_equal(actual.data, expected, len);
}

static void assert_value(const otlp_any_value *actual, const otelmq_value *expected);

static void assert_case(const otlp_any_value *actual, int expected)
{
    assert_int_equal((int)actual->value_case, expected);
}

static void assert_array(const otlp_any_value *actual, const otelmq_value *expected)
{
    assert_case(actual, OTLP_ANY_VALUE(ARRAY_VALUE));
    assert_int_equal(actual->array_value->n_values, expected->count);
    for (uint32_t i = 0; i < expected->count; i++) {
        otelmq_value element = otelmq_value_element(expected, i);
        assert_value(actual->array_value->values[i], &element);
    }
}

static void assert_map(const otlp_any_value *actual, const otelmq_value *expected)
{
    assert_case(actual, OTLP_ANY_VALUE(KVLIST_VALUE));
    assert_int_equal(actual->kvlist_value->n_values, expected->count);
    for (uint32_t i = 0; i < expected->count; i++) {
        const otlp_key_value *pair = actual->kvlist_value->values[i];
        assert_same_str(otelmq_str_from(pair->key), expected->as.entries[i].key, "key");
        assert_value(pair->value, &expected->as.entries[i].value);
    }
}

static void assert_value(const otlp_any_value *actual, const otelmq_value *expected)
{
    switch (expected->type) {
    case OTELMQ_VALUE_NONE:
        assert_case(actual, OTLP_ANY_VALUE(_NOT_SET));
        break;
    case OTELMQ_VALUE_STRING:
        assert_same_str(otelmq_str_from(actual->string_value), expected->as.string, "string");
        break;
    case OTELMQ_VALUE_BOOL:
        assert_case(actual, OTLP_ANY_VALUE(BOOL_VALUE));
        assert_int_equal(actual->bool_value, expected->as.boolean);
        break;
    case OTELMQ_VALUE_INT:
        assert_case(actual, OTLP_ANY_VALUE(INT_VALUE));
        assert_true(actual->int_value == expected->as.integer);
        break;
    case OTELMQ_VALUE_DOUBLE:
        assert_case(actual, OTLP_ANY_VALUE(DOUBLE_VALUE));
        assert_memory_equal(&actual->double_value, &expected->as.real, sizeof(double));
        break;
    case OTELMQ_VALUE_BYTES:
        assert_case(actual, OTLP_ANY_VALUE(BYTES_VALUE));
        assert_bytes(actual->bytes_value, expected->as.bytes.data, expected->as.bytes.len);
        break;
    case OTELMQ_VALUE_MAP:
        assert_map(actual, expected);
        break;
    default:
        assert_array(actual, expected);
        break;
    }
}

static void assert_attributes(otlp_key_value *const actual[], size_t actual_count,
                              const otelmq_attribute expected[], size_t count)
{
    assert_int_equal(actual_count, count);
    for (size_t i = 0; i < count; i++) {
        assert_same_str(otelmq_str_from(actual[i]->key), expected[i].key, "key");
        assert_value(actual[i]->value, &expected[i].value);
    }
}

static void every_field_of_a_span_arrives(void **state)
{
    otelmq_span_data span = sample_spans_full(*state);
    otlp_request *request = encode_one(&span);
    const otlp_span *actual = first_span(request);
    assert_bytes(actual->trace_id, &span.span_context.trace_id, 16);
    assert_bytes(actual->span_id, &span.span_context.span_id, 8);
    assert_bytes(actual->parent_span_id, &span.parent_span_id, 8);
    assert_string_equal(actual->trace_state, "vendor=value,other=1");
    assert_string_equal(actual->name, "process orders");
    assert_int_equal(actual->kind, 5);
    assert_int_equal(actual->start_time_unix_nano, SAMPLE_START);
    assert_int_equal(actual->end_time_unix_nano, SAMPLE_START + 5);
    assert_int_equal(actual->dropped_attributes_count, 1);
    assert_int_equal(actual->dropped_events_count, 2);
    assert_int_equal(actual->dropped_links_count, 3);
    assert_int_equal(actual->status->code, 2);
    assert_string_equal(actual->status->message, "no items");
    assert_int_equal(actual->flags, 0x303);
    assert_attributes(actual->attributes, actual->n_attributes, span.attributes,
                      span.attribute_count);
    otlp_request_free(request);
}

static void events_arrive_in_order(void **state)
{
    otelmq_span_data span = sample_spans_full(*state);
    otlp_request *request = encode_one(&span);
    const otlp_span *actual = first_span(request);
    assert_int_equal(actual->n_events, 2);
    assert_string_equal(actual->events[0]->name, "validated");
    assert_string_equal(actual->events[1]->name, "paid");
    assert_int_equal(actual->events[1]->time_unix_nano, SAMPLE_START + 2);
    assert_int_equal(actual->events[1]->dropped_attributes_count, 5);
    assert_attributes(actual->events[1]->attributes, actual->events[1]->n_attributes,
                      span.events[1].attributes, 1);
    otlp_request_free(request);
}

static void links_say_whether_the_linked_context_is_remote(void **state)
{
    otelmq_span_data span = sample_spans_full(*state);
    otlp_request *request = encode_one(&span);
    const otlp_span *actual = first_span(request);
    assert_int_equal(actual->n_links, 2);
    assert_int_equal(actual->links[0]->flags, 0x303);
    assert_int_equal(actual->links[1]->flags, 0x100);
    assert_bytes(actual->links[0]->trace_id, &span.span_context.trace_id, 16);
    assert_bytes(actual->links[0]->span_id, &span.links[0].span_context.span_id, 8);
    assert_string_equal(actual->links[0]->trace_state, "vendor=value,other=1");
    assert_int_equal(actual->links[0]->dropped_attributes_count, 6);
    assert_attributes(actual->links[0]->attributes, actual->links[0]->n_attributes,
                      span.links[0].attributes, 1);
    otlp_request_free(request);
}

static void a_root_span_has_no_parent_and_no_status(void **state)
{
    otelmq_span_data span = sample_spans_plain(*state, "root");
    otlp_request *request = encode_one(&span);
    const otlp_span *actual = first_span(request);
    assert_int_equal(actual->parent_span_id.len, 0);
    assert_null(actual->status);
    assert_int_equal(actual->flags, 0x101);
    otlp_request_free(request);
}

static void protobuf_c_would_write_the_same_bytes(void **state)
{
    otelmq_span_data span = sample_spans_full(*state);
    const otelmq_span_data *spans[] = {&span};
    otelmq_proto_writer writer;
    otelmq_proto_writer_init(&writer, ENOUGH);
    assert_int_equal(otelmq_otlp_encode(&writer, spans, 1), OTELMQ_OK);
    otelmq_str bytes = otelmq_proto_writer_str(&writer);
    otlp_request *request = otlp_request_unpack(bytes.data, bytes.len);
    assert_non_null(request);
    assert_int_equal(protobuf_c_message_get_packed_size(&request->base), bytes.len);
    uint8_t *packed = malloc(bytes.len);
    assert_non_null(packed);
    protobuf_c_message_pack(&request->base, packed);
    assert_memory_equal(packed, bytes.data, bytes.len);
    free(packed);
    otlp_request_free(request);
    otelmq_proto_writer_clean(&writer);
}

static void resource_and_scope_are_written_once_for_their_spans(void **state)
{
    const otelmq_instrumentation_scope other_scope = {.name = OTELMQ_STR("other")};
    otelmq_span_data spans[] = {
        sample_spans_plain(*state, "1"),
        sample_spans_plain(*state, "2"),
        sample_spans_plain(*state, "3"),
        sample_spans_plain(*state, "4"),
    };
    const otelmq_instrumentation_scope same_scope = *spans[0].scope;
    spans[1].scope = &other_scope;
    spans[2].scope = &same_scope;
    spans[3].resource = NULL;
    const otelmq_span_data *order[] = {&spans[3], &spans[0], &spans[1], &spans[2]};
    otlp_request *request = encode(order, 4);
    assert_int_equal(request->n_resource_spans, 2);
    assert_null(request->resource_spans[0]->resource);
    const otlp_resource_spans *shop = request->resource_spans[1];
    assert_int_equal(shop->resource->n_attributes, 2);
    assert_string_equal(shop->resource->attributes[0]->value->string_value, "shop");
    assert_int_equal(shop->n_scope_spans, 2);
    assert_string_equal(shop->scope_spans[0]->scope->name, "orders");
    assert_string_equal(shop->scope_spans[0]->scope->version, "1.2.3");
    assert_int_equal(shop->scope_spans[0]->n_spans, 2);
    assert_string_equal(shop->scope_spans[0]->spans[0]->name, "1");
    assert_string_equal(shop->scope_spans[0]->spans[1]->name, "3");
    assert_string_equal(shop->scope_spans[1]->spans[0]->name, "2");
    otlp_request_free(request);
}

/* As those that began with one template. */
static void spans_with_one_list_of_attributes_all_have_them(void **state)
{
    const otelmq_attribute shared[] = {
        otelmq_attribute_string("messaging.system", OTELMQ_STR("kafka")),
        otelmq_attribute_string("bad", OTELMQ_STR("caf\xe9")),
        otelmq_attribute_int("server.port", 9092)};
    enum { COUNT = 6 };
    const uint32_t counts[COUNT] = {3, 3, 0, 2, 2, 3};
    otelmq_span_data spans[COUNT];
    const otelmq_span_data *order[COUNT];
    for (size_t i = 0; i < COUNT; i++) {
        spans[i] = sample_spans_plain(*state, "1");
        spans[i].attributes = shared;
        spans[i].attribute_count = counts[i];
        order[i] = &spans[i];
    }
    otelmq_attribute expected[] = {shared[0], shared[1], shared[2]};
    expected[1].value = otelmq_value_string(OTELMQ_STR("caf\xef\xbf\xbd"));
    otlp_request *request = encode(order, COUNT);
    otlp_span **actual = request->resource_spans[0]->scope_spans[0]->spans;
    for (size_t i = 0; i < COUNT; i++) {
        assert_attributes(actual[i]->attributes, actual[i]->n_attributes, expected, counts[i]);
    }
    otlp_request_free(request);
}

static void scopes_have_their_schema_url_and_attributes(void **state)
{
    otelmq_attribute attribute = otelmq_attribute_string("part", OTELMQ_STR("billing"));
    const otelmq_instrumentation_scope plain = {.name = OTELMQ_STR("orders")};
    const otelmq_instrumentation_scope special = {
        .name = OTELMQ_STR("orders"), .attributes = &attribute, .attribute_count = 1};
    otelmq_span_data spans[] = {
        sample_spans_plain(*state, "1"),
        sample_spans_plain(*state, "2"),
        sample_spans_plain(*state, "3"),
    };
    spans[1].scope = &plain;
    spans[2].scope = &special;
    const otelmq_span_data *order[] = {&spans[0], &spans[1], &spans[2]};
    otlp_request *request = encode(order, 3);
    assert_int_equal(request->resource_spans[0]->n_scope_spans, 3);
    otlp_scope_spans **groups = request->resource_spans[0]->scope_spans;
    assert_string_equal(groups[0]->schema_url, SAMPLE_SCHEMA_URL);
    assert_int_equal(groups[0]->scope->n_attributes, 0);
    assert_string_equal(groups[1]->schema_url, "");
    assert_int_equal(groups[1]->scope->n_attributes, 0);
    assert_attributes(groups[2]->scope->attributes, groups[2]->scope->n_attributes, &attribute, 1);
    otlp_request_free(request);
}

enum { CHAIN = 200 };

static void what_no_receiver_would_read_is_left_out(void **state)
{
    otelmq_attribute links[CHAIN];
    links[0] = otelmq_attribute_int("k", 1);
    for (size_t i = 1; i < CHAIN; i++) {
        links[i] = otelmq_attribute_map("k", &links[i - 1], 1);
    }
    otelmq_span_data span = sample_spans_plain(*state, "deep");
    span.attributes = &links[CHAIN - 1];
    span.attribute_count = 1;
    otlp_request *request = encode_one(&span);
    const otlp_any_value *at = first_span(request)->attributes[0]->value;
    size_t depth = 1;
    while (at->kvlist_value->n_values > 0) {
        at = at->kvlist_value->values[0]->value;
        depth++;
    }
    assert_int_equal(depth, OTELMQ_OTLP_DEPTH_MAX + 1);
    otlp_request_free(request);
}

static void bad_utf8_is_repaired_and_the_rest_of_the_batch_arrives(void **state)
{
    otelmq_span_data span = sample_spans_plain(*state, "bad \xFF name");
    otelmq_attribute attribute =
        otelmq_attribute_string("k\x80", OTELMQ_STR("long enough to be copied \xC3"));
    span.attributes = &attribute;
    span.attribute_count = 1;
    otlp_request *request = encode_one(&span);
    const otlp_span *actual = first_span(request);
    assert_string_equal(actual->name, "bad \xEF\xBF\xBD name");
    assert_string_equal(actual->attributes[0]->key, "k\xEF\xBF\xBD");
    assert_string_equal(actual->attributes[0]->value->string_value,
                        "long enough to be copied \xEF\xBF\xBD");
    otlp_request_free(request);
}

static void attributes_without_a_value_are_left_out(void **state)
{
    otelmq_span_data span = sample_spans_plain(*state, "name");
    otelmq_attribute attributes[] = {otelmq_attribute_none("none"),
                                     otelmq_attribute_int("some", -1)};
    span.attributes = attributes;
    span.attribute_count = 2;
    otlp_request *request = encode_one(&span);
    const otlp_span *actual = first_span(request);
    assert_int_equal(actual->n_attributes, 1);
    assert_string_equal(actual->attributes[0]->key, "some");
    assert_true(actual->attributes[0]->value->int_value == -1);
    otlp_request_free(request);
}

static void large_batches_grow_the_memory(void **state)
{
    enum { COUNT = 2000 };
    otelmq_span_data span = sample_spans_full(*state);
    const otelmq_span_data *spans[COUNT];
    for (size_t i = 0; i < COUNT; i++) {
        spans[i] = &span;
    }
    otlp_request *request = encode(spans, COUNT);
    assert_int_equal(request->resource_spans[0]->scope_spans[0]->n_spans, COUNT);
    otlp_request_free(request);
}

static void a_batch_over_the_limit_is_refused_and_the_next_one_is_not(void **state)
{
    otelmq_span_data span = sample_spans_full(*state);
    otelmq_span_data small = sample_spans_plain(*state, "small");
    const otelmq_span_data *large_batch[] = {&span, &span};
    const otelmq_span_data *small_batch[] = {&small};
    otelmq_proto_writer writer;
    otelmq_proto_writer_init(&writer, 300);
    assert_int_equal(otelmq_otlp_encode(&writer, large_batch, 2), OTELMQ_ERROR_LIMIT);
    assert_int_equal(otelmq_proto_writer_len(&writer), 0);
    assert_int_equal(otelmq_otlp_encode(&writer, small_batch, 1), OTELMQ_OK);
    otelmq_proto_writer_clean(&writer);
}

static int set_up(void **state)
{
    static sample_spans samples;
    samples = sample_spans_create();
    *state = &samples;
    return 0;
}

static int tear_down(void **state)
{
    sample_spans_release(*state);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_field_of_a_span_arrives),
        cmocka_unit_test(events_arrive_in_order),
        cmocka_unit_test(links_say_whether_the_linked_context_is_remote),
        cmocka_unit_test(a_root_span_has_no_parent_and_no_status),
        cmocka_unit_test(protobuf_c_would_write_the_same_bytes),
        cmocka_unit_test(resource_and_scope_are_written_once_for_their_spans),
        cmocka_unit_test(spans_with_one_list_of_attributes_all_have_them),
        cmocka_unit_test(scopes_have_their_schema_url_and_attributes),
        cmocka_unit_test(what_no_receiver_would_read_is_left_out),
        cmocka_unit_test(bad_utf8_is_repaired_and_the_rest_of_the_batch_arrives),
        cmocka_unit_test(attributes_without_a_value_are_left_out),
        cmocka_unit_test(large_batches_grow_the_memory),
        cmocka_unit_test(a_batch_over_the_limit_is_refused_and_the_next_one_is_not),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
