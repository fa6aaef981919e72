/* SPDX-License-Identifier: Apache-2.0 */
#include "discarding.h"

#include "require.h"

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

otelmq_exporter bench_discarding_exporter(void)
{
    static const otelmq_exporter_ops ops = {.export_spans = discard};
    return (otelmq_exporter){&ops, NULL};
}

otelmq_tracer_provider *bench_provider(otelmq_sampler sampler, otelmq_exporter exporter)
{
    otelmq_processor processor = otelmq_processor_batch(exporter, NULL);
    otelmq_tracer_provider_options options = {
        .sampler = sampler, .processors = &processor, .processor_count = 1};
    otelmq_tracer_provider *provider = NULL;
    require(otelmq_tracer_provider_create(&options, &provider) == OTELMQ_OK,
            "there is no provider");
    return provider;
}
