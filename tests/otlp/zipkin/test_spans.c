/* SPDX-License-Identifier: Apache-2.0 */
/* Spans as Zipkin's JSON, read back by jansson. */
#include "otlp/sample_spans.h"
#include "support/test.h"

#include "export/zipkin/spans.h"

#include <jansson.h>
#include <math.h>

static json_t *write_and_parse(const otelmq_span_data *span)
{
    const otelmq_span_data *spans[] = {span};
    otelmq_buffer text;
    otelmq_buffer_init(&text);
    assert_int_equal(otelmq_zipkin_add_spans(&text, spans, 1), OTELMQ_OK);
    json_error_t error;
    json_t *json = json_loadb(text.data, text.len, JSON_REJECT_DUPLICATES, &error);
    if (json == NULL) {
        fail_msg("%s in %.*s", error.text, (int)text.len, text.data);
    }
    assert_int_equal(json_array_size(json), 1);
    otelmq_buffer_clean(&text);
    return json;
}

static json_t *first(json_t *json)
{
    return json_array_get(json, 0);
}

/* value NULL: there must be none. */
static void assert_text(json_t *object, const char *name, const char *value)
{
    json_t *found = json_object_get(object, name);
    if (value == NULL) {
        assert_row(found == NULL, name);
    } else {
        assert_row(json_is_string(found), name);
        assert_string_equal(json_string_value(found), value);
    }
}

static void assert_number(json_t *object, const char *name, json_int_t value)
{
    assert_row(json_is_integer(json_object_get(object, name)), name);
    assert_int_equal(json_integer_value(json_object_get(object, name)), value);
}

static void assert_tag(json_t *json, const char *key, const char *value)
{
    assert_text(json_object_get(first(json), "tags"), key, value);
}

static void ids_times_and_kind_have_fields_of_their_own(void **state)
{
    otelmq_span_data span = sample_spans_full(*state);
    span.start_time_unix_nano = 1700000000000001999;
    span.end_time_unix_nano = 1700000000000004234;
    json_t *json = write_and_parse(&span);
    assert_text(first(json), "traceId", SAMPLE_TRACE_ID);
    assert_text(first(json), "id", SAMPLE_SPAN_ID);
    assert_text(first(json), "parentId", SAMPLE_PARENT_ID);
    assert_text(first(json), "name", "process orders");
    assert_text(first(json), "kind", "CONSUMER");
    assert_number(first(json), "timestamp", 1700000000000001);
    assert_number(first(json), "duration", 2);
    assert_text(json_object_get(first(json), "localEndpoint"), "serviceName", "shop");
    json_decref(json);
}

static void a_root_span_has_no_parent_and_a_short_one_lasts_a_microsecond(void **state)
{
    otelmq_span_data span = sample_spans_plain(*state, "root");
    json_t *json = write_and_parse(&span);
    assert_text(first(json), "parentId", NULL);
    assert_number(first(json), "duration", 1);
    assert_null(json_object_get(first(json), "annotations"));
    json_decref(json);
}

static void kinds_have_their_names(void **state)
{
    static const struct {
        otelmq_span_kind kind;
        const char *name;
    } rows[] = {
        {OTELMQ_SPAN_INTERNAL, NULL},       {OTELMQ_SPAN_SERVER, "SERVER"},
        {OTELMQ_SPAN_CLIENT, "CLIENT"},     {OTELMQ_SPAN_PRODUCER, "PRODUCER"},
        {OTELMQ_SPAN_CONSUMER, "CONSUMER"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        otelmq_span_data span = sample_spans_plain(*state, "span");
        span.kind = rows[i].kind;
        json_t *json = write_and_parse(&span);
        assert_text(first(json), "kind", rows[i].name);
        json_decref(json);
    }
}

static void without_a_service_the_name_is_the_default(void **state)
{
    otelmq_span_data span = sample_spans_plain(*state, "span");
    span.resource = NULL;
    json_t *json = write_and_parse(&span);
    assert_text(json_object_get(first(json), "localEndpoint"), "serviceName", "unknown_service");
    json_decref(json);
}

static void values_become_strings(void **state)
{
    static const otelmq_str strings[] = {{"a", 1}, {"\"b\"", 3}};
    static const int64_t integers[] = {INT64_MIN, 1};
    const otelmq_value inner[] = {otelmq_value_none(), otelmq_value_bool(true)};
    const otelmq_attribute entries[] = {otelmq_attribute_int("one", 1),
                                        otelmq_attribute_of("more", otelmq_value_array(inner, 2))};
    const otelmq_attribute attributes[] = {
        otelmq_attribute_string("string", OTELMQ_STR("gr\xC3\xBC\xC3\x9F \"dich\"")),
        otelmq_attribute_bool("bool", false),
        otelmq_attribute_int("int", INT64_MAX),
        otelmq_attribute_double("double", 0.5),
        otelmq_attribute_double("nan", (double)NAN),
        otelmq_attribute_string_array("strings", strings, 2),
        otelmq_attribute_int_array("ints", integers, 2),
        otelmq_attribute_int_array("empty", NULL, 0),
        otelmq_attribute_bytes("bytes", OTELMQ_STR("\x01\x02\xFF")),
        otelmq_attribute_map("map", entries, 2),
    };
    static const char *const expected[][2] = {
        {"string", "gr\xC3\xBC\xC3\x9F \"dich\""},
        {"bool", "false"},
        {"int", "9223372036854775807"},
        {"double", "0.5"},
        {"nan", "NaN"},
        {"strings", "[\"a\",\"\\\"b\\\"\"]"},
        {"ints", "[-9223372036854775808,1]"},
        {"empty", "[]"},
        {"bytes", "AQL/"},
        {"map", "{\"one\":1,\"more\":[null,true]}"},
    };
    otelmq_span_data span = sample_spans_plain(*state, "span");
    span.attributes = attributes;
    span.attribute_count = COUNT_OF(attributes);
    json_t *json = write_and_parse(&span);
    for (size_t i = 0; i < COUNT_OF(expected); i++) {
        assert_tag(json, expected[i][0], expected[i][1]);
    }
    json_decref(json);
}

static void the_status_is_in_the_tags(void **state)
{
    static const struct {
        otelmq_status_code status;
        const char *description;
        const char *code_tag;
        const char *error_tag;
    } rows[] = {
        {OTELMQ_STATUS_UNSET, "", NULL, NULL},
        {OTELMQ_STATUS_OK, "", "OK", NULL},
        {OTELMQ_STATUS_ERROR, "", "ERROR", ""},
        {OTELMQ_STATUS_ERROR, "no items", "ERROR", "no items"},
    };
    const otelmq_attribute attribute = otelmq_attribute_bool("error", false);
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        otelmq_span_data span = sample_spans_plain(*state, "span");
        span.status = rows[i].status;
        span.status_description = otelmq_str_from(rows[i].description);
        span.attributes = &attribute;
        span.attribute_count = 1;
        json_t *json = write_and_parse(&span);
        assert_tag(json, "otel.status_code", rows[i].code_tag);
        assert_tag(json, "error", rows[i].error_tag);
        json_decref(json);
    }
}

static void scope_resource_and_what_was_dropped_are_in_the_tags(void **state)
{
    const otelmq_attribute own = otelmq_attribute_string("process.pid", OTELMQ_STR("own"));
    const otelmq_attribute scope_attributes[] = {otelmq_attribute_bool("scope.short", true)};
    otelmq_span_data span = sample_spans_full(*state);
    otelmq_instrumentation_scope scope = *span.scope;
    scope.attributes = scope_attributes;
    scope.attribute_count = 1;
    span.scope = &scope;
    json_t *json = write_and_parse(&span);
    assert_tag(json, "otel.scope.name", "orders");
    assert_tag(json, "otel.scope.version", "1.2.3");
    assert_tag(json, "otel.library.name", "orders");
    assert_tag(json, "otel.library.version", "1.2.3");
    assert_tag(json, "scope.short", "true");
    assert_tag(json, "otel.dropped_attributes_count", "1");
    assert_tag(json, "otel.dropped_events_count", "2");
    assert_tag(json, "otel.dropped_links_count", "3");
    assert_tag(json, "process.pid", "42");
    assert_tag(json, "service.name", NULL);
    json_decref(json);
    span.attributes = &own;
    span.attribute_count = 1;
    json = write_and_parse(&span);
    assert_tag(json, "process.pid", "own");
    json_decref(json);
}

static void events_are_annotations_with_their_attributes(void **state)
{
    const otelmq_attribute attributes[] = {otelmq_attribute_string("key1", OTELMQ_STR("value1")),
                                           otelmq_attribute_int("key2", 2)};
    const otelmq_event_data events[] = {
        {otelmq_str_from("plain"), 1700000000000000999, NULL, 0, 0},
        {otelmq_str_from("my \"event\""), 1700000000000002000, attributes, 2, 0},
    };
    otelmq_span_data span = sample_spans_plain(*state, "span");
    span.events = events;
    span.event_count = 2;
    json_t *json = write_and_parse(&span);
    json_t *annotations = json_object_get(first(json), "annotations");
    assert_int_equal(json_array_size(annotations), 2);
    assert_number(json_array_get(annotations, 0), "timestamp", 1700000000000000);
    assert_text(json_array_get(annotations, 0), "value", "plain");
    assert_number(json_array_get(annotations, 1), "timestamp", 1700000000000002);
    assert_text(json_array_get(annotations, 1), "value",
                "\"my \\\"event\\\"\":{\"key1\":\"value1\",\"key2\":2}");
    json_decref(json);
}

static void the_remote_endpoint_is_the_first_that_is_known(void **state)
{
    static const struct {
        const char *keys[3]; /* the values are the keys, but for addresses and ports */
        const char *values[3];
        otelmq_span_kind kind;
        const char *name;
        const char *value;
        json_int_t port;
    } rows[] = {
        {{"db.name"}, {"shop"}, OTELMQ_SPAN_CLIENT, "serviceName", "shop", 0},
        {{"db.name", "server.address"}, {"a", "b"}, OTELMQ_SPAN_CLIENT, "serviceName", "b", 0},
        {{"server.address", "peer.service"},
         {"a", "b"},
         OTELMQ_SPAN_PRODUCER,
         "serviceName",
         "b",
         0},
        {{"network.peer.address"}, {"10.0.0.1"}, OTELMQ_SPAN_PRODUCER, "ipv4", "10.0.0.1", 0},
        {{"network.peer.address"}, {"::1"}, OTELMQ_SPAN_PRODUCER, "ipv6", "::1", 0},
        {{"network.peer.address"}, {"/tmp/s"}, OTELMQ_SPAN_CLIENT, "serviceName", "/tmp/s", 0},
        {{"network.peer.address", "network.peer.port"},
         {"10.0.0.1", NULL},
         OTELMQ_SPAN_CLIENT,
         "ipv4",
         "10.0.0.1",
         5672},
        {{"server.address"}, {"a"}, OTELMQ_SPAN_CONSUMER, NULL, NULL, 0},
        {{"other"}, {"a"}, OTELMQ_SPAN_CLIENT, NULL, NULL, 0},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        otelmq_attribute attributes[3];
        otelmq_span_data span = sample_spans_plain(*state, "span");
        span.kind = rows[i].kind;
        span.attributes = attributes;
        for (; rows[i].keys[span.attribute_count] != NULL; span.attribute_count++) {
            const char *key = rows[i].keys[span.attribute_count];
            const char *value = rows[i].values[span.attribute_count];
            attributes[span.attribute_count] =
                value != NULL ? otelmq_attribute_string(key, otelmq_str_from(value))
                              : otelmq_attribute_int(key, 5672);
        }
        json_t *json = write_and_parse(&span);
        json_t *endpoint = json_object_get(first(json), "remoteEndpoint");
        assert_row((endpoint != NULL) == (rows[i].name != NULL), rows[i].keys[0]);
        if (rows[i].name != NULL) {
            assert_text(endpoint, rows[i].name, rows[i].value);
            assert_int_equal(json_integer_value(json_object_get(endpoint, "port")), rows[i].port);
        }
        json_decref(json);
    }
}

static int create_samples(void **state)
{
    static sample_spans samples;
    samples = sample_spans_create();
    *state = &samples;
    return 0;
}

static int release_samples(void **state)
{
    sample_spans_release(*state);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ids_times_and_kind_have_fields_of_their_own),
        cmocka_unit_test(a_root_span_has_no_parent_and_a_short_one_lasts_a_microsecond),
        cmocka_unit_test(kinds_have_their_names),
        cmocka_unit_test(without_a_service_the_name_is_the_default),
        cmocka_unit_test(values_become_strings),
        cmocka_unit_test(the_status_is_in_the_tags),
        cmocka_unit_test(scope_resource_and_what_was_dropped_are_in_the_tags),
        cmocka_unit_test(events_are_annotations_with_their_attributes),
        cmocka_unit_test(the_remote_endpoint_is_the_first_that_is_known),
    };
    return cmocka_run_group_tests(tests, create_samples, release_samples);
}
