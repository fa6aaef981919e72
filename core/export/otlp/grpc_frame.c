/* SPDX-License-Identifier: Apache-2.0 */
#include "export/otlp/grpc_frame.h"

#include "export/http/gzip.h"

enum { PREFIX_LEN = 5, IS_PLAIN = 0, IS_COMPRESSED = 1 };

void otelmq_grpc_frame_start(otelmq_buffer *body)
{
    static const char prefix[PREFIX_LEN] = {0};
    otelmq_buffer_add(body, prefix, sizeof(prefix));
}

otelmq_status otelmq_grpc_frame_finish(otelmq_buffer *body, bool is_compressed)
{
    if (!otelmq_buffer_is_complete(body)) {
        return OTELMQ_ERROR_NO_MEMORY;
    }
    size_t len = body->len - PREFIX_LEN;
    if (len > UINT32_MAX) {
        return OTELMQ_ERROR_LIMIT;
    }
    body->data[0] = is_compressed ? IS_COMPRESSED : IS_PLAIN;
    for (size_t i = 1; i < PREFIX_LEN; i++) {
        body->data[i] = (char)(unsigned char)(len >> (8 * (PREFIX_LEN - 1 - i)) & 0xFF);
    }
    return OTELMQ_OK;
}

static size_t length_of(otelmq_str body)
{
    size_t len = 0;
    for (size_t i = 1; i < PREFIX_LEN; i++) {
        len = len << 8 | (unsigned char)body.data[i];
    }
    return len;
}

static otelmq_status add_plain(otelmq_buffer *message, otelmq_str content, size_t max)
{
    if (content.len > max) {
        return OTELMQ_ERROR_LIMIT;
    }
    otelmq_buffer_add_str(message, content);
    return otelmq_buffer_is_complete(message) ? OTELMQ_OK : OTELMQ_ERROR_NO_MEMORY;
}

otelmq_status otelmq_grpc_frame_parse(otelmq_buffer *message, otelmq_str body, size_t max)
{
    if (body.len < PREFIX_LEN || length_of(body) != body.len - PREFIX_LEN) {
        return OTELMQ_ERROR_MALFORMED;
    }
    otelmq_str content = {body.data + PREFIX_LEN, body.len - PREFIX_LEN};
    switch (body.data[0]) {
    case IS_PLAIN:
        return add_plain(message, content, max);
    case IS_COMPRESSED:
        return otelmq_gzip_read(message, content, max);
    default:
        return OTELMQ_ERROR_MALFORMED;
    }
}
