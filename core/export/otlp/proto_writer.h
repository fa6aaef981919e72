/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Writes protobuf from back to front. A message stands behind its length, so that writing it
 * backwards knows every length by the time it is due, and one pass is enough:
 *
 *     data                        at                                              end
 *      |  room for what comes       | tag | length | last written first ... first  |
 *
 * The memory grows at its front, and stays for the next batch. The first failure sticks: later
 * writes do nothing, and status says so once at the end. Not for two threads at once.
 */
#ifndef OTELMQ_OTLP_PROTO_WRITER_H
#define OTELMQ_OTLP_PROTO_WRITER_H

#include "base/buffer.h"

#include <otelmq/status.h>

typedef struct {
    uint8_t *data;
    uint8_t *at;
    uint8_t *end;
    otelmq_buffer repaired; /* a string that was not UTF-8, made so */
    size_t max_len;
    otelmq_status status;
} otelmq_proto_writer;

/* Empty; grows to max_len bytes at most, then its status is OTELMQ_ERROR_LIMIT. */
void otelmq_proto_writer_init(otelmq_proto_writer *writer, size_t max_len);

/* Frees its memory. */
void otelmq_proto_writer_clean(otelmq_proto_writer *writer);

/* Forgets what was written, and keeps the memory. */
void otelmq_proto_writer_clear(otelmq_proto_writer *writer);

/* Makes room for len more bytes, which is not there yet; false, with status set, if it cannot. */
bool otelmq_proto_writer_grow(otelmq_proto_writer *writer, size_t len);

/* Adds a field of text, with U+FFFD where it is not UTF-8. An empty one is written too. */
void otelmq_proto_writer_add_text(otelmq_proto_writer *writer, uint32_t field, otelmq_str text);

/* How many bytes were written so far: where a message ends, for otelmq_proto_writer_close. */
static inline size_t otelmq_proto_writer_len(const otelmq_proto_writer *writer)
{
    return (size_t)(writer->end - writer->at);
}

static inline otelmq_str otelmq_proto_writer_str(const otelmq_proto_writer *writer)
{
    return otelmq_str_from_bytes(writer->at, otelmq_proto_writer_len(writer));
}

static inline bool otelmq_proto_writer_reserve(otelmq_proto_writer *writer, size_t len)
{
    return len <= (size_t)(writer->at - writer->data) || otelmq_proto_writer_grow(writer, len);
}

/* The wire types of protobuf that OTLP uses. */
enum {
    OTELMQ_WIRE_VARINT = 0,
    OTELMQ_WIRE_FIXED64 = 1,
    OTELMQ_WIRE_LEN = 2,
    OTELMQ_WIRE_FIXED32 = 5
};

/* The most bytes that a varint, and a tag in front of it, take. */
enum { OTELMQ_VARINT_MAX = 10, OTELMQ_TAG_MAX = 5 };

/* These put down what reserve made room for. */
static inline void otelmq_proto_writer_put_varint(otelmq_proto_writer *writer, uint64_t number)
{
    if (number < 0x80) {
        *--writer->at = (uint8_t)number;
        return;
    }
    unsigned bits = 64 - (unsigned)__builtin_clzll(number);
    writer->at -= (bits + 6) / 7;
    uint8_t *to = writer->at;
    for (; number >= 0x80; number >>= 7) {
        *to++ = (uint8_t)(number | 0x80);
    }
    *to = (uint8_t)number;
}

static inline void otelmq_proto_writer_put_tag(otelmq_proto_writer *writer, uint32_t field,
                                               uint32_t wire_type)
{
    otelmq_proto_writer_put_varint(writer, field << 3 | wire_type);
}

/* Puts tag and length in front of what was written since the length was end_len. */
static inline void otelmq_proto_writer_close(otelmq_proto_writer *writer, uint32_t field,
                                             size_t end_len)
{
    if (otelmq_proto_writer_reserve(writer, OTELMQ_VARINT_MAX + OTELMQ_TAG_MAX)) {
        otelmq_proto_writer_put_varint(writer, otelmq_proto_writer_len(writer) - end_len);
        otelmq_proto_writer_put_tag(writer, field, OTELMQ_WIRE_LEN);
    }
}

/* Adds once more what was written while the length went from begin to end. */
static inline void otelmq_proto_writer_repeat(otelmq_proto_writer *writer, size_t begin, size_t end)
{
    if (end > begin && otelmq_proto_writer_reserve(writer, end - begin)) {
        const uint8_t *from = writer->end - end;
        writer->at -= end - begin;
        memcpy(writer->at, from, end - begin);
    }
}

/* Each of these adds one field. */
static inline void otelmq_proto_writer_add_varint(otelmq_proto_writer *writer, uint32_t field,
                                                  uint64_t number)
{
    if (otelmq_proto_writer_reserve(writer, OTELMQ_VARINT_MAX + OTELMQ_TAG_MAX)) {
        otelmq_proto_writer_put_varint(writer, number);
        otelmq_proto_writer_put_tag(writer, field, OTELMQ_WIRE_VARINT);
    }
}

static inline void otelmq_proto_writer_add_fixed64(otelmq_proto_writer *writer, uint32_t field,
                                                   uint64_t number)
{
    if (otelmq_proto_writer_reserve(writer, sizeof(number) + OTELMQ_TAG_MAX)) {
        writer->at -= sizeof(number);
        for (size_t i = 0; i < sizeof(number); i++) {
            writer->at[i] = (uint8_t)(number >> (8 * i));
        }
        otelmq_proto_writer_put_tag(writer, field, OTELMQ_WIRE_FIXED64);
    }
}

static inline void otelmq_proto_writer_add_fixed32(otelmq_proto_writer *writer, uint32_t field,
                                                   uint32_t number)
{
    if (otelmq_proto_writer_reserve(writer, sizeof(number) + OTELMQ_TAG_MAX)) {
        writer->at -= sizeof(number);
        for (size_t i = 0; i < sizeof(number); i++) {
            writer->at[i] = (uint8_t)(number >> (8 * i));
        }
        otelmq_proto_writer_put_tag(writer, field, OTELMQ_WIRE_FIXED32);
    }
}

static inline void otelmq_proto_writer_add_bytes(otelmq_proto_writer *writer, uint32_t field,
                                                 const void *bytes, size_t len)
{
    if (otelmq_proto_writer_reserve(writer, len + OTELMQ_VARINT_MAX + OTELMQ_TAG_MAX)) {
        writer->at -= len;
        memcpy(writer->at, bytes, len);
        otelmq_proto_writer_put_varint(writer, len);
        otelmq_proto_writer_put_tag(writer, field, OTELMQ_WIRE_LEN);
    }
}

#endif
