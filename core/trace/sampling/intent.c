/* SPDX-License-Identifier: Apache-2.0 */
#include "trace/sampling/threshold.h"

#include <otelmq/composable_sampler.h>
#include <otelmq/diagnostics.h>

static void report_full(const char *kind)
{
    otelmq_diagnostics_report(OTELMQ_SEVERITY_WARNING,
                              "A composable sampler's %s provider was left out: %d is the most.",
                              kind, OTELMQ_SAMPLING_PROVIDERS_MAX);
}

otelmq_sampling_intent otelmq_sampling_intent_for_ratio(double ratio, uint32_t precision)
{
    otelmq_sampling_intent intent = {0};
    intent.has_threshold = otelmq_threshold_from_ratio(ratio, precision, &intent.threshold);
    intent.is_adjusted_count_reliable = intent.has_threshold;
    return intent;
}

void otelmq_sampling_intent_add_attributes(otelmq_sampling_intent *intent,
                                           otelmq_attributes_provider provider)
{
    if (intent->attributes_provider_count >= OTELMQ_SAMPLING_PROVIDERS_MAX) {
        report_full("attributes");
        return;
    }
    intent->attributes_providers[intent->attributes_provider_count++] = provider;
}

void otelmq_sampling_intent_add_tracestate(otelmq_sampling_intent *intent,
                                           otelmq_tracestate_provider provider)
{
    if (intent->tracestate_provider_count >= OTELMQ_SAMPLING_PROVIDERS_MAX) {
        report_full("tracestate");
        return;
    }
    intent->tracestate_providers[intent->tracestate_provider_count++] = provider;
}
