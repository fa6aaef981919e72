/* SPDX-License-Identifier: Apache-2.0 */
#include "base/number.h"
#include "support/test.h"

#include <float.h>
#include <locale.h>
#include <math.h>

static void all_of_a_text_is_read_or_nothing(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool is_number;
        double number;
    } rows[] = {
        {"0", true, 0},       {"-0.25", true, -0.25}, {"1e3", true, 1000}, {"+.5E-1", true, 0.05},
        {"", false, 0},       {" 1", false, 0},       {"1 ", false, 0},    {"1,5", false, 0},
        {"1.5.2", false, 0},  {"x", false, 0},        {"-", false, 0},     {"\t1", false, 0},
        {"0x10", true, 16.0},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        double number = 42;
        bool is_read = otelmq_double_parse(otelmq_str_from(rows[i].text), &number);
        assert_row(is_read == rows[i].is_number, rows[i].text);
        assert_row(number == (is_read ? rows[i].number : 42), rows[i].text);
    }
}

static void a_text_need_not_end_in_nul_and_may_have_none(void **state)
{
    (void)state;
    static const char text[] = {'1', '.', '5', '7'};
    double number = 0;
    assert_true(otelmq_double_parse(otelmq_str_from_bytes(text, 3), &number));
    assert_true(number == 1.5);
    assert_false(otelmq_double_parse((otelmq_str){"1\0", 2}, &number));
}

static void a_text_of_bounded_length_is_read(void **state)
{
    (void)state;
    char text[OTELMQ_DOUBLE_TEXT_MAX + 1];
    double number = 0;
    memset(text, '1', sizeof(text));
    text[1] = '.';
    assert_true(otelmq_double_parse(otelmq_str_from_bytes(text, sizeof(text) - 1), &number));
    assert_true(number > 1.1 && number < 1.2);
    assert_false(otelmq_double_parse(otelmq_str_from_bytes(text, sizeof(text)), &number));
}

static const struct {
    double number;
    const char *text;
} FORMATTED[] = {
    {0, "0"},
    {-0.0, "-0"},
    {0.1, "0.1"},
    {-2.5, "-2.5"},
    {200, "200"},
    {100000, "100000"},
    {1.0 / 3, "0.3333333333333333"},
    {1e22, "1e+22"},
    {5e-324, "4.94065645841247e-324"},
    {DBL_MAX, "1.7976931348623157e+308"},
    {(double)NAN, "NaN"},
    {(double)INFINITY, "Infinity"},
    {-(double)INFINITY, "-Infinity"},
};

static void assert_formatted(void)
{
    for (size_t i = 0; i < COUNT_OF(FORMATTED); i++) {
        char text[OTELMQ_DOUBLE_SIZE];
        size_t len = otelmq_double_format(FORMATTED[i].number, text);
        assert_string_equal(text, FORMATTED[i].text);
        assert_int_equal(len, strlen(text));
    }
}

static void as_few_digits_are_written_as_read_back_the_same(void **state)
{
    (void)state;
    assert_formatted();
}

/* Where the locale is not installed, this checks the C one twice. */
static void the_point_is_a_point_in_every_locale(void **state)
{
    (void)state;
    double number = 0;
    (void)setlocale(LC_ALL, "de_DE.UTF-8");
    assert_formatted();
    assert_true(otelmq_double_parse(OTELMQ_STR("0.5"), &number));
    assert_true(number == 0.5);
    (void)setlocale(LC_ALL, "C");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_of_a_text_is_read_or_nothing),
        cmocka_unit_test(a_text_need_not_end_in_nul_and_may_have_none),
        cmocka_unit_test(a_text_of_bounded_length_is_read),
        cmocka_unit_test(as_few_digits_are_written_as_read_back_the_same),
        cmocka_unit_test(the_point_is_a_point_in_every_locale),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
