/* SPDX-License-Identifier: Apache-2.0 */
/* The command line of the services: one option with a number, and for the shop a file. */
#ifndef PIPELINE_ARGUMENTS_H
#define PIPELINE_ARGUMENTS_H

typedef struct {
    long limit; /* the number behind the option; 0: not given */
    const char *file; /* NULL: not given */
} arguments;

/* What the command line of a service may have, and what --help says about it. */
typedef struct {
    const char *option; /* "--count" */
    const char *meaning; /* of the option's number */
    const char *file; /* what the file is for; NULL: takes none */
} arguments_usage;

/* Reads the command line; ends the program with the usage when it is wrong, or asked for. */
arguments arguments_parse(int count, char *words[], const arguments_usage *usage);

#endif
