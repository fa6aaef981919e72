/* SPDX-License-Identifier: Apache-2.0 */
#include <otelmq/kafka_carrier.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static int setup(void **state)
{
    rd_kafka_headers_t *headers = rd_kafka_headers_new(2);
    *state = headers;
    return headers == NULL;
}

static int teardown(void **state)
{
    rd_kafka_headers_destroy(*state);
    return 0;
}

static void assert_str(otelmq_str str, const char *expected)
{
    assert_int_equal(str.len, strlen(expected));
    assert_memory_equal(str.data, expected, str.len);
}

static void get_reads_the_first_of_duplicates(void **state)
{
    rd_kafka_header_add(*state, "k", -1, "one", -1);
    rd_kafka_header_add(*state, "k", -1, "two", -1);
    assert_str(otelmq_carrier_get(otelmq_kafka_headers_carrier(*state), "k"), "one");
}

static void get_of_a_missing_or_null_value_is_empty(void **state)
{
    otelmq_carrier carrier = otelmq_kafka_headers_carrier(*state);
    rd_kafka_header_add(*state, "null", -1, NULL, 0);
    assert_true(otelmq_str_is_empty(otelmq_carrier_get(carrier, "missing")));
    assert_true(otelmq_str_is_empty(otelmq_carrier_get(carrier, "null")));
}

static void names_are_compared_byte_by_byte(void **state)
{
    rd_kafka_header_add(*state, "Traceparent", -1, "x", -1);
    assert_true(otelmq_str_is_empty(
        otelmq_carrier_get(otelmq_kafka_headers_carrier(*state), "traceparent")));
}

static void get_all_gives_the_first_of_duplicates(void **state)
{
    otelmq_str values[2];
    rd_kafka_header_add(*state, "k", -1, "one", -1);
    rd_kafka_header_add(*state, "k", -1, "two", -1);
    assert_int_equal(otelmq_carrier_get_all(otelmq_kafka_headers_carrier(*state), "k", values, 2),
                     1);
    assert_str(values[0], "one");
}

static void set_replaces_every_earlier_value(void **state)
{
    otelmq_carrier carrier = otelmq_kafka_headers_carrier(*state);
    rd_kafka_header_add(*state, "k", -1, "one", -1);
    rd_kafka_header_add(*state, "other", -1, "x", -1);
    rd_kafka_header_add(*state, "k", -1, "two", -1);
    assert_int_equal(otelmq_carrier_set(carrier, "k", OTELMQ_STR("new")), OTELMQ_OK);
    assert_int_equal(rd_kafka_header_cnt(*state), 2);
    assert_str(otelmq_carrier_get(carrier, "k"), "new");
    assert_str(otelmq_carrier_get(carrier, "other"), "x");
}

static void set_of_an_empty_value_is_not_a_null_value(void **state)
{
    const void *value = NULL;
    size_t size = 1;
    otelmq_str empty = {NULL, 0};
    assert_int_equal(otelmq_carrier_set(otelmq_kafka_headers_carrier(*state), "k", empty),
                     OTELMQ_OK);
    assert_int_equal(rd_kafka_header_get_last(*state, "k", &value, &size), 0);
    assert_non_null(value);
    assert_int_equal(size, 0);
}

static void key_at_lists_the_names_in_order(void **state)
{
    otelmq_carrier carrier = otelmq_kafka_headers_carrier(*state);
    rd_kafka_header_add(*state, "b", -1, "1", -1);
    rd_kafka_header_add(*state, "a", -1, "2", -1);
    assert_str(otelmq_carrier_key_at(carrier, 0), "b");
    assert_str(otelmq_carrier_key_at(carrier, 1), "a");
    assert_true(otelmq_str_is_empty(otelmq_carrier_key_at(carrier, 2)));
    assert_true(otelmq_str_is_empty(otelmq_carrier_key_at(carrier, SIZE_MAX)));
}

static void no_headers_are_empty_and_cannot_be_set(void **state)
{
    otelmq_carrier carrier = otelmq_kafka_headers_carrier(NULL);
    otelmq_str value;
    (void)state;
    assert_true(otelmq_str_is_empty(otelmq_carrier_get(carrier, "k")));
    assert_int_equal(otelmq_carrier_get_all(carrier, "k", &value, 1), 0);
    assert_true(otelmq_str_is_empty(otelmq_carrier_key_at(carrier, 0)));
    assert_int_equal(otelmq_carrier_set(carrier, "k", OTELMQ_STR("v")),
                     OTELMQ_ERROR_INVALID_ARGUMENT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(get_reads_the_first_of_duplicates, setup, teardown),
        cmocka_unit_test_setup_teardown(get_of_a_missing_or_null_value_is_empty, setup, teardown),
        cmocka_unit_test_setup_teardown(names_are_compared_byte_by_byte, setup, teardown),
        cmocka_unit_test_setup_teardown(get_all_gives_the_first_of_duplicates, setup, teardown),
        cmocka_unit_test_setup_teardown(set_replaces_every_earlier_value, setup, teardown),
        cmocka_unit_test_setup_teardown(set_of_an_empty_value_is_not_a_null_value, setup, teardown),
        cmocka_unit_test_setup_teardown(key_at_lists_the_names_in_order, setup, teardown),
        cmocka_unit_test(no_headers_are_empty_and_cannot_be_set),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
