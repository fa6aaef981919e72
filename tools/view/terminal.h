/* SPDX-License-Identifier: Apache-2.0 */
/* Where the drawing goes: how wide it is, and what it can show. */
#ifndef OTELMQ_VIEW_TERMINAL_H
#define OTELMQ_VIEW_TERMINAL_H

#include <stdbool.h>
#include <stddef.h>

/* Narrower than this nothing useful can be drawn, and nobody has wider ones. */
enum { VIEW_LEAST_WIDTH = 30, VIEW_MOST_WIDTH = 10000 };

typedef enum {
    VIEW_COLOR_AUTO, /* when it is a terminal, NO_COLOR is unset and TERM is not dumb */
    VIEW_COLOR_ALWAYS,
    VIEW_COLOR_NEVER,
} view_color;

/* Those of the tree are two cells wide, the others one, in ASCII too, but for at_most and more. */
typedef struct {
    const char *branch; /* to a child with siblings after it */
    const char *last_branch; /* to the last child */
    const char *trunk; /* past a child that has siblings after it */
    const char *no_trunk;
    const char *cut_trunk; /* stands for the levels that are not drawn */
    const char *bar;
    const char *left_half;
    const char *right_half;
    const char *tick;
    const char *queue; /* the way through a broker */
    const char *hop;
    const char *link;
    const char *error;
    const char *missing;
    const char *loop;
    const char *dot; /* between the parts of a header */
    const char *ellipsis;
    const char *at_most;
    const char *micro;
} view_glyphs;

typedef struct {
    size_t width;
    bool has_color;
    const view_glyphs *glyphs;
} view_terminal;

/* The one behind descriptor fd. width 0: of the terminal, else COLUMNS, else 100. */
view_terminal view_terminal_from(int fd, size_t width, view_color color);

#endif
