/* SPDX-License-Identifier: Apache-2.0 */
#include "export/http/json_request.h"

#include "export/http/gzip.h"

#include <stdlib.h>

typedef struct {
    const otelmq_http_settings *settings;
} json_encoder;

void *otelmq_json_request_create(const otelmq_http_settings *settings)
{
    json_encoder *encoder = malloc(sizeof(*encoder));
    if (encoder != NULL) {
        encoder->settings = settings;
    }
    return encoder;
}

void otelmq_json_request_destroy(void *encoder)
{
    free(encoder);
}

/* Replaces the text in body. */
static otelmq_status compress(otelmq_buffer *body)
{
    otelmq_buffer compressed;
    otelmq_buffer_init(&compressed);
    if (!otelmq_gzip_add(&compressed, otelmq_buffer_str(body))) {
        otelmq_buffer_clean(&compressed);
        return OTELMQ_ERROR_NO_MEMORY;
    }
    otelmq_buffer_clean(body);
    *body = compressed;
    return OTELMQ_OK;
}

otelmq_status otelmq_json_request_encode(void *encoder, otelmq_buffer *body,
                                         otelmq_json_spans_writer add_spans,
                                         const otelmq_span_data *const spans[], size_t count)
{
    const otelmq_http_settings *settings = ((const json_encoder *)encoder)->settings;
    otelmq_status status = add_spans(body, spans, count);
    if (status == OTELMQ_OK && body->len > settings->max_request_size) {
        status = OTELMQ_ERROR_LIMIT;
    }
    return status == OTELMQ_OK && settings->is_gzip ? compress(body) : status;
}
