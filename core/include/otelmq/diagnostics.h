/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where otelmq tells you what went wrong. Recording never fails for its caller, so trouble (a full
 * queue, an unreachable collector, a variable with a wrong value) goes to one callback of the
 * process and to the counters of <otelmq/stats.h>. The library prints nothing by itself: without a
 * callback it is silent, unless OTEL_LOG_LEVEL is set when otelmq_sdk_start runs. That variable
 * sets the lowest severity that your callback is given, or without one, prints to standard error;
 * so does the log_level of OTEL_CONFIG_FILE, which is info when the file does not say.
 */
#ifndef OTELMQ_DIAGNOSTICS_H
#define OTELMQ_DIAGNOSTICS_H

#include <otelmq/api.h>

OTELMQ_BEGIN_C

typedef enum {
    OTELMQ_SEVERITY_DEBUG,
    OTELMQ_SEVERITY_INFO,
    OTELMQ_SEVERITY_WARNING, /* Something was ignored, shortened, dropped or replaced. */
    OTELMQ_SEVERITY_ERROR, /* Spans were lost, or a part does not work. */
} otelmq_severity;

/*
 * Receives one message: a whole English sentence without a newline, borrowed for the call. Called
 * on whatever thread met the trouble, several at once; it must not call otelmq back.
 */
typedef void (*otelmq_diagnostics_callback)(otelmq_severity severity, const char *message,
                                            void *user);

/*
 * Sets the callback of the process; NULL is silence. Messages below lowest are not delivered. Any
 * thread; a call of the old callback may still be under way on another one when this returns.
 */
OTELMQ_API void otelmq_diagnostics_set(otelmq_diagnostics_callback callback, void *user,
                                       otelmq_severity lowest);

/*
 * Delivers messages from lowest on: to the application's own callback when it has set one, because
 * it knows where its log is; else to standard error. Any thread.
 */
OTELMQ_API void otelmq_diagnostics_set_level(otelmq_severity lowest);

/* A ready callback: one line "otelmq: warning: ..." for each message to standard error. */
OTELMQ_API void otelmq_diagnostics_stderr(otelmq_severity severity, const char *message,
                                          void *user);

/*
 * Reports to the callback; for authors of exporters, processors and carriers. format is printf's
 * and must be a literal, because the rate is limited for each format: 10 messages in 60 seconds,
 * then one that says how many were left out. Any thread; not from a signal handler.
 */
OTELMQ_API void otelmq_diagnostics_report(otelmq_severity severity, const char *format, ...)
    OTELMQ_PRINTF(2, 3);

OTELMQ_END_C

#endif
