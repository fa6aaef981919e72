/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Spans as OTLP JSON: hexadecimal ids, enums as integers, 64-bit numbers as strings, names in lower
 * camel case, zero and empty left out. (opentelemetry-proto: specification.md, "JSON Protobuf
 * Encoding".)
 */
#ifndef OTELMQ_OTLP_JSON_SPANS_H
#define OTELMQ_OTLP_JSON_SPANS_H

#include "base/buffer.h"

#include <otelmq/span_data.h>

/* Adds one TracesData of count spans, at least one, without a newline. */
otelmq_status otelmq_otlp_json_add_spans(otelmq_buffer *out, const otelmq_span_data *const spans[],
                                         size_t count);

#endif
