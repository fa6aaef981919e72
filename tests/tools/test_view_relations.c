/* SPDX-License-Identifier: Apache-2.0 */
#include "support/test.h"
#include "tools/view_lines.h"

#include <stdlib.h>

#define ADD(set, service, ...)                                                                     \
    view_lines_add(set, service, (const test_span[]){__VA_ARGS__},                                 \
                   sizeof((const test_span[]){__VA_ARGS__}) / sizeof(test_span))

static void spans_find_their_parents_and_links_in_other_files(void **state)
{
    view_trace_set *set = *state;
    ADD(set, "billing", {1, 3, 2, "process", 300, 400, 2, 9, VIEW_KIND_CONSUMER});
    ADD(set, "shop", {1, 1, 0, "order", 100, 200, 0, 0, VIEW_KIND_INTERNAL},
        {1, 2, 1, "publish", 120, 180, 0, 0, VIEW_KIND_PRODUCER},
        {2, 9, 0, "other", 50, 60, 0, 0, VIEW_KIND_INTERNAL});
    view_relations_find(set);
    assert_ptr_equal(view_lines_span(set, "process")->parent, view_lines_span(set, "publish"));
    assert_ptr_equal(view_lines_span(set, "publish")->parent, view_lines_span(set, "order"));
    assert_ptr_equal(set->links[0].span, view_lines_span(set, "other"));
    view_totals totals = view_trace_set_totals(set);
    assert_int_equal(totals.traces, 2);
    assert_int_equal(totals.services, 2);
    assert_int_equal(totals.spans, 4);
    assert_int_equal(totals.orphans, 0);
}

static void traces_are_in_the_order_of_their_start(void **state)
{
    view_trace_set *set = *state;
    ADD(set, "shop", {1, 1, 0, "late", 300, 400, 0, 0, 1}, {3, 1, 0, "early", 100, 900, 0, 0, 1},
        {2, 1, 0, "middle", 200, 400, 0, 0, 1});
    view_relations_find(set);
    assert_string_equal(set->traces[0].first_root->name->text, "early");
    assert_string_equal(set->traces[1].first_root->name->text, "middle");
    assert_string_equal(set->traces[2].first_root->name->text, "late");
    assert_true(set->traces[0].end_unix_nano == 900);
}

static void an_equal_span_id_in_another_trace_is_no_parent(void **state)
{
    view_trace_set *set = *state;
    ADD(set, "shop", {1, 7, 0, "not the parent", 1, 2, 0, 0, 1}, {2, 8, 7, "child", 1, 2, 0, 0, 1});
    view_relations_find(set);
    assert_true(view_lines_span(set, "child")->is_orphan);
    assert_int_equal(view_trace_set_totals(set).orphans, 1);
}

static void children_of_one_missing_parent_stand_together_under_its_place(void **state)
{
    view_trace_set *set = *state;
    ADD(set, "shop", {1, 1, 100, "first", 10, 20, 0, 0, 1}, {1, 2, 101, "other", 15, 16, 0, 0, 1},
        {1, 3, 100, "second", 30, 40, 0, 0, 1});
    view_relations_find(set);
    const view_span *place = set->traces[0].first_root;
    assert_int_equal(place->node, VIEW_NODE_MISSING);
    assert_string_equal(place->first_child->name->text, "first");
    assert_string_equal(place->first_child->next_sibling->name->text, "second");
    assert_string_equal(place->next_sibling->first_child->name->text, "other");
    assert_null(place->next_sibling->next_sibling);
    assert_int_equal(set->traces[0].span_count, 3);
    assert_int_equal(view_trace_set_totals(set).orphans, 3);
}

static void a_span_with_a_link_into_no_file_counts_once_as_an_orphan(void **state)
{
    view_trace_set *set = *state;
    ADD(set, "shop", {1, 1, 5, "both", 1, 2, 9, 9, 1}, {1, 2, 1, "link", 1, 2, 9, 9, 1},
        {1, 3, 1, "fine", 1, 2, 1, 1, 1});
    view_relations_find(set);
    assert_int_equal(view_trace_set_totals(set).orphans, 2);
}

static void a_loop_of_parents_is_cut_at_its_earliest_span(void **state)
{
    view_trace_set *set = *state;
    ADD(set, "loop", {1, 1, 3, "c", 30, 90, 0, 0, 1}, {1, 2, 1, "a", 10, 90, 0, 0, 1},
        {1, 3, 2, "b", 20, 90, 0, 0, 1}, {1, 4, 4, "self", 40, 90, 0, 0, 1});
    view_relations_find(set);
    const view_span *head = set->traces[0].first_root;
    assert_string_equal(head->name->text, "a");
    assert_int_equal(head->node, VIEW_NODE_LOOP_HEAD);
    assert_string_equal(head->first_child->name->text, "b");
    assert_string_equal(head->first_child->first_child->name->text, "c");
    assert_null(head->first_child->first_child->first_child);
    assert_string_equal(head->next_sibling->name->text, "self");
    assert_null(head->next_sibling->first_child);
}

static void a_span_that_comes_twice_counts_once(void **state)
{
    view_trace_set *set = *state;
    ADD(set, "shop", {1, 1, 0, "first", 1, 2, 0, 0, 1}, {1, 1, 0, "again", 1, 2, 0, 0, 1});
    view_relations_find(set);
    assert_int_equal(set->duplicate_count, 1);
    assert_int_equal(view_trace_set_totals(set).spans, 1);
    assert_string_equal(set->traces[0].first_root->name->text, "first");
}

static void an_empty_set_has_no_traces(void **state)
{
    view_trace_set *set = *state;
    view_relations_find(set);
    assert_int_equal(set->trace_count, 0);
    assert_int_equal(view_trace_set_totals(set).services, 0);
}

static int create_set(void **state)
{
    *state = calloc(1, sizeof(view_trace_set));
    view_trace_set_init(*state);
    return 0;
}

static int destroy_set(void **state)
{
    view_trace_set_clean(*state);
    free(*state);
    return 0;
}

#define SET_TEST(test) cmocka_unit_test_setup_teardown(test, create_set, destroy_set)

int main(void)
{
    const struct CMUnitTest tests[] = {
        SET_TEST(spans_find_their_parents_and_links_in_other_files),
        SET_TEST(traces_are_in_the_order_of_their_start),
        SET_TEST(an_equal_span_id_in_another_trace_is_no_parent),
        SET_TEST(children_of_one_missing_parent_stand_together_under_its_place),
        SET_TEST(a_span_with_a_link_into_no_file_counts_once_as_an_orphan),
        SET_TEST(a_loop_of_parents_is_cut_at_its_earliest_span),
        SET_TEST(a_span_that_comes_twice_counts_once),
        SET_TEST(an_empty_set_has_no_traces),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
