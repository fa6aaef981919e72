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
 *     OTEL_EXPORTER_ZIPKIN_...       see <otelmq/zipkin.h>
 *     OTEL_TRACES_SAMPLER            always_on, always_off, traceidratio, jaeger_remote, or each
 *                                    with parentbased_ in front; default parentbased_always_on
 *     OTEL_TRACES_SAMPLER_ARG        of traceidratio: a number from 0 to 1, default 1; of
 *                                    jaeger_remote: see <otelmq/jaeger_remote_sampler.h>
 *     OTEL_PROPAGATORS               a list of tracecontext, baggage, b3, b3multi, jaeger, ottrace,
 *                                    none and names that otelmq_propagator_register made known;
 *                                    default tracecontext,baggage
 *     OTEL_BSP_MAX_QUEUE_SIZE, _SCHEDULE_DELAY, _EXPORT_TIMEOUT, _MAX_EXPORT_BATCH_SIZE
 *                                    see otelmq_batch_options
 *     OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT, OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT,
 *     OTEL_SPAN_EVENT_COUNT_LIMIT, OTEL_SPAN_LINK_COUNT_LIMIT,
 *     OTEL_EVENT_ATTRIBUTE_COUNT_LIMIT, OTEL_LINK_ATTRIBUTE_COUNT_LIMIT
 *                                    see otelmq_span_limits
 *     OTEL_ATTRIBUTE_COUNT_LIMIT, OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT
 *                                    the same, where the one with a first word is not set
 *     OTEL_SEMCONV_STABILITY_OPT_IN  messaging/dup: the attribute names of the messaging
 *                                    conventions 1.24 as well; read as a client is made
 *     OTEL_LOG_LEVEL                 debug, info, warn, error: diagnostics to standard error
 *     OTEL_CONFIG_FILE               a YAML file that says all of this in place of the others (but
 *                                    OTEL_SEMCONV_STABILITY_OPT_IN); needs otelmq::config, see
 *                                    <otelmq/config.h>
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
 *
 * Usually once in a process. Traced clients and tracers may be made before it or after it. A second
 * start makes its own provider and propagator those of the process; the first goes on exporting
 * what began on it, and each is shut down.
 */
OTELMQ_API otelmq_status otelmq_sdk_start(const otelmq_sdk_options *options, otelmq_sdk **sdk);

/*
 * Lets OTEL_LOG_LEVEL decide which diagnostics go to standard error, as otelmq_sdk_start does
 * before all else; with OTEL_CONFIG_FILE, those from info on do until the file is read. Call it
 * before you make an exporter, sampler or propagator of your own, which may have to say why it
 * cannot be.
 */
OTELMQ_API void otelmq_sdk_set_log_level(void);

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
 * still be started and ended afterwards, on any thread, and record nothing; so destroy traced
 * connections and clients before, whose open spans end with them. Any thread, once, as sdk is gone
 * then. NULL is fine. The answer says whether all was exported: OTELMQ_ERROR_TIMEOUT, or the
 * exporter's own error.
 */
OTELMQ_API otelmq_status otelmq_sdk_shutdown(otelmq_sdk *sdk, uint32_t timeout_ms);

OTELMQ_END_C

#endif
