/* SPDX-License-Identifier: Apache-2.0 */
/* Keeps the diagnostics that a test causes, as a user's callback would. For one thread. */
#ifndef OTELMQ_TESTS_SUPPORT_DIAGNOSTICS_LOG_H
#define OTELMQ_TESTS_SUPPORT_DIAGNOSTICS_LOG_H

#include <otelmq/diagnostics.h>

#include <stddef.h>
#include <string.h>

enum { DIAGNOSTICS_LOG_MESSAGES = 64, DIAGNOSTICS_LOG_MESSAGE_SIZE = 2048 };

typedef struct {
    size_t count;
    otelmq_severity severities[DIAGNOSTICS_LOG_MESSAGES];
    char messages[DIAGNOSTICS_LOG_MESSAGES][DIAGNOSTICS_LOG_MESSAGE_SIZE];
} diagnostics_log;

static inline void diagnostics_log_add(otelmq_severity severity, const char *message, void *user)
{
    diagnostics_log *log = user;
    if (log->count < DIAGNOSTICS_LOG_MESSAGES) {
        size_t len = strnlen(message, DIAGNOSTICS_LOG_MESSAGE_SIZE - 1);
        log->severities[log->count] = severity;
        memcpy(log->messages[log->count], message, len);
        log->messages[log->count][len] = '\0';
        log->count++;
    }
}

static inline void diagnostics_log_start(diagnostics_log *log, otelmq_severity lowest)
{
    log->count = 0;
    otelmq_diagnostics_set(diagnostics_log_add, log, lowest);
}

static inline void diagnostics_log_stop(void)
{
    otelmq_diagnostics_set(NULL, NULL, OTELMQ_SEVERITY_DEBUG);
}

#endif
