/* SPDX-License-Identifier: Apache-2.0 */
/* Spans as Zipkin's JSON, version 2. (Specification: trace/sdk_exporters/zipkin.md.) */
#ifndef OTELMQ_ZIPKIN_SPANS_H
#define OTELMQ_ZIPKIN_SPANS_H

#include "base/buffer.h"

#include <otelmq/span_data.h>

/* Adds an array of count spans. */
otelmq_status otelmq_zipkin_add_spans(otelmq_buffer *text, const otelmq_span_data *const spans[],
                                      size_t count);

#endif
