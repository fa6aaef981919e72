/* SPDX-License-Identifier: Apache-2.0 */
#include "export/otlp/gzip.h"

#include "base/unconst.h"

#include <zlib.h>

/* windowBits of zlib: the largest window, and 16 for a gzip header instead of zlib's. */
enum { GZIP_WINDOW_BITS = 15 + 16, MEMORY_LEVEL = 8 };

static bool compress_all(z_stream *stream, otelmq_buffer *compressed, otelmq_str plain)
{
    size_t bound = deflateBound(stream, plain.len);
    if (!otelmq_buffer_reserve(compressed, bound)) {
        return false;
    }
    stream->next_in = otelmq_unconst(plain.data);
    stream->avail_in = (uInt)plain.len;
    stream->next_out = (Bytef *)compressed->data + compressed->len;
    stream->avail_out = (uInt)bound;
    if (deflate(stream, Z_FINISH) != Z_STREAM_END) {
        return false;
    }
    compressed->len += stream->total_out;
    return true;
}

/* Spans repeat themselves so much that the fastest level already finds nearly all of it. */
bool otelmq_gzip_add(otelmq_buffer *compressed, otelmq_str plain)
{
    z_stream stream = {0};
    if (deflateInit2(&stream, Z_BEST_SPEED, Z_DEFLATED, GZIP_WINDOW_BITS, MEMORY_LEVEL,
                     Z_DEFAULT_STRATEGY) != Z_OK) {
        return false;
    }
    bool is_done = compress_all(&stream, compressed, plain);
    deflateEnd(&stream);
    return is_done;
}
