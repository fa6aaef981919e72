/* SPDX-License-Identifier: Apache-2.0 */
/* Writing AMQP frames byte by byte, as a broker would: numbers are big-endian. */
#ifndef OTELMQ_TESTS_FRAME_WRITER_H
#define OTELMQ_TESTS_FRAME_WRITER_H

#include <otelmq/rabbitmq.h>

/* What is written, in one piece; far more than any frame that the tests send. */
typedef struct {
    size_t len;
    uint8_t bytes[1 << 18];
} frame_writer;

/* An empty one; yours to free. Fails the test without memory. */
frame_writer *frame_writer_create(void);

void frame_put(frame_writer *out, const void *bytes, size_t len);
void frame_put_number(frame_writer *out, uint64_t number, size_t len);
void frame_put_short_string(frame_writer *out, const char *text);
void frame_put_long_string(frame_writer *out, const char *text);

/* Opens a frame; frame_end takes what this returns, and fills in the size. */
size_t frame_begin(frame_writer *out, uint8_t type, amqp_channel_t channel);
size_t frame_begin_method(frame_writer *out, amqp_channel_t channel, amqp_method_number_t method);
void frame_end(frame_writer *out, size_t begin);

#endif
