/* SPDX-License-Identifier: Apache-2.0 */
/* UTF-8 in bytes that others wrote. (RFC 3629; overlong forms and surrogates are invalid.) */
#ifndef OTELMQ_BASE_UTF8_H
#define OTELMQ_BASE_UTF8_H

#include "base/buffer.h"

bool otelmq_utf8_is_valid(otelmq_str text);

/*
 * The longest beginning of text that has at most max bytes and does not cut a character in two.
 */
otelmq_str otelmq_utf8_truncate(otelmq_str text, size_t max);

/*
 * The longest beginning of text that has at most max characters. A bad sequence counts as one, as
 * the U+FFFD that it is exported as.
 */
otelmq_str otelmq_utf8_first(otelmq_str text, size_t max);

/* Adds text to the buffer with U+FFFD for each maximal bad sequence. */
void otelmq_utf8_add_valid(otelmq_buffer *buffer, otelmq_str text);

#endif
