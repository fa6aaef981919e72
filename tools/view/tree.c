/* SPDX-License-Identifier: Apache-2.0 */
#include "view/tree.h"

#include "memory.h"

enum { LEVEL_CELLS = 2 };

void view_tree_start(view_tree *tree, const view_trace *trace)
{
    *tree = (view_tree){.next_root = trace->first_root};
    otelmq_buffer_init(&tree->levels);
}

void view_tree_clean(view_tree *tree)
{
    otelmq_buffer_clean(&tree->levels);
}

/* The node after the present one, with tree->depth set to its depth. */
static const view_span *find_next(view_tree *tree)
{
    const view_span *span = tree->span;
    if (span == NULL) {
        return tree->next_root;
    }
    if (span->first_child != NULL) {
        tree->depth++;
        return span->first_child;
    }
    while (span != NULL && span->next_sibling == NULL) {
        span = span->parent;
        tree->depth--;
    }
    return span == NULL ? NULL : span->next_sibling;
}

bool view_tree_next(view_tree *tree)
{
    tree->span = find_next(tree);
    if (tree->span == NULL) {
        tree->next_root = NULL;
        tree->depth = 0;
        return false;
    }
    tree->levels.len = tree->depth;
    otelmq_buffer_add_char(&tree->levels, tree->span->next_sibling != NULL);
    otelmq_memory_check(&tree->levels);
    return true;
}

size_t view_tree_indent(const view_tree *tree, size_t most_cells)
{
    size_t most_levels = most_cells / LEVEL_CELLS;
    return (tree->depth < most_levels ? tree->depth : most_levels) * LEVEL_CELLS;
}

/* Levels 1 to past - 1, the last ones of which fit together with one more. Returns what is left. */
static void draw_trunks(const view_tree *tree, view_pen *pen, size_t most_levels, size_t past)
{
    const view_glyphs *glyphs = pen->terminal->glyphs;
    size_t first = 1;
    if (tree->depth > most_levels) {
        view_pen_write(pen, VIEW_STYLE_DIM, glyphs->cut_trunk);
        first = tree->depth - most_levels + 2;
    }
    for (size_t level = first; level < past; level++) {
        bool goes_on = tree->levels.data[level] != 0;
        view_pen_write(pen, VIEW_STYLE_DIM, goes_on ? glyphs->trunk : glyphs->no_trunk);
    }
}

void view_tree_draw_branches(const view_tree *tree, view_pen *pen, size_t most_cells)
{
    const view_glyphs *glyphs = pen->terminal->glyphs;
    draw_trunks(tree, pen, most_cells / LEVEL_CELLS, tree->depth);
    if (tree->depth > 0) {
        bool goes_on = tree->levels.data[tree->depth] != 0;
        view_pen_write(pen, VIEW_STYLE_DIM, goes_on ? glyphs->branch : glyphs->last_branch);
    }
}

void view_tree_draw_above(const view_tree *tree, view_pen *pen, size_t most_cells)
{
    draw_trunks(tree, pen, most_cells / LEVEL_CELLS, tree->depth);
    if (tree->depth > 0) {
        view_pen_write(pen, VIEW_STYLE_DIM, pen->terminal->glyphs->trunk);
    }
}

void view_tree_draw_below(const view_tree *tree, view_pen *pen, size_t most_cells)
{
    const view_glyphs *glyphs = pen->terminal->glyphs;
    draw_trunks(tree, pen, most_cells / LEVEL_CELLS, tree->depth + 1);
    bool has_children = tree->span->first_child != NULL;
    view_pen_write(pen, VIEW_STYLE_DIM, has_children ? glyphs->trunk : glyphs->no_trunk);
}
