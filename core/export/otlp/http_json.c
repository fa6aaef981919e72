/* SPDX-License-Identifier: Apache-2.0 */
#include "export/http/json_request.h"
#include "export/otlp/http_encoding.h"
#include "export/otlp/http_judge.h"
#include "export/otlp/json_spans.h"

/* A TracesData and an ExportTraceServiceRequest look the same. */
static otelmq_status encode(void *encoder, otelmq_buffer *body,
                            const otelmq_span_data *const spans[], size_t count)
{
    return otelmq_json_request_encode(encoder, body, otelmq_otlp_json_add_spans, spans, count);
}

const otelmq_http_protocol otelmq_otlp_http_json = {
    .create = otelmq_json_request_create,
    .destroy = otelmq_json_request_destroy,
    .encode = encode,
    .judge = otelmq_otlp_http_judge,
};
