/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OTELMQ_BASE_DIAGNOSTICS_LEVEL_H
#define OTELMQ_BASE_DIAGNOSTICS_LEVEL_H

#include <otelmq/diagnostics.h>

/*
 * Sends messages from lowest on to standard error, unless the application has set a callback. Any
 * thread.
 */
void otelmq_diagnostics_use_stderr_if_unset(otelmq_severity lowest);

#endif
