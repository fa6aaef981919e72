/* SPDX-License-Identifier: Apache-2.0 */
#include "support/test.h"
#include "tools/view_lines.h"
#include "view/summary.h"

#include <locale.h>
#include <stdlib.h>

static char *draw_summary(const view_trace_set *set)
{
    char *text;
    size_t len;
    FILE *out = open_memstream(&text, &len);
    view_terminal terminal = view_terminal_from(-1, 80, VIEW_COLOR_NEVER);
    view_pen pen;
    view_pen_init(&pen, &terminal, out);
    view_summary_draw(&pen, set);
    view_pen_clean(&pen);
    fclose(out);
    return text;
}

static void percentiles_are_those_of_the_nearest_rank(void **state)
{
    (void)state;
    view_trace_set set;
    view_trace_set_init(&set);
    for (unsigned i = 1; i <= 100; i++) {
        const test_span span = {i, i, 0, "work", 1000, 1000 + i * 1000000, 0, 0, 1};
        view_lines_add(&set, "shop", &span, 1);
    }
    const test_span once = {200, 1, 0, "once", 1000, 8000, 0, 0, 1};
    view_lines_add(&set, "shop", &once, 1);
    view_relations_find(&set);
    char *text = draw_summary(&set);
    assert_string_equal(text, "service  span    count   errors       p50       p95       max\n"
                              "shop     once        1        0   7.00 us   7.00 us   7.00 us\n"
                              "shop     work      100        0   50.0 ms   95.0 ms    100 ms\n"
                              "\n"
                              "101 traces, 1 services, 101 spans, 0 errors, 0 orphans\n");
    free(text);
    view_trace_set_clean(&set);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(percentiles_are_those_of_the_nearest_rank),
    };
    setlocale(LC_CTYPE, "C");
    return cmocka_run_group_tests(tests, NULL, NULL);
}
