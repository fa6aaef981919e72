/* SPDX-License-Identifier: Apache-2.0 */
#include "support/test.h"
#include "trace/sampling/predicate.h"
#include "trace/sampling/sampling_fixture.h"

#include <math.h>

static bool ask(otelmq_sampling_predicate predicate, const sampling_parent *parent,
                otelmq_sampling_input input)
{
    const otelmq_context *context = context_of(parent);
    input.parent = context;
    bool matches = otelmq_predicate_ask(predicate, &input);
    otelmq_context_release(context);
    return matches;
}

static void they_tell_parents_apart(void **state)
{
    (void)state;
    static const sampling_parent parents[] = {
        {.is_remote = true},
        {.is_valid = true, .is_remote = true},
        {.is_valid = true},
    };
    otelmq_sampling_predicate predicates[] = {
        otelmq_predicate_root(), otelmq_predicate_remote_parent(), otelmq_predicate_local_parent()};
    for (size_t i = 0; i < COUNT_OF(parents); i++) {
        otelmq_sampling_input input = {.name = OTELMQ_STR("a")};
        assert_true(ask(otelmq_predicate_any(), &parents[i], input));
        for (size_t j = 0; j < COUNT_OF(predicates); j++) {
            assert_int_equal(ask(predicates[j], &parents[i], input), i == j);
            otelmq_sampling_predicate_destroy(predicates[j]);
        }
    }
}

static void they_know_names_and_kinds(void **state)
{
    (void)state;
    otelmq_sampling_predicate name = otelmq_predicate_span_name("send *");
    otelmq_sampling_predicate kind = otelmq_predicate_span_kind(OTELMQ_SPAN_PRODUCER);
    otelmq_sampling_input input = {.name = OTELMQ_STR("send orders"), .kind = OTELMQ_SPAN_PRODUCER};
    sampling_parent none = {0};
    assert_true(ask(name, &none, input));
    assert_true(ask(kind, &none, input));
    input.name = OTELMQ_STR("receive orders");
    input.kind = OTELMQ_SPAN_CONSUMER;
    assert_false(ask(name, &none, input));
    assert_false(ask(kind, &none, input));
    assert_string_equal(otelmq_predicate_description(name), "name=send *");
    assert_string_equal(otelmq_predicate_description(kind), "kind=producer");
    assert_null(otelmq_predicate_span_kind((otelmq_span_kind)0).ops);
    assert_null(otelmq_predicate_span_kind((otelmq_span_kind)6).ops);
    assert_null(otelmq_predicate_span_name(NULL).ops);
    otelmq_sampling_predicate_destroy(name);
    otelmq_sampling_predicate_destroy(kind);
}

static void an_attribute_matches_by_key_type_and_value(void **state)
{
    (void)state;
    static const otelmq_str strings[] = {{"a", 1}, {"b", 1}};
    static const otelmq_str others[] = {{"a", 1}, {"c", 1}};
    static const bool booleans[] = {true, false};
    static const int64_t integers[] = {1, -2};
    static const double reals[] = {0.5, -0.0};
    static const double zeros[] = {0.5, 0.0};
    const struct {
        otelmq_attribute wanted;
        otelmq_attribute given;
        bool matches;
    } rows[] = {
        {otelmq_attribute_string("k", OTELMQ_STR("v")),
         otelmq_attribute_string("k", OTELMQ_STR("v")), true},
        {otelmq_attribute_string("k", OTELMQ_STR("v")),
         otelmq_attribute_string("k", OTELMQ_STR("w")), false},
        {otelmq_attribute_string("k", OTELMQ_STR("v")),
         otelmq_attribute_string("K", OTELMQ_STR("v")), false},
        {otelmq_attribute_string("k", (otelmq_str){0}),
         otelmq_attribute_string("k", OTELMQ_STR("")), true},
        {otelmq_attribute_int("k", 1), otelmq_attribute_int("k", 1), true},
        {otelmq_attribute_int("k", 1), otelmq_attribute_int("k", 2), false},
        {otelmq_attribute_int("k", 1), otelmq_attribute_double("k", 1), false},
        {otelmq_attribute_int("k", 1), otelmq_attribute_bool("k", true), false},
        {otelmq_attribute_bool("k", true), otelmq_attribute_bool("k", true), true},
        {otelmq_attribute_bool("k", true), otelmq_attribute_bool("k", false), false},
        {otelmq_attribute_double("k", 0.5), otelmq_attribute_double("k", 0.5), true},
        {otelmq_attribute_double("k", 0.5), otelmq_attribute_double("k", 0.25), false},
        {otelmq_attribute_double("k", (double)NAN), otelmq_attribute_double("k", (double)NAN),
         false},
        {otelmq_attribute_string_array("k", strings, 2),
         otelmq_attribute_string_array("k", strings, 2), true},
        {otelmq_attribute_string_array("k", strings, 2),
         otelmq_attribute_string_array("k", others, 2), false},
        {otelmq_attribute_string_array("k", strings, 2),
         otelmq_attribute_string_array("k", strings, 1), false},
        {otelmq_attribute_bool_array("k", booleans, 2),
         otelmq_attribute_bool_array("k", booleans, 2), true},
        {otelmq_attribute_int_array("k", integers, 2), otelmq_attribute_int_array("k", integers, 2),
         true},
        {otelmq_attribute_int_array("k", integers, 0), otelmq_attribute_int_array("k", NULL, 0),
         true},
        {otelmq_attribute_double_array("k", reals, 2), otelmq_attribute_double_array("k", zeros, 2),
         true},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        otelmq_sampling_predicate predicate = otelmq_predicate_attribute(rows[i].wanted);
        otelmq_sampling_input input = {.attributes = &rows[i].given, .attribute_count = 1};
        char row[32];
        snprintf(row, sizeof(row), "row %zu", i);
        assert_row(ask(predicate, &(sampling_parent){0}, input) == rows[i].matches, row);
        assert_row(!ask(predicate, &(sampling_parent){0}, (otelmq_sampling_input){0}), row);
        otelmq_sampling_predicate_destroy(predicate);
    }
    assert_null(otelmq_predicate_attribute(otelmq_attribute_none("k")).ops);
    assert_null(otelmq_predicate_attribute(otelmq_attribute_int("", 1)).ops);
}

static void of_two_attributes_with_one_key_the_last_counts(void **state)
{
    (void)state;
    otelmq_attribute attributes[] = {
        otelmq_attribute_string("k", OTELMQ_STR("first")),
        otelmq_attribute_string("k", OTELMQ_STR("last")),
    };
    otelmq_sampling_input input = {.attributes = attributes, .attribute_count = 2};
    otelmq_sampling_predicate predicates[] = {
        otelmq_predicate_attribute(attributes[0]),
        otelmq_predicate_attribute(attributes[1]),
        otelmq_predicate_attribute_matches("k", "f*"),
        otelmq_predicate_attribute_matches("k", "l*"),
    };
    for (size_t i = 0; i < COUNT_OF(predicates); i++) {
        assert_int_equal(ask(predicates[i], &(sampling_parent){0}, input), i % 2 == 1);
        otelmq_sampling_predicate_destroy(predicates[i]);
    }
}

static void a_pattern_matches_strings_only(void **state)
{
    (void)state;
    otelmq_sampling_predicate predicate =
        otelmq_predicate_attribute_matches("url.path", "/health*");
    otelmq_attribute path = otelmq_attribute_string("url.path", OTELMQ_STR("/healthz"));
    otelmq_attribute number = otelmq_attribute_int("url.path", 1);
    otelmq_sampling_input input = {.attributes = &path, .attribute_count = 1};
    assert_true(ask(predicate, &(sampling_parent){0}, input));
    input.attributes = &number;
    assert_false(ask(predicate, &(sampling_parent){0}, input));
    assert_false(ask(predicate, &(sampling_parent){0}, (otelmq_sampling_input){0}));
    assert_string_equal(otelmq_predicate_description(predicate), "url.path=/health*");
    assert_null(otelmq_predicate_attribute_matches(NULL, "a").ops);
    otelmq_sampling_predicate_destroy(predicate);
}

static void predicates_join(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        otelmq_span_kind kind;
        bool all;
        bool any;
        bool neither;
    } rows[] = {
        {"a", OTELMQ_SPAN_CLIENT, true, true, false},
        {"a", OTELMQ_SPAN_SERVER, false, true, false},
        {"b", OTELMQ_SPAN_CLIENT, false, true, false},
        {"b", OTELMQ_SPAN_SERVER, false, false, true},
    };
    otelmq_sampling_predicate joined[3];
    for (size_t i = 0; i < 3; i++) {
        otelmq_sampling_predicate parts[] = {otelmq_predicate_span_name("a"),
                                             otelmq_predicate_span_kind(OTELMQ_SPAN_CLIENT)};
        joined[i] = i == 0 ? otelmq_predicate_all_of(parts, 2) : otelmq_predicate_any_of(parts, 2);
    }
    joined[2] = otelmq_predicate_not(joined[2]);
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        otelmq_sampling_input input = {.name = otelmq_str_from(rows[i].name), .kind = rows[i].kind};
        assert_int_equal(ask(joined[0], &(sampling_parent){0}, input), rows[i].all);
        assert_int_equal(ask(joined[1], &(sampling_parent){0}, input), rows[i].any);
        assert_int_equal(ask(joined[2], &(sampling_parent){0}, input), rows[i].neither);
    }
    assert_string_equal(otelmq_predicate_description(joined[0]), "all(name=a,kind=client)");
    assert_string_equal(otelmq_predicate_description(joined[2]), "not(any(name=a,kind=client))");
    for (size_t i = 0; i < 3; i++) {
        otelmq_sampling_predicate_destroy(joined[i]);
    }
}

static void joining_nothing_and_joining_a_failure(void **state)
{
    (void)state;
    otelmq_sampling_predicate all = otelmq_predicate_all_of(NULL, 0);
    otelmq_sampling_predicate any = otelmq_predicate_any_of(NULL, 0);
    assert_true(ask(all, &(sampling_parent){0}, (otelmq_sampling_input){0}));
    assert_false(ask(any, &(sampling_parent){0}, (otelmq_sampling_input){0}));
    otelmq_sampling_predicate_destroy(all);
    otelmq_sampling_predicate_destroy(any);
    otelmq_sampling_predicate parts[] = {otelmq_predicate_span_name("a"), {0}};
    assert_null(otelmq_predicate_all_of(parts, 2).ops);
    assert_null(otelmq_predicate_not((otelmq_sampling_predicate){0}).ops);
    otelmq_sampling_predicate_destroy((otelmq_sampling_predicate){0});
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(they_tell_parents_apart),
        cmocka_unit_test(they_know_names_and_kinds),
        cmocka_unit_test(an_attribute_matches_by_key_type_and_value),
        cmocka_unit_test(of_two_attributes_with_one_key_the_last_counts),
        cmocka_unit_test(a_pattern_matches_strings_only),
        cmocka_unit_test(predicates_join),
        cmocka_unit_test(joining_nothing_and_joining_a_failure),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
