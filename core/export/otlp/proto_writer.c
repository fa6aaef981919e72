/* SPDX-License-Identifier: Apache-2.0 */
#include "export/otlp/proto_writer.h"

#include "base/utf8.h"

#include <stdlib.h>

enum { SMALLEST_CAPACITY = 16 * 1024 };

void otelmq_proto_writer_init(otelmq_proto_writer *writer, size_t max_len)
{
    *writer = (otelmq_proto_writer){.max_len = max_len};
    otelmq_buffer_init(&writer->repaired);
}

void otelmq_proto_writer_clean(otelmq_proto_writer *writer)
{
    free(writer->data);
    otelmq_buffer_clean(&writer->repaired);
    otelmq_proto_writer_init(writer, writer->max_len);
}

void otelmq_proto_writer_clear(otelmq_proto_writer *writer)
{
    writer->at = writer->end;
    writer->status = OTELMQ_OK;
}

/*
 * A writer that failed has no room at all, so that the fast paths need not look at its status: its
 * memory goes, and every later write comes here and is refused.
 */
static bool fail(otelmq_proto_writer *writer, otelmq_status status)
{
    free(writer->data);
    writer->data = writer->at = writer->end = NULL;
    writer->status = status;
    return false;
}

static size_t grown_capacity(const otelmq_proto_writer *writer, size_t needed)
{
    size_t capacity = (size_t)(writer->end - writer->data);
    capacity = capacity > 0 ? capacity : SMALLEST_CAPACITY;
    while (capacity < needed) {
        capacity *= 2;
    }
    return capacity < writer->max_len ? capacity : writer->max_len;
}

bool otelmq_proto_writer_grow(otelmq_proto_writer *writer, size_t len)
{
    if (writer->status != OTELMQ_OK) {
        return false;
    }
    size_t written = otelmq_proto_writer_len(writer);
    if (len > writer->max_len || written > writer->max_len - len) {
        return fail(writer, OTELMQ_ERROR_LIMIT);
    }
    size_t capacity = grown_capacity(writer, written + len);
    uint8_t *data = malloc(capacity);
    if (data == NULL) {
        return fail(writer, OTELMQ_ERROR_NO_MEMORY);
    }
    uint8_t *end = data + capacity;
    if (written > 0) {
        memcpy(end - written, writer->at, written);
    }
    free(writer->data);
    writer->data = data;
    writer->at = end - written;
    writer->end = end;
    return true;
}

/* Copies the eight bytes, and returns them. */
static inline uint64_t copy_word(uint8_t *to, const char *from)
{
    uint64_t word;
    memcpy(&word, from, sizeof(word));
    memcpy(to, &word, sizeof(word));
    return word;
}

/*
 * Copies, and says on the way whether all of it was ASCII: most text is, and needs no more. The
 * last word overlaps the one before it, which is cheaper than the odd bytes one by one.
 */
static inline bool copy_is_ascii(uint8_t *to, const char *from, size_t len)
{
    static const uint64_t high_bits = 0x8080808080808080;
    uint64_t seen = 0;
    if (len >= sizeof(seen)) {
        for (size_t i = 0; i + sizeof(seen) < len; i += sizeof(seen)) {
            seen |= copy_word(to + i, from + i);
        }
        seen |= copy_word(to + len - sizeof(seen), from + len - sizeof(seen));
    } else {
        for (size_t i = 0; i < len; i++) {
            to[i] = (uint8_t)from[i];
            seen |= to[i];
        }
    }
    return (seen & high_bits) == 0;
}

/* For text that is not all ASCII; out of line, to keep the common case short. */
__attribute__((noinline)) static void add_other_text(otelmq_proto_writer *writer, uint32_t field,
                                                     otelmq_str text)
{
    if (otelmq_utf8_is_valid(text)) {
        otelmq_proto_writer_add_bytes(writer, field, text.data, text.len);
        return;
    }
    otelmq_buffer_clear(&writer->repaired);
    otelmq_utf8_add_valid(&writer->repaired, text);
    if (!otelmq_buffer_is_complete(&writer->repaired)) {
        fail(writer, OTELMQ_ERROR_NO_MEMORY);
        return;
    }
    otelmq_proto_writer_add_bytes(writer, field, writer->repaired.data, writer->repaired.len);
}

void otelmq_proto_writer_add_text(otelmq_proto_writer *writer, uint32_t field, otelmq_str text)
{
    if (!otelmq_proto_writer_reserve(writer, text.len + OTELMQ_VARINT_MAX + OTELMQ_TAG_MAX)) {
        return;
    }
    /* Where it will stand if it is ASCII; otherwise nothing was written yet. */
    uint8_t *start = writer->at - text.len;
    if (!copy_is_ascii(start, text.data, text.len)) {
        add_other_text(writer, field, text);
        return;
    }
    writer->at = start;
    otelmq_proto_writer_put_varint(writer, text.len);
    otelmq_proto_writer_put_tag(writer, field, OTELMQ_WIRE_LEN);
}
