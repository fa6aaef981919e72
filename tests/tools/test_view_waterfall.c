/* SPDX-License-Identifier: Apache-2.0 */
/* What holds for every drawing, whatever the traces and the terminal; data/ has whole drawings. */
#include "support/test.h"
#include "tools/view_lines.h"
#include "view/load.h"
#include "view/waterfall.h"

#include <locale.h>
#include <stdlib.h>
#include <wchar.h>

/* To be freed. */
static void draw(const view_trace_set *set, size_t width, view_color color, char **text)
{
    size_t len;
    FILE *out = open_memstream(text, &len);
    view_terminal terminal = view_terminal_from(-1, width, color);
    view_pen pen;
    view_pen_init(&pen, &terminal, out);
    for (size_t i = 0; i < set->trace_count; i++) {
        view_waterfall_draw(&pen, set, &set->traces[i]);
    }
    view_pen_clean(&pen);
    fclose(out);
}

/* Takes the next line off the rest; NULL after the last. */
static char *take_line(char **rest)
{
    char *line = *rest;
    if (*line == '\0') {
        return NULL;
    }
    char *end = strchr(line, '\n');
    *end = '\0';
    *rest = end + 1;
    return line;
}

static void assert_no_control_characters(const char *text)
{
    for (size_t i = 0; text[i] != '\0'; i++) {
        unsigned char byte = (unsigned char)text[i];
        assert_true(byte == '\n' || (byte >= 0x20 && byte != 0x7f));
    }
}

static void assert_fits(const char *line, size_t width)
{
    wchar_t wide[4096];
    size_t len = mbstowcs(wide, line, COUNT_OF(wide));
    assert_true(len < COUNT_OF(wide));
    assert_in_range(wcswidth(wide, len), 1, width);
    assert_true(line[strlen(line) - 1] != ' ');
}

static void assert_no_line_wider(char *text, size_t width)
{
    for (char *line; (line = take_line(&text)) != NULL;) {
        assert_fits(line, width);
    }
}

static void no_line_is_wider_than_the_terminal_or_holds_control_characters(void **state)
{
    const view_trace_set *set = *state;
    for (size_t width = VIEW_LEAST_WIDTH; width <= 220; width++) {
        char *text;
        draw(set, width, VIEW_COLOR_NEVER, &text);
        assert_no_control_characters(text);
        assert_no_line_wider(text, width);
        free(text);
    }
}

static void colors_change_nothing_but_the_style(void **state)
{
    char *plain;
    draw(*state, 90, VIEW_COLOR_NEVER, &plain);
    char *colored;
    draw(*state, 90, VIEW_COLOR_ALWAYS, &colored);
    size_t len = 0;
    for (const char *at = colored; *at != '\0'; at++) {
        if (*at == '\x1b') {
            at += strcspn(at, "m");
        } else {
            colored[len++] = *at;
        }
    }
    colored[len] = '\0';
    assert_string_equal(colored, plain);
    free(plain);
    free(colored);
}

static size_t count_lines_with(const char *text, const char *part)
{
    size_t count = 0;
    char *copy = strdup(text);
    char *rest = copy;
    for (char *line; (line = take_line(&rest)) != NULL;) {
        count += strstr(line, part) != NULL;
    }
    free(copy);
    return count;
}

static void each_span_of_a_loop_is_drawn_once(void **state)
{
    (void)state;
    view_trace_set set;
    view_trace_set_init(&set);
    const test_span spans[] = {{1, 1, 3, "span one", 10, 90, 0, 0, 1},
                               {1, 2, 1, "span two", 20, 90, 0, 0, 1},
                               {1, 3, 2, "span three", 30, 90, 0, 0, 1}};
    view_lines_add(&set, "loop", spans, 3);
    view_relations_find(&set);
    char *text;
    draw(&set, 80, VIEW_COLOR_NEVER, &text);
    assert_int_equal(count_lines_with(text, "span one"), 1);
    assert_int_equal(count_lines_with(text, "span two"), 1);
    assert_int_equal(count_lines_with(text, "span three"), 1);
    assert_int_equal(count_lines_with(text, "parent loop"), 1);
    free(text);
    view_trace_set_clean(&set);
}

/* A chain and a loop of a hundred thousand take no longer per span than any other trace. */
static void a_hundred_thousand_levels_are_drawn(void **state)
{
    (void)state;
    enum { LEVELS = 100000, PER_LINE = 1000 };
    view_trace_set set;
    view_trace_set_init(&set);
    test_span spans[PER_LINE];
    for (unsigned i = 0; i < LEVELS; i++) {
        spans[i % PER_LINE] = (test_span){1, i + 1, i == 0 ? LEVELS : i, "level", 10, 90, 0, 0, 1};
        if (i % PER_LINE == PER_LINE - 1) {
            view_lines_add(&set, "deep", spans, PER_LINE);
        }
    }
    view_relations_find(&set);
    char *text;
    draw(&set, 80, VIEW_COLOR_NEVER, &text);
    assert_int_equal(count_lines_with(text, "level"), LEVELS);
    assert_no_line_wider(text, 80);
    free(text);
    view_trace_set_clean(&set);
}

static int load_data(void **state)
{
    static const char *const files[] = {"shop", "validator", "billing", "notifier", "hostile"};
    static view_trace_set set;
    view_loader loader = {.set = &set};
    if (setlocale(LC_CTYPE, "C.UTF-8") == NULL) {
        return 1;
    }
    view_trace_set_init(&set);
    for (size_t i = 0; i < COUNT_OF(files); i++) {
        char path[1024];
        snprintf(path, sizeof path, TEST_DATA "/%s.jsonl", files[i]);
        view_loader_read(&loader, path);
    }
    view_relations_find(&set);
    *state = &set;
    return set.trace_count != 7;
}

static int clean_data(void **state)
{
    view_trace_set_clean(*state);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_line_is_wider_than_the_terminal_or_holds_control_characters),
        cmocka_unit_test(colors_change_nothing_but_the_style),
        cmocka_unit_test(each_span_of_a_loop_is_drawn_once),
        cmocka_unit_test(a_hundred_thousand_levels_are_drawn),
    };
    return cmocka_run_group_tests(tests, load_data, clean_data);
}
