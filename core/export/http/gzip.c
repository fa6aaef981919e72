/* SPDX-License-Identifier: Apache-2.0 */
#include "export/http/gzip.h"

#include "base/unconst.h"

#include <zlib.h>

/* windowBits of zlib: the largest window, and 16 for a gzip header instead of zlib's. */
enum { GZIP_WINDOW_BITS = 15 + 16, MEMORY_LEVEL = 8 };

/* How much is unpacked at once. */
enum { PIECE = 16 * 1024 };

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

/* Unpacks up to len bytes more; Z_STREAM_END at the end, Z_OK before it, else what is wrong. */
static int read_piece(z_stream *stream, otelmq_buffer *plain, size_t len)
{
    if (!otelmq_buffer_reserve(plain, len)) {
        return Z_MEM_ERROR;
    }
    stream->next_out = (Bytef *)plain->data + plain->len;
    stream->avail_out = (uInt)len;
    int result = inflate(stream, Z_NO_FLUSH);
    plain->len += len - stream->avail_out;
    return result;
}

/* The byte beyond max that is asked for tells an end at max from one behind it. */
static otelmq_status read_all(z_stream *stream, otelmq_buffer *plain, size_t max)
{
    size_t start = plain->len;
    int result = Z_OK;
    while (result == Z_OK) {
        size_t left = max - (plain->len - start) + 1;
        result = read_piece(stream, plain, left < PIECE ? left : PIECE);
        if (plain->len - start > max) {
            return OTELMQ_ERROR_LIMIT;
        }
    }
    if (result == Z_STREAM_END) {
        return OTELMQ_OK;
    }
    return result == Z_MEM_ERROR ? OTELMQ_ERROR_NO_MEMORY : OTELMQ_ERROR_MALFORMED;
}

otelmq_status otelmq_gzip_read(otelmq_buffer *plain, otelmq_str compressed, size_t max)
{
    z_stream stream = {.next_in = otelmq_unconst(compressed.data),
                       .avail_in = (uInt)compressed.len};
    if (inflateInit2(&stream, GZIP_WINDOW_BITS) != Z_OK) {
        return OTELMQ_ERROR_NO_MEMORY;
    }
    otelmq_status status = read_all(&stream, plain, max);
    inflateEnd(&stream);
    return status;
}
