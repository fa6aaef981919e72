/* SPDX-License-Identifier: Apache-2.0 */
/* Bars on the time axis of a trace, in halves of cells. */
#ifndef OTELMQ_VIEW_BAR_H
#define OTELMQ_VIEW_BAR_H

#include "view/pen.h"

#include <stdint.h>

typedef struct {
    uint64_t start_unix_nano;
    uint64_t end_unix_nano;
    size_t cells;
} view_axis;

/* Fills the cells of the axis: a bar from start to end, a tick where it takes no time. */
void view_bar_draw(view_pen *pen, const view_axis *axis, const char *style,
                   uint64_t start_unix_nano, uint64_t end_unix_nano);

/* The same with the dots of a message on its way; nothing for end before start. */
void view_bar_draw_queue(view_pen *pen, const view_axis *axis, const char *style,
                         uint64_t start_unix_nano, uint64_t end_unix_nano);

#endif
