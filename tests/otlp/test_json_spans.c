/* SPDX-License-Identifier: Apache-2.0 */
/* OTLP JSON, read back by jansson, and against one whole line for the order of things. */
#include "otlp/sample_spans.h"
#include "support/test.h"

#include "export/json/json_writer.h"
#include "export/otlp/json_spans.h"

#include <jansson.h>
#include <math.h>

static json_t *write_and_parse(const otelmq_span_data *const spans[], size_t count)
{
    otelmq_buffer out;
    otelmq_buffer_init(&out);
    assert_int_equal(otelmq_otlp_json_add_spans(&out, spans, count), OTELMQ_OK);
    json_error_t error;
    json_t *json = json_loadb(out.data, out.len, JSON_REJECT_DUPLICATES, &error);
    if (json == NULL) {
        fail_msg("%s in %.*s", error.text, (int)out.len, out.data);
    }
    otelmq_buffer_clean(&out);
    return json;
}

static json_t *at(json_t *array, size_t index)
{
    json_t *element = json_array_get(array, index);
    assert_non_null(element);
    return element;
}

static json_t *scope_spans(json_t *json)
{
    return json_object_get(at(json_object_get(json, "resourceSpans"), 0), "scopeSpans");
}

static json_t *first_span(json_t *json)
{
    return at(json_object_get(at(scope_spans(json), 0), "spans"), 0);
}

static void assert_text(json_t *object, const char *name, const char *expected)
{
    json_t *value = json_object_get(object, name);
    if (!json_is_string(value)) {
        fail_msg("%s is no string", name);
    }
    assert_string_equal(json_string_value(value), expected);
}

static void assert_number(json_t *object, const char *name, json_int_t expected)
{
    json_t *value = json_object_get(object, name);
    if (!json_is_integer(value)) {
        fail_msg("%s is no integer", name);
    }
    assert_int_equal(json_integer_value(value), expected);
}

static void ids_are_hexadecimal_enums_integers_and_64_bits_strings(void **state)
{
    otelmq_span_data span = sample_spans_full(*state);
    const otelmq_span_data *spans[] = {&span};
    json_t *json = write_and_parse(spans, 1);
    json_t *actual = first_span(json);
    assert_text(actual, "traceId", SAMPLE_TRACE_ID);
    assert_text(actual, "spanId", SAMPLE_SPAN_ID);
    assert_text(actual, "parentSpanId", SAMPLE_PARENT_ID);
    assert_text(actual, "traceState", "vendor=value,other=1");
    assert_text(actual, "name", "process orders");
    assert_text(actual, "startTimeUnixNano", "1700000000");
    assert_text(actual, "endTimeUnixNano", "1700000005");
    assert_number(actual, "kind", 5);
    assert_number(actual, "flags", 0x303);
    assert_number(actual, "droppedAttributesCount", 1);
    assert_number(actual, "droppedEventsCount", 2);
    assert_number(actual, "droppedLinksCount", 3);
    assert_number(json_object_get(actual, "status"), "code", 2);
    assert_text(json_object_get(actual, "status"), "message", "no items");
    json_decref(json);
}

static void events_and_links_have_all_their_fields(void **state)
{
    otelmq_span_data span = sample_spans_full(*state);
    const otelmq_span_data *spans[] = {&span};
    json_t *json = write_and_parse(spans, 1);
    json_t *event = at(json_object_get(first_span(json), "events"), 1);
    assert_text(event, "timeUnixNano", "1700000002");
    assert_text(event, "name", "paid");
    assert_number(event, "droppedAttributesCount", 5);
    assert_int_equal(json_array_size(json_object_get(event, "attributes")), 1);
    json_t *links = json_object_get(first_span(json), "links");
    assert_text(at(links, 0), "traceId", SAMPLE_TRACE_ID);
    assert_text(at(links, 0), "spanId", SAMPLE_LINKED_ID);
    assert_text(at(links, 0), "traceState", "vendor=value,other=1");
    assert_number(at(links, 0), "flags", 0x303);
    assert_number(at(links, 0), "droppedAttributesCount", 6);
    assert_number(at(links, 1), "flags", 0x100);
    json_decref(json);
}

/* The value of the index-th attribute, as compact JSON. */
static void assert_value(json_t *span, size_t index, const char *expected)
{
    json_t *attribute = at(json_object_get(span, "attributes"), index);
    char *text = json_dumps(json_object_get(attribute, "value"), JSON_COMPACT);
    assert_string_equal(text, expected);
    free(text);
}

#define SAMPLE_MAP                                                                                 \
    "{\"kvlistValue\":{\"values\":[{\"key\":\"city\",\"value\":{\"stringValue\":\"Ulm\"}},"        \
    "{\"key\":\"codes\",\"value\":{\"arrayValue\":{\"values\":[{\"intValue\":\"1\"},"              \
    "{\"intValue\":\"2\"}]}}},{\"key\":\"nothing\",\"value\":{\"kvlistValue\":{\"values\":[]}}}]}" \
    "}"

static void values_have_the_names_of_their_types(void **state)
{
    otelmq_span_data span = sample_spans_full(*state);
    const otelmq_span_data *spans[] = {&span};
    json_t *json = write_and_parse(spans, 1);
    json_t *actual = first_span(json);
    assert_value(actual, 0, "{\"stringValue\":\"gr\xC3\xBC\xC3\x9F \\\"dich\\\"\\n\"}");
    assert_value(actual, 1, "{\"boolValue\":false}");
    assert_value(actual, 2, "{\"intValue\":\"0\"}");
    assert_value(actual, 3, "{\"doubleValue\":0.5}");
    assert_value(actual, 4,
                 "{\"arrayValue\":{\"values\":[{\"stringValue\":\"a\"},{\"stringValue\":\"\"},"
                 "{\"stringValue\":\"\xC3\xBC\"}]}}");
    assert_value(actual, 5,
                 "{\"arrayValue\":{\"values\":[{\"boolValue\":true},{\"boolValue\":false}]}}");
    assert_value(actual, 6,
                 "{\"arrayValue\":{\"values\":[{\"intValue\":\"-9223372036854775808\"},"
                 "{\"intValue\":\"-1\"},{\"intValue\":\"0\"},"
                 "{\"intValue\":\"9223372036854775807\"}]}}");
    assert_value(actual, 8, "{\"arrayValue\":{\"values\":[]}}");
    assert_value(actual, 9, "{\"bytesValue\":\"AP8Q\"}");
    assert_value(actual, 10,
                 "{\"arrayValue\":{\"values\":[{\"intValue\":\"-1\"},{}," SAMPLE_MAP
                 ",{\"arrayValue\":{\"values\":[{\"intValue\":\"-1\"},{}]}}]}}");
    assert_value(actual, 11, SAMPLE_MAP);
    json_decref(json);
}

static void a_batch_is_one_line_in_the_order_of_the_protocol(void **state)
{
    otelmq_span_data span = sample_spans_plain(*state, "line\nbreak");
    const otelmq_span_data *spans[] = {&span};
    otelmq_buffer out;
    otelmq_buffer_init(&out);
    assert_int_equal(otelmq_otlp_json_add_spans(&out, spans, 1), OTELMQ_OK);
    assert_str(otelmq_buffer_str(&out),
               "{\"resourceSpans\":[{\"resource\":{\"attributes\":["
               "{\"key\":\"service.name\",\"value\":{\"stringValue\":\"shop\"}},"
               "{\"key\":\"process.pid\",\"value\":{\"intValue\":\"42\"}}]},"
               "\"scopeSpans\":[{\"scope\":{\"name\":\"orders\",\"version\":\"1.2.3\"},"
               "\"spans\":[{\"traceId\":\"" SAMPLE_TRACE_ID "\",\"spanId\":\"" SAMPLE_SPAN_ID "\","
               "\"flags\":257,\"name\":\"line\\nbreak\",\"kind\":1,"
               "\"startTimeUnixNano\":\"1700000000\",\"endTimeUnixNano\":\"1700000005\"}],"
               "\"schemaUrl\":\"" SAMPLE_SCHEMA_URL "\"}]}]}");
    otelmq_buffer_clean(&out);
}

static void spans_are_grouped_by_resource_and_scope(void **state)
{
    const otelmq_instrumentation_scope other_scope = {.name = OTELMQ_STR("other")};
    otelmq_span_data spans[] = {sample_spans_plain(*state, "1"), sample_spans_plain(*state, "2"),
                                sample_spans_plain(*state, "3"), sample_spans_plain(*state, "4")};
    spans[1].scope = &other_scope;
    spans[3].resource = NULL;
    spans[3].scope = NULL;
    const otelmq_span_data *order[] = {&spans[0], &spans[3], &spans[1], &spans[2]};
    json_t *json = write_and_parse(order, 4);
    assert_int_equal(json_array_size(json_object_get(json, "resourceSpans")), 2);
    assert_int_equal(json_array_size(scope_spans(json)), 2);
    json_t *of_orders = json_object_get(at(scope_spans(json), 0), "spans");
    assert_int_equal(json_array_size(of_orders), 2);
    assert_text(at(of_orders, 1), "name", "3");
    json_decref(json);
}

static void strings_are_escaped_and_repaired(void **state)
{
    static const struct {
        otelmq_str text;
        const char *json;
    } rows[] = {
        {{"", 0}, "\"\""},
        {{"a\"b\\c", 5}, "\"a\\\"b\\\\c\""},
        {{"\n\t\r\b\f", 5}, "\"\\n\\t\\u000d\\u0008\\u000c\""},
        {{"\0\x1F\x7F", 3}, "\"\\u0000\\u001f\x7F\""},
        {{"\xE2\x82\xAC", 3}, "\"\xE2\x82\xAC\""},
        {{"x\xFFy\n", 4}, "\"x\xEF\xBF\xBDy\\n\""},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        otelmq_buffer out;
        otelmq_buffer_init(&out);
        otelmq_json_writer json;
        otelmq_json_writer_init(&json, &out);
        otelmq_json_add_text(&json, NULL, rows[i].text);
        assert_str(otelmq_buffer_str(&out), rows[i].json);
        otelmq_buffer_clean(&out);
    }
}

static void assert_double(double value, const char *expected)
{
    otelmq_buffer out;
    otelmq_buffer_init(&out);
    otelmq_json_writer json;
    otelmq_json_writer_init(&json, &out);
    otelmq_json_add_double(&json, NULL, value);
    assert_str(otelmq_buffer_str(&out), expected);
    otelmq_buffer_clean(&out);
}

static void doubles_read_back_as_the_same(void **state)
{
    (void)state;
    assert_double(0, "0");
    assert_double(-0.0, "-0.0");
    assert_double(0.1, "0.1");
    assert_double(1.0 / 3, "0.3333333333333333");
    assert_double(5e-324, "4.94065645841247e-324");
    assert_double(1.7976931348623157e308, "1.7976931348623157e+308");
    assert_double((double)NAN, "\"NaN\"");
    assert_double((double)INFINITY, "\"Infinity\"");
    assert_double(-(double)INFINITY, "\"-Infinity\"");
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
        cmocka_unit_test(ids_are_hexadecimal_enums_integers_and_64_bits_strings),
        cmocka_unit_test(events_and_links_have_all_their_fields),
        cmocka_unit_test(values_have_the_names_of_their_types),
        cmocka_unit_test(a_batch_is_one_line_in_the_order_of_the_protocol),
        cmocka_unit_test(spans_are_grouped_by_resource_and_scope),
        cmocka_unit_test(strings_are_escaped_and_repaired),
        cmocka_unit_test(doubles_read_back_as_the_same),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
