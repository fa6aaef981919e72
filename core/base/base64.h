/* SPDX-License-Identifier: Apache-2.0 */
/* Base64 in one line, written with padding. (RFC 4648, section 4.) Any thread. */
#ifndef OTELMQ_BASE_BASE64_H
#define OTELMQ_BASE_BASE64_H

#include "base/buffer.h"

/* Adds the bytes as base64. */
void otelmq_base64_add(otelmq_buffer *buffer, otelmq_str bytes);

/* Adds the bytes that digits, padded or not, stand for; false, with some added, for others. */
bool otelmq_base64_read(otelmq_buffer *buffer, otelmq_str digits);

#endif
