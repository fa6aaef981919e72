/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the four processes of the pipeline have in common: a name, tracing under that name, a log,
 * and an orderly end on SIGTERM or SIGINT. One service a process, so that it needs no handle.
 */
#ifndef PIPELINE_SERVICE_H
#define PIPELINE_SERVICE_H

#include <otelmq/otelmq.h>

/* Starts tracing and catches the signals. Ends the program when tracing cannot be set up. */
void service_start(const char *name);

/* The tracer for the service's own spans. */
otelmq_tracer *service_tracer(void);

/* Whether a signal, or service_fail, asked the service to end: finish the message in hand. */
bool service_is_stopping(void);

/* One line "name: ..." to standard output for what happened, to standard error for trouble. */
void service_log(const char *format, ...) OTELMQ_PRINTF(1, 2);
void service_warn(const char *format, ...) OTELMQ_PRINTF(1, 2);

/* Makes the service end with exit code 1, after the caller said why. */
void service_fail(void);

/* Sends the last spans, logs how many there were, and returns the exit code. */
int service_stop(void);

#endif
