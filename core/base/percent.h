/* SPDX-License-Identifier: Apache-2.0 */
/* Percent-coding of the values of headers and settings. Any thread. (RFC 3986, section 2.1.) */
#ifndef OTELMQ_BASE_PERCENT_H
#define OTELMQ_BASE_PERCENT_H

#include <otelmq/str.h>

/* For each character from the space to the tilde a 'y' if it stands for itself. */
enum { OTELMQ_PERCENT_SET_SIZE = 96 };

/* How many bytes otelmq_percent_encode writes. */
size_t otelmq_percent_encoded_len(otelmq_str text, const char plain[OTELMQ_PERCENT_SET_SIZE]);

/* Writes text encoded to out, and returns the place behind it. */
char *otelmq_percent_encode(otelmq_str text, const char plain[OTELMQ_PERCENT_SET_SIZE], char *out);

/* Whether each percent sign has two digits behind it, in either case. */
bool otelmq_percent_is_well_formed(otelmq_str text);

/*
 * Writes text decoded to out, which needs text.len bytes and may be text itself, and returns it. A
 * percent sign without two digits behind it, in either case, stands for itself.
 */
otelmq_str otelmq_percent_decode(otelmq_str text, char *out);

#endif
