/* SPDX-License-Identifier: Apache-2.0 */
#include "provider.h"

#include "require.h"

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
