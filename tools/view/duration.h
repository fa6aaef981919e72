/* SPDX-License-Identifier: Apache-2.0 */
/* Durations for people: "850 ns", "1.23 ms", "12.3 s", "2m 05s", "3h 07m", "12 d". */
#ifndef OTELMQ_VIEW_DURATION_H
#define OTELMQ_VIEW_DURATION_H

#include "view/terminal.h"

#include <stdint.h>

/* The cells that durations fit in, with a sign in front, up to a hundred years. */
enum { VIEW_DURATION_WIDTH = 8 };

typedef struct {
    char text[24];
} view_duration;

/* With three significant digits, after prefix ("" for none). */
view_duration view_duration_format(const view_glyphs *glyphs, const char *prefix, uint64_t nano);

#endif
