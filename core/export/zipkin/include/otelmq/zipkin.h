/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Spans for Zipkin, and for what accepts its version 2 as JSON. Linking otelmq::otlp makes it known
 * as OTEL_TRACES_EXPORTER=zipkin; this function is for wiring by hand. Where an option is left
 * open, the environment decides:
 *
 *     OTEL_EXPORTER_ZIPKIN_ENDPOINT   http://localhost:9411/api/v2/spans
 *     OTEL_EXPORTER_ZIPKIN_TIMEOUT    milliseconds, 10000
 *
 * Zipkin has no links and no tracestate: they are lost.
 * (Specification: trace/sdk_exporters/zipkin.md.)
 */
#ifndef OTELMQ_ZIPKIN_H
#define OTELMQ_ZIPKIN_H

#include <otelmq/exporter.h>

OTELMQ_BEGIN_C

/* {0} follows the environment in everything. Copied. */
typedef struct {
    const char *endpoint; /* the whole URL, or "unix:///path/to.sock"; NULL: the environment */
    const char *const *headers; /* "Name: value" lines, as for curl; NULL: none of one's own */
    size_t header_count;
    uint32_t timeout_ms; /* for one batch with all its retries; 0: the environment, else 10000 */
    const char *ca_file; /* PEM; NULL: the system's */
} otelmq_zipkin_options;

/*
 * Tries again as OTLP does. options NULL: {0}. The result is yours, until you hand it to a
 * processor or to otelmq_sdk_start; {0} on failure.
 */
OTELMQ_API otelmq_exporter otelmq_zipkin_exporter(const otelmq_zipkin_options *options);

OTELMQ_END_C

#endif
