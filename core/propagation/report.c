/* SPDX-License-Identifier: Apache-2.0 */
#include "propagation/report.h"

#include <otelmq/diagnostics.h>
#include <otelmq/stats.h>

enum { QUOTED_MAX = 64 };

void otelmq_report_malformed(const char *header, otelmq_str value)
{
    int quoted = value.len < QUOTED_MAX ? (int)value.len : QUOTED_MAX;
    otelmq_stats_add(OTELMQ_STAT_EXTRACT_MALFORMED, 1);
    otelmq_diagnostics_report(OTELMQ_SEVERITY_DEBUG,
                              "The %s of an incoming message is malformed, and ignored: \"%.*s\".",
                              header, quoted, value.len > 0 ? value.data : "");
}

void otelmq_report_not_injected(otelmq_status status)
{
    otelmq_stats_add(OTELMQ_STAT_INJECT_SKIPPED, 1);
    otelmq_diagnostics_report(OTELMQ_SEVERITY_WARNING,
                              "A message goes out without its trace context: %s.",
                              otelmq_status_text(status));
}
