/* SPDX-License-Identifier: Apache-2.0 */
/* The header baggage as text: what the baggage propagator writes and reads. Any thread. */
#ifndef OTELMQ_PROPAGATION_BAGGAGE_HEADER_H
#define OTELMQ_PROPAGATION_BAGGAGE_HEADER_H

#include <otelmq/baggage.h>

/*
 * The bounds in both directions; W3C asks for 64 members and 8192 bytes at least, and its own tests
 * for 512 members within them. Whole members are left out beyond them. (W3C Baggage, 3.3.2.)
 */
enum { OTELMQ_BAGGAGE_MEMBERS_MAX = 512, OTELMQ_BAGGAGE_BYTES_MAX = 8192 };

/* How many members of a header were left out. */
typedef struct {
    size_t over_limit; /* they did not fit into the bounds, or there was no memory */
    size_t malformed; /* or, on the way out, their keys are no tokens */
} otelmq_baggage_losses;

/* Writes the header value into text, and returns it. */
otelmq_str otelmq_baggage_format(const otelmq_baggage *baggage, char text[OTELMQ_BAGGAGE_BYTES_MAX],
                                 otelmq_baggage_losses *losses);

/* Reads the values of count headers as one list; the result is the caller's. */
const otelmq_baggage *otelmq_baggage_parse_headers(const otelmq_str values[], size_t count,
                                                   otelmq_baggage_losses *losses);

#endif
