/* SPDX-License-Identifier: Apache-2.0 */
/* Sets of traces for tests, written as lines of OTLP JSON with short ids. */
#ifndef OTELMQ_TESTS_VIEW_LINES_H
#define OTELMQ_TESTS_VIEW_LINES_H

#include "view/relations.h"

/* A span of such a line. Ids are small numbers; 0 stands for no parent and no link. */
typedef struct {
    unsigned trace_id;
    unsigned span_id;
    unsigned parent_id;
    const char *name;
    uint64_t start_unix_nano;
    uint64_t end_unix_nano;
    unsigned link_trace_id;
    unsigned link_span_id;
    view_kind kind;
} test_span;

/* Adds one line of service with these spans. */
void view_lines_add(view_trace_set *set, const char *service, const test_span spans[],
                    size_t count);

/* The span with this name; fails the test when there is none. */
const view_span *view_lines_span(const view_trace_set *set, const char *name);

#endif
