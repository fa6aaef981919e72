/* SPDX-License-Identifier: Apache-2.0 */
#include "view/columns.h"

#include "view/duration.h"
#include "view/tree.h"

/* From these widths on there is room for the kind in full, in short, and for wide gaps. */
enum { WIDE = 90, MEDIUM = 64 };

enum { MOST_SERVICE = 18 };

static size_t at_most(size_t number, size_t limit)
{
    return number < limit ? number : limit;
}

static size_t at_least(size_t number, size_t limit)
{
    return number > limit ? number : limit;
}

static size_t service_cells(const view_trace *trace, size_t width)
{
    size_t widest = 0;
    for (size_t i = 0; i < trace->node_count; i++) {
        const view_name *service = trace->nodes[i]->service;
        widest = at_least(widest, service != NULL ? service->width : 0);
    }
    return at_most(widest, at_most(MOST_SERVICE, width / 6));
}

/* What the longest branches with their name take. */
static size_t wanted_label(const view_trace *trace, size_t most_cells, size_t most_indent)
{
    size_t widest = 0;
    view_tree tree;
    view_tree_start(&tree, trace);
    while (view_tree_next(&tree)) {
        const view_name *name = tree.span->name;
        size_t indent = view_tree_indent(&tree, most_indent);
        widest = at_least(widest, indent + (name != NULL ? name->width : 0));
    }
    view_tree_clean(&tree);
    return at_most(widest, most_cells);
}

view_columns view_columns_fit(const view_trace *trace, size_t width)
{
    view_columns columns = {
        .gap = width >= MEDIUM ? 2 : 1,
        .service = service_cells(trace, width),
        .kind = width >= WIDE     ? VIEW_FULL_KIND
                : width >= MEDIUM ? VIEW_SHORT_KIND
                                  : 0,
        .duration = VIEW_DURATION_WIDTH,
    };
    size_t gaps = columns.gap * (columns.kind > 0 ? 4 : 3);
    size_t rest = width - gaps - columns.service - columns.kind - columns.duration;
    size_t most_label = rest * 2 / 3;
    columns.indent = at_least(most_label / 2, 4);
    columns.label = wanted_label(trace, most_label, columns.indent);
    columns.bar = rest - columns.label;
    return columns;
}
