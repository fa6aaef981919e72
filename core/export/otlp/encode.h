/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Spans as the bytes of an ExportTraceServiceRequest, which has the shape of a TracesData. Written
 * by hand because it is on the hot path: protobuf-c would first build a tree of each span.
 */
#ifndef OTELMQ_OTLP_ENCODE_H
#define OTELMQ_OTLP_ENCODE_H

#include "export/otlp/proto_writer.h"

#include <otelmq/span_data.h>

/* Writes count spans, at least one, in place of what writer held. */
otelmq_status otelmq_otlp_encode(otelmq_proto_writer *writer, const otelmq_span_data *const spans[],
                                 size_t count);

/*
 * The flags of a span, where is_remote is about its parent, or of a link, where it is about the
 * linked context. (opentelemetry-proto: trace.proto, SpanFlags.)
 */
uint32_t otelmq_otlp_flags(uint8_t trace_flags, bool is_remote);

#endif
