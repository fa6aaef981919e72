/* SPDX-License-Identifier: Apache-2.0 */
#include "amqp/frame_writer.h"
#include "support/test.h"

#include <stdlib.h>
#include <string.h>

void frame_put(frame_writer *out, const void *bytes, size_t len)
{
    assert_true(len <= sizeof(out->bytes) - out->len);
    memcpy(out->bytes + out->len, bytes, len);
    out->len += len;
}

void frame_put_number(frame_writer *out, uint64_t number, size_t len)
{
    for (size_t i = len; i-- > 0;) {
        uint8_t byte = (uint8_t)(number >> (8 * i));
        frame_put(out, &byte, 1);
    }
}

void frame_put_short_string(frame_writer *out, const char *text)
{
    frame_put_number(out, strlen(text), 1);
    frame_put(out, text, strlen(text));
}

void frame_put_long_string(frame_writer *out, const char *text)
{
    frame_put_number(out, strlen(text), 4);
    frame_put(out, text, strlen(text));
}

size_t frame_begin(frame_writer *out, uint8_t type, amqp_channel_t channel)
{
    frame_put_number(out, type, 1);
    frame_put_number(out, channel, 2);
    frame_put_number(out, 0, 4);
    return out->len;
}

void frame_end(frame_writer *out, size_t begin)
{
    size_t len = out->len - begin;
    for (size_t i = 0; i < 4; i++) {
        out->bytes[begin - 4 + i] = (uint8_t)(len >> (8 * (3 - i)));
    }
    frame_put_number(out, AMQP_FRAME_END, 1);
}

size_t frame_begin_method(frame_writer *out, amqp_channel_t channel, amqp_method_number_t method)
{
    size_t begin = frame_begin(out, AMQP_FRAME_METHOD, channel);
    frame_put_number(out, method, 4);
    return begin;
}

frame_writer *frame_writer_create(void)
{
    frame_writer *out = malloc(sizeof(*out));
    assert_non_null(out);
    out->len = 0;
    return out;
}
