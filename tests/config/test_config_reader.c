/* SPDX-License-Identifier: Apache-2.0 */
#include "base/buffer.h"
#include "config/reader.h"
#include "support/test.h"

#include <stdlib.h>

static otelmq_config_memory memory;
static otelmq_config_problems problems;

static int set_up(void **state)
{
    (void)state;
    memory = (otelmq_config_memory){0};
    otelmq_config_problems_init(&problems, "t.yaml");
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    otelmq_config_memory_clean(&memory);
    return 0;
}

static const otelmq_config_node *read_text(const char *text)
{
    return otelmq_config_read(otelmq_str_from(text), &memory, &problems);
}

static void maps_lists_and_scalars_become_a_tree(void **state)
{
    (void)state;
    setenv("PORT", "4318", 1);
    const otelmq_config_node *root = read_text("a: 1\n"
                                               "b:\n"
                                               "  - x\n"
                                               "  - c: \"${PORT}\"\n"
                                               "    d: ${PORT}\n"
                                               "e: !!str 5\n"
                                               "f:\n"
                                               "${PORT}: g\n"
                                               "h: |\n"
                                               "  12\n");
    assert_non_null(root);
    assert_int_equal(root->type, OTELMQ_CONFIG_MAP);
    assert_int_equal(root->count, 6);
    assert_int_equal(otelmq_config_get_int(root, "a", 0), 1);
    const otelmq_config_node *list = otelmq_config_get(root, "b");
    assert_int_equal(list->type, OTELMQ_CONFIG_LIST);
    assert_string_equal(list->first->node->text.data, "x");
    const otelmq_config_node *map = list->last->node;
    assert_int_equal(map->line, 4);
    assert_int_equal(otelmq_config_get(map, "c")->type, OTELMQ_CONFIG_STRING);
    assert_int_equal(otelmq_config_get_int(map, "d", 0), 4318);
    assert_string_equal(otelmq_config_get_text(root, "e", ""), "5");
    assert_null(otelmq_config_get(root, "f"));
    assert_non_null(otelmq_config_find(root, "f"));
    assert_string_equal(otelmq_config_get_text(root, "${PORT}", ""), "g");
    assert_int_equal(otelmq_config_get(root, "h")->type, OTELMQ_CONFIG_STRING);
}

static void a_variable_cannot_bring_structure_in(void **state)
{
    (void)state;
    setenv("STRUCTURE", "x\nb: [1, 2]\n", 1);
    const otelmq_config_node *root = read_text("a: ${STRUCTURE}\n");
    assert_int_equal(root->count, 1);
    assert_int_equal(otelmq_config_get(root, "a")->type, OTELMQ_CONFIG_STRING);
}

static void an_alias_is_the_node_of_its_anchor(void **state)
{
    (void)state;
    const otelmq_config_node *root = read_text("a: &x {n: 1}\nb: *x\nc: &x 2\nd: *x\n");
    assert_non_null(root);
    assert_ptr_equal(otelmq_config_get(root, "b"), otelmq_config_get(root, "a"));
    assert_int_equal(otelmq_config_get_int(root, "d", 0), 2);
}

static void what_is_not_one_tree_is_refused(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *reported;
    } rows[] = {
        {"", "t.yaml: the file is empty."},
        {"# nothing\n", "t.yaml: the file is empty."},
        {"a: 1\nb: [1, 2\n", "t.yaml:3: this is not YAML"},
        {"a: 1\n b: 2\n", "t.yaml:2: this is not YAML"},
        {"a: 1\nb: 2\na: 3\n", "t.yaml:3: the key \"a\" stands in line 1 already."},
        {"a: 1\n---\na: 2\n", "t.yaml:2: the file has a second document"},
        {"a: *x\n", "t.yaml:1: there is no anchor \"&x\" before this alias."},
        {"a: &x\n  b: *x\n", "t.yaml:2: an alias stands inside of its own anchor."},
        {"? [a]\n: 1\n", "t.yaml:1: a map or a list cannot be a key."},
        {"a: &x k\n*x : 1\n", "t.yaml:2: an alias cannot be a key."},
        {"a: !!int x\n", "t.yaml:1: the value does not have the type that its tag says."},
        {"a: !mine 1\n", "t.yaml:1: the value does not have the type that its tag says."},
        {"\na: ${A:?secret}\n", "t.yaml:2: \"${A...\" is not a reference"},
        {"a: \"x\\0y\"\n", "t.yaml:1: a value has a NUL in it."},
        {"\"a\\0\": 1\n", "t.yaml:1: a key has a NUL in it."},
        {"a: \xFF\n", "t.yaml: this is not YAML"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        otelmq_config_problems_init(&problems, "t.yaml");
        assert_row(read_text(rows[i].text) == NULL, rows[i].text);
        assert_row(problems.status == OTELMQ_ERROR_MALFORMED, rows[i].text);
        assert_row(strncmp(problems.items[0].text, rows[i].reported, strlen(rows[i].reported)) == 0,
                   problems.items[0].text);
        assert_row(strstr(problems.items[0].text, "secret") == NULL, problems.items[0].text);
    }
}

/* Fails unless a text is refused for a limit that the report names. */
static void assert_limited(otelmq_buffer *text, const char *reported)
{
    assert_true(otelmq_buffer_is_complete(text));
    assert_null(otelmq_config_read(otelmq_buffer_str(text), &memory, &problems));
    assert_int_equal(problems.status, OTELMQ_ERROR_LIMIT);
    assert_row(strstr(problems.items[0].text, reported) != NULL, problems.items[0].text);
    otelmq_buffer_clean(text);
    otelmq_buffer_init(text);
    (void)tear_down(NULL);
    (void)set_up(NULL);
}

static void depth_is_bounded(void **state)
{
    (void)state;
    otelmq_buffer text;
    otelmq_buffer_init(&text);
    for (size_t i = 0; i < 100000; i++) {
        otelmq_buffer_add_char(&text, '[');
    }
    assert_limited(&text, "nested more than 32");
    otelmq_buffer_add_text(&text, "a: &a [[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]\n"
                                  "b: [[[[[[[[[[[[[*a]]]]]]]]]]]]]\n");
    assert_limited(&text, "nested more than 32");
}

static void a_billion_laughs_are_counted_before_they_are_written_out(void **state)
{
    (void)state;
    otelmq_buffer text;
    otelmq_buffer_init(&text);
    otelmq_buffer_add_text(&text, "l0: &l0 [a, a, a, a, a, a, a, a, a, a]\n");
    for (char level = '1'; level <= '9'; level++) {
        char line[128];
        char below = (char)(level - 1);
        snprintf(line, sizeof(line), "l%c: &l%c [*l%c, *l%c, *l%c, *l%c, *l%c, *l%c]\n", level,
                 level, below, below, below, below, below, below);
        otelmq_buffer_add_text(&text, line);
    }
    assert_limited(&text, "more than 10000 values");
}

static void numbers_of_values_and_anchors_are_bounded(void **state)
{
    (void)state;
    otelmq_buffer text;
    otelmq_buffer_init(&text);
    for (size_t i = 0; i < 10001; i++) {
        otelmq_buffer_add_text(&text, "- a\n");
    }
    assert_limited(&text, "more than 10000 values");
    for (size_t i = 0; i < 257; i++) {
        otelmq_buffer_add_text(&text, "- &x a\n");
    }
    assert_limited(&text, "more than 256 anchors");
}

static void size_is_bounded(void **state)
{
    (void)state;
    otelmq_buffer text;
    otelmq_buffer_init(&text);
    while (text.len <= OTELMQ_CONFIG_FILE_MAX) {
        otelmq_buffer_add_text(&text, "# a comment of some length that says nothing at all\n");
    }
    assert_limited(&text, "longer than 1 MiB");
}

int main(void)
{
#define T(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        T(maps_lists_and_scalars_become_a_tree),
        T(a_variable_cannot_bring_structure_in),
        T(an_alias_is_the_node_of_its_anchor),
        T(what_is_not_one_tree_is_refused),
        T(depth_is_bounded),
        T(a_billion_laughs_are_counted_before_they_are_written_out),
        T(numbers_of_values_and_anchors_are_bounded),
        T(size_is_bounded),
    };
#undef T
    return cmocka_run_group_tests(tests, NULL, NULL);
}
