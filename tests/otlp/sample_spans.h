/* SPDX-License-Identifier: Apache-2.0 */
/* Spans as the tracer hands them to exporters, made by hand. */
#ifndef OTELMQ_TESTS_OTLP_SAMPLE_SPANS_H
#define OTELMQ_TESTS_OTLP_SAMPLE_SPANS_H

#include <otelmq/span_data.h>

#define SAMPLE_TRACE_ID "4bf92f3577b34da6a3ce929d0e0e4736"
#define SAMPLE_SPAN_ID "00f067aa0ba902b7"
#define SAMPLE_PARENT_ID "b7ad6b7169203331"
#define SAMPLE_LINKED_ID "0102030405060708"
#define SAMPLE_SCHEMA_URL "https://opentelemetry.io/schemas/1.44.0"

enum { SAMPLE_START = 1700000000, SAMPLE_ATTRIBUTES = 12, SAMPLE_EVENTS = 2, SAMPLE_LINKS = 2 };

/* What the sample spans borrow from; sample_spans_release frees it. */
typedef struct {
    const otelmq_resource *resource;
    const otelmq_tracestate *tracestate;
} sample_spans;

sample_spans sample_spans_create(void);
void sample_spans_release(sample_spans *samples);

/* A span with nothing but what every span has, called name. */
otelmq_span_data sample_spans_plain(const sample_spans *samples, const char *name);

/* A span with every feature. */
otelmq_span_data sample_spans_full(const sample_spans *samples);

#endif
