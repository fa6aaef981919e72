/* SPDX-License-Identifier: Apache-2.0 */
#include "trace/sampling/threshold.h"

#include "support/test.h"

#include <math.h>

static void assert_threshold(double ratio, uint32_t precision, const char *expected)
{
    char row[64];
    snprintf(row, sizeof(row), "%.17g at %u digits", ratio, (unsigned)precision);
    uint64_t threshold = 0;
    assert_row(otelmq_threshold_from_ratio(ratio, precision, &threshold), row);
    char digits[OTELMQ_THRESHOLD_DIGITS];
    size_t len = otelmq_threshold_format(threshold, digits);
    assert_same_str((otelmq_str){digits, len}, otelmq_str_from(expected), row);
}

/* The table of tracestate-probability-sampling.md, "Converting floating-point probability ...". */
static void thresholds_are_those_of_the_specification(void **state)
{
    (void)state;
    static const struct {
        double one_in;
        const char *digits[3]; /* at precision 3, 4 and 5 */
    } rows[] = {
        {1, {"0", "0", "0"}},
        {2, {"8", "8", "8"}},
        {3, {"aab", "aaab", "aaaab"}},
        {4, {"c", "c", "c"}},
        {5, {"ccd", "cccd", "ccccd"}},
        {8, {"e", "e", "e"}},
        {10, {"e66", "e666", "e6666"}},
        {16, {"f", "f", "f"}},
        {100, {"fd71", "fd70a", "fd70a4"}},
        {1000, {"ffbe7", "ffbe77", "ffbe76d"}},
        {10000, {"fff972", "fff9724", "fff97247"}},
        {100000, {"ffff584", "ffff583a", "ffff583a5"}},
        {1000000, {"ffffef4", "ffffef39", "ffffef391"}},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        for (uint32_t precision = 3; precision <= 5; precision++) {
            assert_threshold(1 / rows[i].one_in, precision, rows[i].digits[precision - 3]);
        }
        assert_threshold(1 / rows[i].one_in, 0, rows[i].digits[1]);
    }
}

static void the_precision_goes_from_one_digit_to_all_of_them(void **state)
{
    (void)state;
    static const struct {
        double ratio;
        uint32_t precision;
        const char *digits;
    } rows[] = {
        {1.0 / 3, 1, "b"},
        {1.0 / 3, 2, "ab"},
        {1.0 / 3, 12, "aaaaaaaaaaab"},
        {1.0 / 3, 14, "aaaaaaaaaaaaac"}, /* the double is a little less than a third */
        {1.0 / 3, UINT32_MAX, "aaaaaaaaaaaaac"},
        {0x1p-56, 4, "ffffffffffffff"},
        {0x1p-56, 1, "ffffffffffffff"},
        {0x1p-55, 4, "fffffffffffffe"},
        {0x1p-52, 1, "fffffffffffff"},
        {0.9999999, 4, "0"}, /* no more precise than all */
        {1, 14, "0"},
        {1e300, 4, "0"},
        {INFINITY, 4, "0"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        assert_threshold(rows[i].ratio, rows[i].precision, rows[i].digits);
    }
}

static void a_ratio_below_the_least_has_no_threshold(void **state)
{
    (void)state;
    static const double ratios[] = {0, -1, 0x1p-57, -INFINITY, NAN};
    for (size_t i = 0; i < COUNT_OF(ratios); i++) {
        uint64_t threshold = 0;
        assert_false(otelmq_threshold_from_ratio(ratios[i], 0, &threshold));
    }
}

/* Whatever is rounded, the threshold stays below 2^56, and a greater ratio drops no more. */
static void thresholds_fall_as_ratios_rise(void **state)
{
    (void)state;
    for (uint32_t precision = 1; precision <= 14; precision++) {
        uint64_t before = UINT64_MAX;
        for (double ratio = 0x1p-56; ratio < 1; ratio *= 1.07) {
            uint64_t threshold = 0;
            assert_true(otelmq_threshold_from_ratio(ratio, precision, &threshold));
            assert_true(threshold < OTELMQ_THRESHOLD_END);
            assert_true(threshold <= before);
            before = threshold;
        }
    }
}

static void thresholds_are_read_as_they_are_written(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool is_valid;
        uint64_t threshold;
    } rows[] = {
        {"0", true, 0},
        {"c", true, UINT64_C(0xc0000000000000)},
        {"fd70a4", true, UINT64_C(0xfd70a400000000)},
        {"ffffffffffffff", true, UINT64_C(0xffffffffffffff)},
        {"80", true, UINT64_C(0x80000000000000)},
        {"", false, 0},
        {"fffffffffffffff", false, 0},
        {"C", false, 0},
        {"0x8", false, 0},
        {" 8", false, 0},
        {"8g", false, 0},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        uint64_t threshold = 0;
        bool is_valid = otelmq_threshold_parse(otelmq_str_from(rows[i].text), &threshold);
        assert_row(is_valid == rows[i].is_valid, rows[i].text);
        assert_row(!is_valid || threshold == rows[i].threshold, rows[i].text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(thresholds_are_those_of_the_specification),
        cmocka_unit_test(the_precision_goes_from_one_digit_to_all_of_them),
        cmocka_unit_test(a_ratio_below_the_least_has_no_threshold),
        cmocka_unit_test(thresholds_fall_as_ratios_rise),
        cmocka_unit_test(thresholds_are_read_as_they_are_written),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
