/* SPDX-License-Identifier: Apache-2.0 */
#include "support/test.h"
#include "view/otlp_json.h"

#include <stdlib.h>

#define SPANS(spans) "{\"resourceSpans\":[{\"scopeSpans\":[{\"spans\":[" spans "]}]}]}"
#define IDS "\"traceId\":\"0000000000000000000000000000000a\",\"spanId\":\"000000000000000b\""
#define GOOD "{" IDS ",\"name\":\"good\"}"

static bool read_line(view_trace_set *set, const char *find, const char *line, otelmq_buffer *error)
{
    otelmq_buffer_clear(error);
    bool is_good = view_otlp_json_read(set, find, otelmq_str_from(line), error);
    otelmq_buffer_add_char(error, '\0');
    return is_good;
}

static void a_broken_line_adds_no_span_and_says_what_is_wrong(void **state)
{
    static const struct {
        const char *line;
        const char *error;
    } cases[] = {
        {"{", "not JSON: string or '}' expected near end of file"},
        {"[]", "not a JSON object"},
        {"{\"resourceLogs\":[]}", "no resourceSpans, so not OTLP trace data"},
        {"{\"resourceSpans\":{}}", "resourceSpans is not an array"},
        {"{\"resourceSpans\":[1]}", "resourceSpans has an item that is not an object"},
        {"{\"resourceSpans\":[{\"scopeSpans\":[{\"spans\":7}]}]}", "spans is not an array"},
        {SPANS(GOOD ",{}"), "span 2 of the line: traceId is not 32 hexadecimal digits"},
        {SPANS("{\"traceId\":5}"), "span 1 of the line: traceId is not a string"},
        {SPANS("{\"traceId\":\"0000000000000000000000000000000a\",\"spanId\":\"xx\"}"),
         "span 1 of the line: spanId is not 16 hexadecimal digits"},
        {SPANS("{\"traceId\":\"0000000000000000000000000000000a\","
               "\"spanId\":\"0000000000000000\"}"),
         "span 1 of the line: traceId or spanId is all zero"},
        {SPANS("{" IDS ",\"parentSpanId\":\"b\"}"),
         "span 1 of the line: parentSpanId is not 16 hexadecimal digits"},
        {SPANS("{" IDS ",\"name\":{}}"), "span 1 of the line: name is not a string"},
        {SPANS("{" IDS ",\"kind\":\"SPAN_KIND_SERVER\"}"),
         "span 1 of the line: kind is not an integer"},
        {SPANS("{" IDS ",\"startTimeUnixNano\":\"yesterday\"}"),
         "span 1 of the line: startTimeUnixNano is not a time in nanoseconds"},
        {SPANS("{" IDS ",\"endTimeUnixNano\":-1}"),
         "span 1 of the line: endTimeUnixNano is not a time in nanoseconds"},
        {SPANS("{" IDS ",\"endTimeUnixNano\":\"18446744073709551616\"}"),
         "span 1 of the line: endTimeUnixNano is not a time in nanoseconds"},
        {SPANS("{" IDS ",\"status\":{\"code\":\"ERROR\"}}"),
         "span 1 of the line: code is not an integer"},
        {SPANS(GOOD ",{" IDS ",\"links\":[{\"traceId\":\"\"}]}"),
         "span 2 of the line: traceId is not 32 hexadecimal digits"},
    };
    view_trace_set *set = *state;
    otelmq_buffer error;
    otelmq_buffer_init(&error);
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        assert_false(read_line(set, NULL, cases[i].line, &error));
        assert_string_equal(error.data, cases[i].error);
        assert_int_equal(set->span_count, 0);
        assert_int_equal(set->link_count, 0);
    }
    otelmq_buffer_clean(&error);
}

static void every_spelling_that_the_specification_allows_is_read(void **state)
{
    static const char *const times[] = {
        "\"1740000000000000000\"",
        "1740000000000000000",
        "1.74e18",
    };
    view_trace_set *set = *state;
    otelmq_buffer error;
    otelmq_buffer_init(&error);
    for (size_t i = 0; i < COUNT_OF(times); i++) {
        char line[512];
        snprintf(line, sizeof line,
                 SPANS("{\"traceId\":\"0123456789ABCDEFfedcba9876543210\","
                       "\"spanId\":\"00000000000000Bb\",\"parentSpanId\":\"\",\"kind\":null,"
                       "\"futureField\":{\"a\":[1]},\"startTimeUnixNano\":%s}"),
                 times[i]);
        assert_true(read_line(set, NULL, line, &error));
        const view_span *span = &set->spans[i];
        assert_int_equal(span->key.trace_id[4], 0x89);
        assert_int_equal(span->key.trace_id[7], 0xef);
        assert_int_equal(span->key.span_id[7], 0xbb);
        assert_false(span->has_parent_id);
        assert_true(span->start_unix_nano == 1740000000000000000);
    }
    assert_true(read_line(set, NULL, "{}", &error));
    otelmq_buffer_clean(&error);
}

static void a_span_is_found_by_its_name_or_any_value_of_an_attribute(void **state)
{
    static const struct {
        const char *text;
        const char *value;
        bool is_found;
    } cases[] = {
        {"oo", "{}", true},
        {"order-7", "{\"stringValue\":\"the order-7.\"}", true},
        {"order-7", "{\"stringValue\":\"the order-8.\"}", false},
        {"4242", "{\"intValue\":\"4242\"}", true},
        {"4242", "{\"intValue\":4242}", true},
        {"2.5", "{\"doubleValue\":2.5}", true},
        {"true", "{\"boolValue\":true}", true},
        {"gold",
         "{\"arrayValue\":{\"values\":[{\"stringValue\":\"silver\"},"
         "{\"stringValue\":\"gold\"}]}}",
         true},
        {"gold",
         "{\"kvlistValue\":{\"values\":[{\"key\":\"tier\","
         "\"value\":{\"stringValue\":\"gold\"}}]}}",
         true},
        {"tier",
         "{\"kvlistValue\":{\"values\":[{\"key\":\"tier\","
         "\"value\":{\"stringValue\":\"gold\"}}]}}",
         false},
    };
    view_trace_set *set = *state;
    otelmq_buffer error;
    otelmq_buffer_init(&error);
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        char line[1024];
        snprintf(line, sizeof line,
                 SPANS("{" IDS ",\"name\":\"good\",\"attributes\":[{\"key\":\"k\",\"value\":%s}]}"),
                 cases[i].value);
        assert_true(read_line(set, cases[i].text, line, &error));
        assert_int_equal(set->spans[i].is_found, cases[i].is_found);
    }
    otelmq_buffer_clean(&error);
}

static int create_set(void **state)
{
    *state = calloc(1, sizeof(view_trace_set));
    view_trace_set_init(*state);
    return 0;
}

static int destroy_set(void **state)
{
    view_trace_set_clean(*state);
    free(*state);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_broken_line_adds_no_span_and_says_what_is_wrong,
                                        create_set, destroy_set),
        cmocka_unit_test_setup_teardown(every_spelling_that_the_specification_allows_is_read,
                                        create_set, destroy_set),
        cmocka_unit_test_setup_teardown(a_span_is_found_by_its_name_or_any_value_of_an_attribute,
                                        create_set, destroy_set),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
