/* SPDX-License-Identifier: Apache-2.0 */
/* What the spans of a set are to each other. */
#ifndef OTELMQ_VIEW_RELATIONS_H
#define OTELMQ_VIEW_RELATIONS_H

#include "view/trace_set.h"

/*
 * To be called once, after everything has been loaded: finds the parents and the targets of links,
 * makes a place for each parent that is in no file, cuts loops of parents, and builds the traces.
 * Takes n log n steps on whatever input.
 */
void view_relations_find(view_trace_set *set);

#endif
