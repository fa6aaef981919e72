/* SPDX-License-Identifier: Apache-2.0 */
#include "export/otlp/request_writer.h"

#include "export/http/gzip.h"
#include "export/otlp/encode.h"

#include <stdlib.h>

/* Memory that an unusually large batch took is given back. */
enum { KEPT_MEMORY_MAX = 4 * 1024 * 1024 };

void *otelmq_otlp_request_writer_create(const otelmq_http_settings *settings)
{
    otelmq_otlp_request_writer *writer = calloc(1, sizeof(*writer));
    if (writer != NULL) {
        writer->settings = settings;
        otelmq_proto_writer_init(&writer->writer, settings->max_request_size);
    }
    return writer;
}

void otelmq_otlp_request_writer_destroy(void *writer)
{
    otelmq_otlp_request_writer *request_writer = writer;
    otelmq_proto_writer_clean(&request_writer->writer);
    free(request_writer);
}

static otelmq_status add_bytes(const otelmq_http_settings *settings, otelmq_buffer *body,
                               otelmq_str bytes)
{
    if (settings->is_gzip) {
        return otelmq_gzip_add(body, bytes) ? OTELMQ_OK : OTELMQ_ERROR_NO_MEMORY;
    }
    otelmq_buffer_add_str(body, bytes);
    return otelmq_buffer_is_complete(body) ? OTELMQ_OK : OTELMQ_ERROR_NO_MEMORY;
}

otelmq_status otelmq_otlp_request_writer_add(otelmq_otlp_request_writer *writer,
                                             otelmq_buffer *body,
                                             const otelmq_span_data *const spans[], size_t count)
{
    otelmq_proto_writer *proto = &writer->writer;
    otelmq_status status = otelmq_otlp_encode(proto, spans, count);
    if (status == OTELMQ_OK) {
        status = add_bytes(writer->settings, body, otelmq_proto_writer_str(proto));
    }
    if (proto->end - proto->data > KEPT_MEMORY_MAX) {
        otelmq_proto_writer_clean(proto);
    }
    return status;
}
