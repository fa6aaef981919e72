/* SPDX-License-Identifier: Apache-2.0 */
/* What each subcommand of otelmq gives to main, and the exit statuses that all of them share. */
#ifndef OTELMQ_TOOLS_SUBCOMMAND_H
#define OTELMQ_TOOLS_SUBCOMMAND_H

typedef struct {
    const char *name;
    const char *purpose; /* one line of otelmq --help */
    /* argv[0] is the name of the subcommand; returns the exit status. */
    int (*run)(int argc, char **argv);
} otelmq_subcommand;

enum {
    OTELMQ_EXIT_OK = 0,
    OTELMQ_EXIT_NO = 1, /* it worked, and the answer is no: nothing found, a check failed */
    OTELMQ_EXIT_TROUBLE = 2, /* wrong usage, unreadable or broken input */
};

#endif
