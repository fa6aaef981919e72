/* SPDX-License-Identifier: Apache-2.0 */
/* Writes ExportTraceServiceRequests, and keeps its memory from one to the next. */
#ifndef OTELMQ_OTLP_REQUEST_WRITER_H
#define OTELMQ_OTLP_REQUEST_WRITER_H

#include "export/http/http_settings.h"
#include "export/otlp/proto_writer.h"

#include <otelmq/span_data.h>

typedef struct {
    const otelmq_http_settings *settings;
    otelmq_proto_writer writer;
} otelmq_otlp_request_writer;

/* For otelmq_http_protocol: a writer as it is, and its end. */
void *otelmq_otlp_request_writer_create(const otelmq_http_settings *settings);
void otelmq_otlp_request_writer_destroy(void *writer);

/* Adds the request to body, compressed if the settings want that. */
otelmq_status otelmq_otlp_request_writer_add(otelmq_otlp_request_writer *writer,
                                             otelmq_buffer *body,
                                             const otelmq_span_data *const spans[], size_t count);

#endif
