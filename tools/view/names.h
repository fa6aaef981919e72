/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A set of texts, each kept once and numbered as they come: the names of spans and services, which
 * repeat in every trace. What comes in is foreign, what is kept is printable.
 */
#ifndef OTELMQ_VIEW_NAMES_H
#define OTELMQ_VIEW_NAMES_H

#include "base/buffer.h"

typedef struct {
    size_t number; /* 0 for the first of its set */
    size_t width; /* in cells */
    char text[];
} view_name;

typedef struct {
    void *tree; /* of tsearch: balanced, so that no input makes it slow */
    size_t count;
    otelmq_buffer scratch;
} view_names;

void view_names_init(view_names *names);
void view_names_clean(view_names *names);

/* The name of this text, made printable. Borrowed from names. */
const view_name *view_names_add(view_names *names, otelmq_str foreign);

#endif
