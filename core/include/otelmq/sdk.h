/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The one call that sets tracing up, and the one that ends it:
 *
 *     otelmq_sdk *sdk = NULL;
 *     if (otelmq_sdk_start(&(otelmq_sdk_options){.service_name = "orders"}, &sdk) != OTELMQ_OK)
 *         ...;
 *     ...
 *     otelmq_sdk_shutdown(sdk, 30000);
 *
 * What the options leave open, the environment decides:
 *
 *     OTEL_SDK_DISABLED              true: nothing is recorded; context still travels
 *     OTEL_SERVICE_NAME, OTEL_RESOURCE_ATTRIBUTES
 *     OTEL_TRACES_EXPORTER           otlp (default), zipkin, console, otlp/stdout, otlp/file, none,
 *                                    or a list of these
 *     OTEL_EXPORTER_OTLP_...         see <otelmq/otlp.h>
 *     OTEL_TRACES_SAMPLER, _ARG      always_on, always_off, traceidratio, parentbased_ and these
 *                                    jaeger_remote, see <otelmq/jaeger_remote_sampler.h>
 *     OTEL_PROPAGATORS               tracecontext, baggage, none; default tracecontext,baggage
 *     OTEL_BSP_...                   see otelmq_batch_options
 *     OTEL_SPAN_..._LIMIT            see otelmq_span_limits
 *     OTEL_LOG_LEVEL                 debug, info, warn, error: diagnostics to standard error
 *     OTEL_CONFIG_FILE               a YAML file that says all of this in place of the others;
 *                                    needs otelmq::config, see <otelmq/config.h>
 *
 * A wrong value is reported with its variable, and what is used instead.
 */
#ifndef OTELMQ_SDK_H
#define OTELMQ_SDK_H

#include <otelmq/propagator.h>
#include <otelmq/resource_detector.h>
#include <otelmq/tracer_provider.h>

OTELMQ_BEGIN_C

typedef struct otelmq_sdk otelmq_sdk;

/* {0} follows the environment in everything; a field that is set wins over it. */
typedef struct {
    const char *service_name; /* NULL: OTEL_SERVICE_NAME */
    const char *service_version; /* NULL: not said */
    const otelmq_attribute *resource_attributes; /* NULL: none beside those detected */
    size_t resource_attribute_count;
    const otelmq_resource_detector *detectors; /* NULL: none beside those of otelmq */
    size_t detector_count;
    otelmq_exporter exporter; /* *owned*; {0}: OTEL_TRACES_EXPORTER, unless there are exporters */
    /*
     * More destinations, each *owned*: each has a queue of its own, and none waits for another. At
     * most 32 in all; NULL: none.
     */
    const otelmq_exporter *exporters;
    size_t exporter_count;
    const otelmq_batch_options *batch; /* NULL: OTEL_BSP_... */
    otelmq_sampler sampler; /* *owned*; {0}: OTEL_TRACES_SAMPLER */
    otelmq_propagator propagator; /* *owned*; {0}: OTEL_PROPAGATORS */
    const otelmq_span_limits *limits; /* NULL: OTEL_SPAN_..._LIMIT */
    /* false: as batch says. true: no thread exports, but otelmq_sdk_pump. */
    bool pumped;
} otelmq_sdk_options;

/*
 * Builds a tracer provider, makes it and the propagator the ones of the process, and starts the
 * export thread: call it after the program forked or became a daemon. options NULL: {0}. *Owns*
 * what is marked so, on failure too. *sdk is yours. Fails when OTEL_CONFIG_FILE names a file that
 * cannot be used, after reporting what is wrong in which line.
 */
OTELMQ_API otelmq_status otelmq_sdk_start(const otelmq_sdk_options *options, otelmq_sdk **sdk);

/* Its provider, for tracers of your own wiring. Borrowed. */
OTELMQ_API otelmq_tracer_provider *otelmq_sdk_tracer_provider(otelmq_sdk *sdk);

/*
 * For programs that want no thread beside their own: event loops, and daemons that fork. Exports,
 * on the calling thread, the batches that are due: full ones, and after the schedule delay what
 * there is. Call it often, once in each turn of the loop or each second: it returns at once when
 * nothing is due, and after timeout_ms at the latest. An export that would take longer fails, and
 * its spans are lost; OTELMQ_ERROR_TIMEOUT says that, or that more is due. With a timeout of 0
 * nothing is exported, and the same answer says that something is due. force_flush and shutdown
 * export everything, without a pump. Without options.pumped it does nothing. Any thread. (The
 * Jaeger remote sampler has a thread of its own all the same.)
 *
 *     while (wait_for_events(1000) >= 0) {
 *         handle_events();
 *         (void)otelmq_sdk_pump(sdk, 50);
 *     }
 */
OTELMQ_API otelmq_status otelmq_sdk_pump(otelmq_sdk *sdk, uint32_t timeout_ms);

/* Exports all spans that ended before the call, within timeout_ms. Any thread. */
OTELMQ_API otelmq_status otelmq_sdk_force_flush(otelmq_sdk *sdk, uint32_t timeout_ms);

/*
 * Flushes within timeout_ms, stops, and frees; what the deadline cut off is counted. Spans may
 * still be started and ended afterwards, on any thread, and record nothing. NULL is fine. The
 * answer says whether all was exported: OTELMQ_ERROR_TIMEOUT, or the exporter's own error.
 */
OTELMQ_API otelmq_status otelmq_sdk_shutdown(otelmq_sdk *sdk, uint32_t timeout_ms);

OTELMQ_END_C

#endif
