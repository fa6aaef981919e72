/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tracestate: what tracing systems along the way add to a trace's context, as key=value members in
 * one header. You meet it when you read or add a member of your own vendor; else it just travels.
 * Immutable and reference counted; NULL is the empty tracestate everywhere. Any thread.
 * (W3C Trace Context Level 2, section 3.3.)
 */
#ifndef OTELMQ_TRACESTATE_H
#define OTELMQ_TRACESTATE_H

#include <otelmq/status.h>
#include <otelmq/str.h>

OTELMQ_BEGIN_C

typedef struct otelmq_tracestate otelmq_tracestate;

/*
 * Parses one header value. One bad member, a 33rd member or an empty value makes the whole
 * malformed; empty members and white space around members are allowed. Empty text gives NULL in
 * *tracestate, and OTELMQ_OK. The result is yours.
 */
OTELMQ_API otelmq_status otelmq_tracestate_parse(otelmq_str text,
                                                 const otelmq_tracestate **tracestate);

/* The header value: members in order, joined by commas without white space. Borrowed. */
OTELMQ_API otelmq_str otelmq_tracestate_text(const otelmq_tracestate *tracestate);

/* The value of key, empty when there is none. Borrowed. */
OTELMQ_API otelmq_str otelmq_tracestate_get(const otelmq_tracestate *tracestate, otelmq_str key);

/*
 * A new tracestate, yours, with key set to value and moved to the front; at 32 members the last
 * one falls off. OTELMQ_ERROR_MALFORMED for a key or value outside the grammar.
 */
OTELMQ_API otelmq_status otelmq_tracestate_with(const otelmq_tracestate *tracestate, otelmq_str key,
                                                otelmq_str value, const otelmq_tracestate **result);

/* A new tracestate, yours, without key; NULL in *result when no member is left. */
OTELMQ_API otelmq_status otelmq_tracestate_without(const otelmq_tracestate *tracestate,
                                                   otelmq_str key,
                                                   const otelmq_tracestate **result);

/* One more reference; returns its argument. */
OTELMQ_API const otelmq_tracestate *otelmq_tracestate_retain(const otelmq_tracestate *tracestate);

/* Gives one reference back; the last one frees. */
OTELMQ_API void otelmq_tracestate_release(const otelmq_tracestate *tracestate);

OTELMQ_END_C

#endif
