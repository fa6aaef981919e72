/* SPDX-License-Identifier: Apache-2.0 */
#include "support/test.h"

#include <otelmq/carrier.h>

/* A transport that has one header, and no functions but the one it needs. */
static otelmq_str get_only_header(const void *self, const char *key)
{
    return strcmp(key, "only") == 0 ? otelmq_str_from(self) : (otelmq_str){0};
}

static const otelmq_carrier_ops READ_ONLY = {.get = get_only_header};

static void get_all_falls_back_to_get(void **state)
{
    (void)state;
    char value[] = "x";
    otelmq_carrier carrier = {&READ_ONLY, value};
    otelmq_str values[2];
    assert_int_equal(otelmq_carrier_get_all(carrier, "only", values, 2), 1);
    assert_str(values[0], "x");
    assert_int_equal(otelmq_carrier_get_all(carrier, "other", values, 2), 0);
    assert_int_equal(otelmq_carrier_get_all(carrier, "only", NULL, 0), 1);
}

static void a_carrier_that_is_only_read_refuses_to_be_written(void **state)
{
    (void)state;
    char value[] = "x";
    otelmq_carrier carrier = {&READ_ONLY, value};
    assert_int_equal(otelmq_carrier_set(carrier, "only", OTELMQ_STR("y")),
                     OTELMQ_ERROR_INVALID_ARGUMENT);
    assert_str(otelmq_carrier_key_at(carrier, 0), "");
}

static void a_carrier_without_functions_is_empty(void **state)
{
    (void)state;
    otelmq_carrier carrier = {0};
    assert_str(otelmq_carrier_get(carrier, "any"), "");
    assert_int_equal(otelmq_carrier_get_all(carrier, "any", NULL, 0), 0);
    assert_str(otelmq_carrier_key_at(carrier, 0), "");
    assert_int_equal(otelmq_carrier_set(carrier, "any", OTELMQ_STR("y")),
                     OTELMQ_ERROR_INVALID_ARGUMENT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(get_all_falls_back_to_get),
        cmocka_unit_test(a_carrier_that_is_only_read_refuses_to_be_written),
        cmocka_unit_test(a_carrier_without_functions_is_empty),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
