/* SPDX-License-Identifier: Apache-2.0 */
#include "base/buffer.h"

#include <stdlib.h>

enum { SMALLEST_CAPACITY = 256, DECIMAL_DIGITS_MAX = 20 };

void otelmq_buffer_init(otelmq_buffer *buffer)
{
    *buffer = (otelmq_buffer){0};
}

void otelmq_buffer_clean(otelmq_buffer *buffer)
{
    free(buffer->data);
    otelmq_buffer_init(buffer);
}

void otelmq_buffer_clear(otelmq_buffer *buffer)
{
    buffer->len = 0;
    buffer->failed = false;
}

static bool grow(otelmq_buffer *buffer, size_t needed)
{
    size_t capacity = buffer->capacity > 0 ? buffer->capacity : SMALLEST_CAPACITY;
    while (capacity < needed) {
        if (capacity > SIZE_MAX / 2) {
            return false;
        }
        capacity *= 2;
    }
    char *data = realloc(buffer->data, capacity);
    if (data == NULL) {
        return false;
    }
    buffer->data = data;
    buffer->capacity = capacity;
    return true;
}

bool otelmq_buffer_reserve(otelmq_buffer *buffer, size_t len)
{
    if (buffer->failed) {
        return false;
    }
    if (len <= buffer->capacity - buffer->len) {
        return true;
    }
    if (len > SIZE_MAX - buffer->len || !grow(buffer, buffer->len + len)) {
        buffer->failed = true;
        return false;
    }
    return true;
}

void otelmq_buffer_add(otelmq_buffer *buffer, const void *data, size_t len)
{
    if (len > 0 && otelmq_buffer_reserve(buffer, len)) {
        memcpy(buffer->data + buffer->len, data, len);
        buffer->len += len;
    }
}

void otelmq_buffer_add_char(otelmq_buffer *buffer, char character)
{
    otelmq_buffer_add(buffer, &character, 1);
}

void otelmq_buffer_add_str(otelmq_buffer *buffer, otelmq_str str)
{
    otelmq_buffer_add(buffer, str.data, str.len);
}

void otelmq_buffer_add_text(otelmq_buffer *buffer, const char *text)
{
    otelmq_buffer_add(buffer, text, strlen(text));
}

void otelmq_buffer_add_uint(otelmq_buffer *buffer, uint64_t number)
{
    char digits[DECIMAL_DIGITS_MAX];
    size_t at = sizeof(digits);
    do {
        digits[--at] = (char)('0' + number % 10);
        number /= 10;
    } while (number > 0);
    otelmq_buffer_add(buffer, digits + at, sizeof(digits) - at);
}

void otelmq_buffer_add_int(otelmq_buffer *buffer, int64_t number)
{
    if (number < 0) {
        otelmq_buffer_add_char(buffer, '-');
        otelmq_buffer_add_uint(buffer, 0 - (uint64_t)number);
    } else {
        otelmq_buffer_add_uint(buffer, (uint64_t)number);
    }
}
