/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is wrong with a configuration file. All of it is collected, so that a user need not find one
 * error after the other, and reported at the end. Not for two threads at once.
 */
#ifndef OTELMQ_CONFIG_PROBLEMS_H
#define OTELMQ_CONFIG_PROBLEMS_H

#include <otelmq/diagnostics.h>
#include <otelmq/status.h>

#include <stddef.h>
#include <stdint.h>

enum { OTELMQ_CONFIG_PROBLEMS_MAX = 10, OTELMQ_CONFIG_PROBLEM_SIZE = 512 };

typedef struct {
    otelmq_severity severity;
    char text[OTELMQ_CONFIG_PROBLEM_SIZE]; /* "file:line: ..." */
} otelmq_config_problem;

typedef struct {
    const char *file; /* its name, for the messages; not owned */
    /* The first error's; OTELMQ_OK as long as the file can be used. */
    otelmq_status status;
    size_t count; /* of all, of which the first OTELMQ_CONFIG_PROBLEMS_MAX are kept */
    otelmq_config_problem items[OTELMQ_CONFIG_PROBLEMS_MAX];
} otelmq_config_problems;

void otelmq_config_problems_init(otelmq_config_problems *problems, const char *file);

/* An error at that line, from 1; 0: of the file as a whole. format makes a sentence. */
void otelmq_config_error(otelmq_config_problems *problems, uint32_t line, otelmq_status status,
                         const char *format, ...) OTELMQ_PRINTF(4, 5);

/* The same for what does not keep the file from being used. */
void otelmq_config_warn(otelmq_config_problems *problems, uint32_t line, const char *format, ...)
    OTELMQ_PRINTF(3, 4);
void otelmq_config_inform(otelmq_config_problems *problems, uint32_t line, const char *format, ...)
    OTELMQ_PRINTF(3, 4);

/* Sends them to the diagnostics, and forgets them; the status stays. */
void otelmq_config_problems_report(otelmq_config_problems *problems);

#endif
