/* SPDX-License-Identifier: Apache-2.0 */
#include "support/test.h"

#include <otelmq/baggage.h>

static otelmq_baggage_entry entry(const char *key, const char *value)
{
    return (otelmq_baggage_entry){otelmq_str_from(key), otelmq_str_from(value), {0}};
}

/* Sets *baggage to itself with one more entry. */
static void add(const otelmq_baggage **baggage, otelmq_baggage_entry added)
{
    const otelmq_baggage *result = NULL;
    assert_int_equal(otelmq_baggage_with(*baggage, added, &result), OTELMQ_OK);
    otelmq_baggage_release(*baggage);
    *baggage = result;
}

static void values_are_found_by_their_key(void **state)
{
    (void)state;
    const otelmq_baggage *baggage = NULL;
    add(&baggage, entry("tier", "gold"));
    add(&baggage, entry("tenant", "a b,c;d=\xC3\xA9"));
    assert_str(otelmq_baggage_get(baggage, "tier"), "gold");
    assert_str(otelmq_baggage_get(baggage, "tenant"), "a b,c;d=\xC3\xA9");
    assert_str(otelmq_baggage_get(baggage, "Tier"), "");
    assert_str(otelmq_baggage_get(baggage, NULL), "");
    assert_str(otelmq_baggage_get(NULL, "tier"), "");
    otelmq_baggage_release(baggage);
}

static void entries_stand_in_the_order_in_which_they_came(void **state)
{
    (void)state;
    const otelmq_baggage *baggage = NULL;
    add(&baggage, entry("a", "1"));
    add(&baggage, (otelmq_baggage_entry){OTELMQ_STR("b"), OTELMQ_STR("2"), OTELMQ_STR("ttl=5;x")});
    add(&baggage, entry("a", "3"));
    assert_int_equal(otelmq_baggage_count(baggage), 2);
    assert_str(otelmq_baggage_entry_at(baggage, 0).key, "a");
    assert_str(otelmq_baggage_entry_at(baggage, 0).value, "3");
    assert_str(otelmq_baggage_entry_at(baggage, 1).key, "b");
    assert_str(otelmq_baggage_entry_at(baggage, 1).metadata, "ttl=5;x");
    assert_str(otelmq_baggage_entry_at(baggage, 2).key, "");
    otelmq_baggage_release(baggage);
}

static void with_leaves_the_original_as_it_was(void **state)
{
    (void)state;
    const otelmq_baggage *original = NULL;
    add(&original, entry("a", "1"));
    const otelmq_baggage *changed = NULL;
    assert_int_equal(otelmq_baggage_with(original, entry("a", "2"), &changed), OTELMQ_OK);
    assert_str(otelmq_baggage_get(original, "a"), "1");
    assert_str(otelmq_baggage_get(changed, "a"), "2");
    otelmq_baggage_release(original);
    assert_str(otelmq_baggage_get(changed, "a"), "2");
    otelmq_baggage_release(changed);
}

static void an_empty_value_is_a_value(void **state)
{
    (void)state;
    const otelmq_baggage *baggage = NULL;
    add(&baggage, entry("a", ""));
    assert_int_equal(otelmq_baggage_count(baggage), 1);
    otelmq_baggage_release(baggage);
}

static void bytes_of_a_value_that_are_not_utf8_are_replaced(void **state)
{
    (void)state;
    const otelmq_baggage *baggage = NULL;
    add(&baggage, entry("a", "x\xFFy"));
    assert_str(otelmq_baggage_get(baggage, "a"), "x\xEF\xBF\xBDy");
    otelmq_baggage_release(baggage);
}

static void entries_that_would_break_the_header_are_refused(void **state)
{
    static const struct {
        const char *rule;
        const char *key;
        const char *metadata;
    } rows[] = {
        {"empty key", "", ""},
        {"a key that is not UTF-8", "\xC3", ""},
        {"comma in metadata", "a", "x,y"},
        {"line break in metadata", "a", "x\r\nevil: y"},
        {"not ASCII in metadata", "a", "\xC3\xA9"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        otelmq_baggage_entry bad = {otelmq_str_from(rows[i].key), OTELMQ_STR("v"),
                                    otelmq_str_from(rows[i].metadata)};
        const otelmq_baggage *result = NULL;
        assert_row(otelmq_baggage_with(NULL, bad, &result) == OTELMQ_ERROR_MALFORMED, rows[i].rule);
        assert_null(result);
    }
}

/* (Specification: baggage/api.md: names are any valid, non-empty UTF-8 strings.) */
static void any_utf8_may_stand_in_a_key(void **state)
{
    static const char *const keys[] = {
        "a b", "a=b", "a,b", "a;b", "a\r\nb", "\xC3\xA9", "a(b)", "%20", "{\"a\"}",
    };
    (void)state;
    const otelmq_baggage *baggage = NULL;
    for (size_t i = 0; i < COUNT_OF(keys); i++) {
        add(&baggage, entry(keys[i], keys[i]));
    }
    for (size_t i = 0; i < COUNT_OF(keys); i++) {
        assert_same_str(otelmq_baggage_get(baggage, keys[i]), otelmq_str_from(keys[i]), keys[i]);
    }
    otelmq_baggage_release(baggage);
}

static void every_token_character_may_stand_in_a_key(void **state)
{
    (void)state;
    const char *key = "!#$%&'*+-.^_`|~09AZaz";
    const otelmq_baggage *baggage = NULL;
    add(&baggage, entry(key, "1"));
    assert_str(otelmq_baggage_get(baggage, key), "1");
    otelmq_baggage_release(baggage);
}

static void without_leaves_the_others(void **state)
{
    (void)state;
    const otelmq_baggage *baggage = NULL;
    add(&baggage, entry("a", "1"));
    add(&baggage, entry("b", "2"));
    const otelmq_baggage *rest = NULL;
    const otelmq_baggage *nothing = baggage;
    assert_int_equal(otelmq_baggage_without(baggage, "a", &rest), OTELMQ_OK);
    assert_int_equal(otelmq_baggage_count(rest), 1);
    assert_str(otelmq_baggage_get(rest, "b"), "2");
    assert_int_equal(otelmq_baggage_without(rest, "b", &nothing), OTELMQ_OK);
    assert_null(nothing);
    otelmq_baggage_release(rest);
    otelmq_baggage_release(baggage);
}

static void merging_keeps_both_and_prefers_the_upper(void **state)
{
    (void)state;
    const otelmq_baggage *under = NULL;
    const otelmq_baggage *over = NULL;
    add(&under, entry("a", "1"));
    add(&under, entry("b", "2"));
    add(&over, entry("c", "3"));
    add(&over, entry("b", "4"));
    const otelmq_baggage *merged = NULL;
    assert_int_equal(otelmq_baggage_merge(under, over, &merged), OTELMQ_OK);
    assert_int_equal(otelmq_baggage_count(merged), 3);
    assert_str(otelmq_baggage_get(merged, "a"), "1");
    assert_str(otelmq_baggage_get(merged, "b"), "4");
    assert_str(otelmq_baggage_get(merged, "c"), "3");
    otelmq_baggage_release(merged);
    otelmq_baggage_release(over);
    assert_int_equal(otelmq_baggage_merge(under, NULL, &merged), OTELMQ_OK);
    assert_int_equal(otelmq_baggage_count(merged), 2);
    otelmq_baggage_release(merged);
    otelmq_baggage_release(under);
    assert_int_equal(otelmq_baggage_merge(NULL, NULL, &merged), OTELMQ_OK);
    assert_null(merged);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_are_found_by_their_key),
        cmocka_unit_test(entries_stand_in_the_order_in_which_they_came),
        cmocka_unit_test(with_leaves_the_original_as_it_was),
        cmocka_unit_test(an_empty_value_is_a_value),
        cmocka_unit_test(bytes_of_a_value_that_are_not_utf8_are_replaced),
        cmocka_unit_test(entries_that_would_break_the_header_are_refused),
        cmocka_unit_test(any_utf8_may_stand_in_a_key),
        cmocka_unit_test(every_token_character_may_stand_in_a_key),
        cmocka_unit_test(without_leaves_the_others),
        cmocka_unit_test(merging_keeps_both_and_prefers_the_upper),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
