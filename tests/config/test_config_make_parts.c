/* SPDX-License-Identifier: Apache-2.0 */
#include "config/make.h"
#include "support/test.h"

#include <otelmq/resource_detector.h>

#include <stdlib.h>

static otelmq_config *config;
static otelmq_config_problems problems;
static otelmq_config_maker maker;

static int set_up(void **state)
{
    (void)state;
    config = NULL;
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    otelmq_config_destroy(config);
    return 0;
}

static const otelmq_config_node *parse(const char *text)
{
    static const otelmq_sdk_options options = {0};
    otelmq_config_destroy(config);
    otelmq_config_problems_init(&problems, "t.yaml");
    config = otelmq_config_parse("t.yaml", otelmq_str_from(text), &problems);
    assert_row(config != NULL, problems.items[0].text);
    maker = (otelmq_config_maker){.config = config, .problems = &problems, .options = &options};
    return config->root;
}

static otelmq_value value_of(const otelmq_resource *resource, const char *key)
{
    size_t count = 0;
    const otelmq_attribute *attributes = otelmq_resource_attributes(resource, &count);
    for (size_t i = 0; i < count; i++) {
        if (otelmq_str_equal(attributes[i].key, otelmq_str_from(key))) {
            return attributes[i].value;
        }
    }
    return otelmq_attribute_none(key).value;
}

static const otelmq_resource *make_resource(const char *text)
{
    return otelmq_config_make_resource(&maker, otelmq_config_get(parse(text), "resource"));
}

static void attributes_have_the_types_that_the_file_says(void **state)
{
    (void)state;
    const otelmq_resource *resource =
        make_resource("file_format: \"1.0\"\n"
                      "resource:\n"
                      "  attributes:\n"
                      "    - {name: s, value: text}\n"
                      "    - {name: b, value: true, type: bool}\n"
                      "    - {name: i, value: 7, type: int}\n"
                      "    - {name: d, value: 7, type: double}\n"
                      "    - {name: ss, value: [a, b], type: string_array}\n"
                      "    - {name: bs, value: [true, false], type: bool_array}\n"
                      "    - {name: is, value: [1, 2], type: int_array}\n"
                      "    - {name: ds, value: [1, 2.5], type: double_array}\n"
                      "    - {name: nothing, value: }\n"
                      "  attributes_list: s=of-list,t=a%20b\n");
    assert_non_null(resource);
    assert_str(value_of(resource, "s").as.string, "text");
    assert_str(value_of(resource, "t").as.string, "a b");
    assert_true(value_of(resource, "b").as.boolean);
    assert_int_equal(value_of(resource, "i").as.integer, 7);
    assert_true(value_of(resource, "d").as.real == 7);
    assert_int_equal(value_of(resource, "d").type, OTELMQ_VALUE_DOUBLE);
    assert_str(value_of(resource, "ss").as.strings[1], "b");
    assert_int_equal(value_of(resource, "bs").count, 2);
    assert_int_equal(value_of(resource, "is").as.integers[1], 2);
    assert_true(value_of(resource, "ds").as.reals[1] == 2.5);
    assert_int_equal(value_of(resource, "nothing").type, OTELMQ_VALUE_NONE);
    assert_str(value_of(resource, "telemetry.sdk.name").as.string, "otelmq");
    assert_string_equal(otelmq_resource_schema_url(resource), "");
    otelmq_resource_release(resource);
}

static void values_of_other_types_are_named_with_their_line(void **state)
{
    (void)state;
    static const char *const rows[] = {
        "{name: bad, value: 7}",
        "{name: bad, value: [a]}",
        "{name: bad, value: {a: b}}",
        "{name: bad, value: \"true\", type: bool}",
        "{name: bad, value: 1.5, type: int}",
        "{name: bad, value: x, type: double}",
        "{name: bad, value: x, type: string_array}",
        "{name: bad, value: [], type: string_array}",
        "{name: bad, value: [1, x], type: int_array}",
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        char text[512];
        snprintf(text, sizeof(text), "file_format: \"1.0\"\nresource:\n  attributes:\n    - %s\n",
                 rows[i]);
        assert_row(make_resource(text) == NULL, rows[i]);
        assert_row(strstr(problems.items[0].text, "t.yaml:4: ") != NULL, problems.items[0].text);
        assert_row(strstr(problems.items[0].text, "\"bad\"") != NULL, problems.items[0].text);
    }
}

static void a_malformed_list_of_attributes_is_an_error(void **state)
{
    (void)state;
    assert_null(make_resource("file_format: \"1.0\"\n"
                              "resource:\n"
                              "  attributes_list: a=1,b\n"));
    assert_non_null(strstr(problems.items[0].text, "t.yaml:3: resource.attributes_list"));
}

static void detectors_run_when_the_file_names_them_and_are_filtered(void **state)
{
    (void)state;
    const otelmq_resource *resource =
        make_resource("file_format: \"1.0\"\n"
                      "resource:\n"
                      "  detection/development:\n"
                      "    attributes: {included: [process.*], excluded: [process.command*]}\n"
                      "    detectors: [{process: }, {host: }, {command_args: }]\n");
    assert_int_equal(value_of(resource, "process.pid").type, OTELMQ_VALUE_INT);
    assert_int_equal(value_of(resource, "process.command_args").type, OTELMQ_VALUE_NONE);
    assert_int_equal(value_of(resource, "host.name").type, OTELMQ_VALUE_NONE);
    assert_string_equal(otelmq_resource_schema_url(resource), OTELMQ_SCHEMA_URL);
    otelmq_resource_release(resource);
    resource = make_resource("file_format: \"1.0\"\n"
                             "resource:\n"
                             "  schema_url: https://example.org/1\n"
                             "  detection/development:\n"
                             "    detectors: [{host: }]\n");
    assert_int_equal(value_of(resource, "host.name").type, OTELMQ_VALUE_STRING);
    assert_string_equal(otelmq_resource_schema_url(resource), "https://example.org/1");
    otelmq_resource_release(resource);
    resource = make_resource("file_format: \"1.0\"\n");
    assert_int_equal(value_of(resource, "host.name").type, OTELMQ_VALUE_NONE);
    otelmq_resource_release(resource);
}

static void limits_are_those_of_spans_or_the_general_ones(void **state)
{
    (void)state;
    const otelmq_config_node *root = parse("file_format: \"1.0\"\n"
                                           "attribute_limits:\n"
                                           "  attribute_value_length_limit: 20\n"
                                           "  attribute_value_depth_limit: 3\n"
                                           "  attribute_count_limit: 10\n"
                                           "tracer_provider:\n"
                                           "  processors: [{simple: {exporter: {console: }}}]\n"
                                           "  limits:\n"
                                           "    attribute_count_limit: 0\n"
                                           "    event_count_limit: 5\n"
                                           "    link_attribute_count_limit: 6\n");
    const otelmq_config_node *provider = otelmq_config_get(root, "tracer_provider");
    otelmq_span_limits limits = otelmq_config_make_limits(
        otelmq_config_get(root, "attribute_limits"), otelmq_config_get(provider, "limits"));
    assert_int_equal(limits.max_attributes, OTELMQ_LIMIT_ZERO);
    assert_int_equal(limits.max_events, 5);
    assert_int_equal(limits.max_links, 128);
    assert_int_equal(limits.max_attributes_per_event, 128);
    assert_int_equal(limits.max_attributes_per_link, 6);
    assert_int_equal(limits.max_attribute_value_length, 20);
    assert_int_equal(limits.max_attribute_value_depth, 3);
    limits = otelmq_config_make_limits(NULL, NULL);
    assert_int_equal(limits.max_attributes, 128);
    assert_int_equal(limits.max_attribute_value_length, 0);
    assert_int_equal(limits.max_attribute_value_depth, 64);
}

static otelmq_propagator make_propagator(const char *text)
{
    char file[512];
    snprintf(file, sizeof(file), "file_format: \"1.0\"\n%s", text);
    return otelmq_config_make_propagator(&maker, otelmq_config_get(parse(file), "propagator"));
}

static void propagators_of_both_lists_count_once(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *fields[5];
    } rows[] = {
        {"", {NULL}},
        {"propagator: {}", {NULL}},
        {"propagator: {composite_list: none}", {NULL}},
        {"propagator: {composite: [{tracecontext: }]}", {"traceparent", "tracestate", NULL}},
        {"propagator: {composite_list: \"baggage, tracecontext,baggage\"}",
         {"baggage", "traceparent", "tracestate", NULL}},
        {"propagator: {composite: [{b3: }, {baggage: }], composite_list: \"baggage,b3\"}",
         {"b3", "baggage", NULL}},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        otelmq_propagator propagator = make_propagator(rows[i].text);
        assert_row(propagator.ops != NULL, rows[i].text);
        for (size_t at = 0;; at++) {
            const char *field = otelmq_propagator_field_at(propagator, at);
            const char *expected = rows[i].fields[at];
            assert_row((field == NULL) == (expected == NULL), rows[i].text);
            if (expected == NULL) {
                break;
            }
            assert_string_equal(field, expected);
        }
        otelmq_propagator_destroy(propagator);
    }
}

static void an_unknown_propagator_is_an_error(void **state)
{
    (void)state;
    assert_null(make_propagator("propagator: {composite_list: \"tracecontext,xray2\"}").ops);
    assert_non_null(strstr(problems.items[0].text, "t.yaml:2: there is no propagator \"xray2\""));
    assert_null(make_propagator("propagator:\n  composite:\n    - other:\n").ops);
    assert_non_null(strstr(problems.items[0].text, "t.yaml:4: there is no propagator \"other\""));
}

static void log_levels_are_those_of_severity_numbers(void **state)
{
    (void)state;
    static const struct {
        const char *level;
        int severity;
    } rows[] = {
        {"trace", OTELMQ_SEVERITY_DEBUG},   {"trace4", OTELMQ_SEVERITY_DEBUG},
        {"debug2", OTELMQ_SEVERITY_DEBUG},  {"info", OTELMQ_SEVERITY_INFO},
        {"warn3", OTELMQ_SEVERITY_WARNING}, {"error", OTELMQ_SEVERITY_ERROR},
        {"fatal4", OTELMQ_SEVERITY_ERROR},  {"", -1},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        char text[128];
        snprintf(text, sizeof(text), "file_format: \"1.0\"\nlog_level: %s\n", rows[i].level);
        (void)parse(text);
        assert_row(otelmq_config_log_level(config) == rows[i].severity, rows[i].level);
    }
}

int main(void)
{
#define T(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        T(attributes_have_the_types_that_the_file_says),
        T(values_of_other_types_are_named_with_their_line),
        T(a_malformed_list_of_attributes_is_an_error),
        T(detectors_run_when_the_file_names_them_and_are_filtered),
        T(limits_are_those_of_spans_or_the_general_ones),
        T(propagators_of_both_lists_count_once),
        T(an_unknown_propagator_is_an_error),
        T(log_levels_are_those_of_severity_numbers),
    };
#undef T
    return cmocka_run_group_tests(tests, NULL, NULL);
}
