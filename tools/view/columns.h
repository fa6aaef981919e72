/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The columns of a waterfall, in cells, with gap cells between each two:
 *
 *     service   tree and name          kind      bar                  duration
 */
#ifndef OTELMQ_VIEW_COLUMNS_H
#define OTELMQ_VIEW_COLUMNS_H

#include "view/trace_set.h"

/* The cells of the column of kinds, when these are written in full, and when shortened. */
enum { VIEW_FULL_KIND = 8, VIEW_SHORT_KIND = 4 };

typedef struct {
    size_t gap;
    size_t service;
    size_t label; /* branches and name */
    size_t indent; /* how much of it branches may take */
    size_t kind; /* 0: there is none */
    size_t bar;
    size_t duration;
} view_columns;

/* What fits this trace best into width cells. */
view_columns view_columns_fit(const view_trace *trace, size_t width);

#endif
