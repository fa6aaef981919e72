/* SPDX-License-Identifier: Apache-2.0 */
#include "export/otlp/value_depth.h"

#include <otelmq/diagnostics.h>

uint32_t otelmq_otlp_count_at_depth(const otelmq_value *value, uint32_t depth)
{
    if (depth <= OTELMQ_OTLP_DEPTH_MAX || value->count == 0) {
        return value->count;
    }
    otelmq_diagnostics_report(OTELMQ_SEVERITY_WARNING,
                              "An attribute was exported without what stands more than %d arrays "
                              "and maps deep in it, because receivers refuse that.",
                              OTELMQ_OTLP_DEPTH_MAX);
    return 0;
}
