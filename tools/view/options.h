/* SPDX-License-Identifier: Apache-2.0 */
/* The command line of otelmq view. */
#ifndef OTELMQ_VIEW_OPTIONS_H
#define OTELMQ_VIEW_OPTIONS_H

#include "view/terminal.h"

typedef struct {
    bool wants_help;
    bool wants_summary;
    bool wants_check;
    bool only_errors;
    char trace_prefix[33]; /* lower-case digits; "": any trace */
    const char *find; /* NULL: any trace */
    size_t limit; /* 0: no limit */
    size_t width; /* 0: that of the terminal */
    view_color color;
    char *const *paths; /* of the argument vector */
    size_t path_count;
} view_options;

/* False for a wrong command line, after saying on stderr what is wrong with it. */
bool view_options_parse(int argc, char **argv, view_options *options);

void view_options_print_help(void);

#endif
