/* SPDX-License-Identifier: Apache-2.0 */
#include "view/bar.h"

/* Which half cell of the axis a moment falls into, or the one past the last. */
static size_t half_of(const view_axis *axis, uint64_t unix_nano)
{
    size_t halves = axis->cells * 2;
    if (unix_nano <= axis->start_unix_nano) {
        return 0;
    }
    if (unix_nano >= axis->end_unix_nano) {
        return halves;
    }
    double part = (double)(unix_nano - axis->start_unix_nano) /
                  (double)(axis->end_unix_nano - axis->start_unix_nano);
    return (size_t)(part * (double)halves);
}

static void draw_tick(view_pen *pen, const view_axis *axis, const char *style, size_t half)
{
    size_t cell = half / 2 < axis->cells ? half / 2 : axis->cells - 1;
    view_pen_space(pen, cell);
    view_pen_write(pen, style, pen->terminal->glyphs->tick);
    view_pen_space(pen, axis->cells - cell - 1);
}

/* Half cells first to past, at least one. */
static void draw_halves(view_pen *pen, const view_axis *axis, const char *style, size_t first,
                        size_t past)
{
    const view_glyphs *glyphs = pen->terminal->glyphs;
    bool starts_late = first % 2 == 1;
    bool ends_early = past % 2 == 1;
    size_t first_whole = (first + 1) / 2;
    view_pen_space(pen, first / 2);
    view_pen_repeat(pen, style, glyphs->right_half, starts_late);
    view_pen_repeat(pen, style, glyphs->bar, past / 2 - first_whole);
    view_pen_repeat(pen, style, glyphs->left_half, ends_early);
    view_pen_space(pen, axis->cells - (past + 1) / 2);
}

void view_bar_draw(view_pen *pen, const view_axis *axis, const char *style,
                   uint64_t start_unix_nano, uint64_t end_unix_nano)
{
    size_t first = half_of(axis, start_unix_nano);
    size_t past = half_of(axis, end_unix_nano);
    if (start_unix_nano == end_unix_nano) {
        draw_tick(pen, axis, style, first);
        return;
    }
    if (first == axis->cells * 2) {
        first--;
    }
    draw_halves(pen, axis, style, first, past > first ? past : first + 1);
}

void view_bar_draw_queue(view_pen *pen, const view_axis *axis, const char *style,
                         uint64_t start_unix_nano, uint64_t end_unix_nano)
{
    if (end_unix_nano < start_unix_nano) {
        view_pen_space(pen, axis->cells);
        return;
    }
    size_t first = half_of(axis, start_unix_nano) / 2;
    size_t past = (half_of(axis, end_unix_nano) + 1) / 2;
    first = first < axis->cells ? first : axis->cells - 1;
    past = past > first ? past : first + 1;
    view_pen_space(pen, first);
    view_pen_repeat(pen, style, pen->terminal->glyphs->queue, past - first);
    view_pen_space(pen, axis->cells - past);
}
