/* SPDX-License-Identifier: Apache-2.0 */
#include "support/test.h"

#include <otelmq/map_carrier.h>

static int create(void **state)
{
    *state = otelmq_map_create();
    return *state != NULL ? 0 : -1;
}

static int destroy(void **state)
{
    otelmq_map_destroy(*state);
    return 0;
}

static void what_was_set_is_found(void **state)
{
    otelmq_map *map = *state;
    assert_int_equal(otelmq_map_set(map, "a", OTELMQ_STR("1")), OTELMQ_OK);
    assert_int_equal(otelmq_map_set(map, "b", OTELMQ_STR("")), OTELMQ_OK);
    assert_str(otelmq_map_get(map, "a"), "1");
    assert_str(otelmq_map_get(map, "b"), "");
    assert_str(otelmq_map_get(map, "A"), "");
    assert_str(otelmq_map_get(map, "aa"), "");
    assert_int_equal(otelmq_map_count(map), 2);
}

static void set_replaces_every_earlier_value(void **state)
{
    otelmq_map *map = *state;
    otelmq_map_add(map, "a", OTELMQ_STR("1"));
    otelmq_map_add(map, "b", OTELMQ_STR("2"));
    otelmq_map_add(map, "a", OTELMQ_STR("3"));
    otelmq_map_add(map, "a", OTELMQ_STR("4"));
    otelmq_map_set(map, "a", OTELMQ_STR("a longer value than before"));
    assert_int_equal(otelmq_map_count(map), 2);
    assert_str(otelmq_map_key_at(map, 0), "a");
    assert_str(otelmq_map_value_at(map, 0), "a longer value than before");
    assert_str(otelmq_map_value_at(map, 1), "2");
    otelmq_map_set(map, "a", OTELMQ_STR("short"));
    assert_str(otelmq_map_get(map, "a"), "short");
}

static void add_keeps_earlier_values_and_their_order(void **state)
{
    otelmq_map *map = *state;
    otelmq_map_add(map, "a", OTELMQ_STR("1"));
    otelmq_map_add(map, "b", OTELMQ_STR("2"));
    otelmq_map_add(map, "a", OTELMQ_STR("3"));
    otelmq_carrier carrier = otelmq_map_carrier(map);
    otelmq_str values[2];
    assert_str(otelmq_carrier_get(carrier, "a"), "1");
    assert_int_equal(otelmq_carrier_get_all(carrier, "a", values, 2), 2);
    assert_str(values[0], "1");
    assert_str(values[1], "3");
    assert_int_equal(otelmq_carrier_get_all(carrier, "a", values, 1), 2);
    assert_int_equal(otelmq_carrier_get_all(carrier, "c", values, 2), 0);
}

static void a_value_may_come_from_the_map_itself(void **state)
{
    otelmq_map *map = *state;
    otelmq_map_set(map, "a", OTELMQ_STR("a value"));
    otelmq_map_set(map, "b", otelmq_map_get(map, "a"));
    otelmq_str own = otelmq_map_get(map, "a");
    otelmq_map_set(map, "a", otelmq_str_from_bytes(own.data + 2, own.len - 2));
    assert_str(otelmq_map_get(map, "a"), "value");
    assert_str(otelmq_map_get(map, "b"), "a value");
}

static void what_was_set_is_a_copy(void **state)
{
    otelmq_map *map = *state;
    char key[] = "key";
    char value[] = "value";
    otelmq_map_set(map, key, otelmq_str_from(value));
    key[0] = 'x';
    value[0] = 'x';
    assert_str(otelmq_map_get(map, "key"), "value");
}

static void remove_takes_every_value_and_leaves_the_others(void **state)
{
    otelmq_map *map = *state;
    otelmq_map_add(map, "a", OTELMQ_STR("1"));
    otelmq_map_add(map, "a", OTELMQ_STR("2"));
    otelmq_map_add(map, "b", OTELMQ_STR("3"));
    otelmq_map_remove(map, "a");
    otelmq_map_remove(map, "never there");
    assert_int_equal(otelmq_map_count(map), 1);
    assert_str(otelmq_map_key_at(map, 0), "b");
    assert_str(otelmq_map_key_at(map, 1), "");
    assert_str(otelmq_map_value_at(map, 1), "");
}

static void it_grows_with_its_headers(void **state)
{
    otelmq_map *map = *state;
    for (int i = 0; i < 100; i++) {
        char key[] = {'k', (char)('0' + i / 10), (char)('0' + i % 10), '\0'};
        assert_int_equal(otelmq_map_set(map, key, otelmq_str_from(key)), OTELMQ_OK);
    }
    assert_int_equal(otelmq_map_count(map), 100);
    assert_str(otelmq_map_get(map, "k99"), "k99");
}

static void the_carrier_lists_its_names(void **state)
{
    otelmq_map *map = *state;
    otelmq_carrier carrier = otelmq_map_carrier(map);
    assert_int_equal(otelmq_carrier_set(carrier, "Traceparent", OTELMQ_STR("1")), OTELMQ_OK);
    assert_int_equal(otelmq_carrier_set(carrier, "baggage", OTELMQ_STR("2")), OTELMQ_OK);
    assert_str(otelmq_carrier_key_at(carrier, 0), "Traceparent");
    assert_str(otelmq_carrier_key_at(carrier, 1), "baggage");
    assert_str(otelmq_carrier_key_at(carrier, 2), "");
}

static void no_name_and_no_map_are_refused(void **state)
{
    assert_int_equal(otelmq_map_set(*state, "", OTELMQ_STR("1")), OTELMQ_ERROR_INVALID_ARGUMENT);
    assert_int_equal(otelmq_map_add(*state, NULL, OTELMQ_STR("1")), OTELMQ_ERROR_INVALID_ARGUMENT);
    assert_int_equal(otelmq_map_set(NULL, "a", OTELMQ_STR("1")), OTELMQ_ERROR_INVALID_ARGUMENT);
    assert_str(otelmq_map_get(NULL, "a"), "");
    assert_int_equal(otelmq_map_count(NULL), 0);
    otelmq_map_remove(NULL, "a");
    otelmq_map_destroy(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_was_set_is_found, create, destroy),
        cmocka_unit_test_setup_teardown(set_replaces_every_earlier_value, create, destroy),
        cmocka_unit_test_setup_teardown(add_keeps_earlier_values_and_their_order, create, destroy),
        cmocka_unit_test_setup_teardown(a_value_may_come_from_the_map_itself, create, destroy),
        cmocka_unit_test_setup_teardown(what_was_set_is_a_copy, create, destroy),
        cmocka_unit_test_setup_teardown(remove_takes_every_value_and_leaves_the_others, create,
                                        destroy),
        cmocka_unit_test_setup_teardown(it_grows_with_its_headers, create, destroy),
        cmocka_unit_test_setup_teardown(the_carrier_lists_its_names, create, destroy),
        cmocka_unit_test_setup_teardown(no_name_and_no_map_are_refused, create, destroy),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
