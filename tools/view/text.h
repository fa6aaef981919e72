/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Text and the cells that it takes on a terminal. Names and attributes come from strangers, so each
 * passes view_text_add_printable once, when it is read; the rest of the viewer handles only what
 * came out of it. All of this follows the locale's LC_CTYPE.
 */
#ifndef OTELMQ_VIEW_TEXT_H
#define OTELMQ_VIEW_TEXT_H

#include "base/buffer.h"

/* Whether the terminal understands more than ASCII. */
bool view_text_locale_is_utf8(void);

/*
 * Adds foreign bytes so that they can be shown: control characters, characters that change the
 * direction of writing, bytes that are not UTF-8 and what the locale cannot show become escapes
 * such as \n, \x1b and \u202e. Never adds a NUL.
 */
void view_text_add_printable(otelmq_buffer *buffer, otelmq_str foreign);

/* The number of cells of printable text. */
size_t view_text_width(otelmq_str text);

/* The longest beginning, and the longest end, that take no more than that many cells. */
otelmq_str view_text_head(otelmq_str text, size_t cells);
otelmq_str view_text_tail(otelmq_str text, size_t cells);

#endif
