/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A trace as a waterfall: a header, and for each span a line with its place in the tree and its bar
 * on the time axis. Further lines tell of errors, links, and the way through a broker.
 */
#ifndef OTELMQ_VIEW_WATERFALL_H
#define OTELMQ_VIEW_WATERFALL_H

#include "view/pen.h"
#include "view/trace_set.h"

/* set is the one that the trace is of. */
void view_waterfall_draw(view_pen *pen, const view_trace_set *set, const view_trace *trace);

#endif
