/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Goes through the nodes of a trace from top to bottom, each parent before its children, without
 * recursion: how deep a trace is, is up to whoever wrote it.
 *
 *     view_tree_start(&tree, trace);
 *     while (view_tree_next(&tree)) ... tree.span, tree.depth ...
 *     view_tree_clean(&tree);
 */
#ifndef OTELMQ_VIEW_TREE_H
#define OTELMQ_VIEW_TREE_H

#include "view/pen.h"
#include "view/trace_set.h"

typedef struct {
    const view_span *span; /* NULL before the first */
    const view_span *next_root;
    size_t depth; /* 0 for a root */
    otelmq_buffer levels; /* for each depth: 1 while more siblings follow at it, 0 at the last */
} view_tree;

void view_tree_start(view_tree *tree, const view_trace *trace);
bool view_tree_next(view_tree *tree);
void view_tree_clean(view_tree *tree);

/*
 * The cells that the branches in front of the present node take. In all of these most_cells, at
 * least 4, is how many they may take.
 */
size_t view_tree_indent(const view_tree *tree, size_t most_cells);

/* Draws these branches. Where they would be too many, the first levels are left out. */
void view_tree_draw_branches(const view_tree *tree, view_pen *pen, size_t most_cells);

/* Draws only the trunks that pass a line above the node, and a line between it and its children. */
void view_tree_draw_above(const view_tree *tree, view_pen *pen, size_t most_cells);
void view_tree_draw_below(const view_tree *tree, view_pen *pen, size_t most_cells);

#endif
