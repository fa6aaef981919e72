/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The variables OTEL_... of the core: read here and nowhere else, but for the one that is about
 * messaging and needs no SDK (messaging/stability.h). An empty variable counts as unset. A wrong
 * value is reported with its variable and with what is used instead. Not while another thread
 * changes the environment.
 * (Specification: configuration/sdk-environment-variables.md.)
 */
#ifndef OTELMQ_SDK_ENVIRONMENT_H
#define OTELMQ_SDK_ENVIRONMENT_H

#include <otelmq/propagator.h>
#include <otelmq/tracer_provider.h>

enum { OTELMQ_ENVIRONMENT_PROCESSORS_MAX = 8 };

/* OTEL_SDK_DISABLED */
bool otelmq_environment_is_disabled(void);

/* OTEL_SERVICE_NAME; empty when it is not set. Borrowed from the environment. */
otelmq_str otelmq_environment_service_name(void);

/* OTEL_LOG_LEVEL: sends diagnostics to standard error when it is set. */
void otelmq_environment_set_log_level(void);

/* OTEL_BSP_... */
otelmq_batch_options otelmq_environment_batch_options(void);

/* OTEL_SPAN_..._LIMIT, OTEL_ATTRIBUTE_..._LIMIT, OTEL_EVENT_..._LIMIT, OTEL_LINK_..._LIMIT */
otelmq_span_limits otelmq_environment_span_limits(void);

/*
 * OTEL_TRACES_SAMPLER, OTEL_TRACES_SAMPLER_ARG, for the provider of that resource. Yours; {0}
 * without memory.
 */
otelmq_sampler otelmq_environment_sampler(const otelmq_resource *resource);

/* OTEL_PROPAGATORS. Yours; {0} without memory. */
otelmq_propagator otelmq_environment_propagator(void);

/*
 * OTEL_TRACES_EXPORTER: writes one batch processor, yours, for each exporter that there is, and
 * returns how many.
 */
size_t
otelmq_environment_processors(const otelmq_batch_options *batch,
                              otelmq_processor processors[OTELMQ_ENVIRONMENT_PROCESSORS_MAX]);

#endif
