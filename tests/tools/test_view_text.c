/* SPDX-License-Identifier: Apache-2.0 */
#include "support/test.h"
#include "view/text.h"

#include <locale.h>

typedef struct {
    otelmq_str foreign;
    const char *printable;
} printable_case;

static void assert_printable(const printable_case cases[], size_t count)
{
    for (size_t i = 0; i < count; i++) {
        otelmq_buffer buffer;
        otelmq_buffer_init(&buffer);
        view_text_add_printable(&buffer, cases[i].foreign);
        otelmq_buffer_add_char(&buffer, '\0');
        assert_string_equal(buffer.data, cases[i].printable);
        otelmq_buffer_clean(&buffer);
    }
}

static void what_a_terminal_would_obey_is_escaped(void **state)
{
    (void)state;
    static const printable_case cases[] = {
        {{"", 0}, ""},
        {{"publish orders", 14}, "publish orders"},
        {{"a\x1b[31mb", 7}, "a\\x1b[31mb"},
        {{"a\0b\x7f", 4}, "a\\x00b\\x7f"},
        {{"a\nb\tc\r", 6}, "a\\nb\\tc\\r"},
        {{"\xc2\x9b"
          "31m",
          5},
         "\\u009b31m"},
        {{"\xe2\x80\xae"
          "x",
          4},
         "\\u202ex"},
        {{"\xe2\x81\xa6", 3}, "\\u2066"},
        {{"\xe2\x80\xa8", 3}, "\\u2028"},
    };
    assert_printable(cases, COUNT_OF(cases));
}

static void bytes_that_are_not_utf8_are_escaped_one_by_one(void **state)
{
    (void)state;
    static const printable_case cases[] = {
        {{"\xff", 1}, "\\xff"},
        {{"\x80x", 2}, "\\x80x"},
        {{"\xc3", 1}, "\\xc3"},
        {{"\xc0\x80", 2}, "\\xc0\\x80"},
        {{"\xe0\x80\xaf", 3}, "\\xe0\\x80\\xaf"},
        {{"\xed\xa0\x80", 3}, "\\xed\\xa0\\x80"},
        {{"\xf4\x90\x80\x80", 4}, "\\xf4\\x90\\x80\\x80"},
        {{"\xf0\x9f\x9a", 3}, "\\xf0\\x9f\\x9a"},
    };
    assert_printable(cases, COUNT_OF(cases));
}

static void letters_of_all_scripts_stay_in_a_utf8_locale(void **state)
{
    (void)state;
    static const printable_case cases[] = {
        {{"\xc3\xa9", 2}, "\xc3\xa9"},
        {{"\xe6\xb3\xa8", 3}, "\xe6\xb3\xa8"},
        {{"\xf0\x9f\x9a\x80", 4}, "\xf0\x9f\x9a\x80"},
    };
    assert_printable(cases, COUNT_OF(cases));
}

static void all_but_ascii_is_escaped_in_other_locales(void **state)
{
    (void)state;
    static const printable_case cases[] = {
        {{"caf\xc3\xa9", 5}, "caf\\u00e9"},
        {{"\xf0\x9f\x9a\x80", 4}, "\\U0001f680"},
    };
    setlocale(LC_CTYPE, "C");
    assert_false(view_text_locale_is_utf8());
    assert_printable(cases, COUNT_OF(cases));
    setlocale(LC_CTYPE, "C.UTF-8");
}

static void width_counts_cells_and_not_bytes(void **state)
{
    (void)state;
    assert_int_equal(view_text_width(OTELMQ_STR("")), 0);
    assert_int_equal(view_text_width(OTELMQ_STR("abc")), 3);
    assert_int_equal(view_text_width(OTELMQ_STR("e\xcc\x81")), 1);
    assert_int_equal(view_text_width(OTELMQ_STR("\xe6\xb3\xa8\xe6\x96\x87")), 4);
    assert_int_equal(view_text_width(OTELMQ_STR("\xf0\x9f\x9a\x80")), 2);
}

static void head_and_tail_never_cut_a_character(void **state)
{
    (void)state;
    otelmq_str wide = OTELMQ_STR("\xe6\xb3\xa8\xe6\x96\x87");
    assert_str(view_text_head(OTELMQ_STR("abc"), 2), "ab");
    assert_str(view_text_tail(OTELMQ_STR("abc"), 2), "bc");
    assert_str(view_text_head(OTELMQ_STR("abc"), 9), "abc");
    assert_str(view_text_tail(OTELMQ_STR("abc"), 0), "");
    assert_str(view_text_head(wide, 3), "\xe6\xb3\xa8");
    assert_str(view_text_tail(wide, 3), "\xe6\x96\x87");
    assert_str(view_text_head(OTELMQ_STR("e\xcc\x81x"), 1), "e\xcc\x81");
    assert_str(view_text_tail(OTELMQ_STR("e\xcc\x81x"), 1), "x");
}

static int choose_locale(void **state)
{
    (void)state;
    return setlocale(LC_CTYPE, "C.UTF-8") == NULL;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_a_terminal_would_obey_is_escaped),
        cmocka_unit_test(bytes_that_are_not_utf8_are_escaped_one_by_one),
        cmocka_unit_test(letters_of_all_scripts_stay_in_a_utf8_locale),
        cmocka_unit_test(all_but_ascii_is_escaped_in_other_locales),
        cmocka_unit_test(width_counts_cells_and_not_bytes),
        cmocka_unit_test(head_and_tail_never_cut_a_character),
    };
    return cmocka_run_group_tests(tests, choose_locale, NULL);
}
