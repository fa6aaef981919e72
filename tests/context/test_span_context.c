/* SPDX-License-Identifier: Apache-2.0 */
#include "support/test.h"

#include <otelmq/span_context.h>

static void ids_are_formatted_in_lower_case(void **state)
{
    (void)state;
    otelmq_trace_id trace_id = {{0x4b, 0xf9, 0x2f, 0x35, 0x77, 0xb3, 0x4d, 0xa6, 0xa3, 0xce, 0x92,
                                 0x9d, 0x0e, 0x0e, 0x47, 0x36}};
    otelmq_span_id span_id = {{0x00, 0xf0, 0x67, 0xaa, 0x0b, 0xa9, 0x02, 0xb7}};
    char trace_hex[OTELMQ_TRACE_ID_HEX_SIZE];
    char span_hex[OTELMQ_SPAN_ID_HEX_SIZE];
    otelmq_trace_id_format(trace_id, trace_hex);
    otelmq_span_id_format(span_id, span_hex);
    assert_string_equal(trace_hex, "4bf92f3577b34da6a3ce929d0e0e4736");
    assert_string_equal(span_hex, "00f067aa0ba902b7");
}

static void ids_are_parsed_only_when_they_are_well_formed(void **state)
{
    static const struct {
        const char *rule;
        const char *trace_id;
        const char *span_id;
        otelmq_status expected;
    } rows[] = {
        {"exact", "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7", OTELMQ_OK},
        {"smallest", "00000000000000000000000000000001", "0000000000000001", OTELMQ_OK},
        {"all zero", "00000000000000000000000000000000", "0000000000000000",
         OTELMQ_ERROR_MALFORMED},
        {"upper case", "4BF92F3577B34DA6A3CE929D0E0E4736", "00F067AA0BA902B7",
         OTELMQ_ERROR_MALFORMED},
        {"too short", "4bf92f3577b34da6a3ce929d0e0e473", "00f067aa0ba902b", OTELMQ_ERROR_MALFORMED},
        {"too long", "4bf92f3577b34da6a3ce929d0e0e47360", "00f067aa0ba902b70",
         OTELMQ_ERROR_MALFORMED},
        {"no digits", "4bf92f3577b34da6a3ce929d0e0e473g", "00f067aa0ba902b-",
         OTELMQ_ERROR_MALFORMED},
        {"empty", "", "", OTELMQ_ERROR_MALFORMED},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        otelmq_trace_id trace_id = {{1}};
        otelmq_span_id span_id = {{1}};
        assert_row(otelmq_trace_id_parse(otelmq_str_from(rows[i].trace_id), &trace_id) ==
                       rows[i].expected,
                   rows[i].rule);
        assert_row(otelmq_span_id_parse(otelmq_str_from(rows[i].span_id), &span_id) ==
                       rows[i].expected,
                   rows[i].rule);
        bool is_written = trace_id.bytes[0] != 1 && span_id.bytes[0] != 1;
        assert_row(is_written == (rows[i].expected == OTELMQ_OK), rows[i].rule);
    }
}

static void a_context_is_valid_with_both_ids_only(void **state)
{
    (void)state;
    otelmq_span_context none = {0};
    otelmq_span_context both = {.trace_id = {{1}}, .span_id = {{1}}};
    otelmq_span_context trace_only = {.trace_id = {{1}}};
    otelmq_span_context span_only = {.span_id = {{1}}};
    assert_false(otelmq_span_context_is_valid(&none));
    assert_true(otelmq_span_context_is_valid(&both));
    assert_false(otelmq_span_context_is_valid(&trace_only));
    assert_false(otelmq_span_context_is_valid(&span_only));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ids_are_formatted_in_lower_case),
        cmocka_unit_test(ids_are_parsed_only_when_they_are_well_formed),
        cmocka_unit_test(a_context_is_valid_with_both_ids_only),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
