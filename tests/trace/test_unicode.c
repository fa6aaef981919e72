/* SPDX-License-Identifier: Apache-2.0 */
#include "support/test.h"
#include "trace/trace_fixture.h"

/* Of one to four bytes a character, right to left, combined, and U+0000 inside. */
static const otelmq_str TEXTS[] = {
    {"plain", 5},
    {"\xC3\xA9tat d\xE2\x80\x99\xC3\xA2me", 14},
    {"\xE8\xAE\xA2\xE5\x8D\x95", 6},
    {"\xD8\xB7\xD9\x84\xD8\xA8", 6},
    {"e\xCC\x81", 3},
    {"\xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x9A\x80", 11},
    {"a\0b", 3},
    {"\xF4\x8F\xBF\xBF", 4},
};

static void keys_values_and_names_of_any_script_arrive_unchanged(void **state)
{
    (void)state;
    traced fixture;
    traced_start(&fixture, NULL);
    otelmq_span *span = otelmq_tracer_start_span(fixture.tracer, "\xE8\xAE\xA2\xE5\x8D\x95", NULL);
    for (size_t i = 0; i < COUNT_OF(TEXTS); i++) {
        otelmq_span_put_string(span, TEXTS[i], TEXTS[i]);
    }
    otelmq_span_set_attribute(span, otelmq_attribute_string_array("all", TEXTS, COUNT_OF(TEXTS)));
    otelmq_span_end(span);
    const otelmq_span_data *data = otelmq_memory_exporter_span_at(fixture.memory, 0);
    assert_str(data->name, "\xE8\xAE\xA2\xE5\x8D\x95");
    assert_int_equal(data->attribute_count, COUNT_OF(TEXTS) + 1);
    otelmq_value all = otelmq_span_data_attribute(data, "all");
    for (size_t i = 0; i < COUNT_OF(TEXTS); i++) {
        assert_true(otelmq_str_equal(data->attributes[i].key, TEXTS[i]));
        assert_true(otelmq_str_equal(data->attributes[i].value.as.string, TEXTS[i]));
        assert_true(otelmq_str_equal(all.as.strings[i], TEXTS[i]));
    }
    traced_stop(&fixture);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keys_values_and_names_of_any_script_arrive_unchanged),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
