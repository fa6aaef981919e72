/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The Jaeger remote sampler: how much of a service is sampled is said by a Jaeger or OpenTelemetry
 * collector, which is asked again and again, and may answer for each span name by itself. Linking
 * otelmq::otlp makes it known to otelmq_sdk_start:
 *
 *     OTEL_TRACES_SAMPLER       jaeger_remote, parentbased_jaeger_remote
 *     OTEL_TRACES_SAMPLER_ARG   endpoint=http://localhost:5778,pollingIntervalMs=60000,
 *                               initialSamplingRate=0.001
 *
 * Usually it decides about root spans only, below otelmq_sampler_parent_based.
 * (Specification: trace/sdk.md, "JaegerRemoteSampler"; Jaeger: remote sampling, HTTP.)
 */
#ifndef OTELMQ_JAEGER_REMOTE_SAMPLER_H
#define OTELMQ_JAEGER_REMOTE_SAMPLER_H

#include <otelmq/sampler.h>

OTELMQ_BEGIN_C

/* Copied, the sampler aside. */
typedef struct {
    /* http or https URL; /sampling is added if it has no path. NULL: http://localhost:5778 */
    const char *endpoint;
    const char *service_name; /* whom to ask about; NULL: unknown_service */
    uint32_t polling_interval_ms; /* 0: 60000 */
    uint32_t timeout_ms; /* for one answer; 0: 10000 */
    /* Decides until the first answer. *Owned*; {0}: otelmq_sampler_probability(0.001, 0). */
    otelmq_sampler initial_sampler;
} otelmq_jaeger_remote_options;

/*
 * Asks the endpoint at once, and then after each interval, on a thread of its own that blocks all
 * signals and ends in otelmq_sampler_destroy. When it has no new answer, for whatever reason, it
 * reports that and decides as the last one said. options NULL: {0}. It *owns* the initial sampler,
 * on failure too: {0} then, after reporting why.
 */
OTELMQ_API otelmq_sampler otelmq_sampler_jaeger_remote(const otelmq_jaeger_remote_options *options);

/*
 * Registers its two names for OTEL_TRACES_SAMPLER. otelmq_otlp_register does it too, which runs by
 * itself when the library is loaded.
 */
OTELMQ_API void otelmq_jaeger_remote_register(void);

OTELMQ_END_C

#endif
