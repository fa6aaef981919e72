/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A growing piece of memory that is written from front to back. The first failed allocation sticks:
 * later writes do nothing, and is_complete says so once at the end. Not for two threads at once.
 */
#ifndef OTELMQ_BASE_BUFFER_H
#define OTELMQ_BASE_BUFFER_H

#include <otelmq/str.h>

#include <stdint.h>

typedef struct {
    char *data;
    size_t len;
    size_t capacity;
    bool failed;
} otelmq_buffer;

/* An empty buffer, which holds no memory yet. */
void otelmq_buffer_init(otelmq_buffer *buffer);

/* Frees its memory and leaves it empty. */
void otelmq_buffer_clean(otelmq_buffer *buffer);

/* Forgets what was written and keeps the memory. */
void otelmq_buffer_clear(otelmq_buffer *buffer);

/* Room for len more bytes at data + len; false without memory. */
bool otelmq_buffer_reserve(otelmq_buffer *buffer, size_t len);

void otelmq_buffer_add(otelmq_buffer *buffer, const void *data, size_t len);
void otelmq_buffer_add_char(otelmq_buffer *buffer, char character);
void otelmq_buffer_add_str(otelmq_buffer *buffer, otelmq_str str);
/* Up to the NUL of text. */
void otelmq_buffer_add_text(otelmq_buffer *buffer, const char *text);
/* Decimal digits. */
void otelmq_buffer_add_uint(otelmq_buffer *buffer, uint64_t number);
void otelmq_buffer_add_int(otelmq_buffer *buffer, int64_t number);

static inline otelmq_str otelmq_buffer_str(const otelmq_buffer *buffer)
{
    return otelmq_str_from_bytes(buffer->data, buffer->len);
}

static inline bool otelmq_buffer_is_complete(const otelmq_buffer *buffer)
{
    return !buffer->failed;
}

#endif
