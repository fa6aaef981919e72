/* SPDX-License-Identifier: Apache-2.0 */
/* The selected traces in numbers: a line for each service and span name, and the totals. */
#ifndef OTELMQ_VIEW_SUMMARY_H
#define OTELMQ_VIEW_SUMMARY_H

#include "view/pen.h"
#include "view/trace_set.h"

void view_summary_draw(view_pen *pen, const view_trace_set *set);

#endif
