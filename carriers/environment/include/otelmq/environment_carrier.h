/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Environment variables as a carrier: how a context reaches a program that is started and not
 * called, such as a batch job or a step of a build. Names are those of the headers in upper case,
 * with an underscore for every other character than a letter or digit, and one in front of a
 * leading digit: traceparent is TRACEPARENT, x-b3-traceid is X_B3_TRACEID.
 *
 * The started program continues the trace:
 *
 *     const otelmq_context *context = otelmq_propagator_extract(
 *         otelmq_propagator_global(), NULL, otelmq_environment_carrier());
 *
 * The program that starts it writes into a copy, because other threads read its own environment:
 *
 *     otelmq_child_environment *child = otelmq_child_environment_create(NULL);
 *     otelmq_propagator_inject(otelmq_propagator_global(), NULL,
 *                              otelmq_child_environment_carrier(child));
 *     posix_spawn(&pid, path, NULL, NULL, argv, otelmq_child_environment_envp(child));
 *     otelmq_child_environment_destroy(child);
 *
 * Who may look at a process sees its environment: put no secret into baggage.
 * (Specification: context/env-carriers.md.)
 */
#ifndef OTELMQ_ENVIRONMENT_CARRIER_H
#define OTELMQ_ENVIRONMENT_CARRIER_H

#include <otelmq/carrier.h>

OTELMQ_BEGIN_C

/*
 * The environment of this process, to be read only. What it lists are the names of the variables.
 * Any thread, while none changes the environment.
 */
OTELMQ_API otelmq_carrier otelmq_environment_carrier(void);

/* An environment for a process that is to be started. Not for two threads at once. */
typedef struct otelmq_child_environment otelmq_child_environment;

/*
 * A copy of envp, which ends in NULL, yours; envp NULL: of the environment of this process. NULL
 * without memory.
 */
OTELMQ_API otelmq_child_environment *otelmq_child_environment_create(char *const envp[]);

/*
 * What execve and posix_spawn take: "NAME=value" strings and a NULL behind them. Borrowed until the
 * next set. NULL for NULL.
 */
OTELMQ_API char *const *otelmq_child_environment_envp(const otelmq_child_environment *child);

/*
 * The copy as a carrier. Borrows it; NULL gives one that refuses every value. Values must be what a
 * header can hold, without control characters, else OTELMQ_ERROR_MALFORMED. Nothing is shortened:
 * when all of it is too long for the system, execve says so (E2BIG).
 */
OTELMQ_API otelmq_carrier otelmq_child_environment_carrier(otelmq_child_environment *child);

/* Frees it; NULL is fine. */
OTELMQ_API void otelmq_child_environment_destroy(otelmq_child_environment *child);

OTELMQ_END_C

#endif
