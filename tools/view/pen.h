/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Writes lines made of columns, with styles where the terminal has them. Spaces at the end of a
 * line are left out. Texts are printable ones of view/text.h, or our own.
 */
#ifndef OTELMQ_VIEW_PEN_H
#define OTELMQ_VIEW_PEN_H

#include "view/terminal.h"

#include "base/buffer.h"

#include <stdio.h>

/* Parameters of the escape sequence "select graphic rendition". */
#define VIEW_STYLE_PLAIN ""
#define VIEW_STYLE_BOLD "1"
#define VIEW_STYLE_DIM "2"
#define VIEW_STYLE_ERROR "31"
#define VIEW_STYLE_BOLD_ERROR "1;31"

typedef struct {
    const view_terminal *terminal;
    FILE *out;
    otelmq_buffer line;
    size_t cells; /* of the line so far, with the spaces that wait */
    size_t waiting_spaces; /* written when something follows them */
    const char *style; /* that the terminal is in */
} view_pen;

void view_pen_init(view_pen *pen, const view_terminal *terminal, FILE *out);
void view_pen_clean(view_pen *pen);

/* The style of the number-th service; they repeat after some. */
const char *view_pen_service_style(size_t number);

void view_pen_space(view_pen *pen, size_t cells);
void view_pen_write(view_pen *pen, const char *style, const char *text);
void view_pen_repeat(view_pen *pen, const char *style, const char *glyph, size_t count);

/* Writes text, shortened in the middle when it takes more than that many cells. */
void view_pen_write_fitted(view_pen *pen, const char *style, const char *text, size_t cells);

/* The same, filled up with spaces behind or in front of it. */
void view_pen_write_left(view_pen *pen, const char *style, const char *text, size_t cells);
void view_pen_write_right(view_pen *pen, const char *style, const char *text, size_t cells);

/* Writes text to the end of the line, where it is cut if it does not fit. */
void view_pen_write_rest(view_pen *pen, const char *style, const char *text);

/* The cells that are left in the line. */
size_t view_pen_left(const view_pen *pen);

void view_pen_end_line(view_pen *pen);

#endif
