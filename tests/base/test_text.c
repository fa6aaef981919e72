/* SPDX-License-Identifier: Apache-2.0 */
#include "base/text.h"
#include "support/test.h"

#include <locale.h>

static void white_space_goes_from_both_ends_and_stays_inside(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *trimmed;
    } rows[] = {
        {"", ""}, {" \t ", ""}, {"a", "a"}, {" a b\t", "a b"}, {"\n a", "\n a"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        assert_same_str(otelmq_trim(otelmq_str_from(rows[i].text)),
                        otelmq_str_from(rows[i].trimmed), rows[i].text);
    }
}

static void members_are_taken_one_by_one(void **state)
{
    (void)state;
    otelmq_str rest = OTELMQ_STR("a,,bc,");
    assert_str(otelmq_take_until(&rest, ','), "a");
    assert_str(otelmq_take_until(&rest, ','), "");
    assert_str(otelmq_take_until(&rest, ','), "bc");
    assert_int_equal(rest.len, 0);
    rest = OTELMQ_STR("all of it");
    assert_str(otelmq_take_until(&rest, ','), "all of it");
    assert_int_equal(rest.len, 0);
}

static void names_are_the_same_in_any_case_of_ascii(void **state)
{
    (void)state;
    static const struct {
        const char *a;
        const char *b;
        bool is_same;
        bool a_starts_with_b;
    } rows[] = {
        {"", "", true, true},
        {"traceidratio", "TraceIdRATIO", true, true},
        {"abc", "ab", false, true},
        {"ab", "abc", false, false},
        {"a", "", false, true},
        {"a", "b", false, false},
        {"[", "{", false, false},
        {"@", "`", false, false},
        {"\xC3\x84", "\xC3\xA4", false, false},
    };
    /* Where the locale is installed, its tolower does not know I for the letter that i is of. */
    (void)setlocale(LC_ALL, "tr_TR.UTF-8");
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        otelmq_str a = otelmq_str_from(rows[i].a);
        otelmq_str b = otelmq_str_from(rows[i].b);
        assert_row(otelmq_is_same_name(a, b) == rows[i].is_same, rows[i].a);
        assert_row(otelmq_is_same_name(b, a) == rows[i].is_same, rows[i].a);
        assert_row(otelmq_starts_with_any_case(a, b) == rows[i].a_starts_with_b, rows[i].a);
    }
    (void)setlocale(LC_ALL, "C");
}

static void a_field_value_has_no_control_characters_but_tabs(void **state)
{
    (void)state;
    for (int i = 0; i < 256; i++) {
        char text[] = {'a', (char)(unsigned char)i, 'b'};
        bool is_allowed = (i >= ' ' && i != 0x7F) || i == '\t';
        assert_int_equal(otelmq_is_field_value(otelmq_str_from_bytes(text, 3)), is_allowed);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(white_space_goes_from_both_ends_and_stays_inside),
        cmocka_unit_test(members_are_taken_one_by_one),
        cmocka_unit_test(names_are_the_same_in_any_case_of_ascii),
        cmocka_unit_test(a_field_value_has_no_control_characters_but_tabs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
