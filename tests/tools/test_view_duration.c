/* SPDX-License-Identifier: Apache-2.0 */
#include "support/test.h"
#include "view/duration.h"

static void durations_have_three_digits_and_the_unit_that_suits_them(void **state)
{
    (void)state;
    static const view_glyphs glyphs = {.micro = "us"};
    static const struct {
        uint64_t nano;
        const char *text;
    } cases[] = {
        {0, "0 ns"},
        {999, "999 ns"},
        {1000, "1.00 us"},
        {9994, "9.99 us"},
        {9995, "10.0 us"},
        {99949, "99.9 us"},
        {99950, "100 us"},
        {999499, "999 us"},
        {999500, "1.00 ms"},
        {12345678, "12.3 ms"},
        {999499999, "999 ms"},
        {999500000, "1.00 s"},
        {99949999999, "99.9 s"},
        {99950000000, "1m 40s"},
        {125400000000, "2m 05s"},
        {5999400000000, "99m 59s"},
        {6000000000000, "1h 40m"},
        {359999000000000, "99h 59m"},
        {360000000000000, "4 d"},
        {UINT64_MAX, "213503 d"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        view_duration duration = view_duration_format(&glyphs, "", cases[i].nano);
        assert_string_equal(duration.text, cases[i].text);
        assert_true(strlen(duration.text) <= VIEW_DURATION_WIDTH);
    }
    assert_string_equal(view_duration_format(&glyphs, "<", 1500).text, "<1.50 us");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(durations_have_three_digits_and_the_unit_that_suits_them),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
