/* SPDX-License-Identifier: Apache-2.0 */
#include "view/summary.h"

#include "memory.h"
#include "view/duration.h"

#include <stdlib.h>

/* From these widths on there is room for p95, for p50 and max too, and for wide gaps. */
enum { SOME_COLUMNS = 40, ALL_COLUMNS = 64, WIDE_GAPS = 80 };

enum { MOST_SERVICE = 18, NUMBER_CELLS = 7, DURATION_CELLS = VIEW_DURATION_WIDTH };

/* The spans of one service and name. */
typedef struct {
    const view_name *service;
    const view_name *name;
    size_t count;
    size_t error_count;
    uint64_t p50;
    uint64_t p95;
    uint64_t max;
} span_group;

typedef struct {
    view_pen *pen;
    size_t gap;
    size_t service;
    size_t name;
    bool has_p95;
    bool has_all; /* p50 and max too */
} summary_table;

/* By service, name, duration: groups stand together, and each is in the order of its durations. */
static int compare(const void *a, const void *b)
{
    const view_span *left = *(const view_span *const *)a;
    const view_span *right = *(const view_span *const *)b;
    if (left->service != right->service) {
        return left->service->number < right->service->number ? -1 : 1;
    }
    if (left->name != right->name) {
        return strcmp(left->name->text, right->name->text);
    }
    uint64_t left_nano = view_span_duration(left);
    uint64_t right_nano = view_span_duration(right);
    return (left_nano > right_nano) - (left_nano < right_nano);
}

/* The spans of the selected traces, in the order of compare; to be freed. */
static const view_span **sort_spans(const view_trace_set *set, size_t *count)
{
    const view_span **spans = otelmq_memory_zeroed(set->node_count, sizeof *spans);
    *count = 0;
    for (size_t i = 0; i < set->trace_count; i++) {
        const view_trace *trace = &set->traces[i];
        for (size_t j = 0; trace->is_selected && j < trace->node_count; j++) {
            if (trace->nodes[j]->node != VIEW_NODE_MISSING) {
                spans[(*count)++] = trace->nodes[j];
            }
        }
    }
    qsort(spans, *count, sizeof *spans, compare);
    return spans;
}

/* The smallest duration that percent of the spans do not exceed (nearest rank). */
static uint64_t percentile(const view_span *const spans[], size_t count, size_t percent)
{
    size_t rank = (count * percent + 99) / 100;
    return view_span_duration(spans[rank - 1]);
}

/* Makes a group of the spans at the beginning that belong together. */
static span_group take_group(const view_span *const spans[], size_t left)
{
    span_group group = {.service = spans[0]->service, .name = spans[0]->name};
    while (group.count < left && spans[group.count]->service == group.service &&
           spans[group.count]->name == group.name) {
        group.error_count += spans[group.count]->is_error;
        group.count++;
    }
    group.p50 = percentile(spans, group.count, 50);
    group.p95 = percentile(spans, group.count, 95);
    group.max = view_span_duration(spans[group.count - 1]);
    return group;
}

static summary_table fit_table(view_pen *pen, const view_span *const spans[], size_t count)
{
    size_t width = pen->terminal->width;
    summary_table table = {
        .pen = pen,
        .gap = width >= WIDE_GAPS ? 2 : 1,
        .has_p95 = width >= SOME_COLUMNS,
        .has_all = width >= ALL_COLUMNS,
        .service = strlen("service"),
        .name = strlen("span"),
    };
    for (size_t i = 0; i < count; i++) {
        table.service =
            spans[i]->service->width > table.service ? spans[i]->service->width : table.service;
        table.name = spans[i]->name->width > table.name ? spans[i]->name->width : table.name;
    }
    size_t most_service = width / 5 < MOST_SERVICE ? width / 5 : MOST_SERVICE;
    table.service = table.service < most_service ? table.service : most_service;
    size_t durations = table.has_all ? 3 : table.has_p95;
    size_t taken = table.service + 2 * (NUMBER_CELLS + table.gap) +
                   durations * (DURATION_CELLS + table.gap) + table.gap;
    size_t most_name = width > taken ? width - taken : 0;
    table.name = table.name < most_name ? table.name : most_name;
    return table;
}

static void write_cell(summary_table *table, const char *style, const char *text, size_t cells)
{
    view_pen_space(table->pen, table->gap);
    view_pen_write_right(table->pen, style, text, cells);
}

static void write_number(summary_table *table, const char *style, size_t number)
{
    char text[24];
    snprintf(text, sizeof text, "%zu", number);
    write_cell(table, style, text, NUMBER_CELLS);
}

static void write_duration(summary_table *table, uint64_t nano)
{
    view_duration duration = view_duration_format(table->pen->terminal->glyphs, "", nano);
    write_cell(table, VIEW_STYLE_PLAIN, duration.text, DURATION_CELLS);
}

static void draw_head(summary_table *table)
{
    view_pen_write_left(table->pen, VIEW_STYLE_BOLD, "service", table->service);
    view_pen_space(table->pen, table->gap);
    view_pen_write_left(table->pen, VIEW_STYLE_BOLD, "span", table->name);
    write_cell(table, VIEW_STYLE_BOLD, "count", NUMBER_CELLS);
    write_cell(table, VIEW_STYLE_BOLD, "errors", NUMBER_CELLS);
    if (table->has_all) {
        write_cell(table, VIEW_STYLE_BOLD, "p50", DURATION_CELLS);
    }
    if (table->has_p95) {
        write_cell(table, VIEW_STYLE_BOLD, "p95", DURATION_CELLS);
    }
    if (table->has_all) {
        write_cell(table, VIEW_STYLE_BOLD, "max", DURATION_CELLS);
    }
    view_pen_end_line(table->pen);
}

static void draw_group(summary_table *table, const span_group *group)
{
    view_pen *pen = table->pen;
    const char *error_style = group->error_count > 0 ? VIEW_STYLE_ERROR : VIEW_STYLE_DIM;
    view_pen_write_left(pen, view_pen_service_style(group->service->number), group->service->text,
                        table->service);
    view_pen_space(pen, table->gap);
    view_pen_write_left(pen, VIEW_STYLE_PLAIN, group->name->text, table->name);
    write_number(table, VIEW_STYLE_PLAIN, group->count);
    write_number(table, error_style, group->error_count);
    if (table->has_all) {
        write_duration(table, group->p50);
    }
    if (table->has_p95) {
        write_duration(table, group->p95);
    }
    if (table->has_all) {
        write_duration(table, group->max);
    }
    view_pen_end_line(pen);
}

static void draw_totals(view_pen *pen, const view_totals *totals)
{
    char text[160];
    snprintf(text, sizeof text, "%zu traces, %zu services, %zu spans, %zu errors, %zu orphans",
             totals->traces, totals->services, totals->spans, totals->errors, totals->orphans);
    view_pen_end_line(pen);
    view_pen_write_rest(pen, VIEW_STYLE_BOLD, text);
    view_pen_end_line(pen);
}

void view_summary_draw(view_pen *pen, const view_trace_set *set)
{
    size_t count;
    const view_span **spans = sort_spans(set, &count);
    summary_table table = fit_table(pen, spans, count);
    draw_head(&table);
    for (size_t i = 0; i < count;) {
        span_group group = take_group(spans + i, count - i);
        draw_group(&table, &group);
        i += group.count;
    }
    free(spans);
    view_totals totals = view_trace_set_totals(set);
    draw_totals(pen, &totals);
}
