/* SPDX-License-Identifier: Apache-2.0 */
/* Requests whose body is JSON: the text, and its compression. */
#ifndef OTELMQ_EXPORT_JSON_REQUEST_H
#define OTELMQ_EXPORT_JSON_REQUEST_H

#include "base/buffer.h"
#include "export/http/http_settings.h"

#include <otelmq/span_data.h>

/* Adds count spans as text. */
typedef otelmq_status (*otelmq_json_spans_writer)(otelmq_buffer *text,
                                                  const otelmq_span_data *const spans[],
                                                  size_t count);

/* For otelmq_http_protocol. */
void *otelmq_json_request_create(const otelmq_http_settings *settings);
void otelmq_json_request_destroy(void *encoder);

/* Puts what add_spans writes into body, which is empty, compressed if the settings want that. */
otelmq_status otelmq_json_request_encode(void *encoder, otelmq_buffer *body,
                                         otelmq_json_spans_writer add_spans,
                                         const otelmq_span_data *const spans[], size_t count);

#endif
