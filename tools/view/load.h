/* SPDX-License-Identifier: Apache-2.0 */
/* Reads files of OTLP JSON lines into a set of traces, and says on stderr what is wrong in them. */
#ifndef OTELMQ_VIEW_LOAD_H
#define OTELMQ_VIEW_LOAD_H

#include "view/trace_set.h"

typedef struct {
    view_trace_set *set;
    const char *find; /* spans that hold this text are marked; NULL: none */
    size_t broken_line_count;
    size_t unreadable_file_count;
} view_loader;

/* Adds the spans of the file, "-" for standard input. What is broken is told, counted, skipped. */
void view_loader_read(view_loader *loader, const char *path);

#endif
