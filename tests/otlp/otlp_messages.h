/* SPDX-License-Identifier: Apache-2.0 */
/* OTLP's messages as protobuf-c has them, under names that fit on a line. */
#ifndef OTELMQ_TESTS_OTLP_OTLP_MESSAGES_H
#define OTELMQ_TESTS_OTLP_OTLP_MESSAGES_H

#include <google/rpc/status.pb-c.h>
#include <opentelemetry/proto/collector/trace/v1/trace_service.pb-c.h>

typedef Otelmq__Opentelemetry__Proto__Collector__Trace__V1__ExportTraceServiceRequest otlp_request;
typedef Otelmq__Opentelemetry__Proto__Collector__Trace__V1__ExportTraceServiceResponse
    otlp_response;
typedef Otelmq__Opentelemetry__Proto__Collector__Trace__V1__ExportTracePartialSuccess
    otlp_partial_success;
typedef Otelmq__Opentelemetry__Proto__Trace__V1__ResourceSpans otlp_resource_spans;
typedef Otelmq__Opentelemetry__Proto__Trace__V1__ScopeSpans otlp_scope_spans;
typedef Otelmq__Opentelemetry__Proto__Trace__V1__Span otlp_span;
typedef Otelmq__Opentelemetry__Proto__Trace__V1__Span__Event otlp_event;
typedef Otelmq__Opentelemetry__Proto__Trace__V1__Span__Link otlp_link;
typedef Otelmq__Opentelemetry__Proto__Common__V1__KeyValue otlp_key_value;
typedef Otelmq__Opentelemetry__Proto__Common__V1__AnyValue otlp_any_value;

/* The constants of AnyValue's value_case. */
#define OTLP_ANY_VALUE(name) OTELMQ__OPENTELEMETRY__PROTO__COMMON__V1__ANY_VALUE__VALUE_##name

static inline otlp_request *otlp_request_unpack(const void *bytes, size_t len)
{
    return otelmq__opentelemetry__proto__collector__trace__v1__export_trace_service_request__unpack(
        NULL, len, bytes);
}

static inline void otlp_request_free(otlp_request *request)
{
    otelmq__opentelemetry__proto__collector__trace__v1__export_trace_service_request__free_unpacked(
        request, NULL);
}

#endif
