/* SPDX-License-Identifier: Apache-2.0 */
/* What every propagator counts and reports when a context cannot be passed on. Any thread. */
#ifndef OTELMQ_PROPAGATION_REPORT_H
#define OTELMQ_PROPAGATION_REPORT_H

#include <otelmq/status.h>
#include <otelmq/str.h>

/* An incoming header could not be read; value is quoted, its beginning at least. */
void otelmq_report_malformed(const char *header, otelmq_str value);

/* An outgoing message has no room for its trace context. */
void otelmq_report_not_injected(otelmq_status status);

#endif
