/* SPDX-License-Identifier: Apache-2.0 */
#include "config/scalar.h"
#include "support/test.h"

#include <locale.h>
#include <math.h>

static void plain_scalars_have_the_types_of_the_core_schema(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        otelmq_config_type type;
    } rows[] = {
        {"", OTELMQ_CONFIG_NULL},
        {"~", OTELMQ_CONFIG_NULL},
        {"null", OTELMQ_CONFIG_NULL},
        {"Null", OTELMQ_CONFIG_NULL},
        {"NULL", OTELMQ_CONFIG_NULL},
        {"nULL", OTELMQ_CONFIG_STRING},
        {"true", OTELMQ_CONFIG_BOOL},
        {"False", OTELMQ_CONFIG_BOOL},
        {"TRUE", OTELMQ_CONFIG_BOOL},
        {"tRUE", OTELMQ_CONFIG_STRING},
        {"yes", OTELMQ_CONFIG_STRING},
        {"no", OTELMQ_CONFIG_STRING},
        {"on", OTELMQ_CONFIG_STRING},
        {"0", OTELMQ_CONFIG_INT},
        {"-12", OTELMQ_CONFIG_INT},
        {"+12", OTELMQ_CONFIG_INT},
        {"0x1F", OTELMQ_CONFIG_INT},
        {"0o17", OTELMQ_CONFIG_INT},
        {"017", OTELMQ_CONFIG_INT},
        {"0x", OTELMQ_CONFIG_STRING},
        {"0xg", OTELMQ_CONFIG_STRING},
        {"0o8", OTELMQ_CONFIG_STRING},
        {"-0x1", OTELMQ_CONFIG_STRING},
        {"1_000", OTELMQ_CONFIG_STRING},
        {"12s", OTELMQ_CONFIG_STRING},
        {"-", OTELMQ_CONFIG_STRING},
        {"1.5", OTELMQ_CONFIG_DOUBLE},
        {".5", OTELMQ_CONFIG_DOUBLE},
        {"1.", OTELMQ_CONFIG_DOUBLE},
        {"1e3", OTELMQ_CONFIG_DOUBLE},
        {"-1.5E-3", OTELMQ_CONFIG_DOUBLE},
        {"1e", OTELMQ_CONFIG_STRING},
        {".", OTELMQ_CONFIG_STRING},
        {"1.2.3", OTELMQ_CONFIG_STRING},
        {".inf", OTELMQ_CONFIG_DOUBLE},
        {"-.INF", OTELMQ_CONFIG_DOUBLE},
        {".NaN", OTELMQ_CONFIG_DOUBLE},
        {"-.nan", OTELMQ_CONFIG_STRING},
        {"inf", OTELMQ_CONFIG_STRING},
        {"nan", OTELMQ_CONFIG_STRING},
        {"2001-12-14", OTELMQ_CONFIG_STRING},
        {"99999999999999999999", OTELMQ_CONFIG_DOUBLE},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        otelmq_config_value value;
        assert_row(otelmq_config_resolve(otelmq_str_from(rows[i].text), &value) == rows[i].type,
                   rows[i].text);
    }
}

static void integers_have_their_values(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t integer;
    } rows[] = {
        {"0xdeadbeef", 3735928559},          {"0o17", 15}, {"017", 17},
        {"-9223372036854775808", INT64_MIN}, {"+7", 7},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        otelmq_config_value value = {0};
        assert_int_equal(otelmq_config_resolve(otelmq_str_from(rows[i].text), &value),
                         OTELMQ_CONFIG_INT);
        assert_row(value.integer == rows[i].integer, rows[i].text);
    }
}

static void decimals_have_a_point_in_every_locale(void **state)
{
    (void)state;
    otelmq_config_value value = {0};
    /* Where the locale is not installed, this checks the C one twice. */
    (void)setlocale(LC_ALL, "de_DE.UTF-8");
    assert_int_equal(otelmq_config_resolve(OTELMQ_STR("-0.25"), &value), OTELMQ_CONFIG_DOUBLE);
    (void)setlocale(LC_ALL, "C");
    assert_true(value.real == -0.25);
    assert_int_equal(otelmq_config_resolve(OTELMQ_STR("-.inf"), &value), OTELMQ_CONFIG_DOUBLE);
    assert_true(value.real == -INFINITY);
    assert_int_equal(otelmq_config_resolve(OTELMQ_STR(".nan"), &value), OTELMQ_CONFIG_DOUBLE);
    assert_true(isnan(value.real));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(plain_scalars_have_the_types_of_the_core_schema),
        cmocka_unit_test(integers_have_their_values),
        cmocka_unit_test(decimals_have_a_point_in_every_locale),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
