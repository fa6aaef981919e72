/* SPDX-License-Identifier: Apache-2.0 */
#include "export/console_text.h"
#include "support/test.h"

#include <otelmq/tracer_provider.h>

#include <stdlib.h>

static char *printed;
static size_t printed_len;

/* A provider that prints into printed, which is complete once provider and stream are closed. */
static otelmq_tracer_provider *start(FILE **stream)
{
    *stream = open_memstream(&printed, &printed_len);
    otelmq_processor processor = otelmq_processor_simple(otelmq_exporter_console(*stream));
    const otelmq_resource *resource = NULL;
    otelmq_attribute name = otelmq_attribute_string("service.name", OTELMQ_STR("orders"));
    assert_int_equal(otelmq_resource_create(&name, 1, NULL, &resource), OTELMQ_OK);
    otelmq_tracer_provider_options options = {
        .resource = resource, .processors = &processor, .processor_count = 1};
    otelmq_tracer_provider *provider = NULL;
    assert_int_equal(otelmq_tracer_provider_create(&options, &provider), OTELMQ_OK);
    otelmq_resource_release(resource);
    return provider;
}

static void stop(otelmq_tracer_provider *provider, FILE *stream)
{
    otelmq_tracer_provider_destroy(provider);
    fclose(stream);
}

static void assert_printed(const char *text)
{
    if (strstr(printed, text) == NULL) {
        fail_msg("\"%s\" is not in:\n%s", text, printed);
    }
}

static otelmq_link foreign_link(const otelmq_attribute *attribute)
{
    otelmq_link link = {.attributes = attribute, .attribute_count = 1};
    memset(link.span_context.trace_id.bytes, 0xAB, 16);
    memset(link.span_context.span_id.bytes, 0xCD, 8);
    return link;
}

static void a_span_is_a_line_with_its_details_below(void **state)
{
    (void)state;
    FILE *stream = NULL;
    otelmq_tracer_provider *provider = start(&stream);
    otelmq_attribute attribute = otelmq_attribute_string("reason", OTELMQ_STR("retry"));
    otelmq_link link = foreign_link(&attribute);
    const otelmq_span_options options = {
        .kind = OTELMQ_SPAN_PRODUCER,
        .links = &link,
        .link_count = 1,
        .start_time_unix_nano = 1790000000123456789,
    };
    otelmq_span *span = otelmq_tracer_start_span(
        otelmq_tracer_provider_tracer(provider, "tests", NULL), "publish orders", &options);
    otelmq_span_set_string(span, "messaging.system", OTELMQ_STR("rabbitmq"));
    otelmq_span_set_int(span, "n", 3);
    otelmq_span_add_event_at(span, "validated", 1790000000124456789, &attribute, 1);
    otelmq_span_set_status(span, OTELMQ_STATUS_ERROR, "no items");
    otelmq_span_end_at(span, 1790000000135801789);
    stop(provider, stream);
    assert_printed("2026-09-21T14:13:20.123456Z  orders: publish orders  producer  12.345 ms  "
                   "trace ");
    assert_printed("  error: no items\n");
    assert_printed("\n    messaging.system = \"rabbitmq\"\n    n = 3\n");
    assert_printed("\n    event validated  after 1.000 ms\n        reason = \"retry\"\n");
    assert_printed("\n    link to trace abababababababababababababababab  span cdcdcdcdcdcdcdcd\n"
                   "        reason = \"retry\"\n");
    free(printed);
}

static void parents_and_what_was_dropped_are_shown(void **state)
{
    (void)state;
    FILE *stream = NULL;
    otelmq_tracer_provider *provider = start(&stream);
    otelmq_link parent = foreign_link(NULL);
    parent.span_context.is_remote = true;
    parent.span_context.trace_flags = OTELMQ_TRACE_FLAG_SAMPLED;
    const otelmq_context *context =
        otelmq_context_with_span_context(otelmq_context_root(), &parent.span_context);
    otelmq_span_options options = {.parent = context};
    otelmq_span *span = otelmq_tracer_start_span(
        otelmq_tracer_provider_tracer(provider, "tests", NULL), "work", &options);
    for (int i = 0; i < 130; i++) {
        otelmq_span_add_event(span, "event", NULL, 0);
    }
    otelmq_span_end(span);
    otelmq_context_release(context);
    stop(provider, stream);
    assert_printed("  internal  ");
    assert_printed("  trace abababababababababababababababab  span ");
    assert_printed("  remote parent cdcdcdcdcdcdcdcd\n");
    assert_printed("    2 events dropped\n");
    free(printed);
}

static void a_closed_stream_is_an_error_of_the_export(void **state)
{
    (void)state;
    FILE *full = fopen("/dev/full", "w");
    assert_non_null(full);
    otelmq_exporter exporter = otelmq_exporter_console(full);
    otelmq_span_data span = {.name = OTELMQ_STR("a")};
    const otelmq_span_data *spans[] = {&span};
    otelmq_export_result result = {0};
    assert_int_equal(exporter.ops->export_spans(exporter.self, spans, 1, 1000, &result),
                     OTELMQ_ERROR_IO);
    otelmq_exporter_destroy(exporter);
    fclose(full);
}

static void values_are_written_so_that_terminals_are_safe(void **state)
{
    (void)state;
    const otelmq_str strings[] = {OTELMQ_STR("a"), OTELMQ_STR("b\"c")};
    const bool booleans[] = {true, false};
    const int64_t integers[] = {1, -2};
    const double reals[] = {0.1, 1e300};
    const otelmq_attribute entries[] = {otelmq_attribute_int_array("a\n", integers, 2),
                                        otelmq_attribute_map("b", NULL, 0)};
    const otelmq_value values[] = {otelmq_value_int(1), otelmq_value_none(),
                                   otelmq_value_map(entries, 2)};
    const struct {
        otelmq_attribute attribute;
        const char *text;
    } rows[] = {
        {otelmq_attribute_string("k", OTELMQ_STR("plain")), "\"plain\""},
        {otelmq_attribute_string("k", OTELMQ_STR("a\"b\\c")), "\"a\\\"b\\\\c\""},
        {otelmq_attribute_string("k", OTELMQ_STR("a\nb\r\tc")), "\"a\\nb\\r\\tc\""},
        {otelmq_attribute_string("k", OTELMQ_STR("\x1b[2J\x7f")), "\"\\x1b[2J\\x7f\""},
        {otelmq_attribute_string("k", OTELMQ_STR("\xC2\x9B\xC3\xA4")), "\"\\x9b\xC3\xA4\""},
        {otelmq_attribute_string("k", OTELMQ_STR("a\xFF"
                                                 "b")),
         "\"a\xEF\xBF\xBD"
         "b\""},
        {otelmq_attribute_bool("k", true), "true"},
        {otelmq_attribute_int("k", INT64_MIN), "-9223372036854775808"},
        {otelmq_attribute_double("k", 0.1), "0.1"},
        {otelmq_attribute_double("k", 1.0 / 3), "0.3333333333333333"},
        {otelmq_attribute_string_array("k", strings, 2), "[\"a\", \"b\\\"c\"]"},
        {otelmq_attribute_bool_array("k", booleans, 2), "[true, false]"},
        {otelmq_attribute_int_array("k", integers, 2), "[1, -2]"},
        {otelmq_attribute_double_array("k", reals, 2), "[0.1, 1e+300]"},
        {otelmq_attribute_int_array("k", NULL, 0), "[]"},
        {otelmq_attribute_bytes("k", OTELMQ_STR("\x1b\xFF")), "G/8="},
        {otelmq_attribute_array("k", values, 3), "[1, null, {\"a\\n\": [1, -2], \"b\": {}}]"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        otelmq_buffer buffer;
        otelmq_buffer_init(&buffer);
        otelmq_console_add_value(&buffer, &rows[i].attribute.value);
        assert_str(otelmq_buffer_str(&buffer), rows[i].text);
        otelmq_buffer_clean(&buffer);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_span_is_a_line_with_its_details_below),
        cmocka_unit_test(parents_and_what_was_dropped_are_shown),
        cmocka_unit_test(a_closed_stream_is_an_error_of_the_export),
        cmocka_unit_test(values_are_written_so_that_terminals_are_safe),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
