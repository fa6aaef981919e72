/* SPDX-License-Identifier: Apache-2.0 */
#include "support/discarding.h"

static otelmq_status discard(void *self, const otelmq_span_data *const spans[], size_t count,
                             uint32_t timeout_ms, otelmq_export_result *result)
{
    (void)self;
    (void)spans;
    (void)count;
    (void)timeout_ms;
    (void)result;
    return OTELMQ_OK;
}

otelmq_exporter discarding_exporter(void)
{
    static const otelmq_exporter_ops ops = {.export_spans = discard};
    return (otelmq_exporter){&ops, NULL};
}
