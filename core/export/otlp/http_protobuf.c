/* SPDX-License-Identifier: Apache-2.0 */
#include "export/otlp/http_encoding.h"
#include "export/otlp/http_judge.h"
#include "export/otlp/request_writer.h"

static otelmq_status encode(void *encoder, otelmq_buffer *body,
                            const otelmq_span_data *const spans[], size_t count)
{
    return otelmq_otlp_request_writer_add(encoder, body, spans, count);
}

const otelmq_http_protocol otelmq_otlp_http_protobuf = {
    .create = otelmq_otlp_request_writer_create,
    .destroy = otelmq_otlp_request_writer_destroy,
    .encode = encode,
    .judge = otelmq_otlp_http_judge,
};
