/* SPDX-License-Identifier: Apache-2.0 */
/* Tracestate as the propagator meets it: several headers at once, and one too long. Any thread. */
#ifndef OTELMQ_CONTEXT_TRACESTATE_HEADER_H
#define OTELMQ_CONTEXT_TRACESTATE_HEADER_H

#include <otelmq/tracestate.h>

/* The longest text that is injected: what W3C asks every system to pass on. */
enum { OTELMQ_TRACESTATE_INJECT_MAX = 512 };

/* As otelmq_tracestate_parse, for the values of several headers that count as one joined list. */
otelmq_status otelmq_tracestate_parse_headers(const otelmq_str values[], size_t count,
                                              const otelmq_tracestate **tracestate);

/*
 * Writes the text without the members that must go for it to be no longer than
 * OTELMQ_TRACESTATE_INJECT_MAX: those over 128 characters first, then from the end. (W3C Trace
 * Context Level 2, section 3.3.1.5.) Returns the shortened text, which stands in out.
 */
otelmq_str otelmq_tracestate_shorten(const otelmq_tracestate *tracestate,
                                     char out[OTELMQ_TRACESTATE_INJECT_MAX]);

#endif
