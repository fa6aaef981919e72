/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Text for people's terminals. What comes from elsewhere is made valid UTF-8, and its control
 * characters are escaped: a message header must not be able to steer a terminal. Any thread.
 */
#ifndef OTELMQ_EXPORT_CONSOLE_TEXT_H
#define OTELMQ_EXPORT_CONSOLE_TEXT_H

#include "base/buffer.h"

#include <otelmq/attribute.h>

void otelmq_console_add_text(otelmq_buffer *buffer, otelmq_str text);

/* 3, true, 0.25, "text", ["a", "b"] */
void otelmq_console_add_value(otelmq_buffer *buffer, const otelmq_value *value);

/* 12.345 ms */
void otelmq_console_add_ms(otelmq_buffer *buffer, uint64_t nanos);

/* 2026-01-31T23:59:59.123456Z */
void otelmq_console_add_time(otelmq_buffer *buffer, uint64_t unix_nano);

#endif
