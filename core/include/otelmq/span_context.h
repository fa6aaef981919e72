/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The span context: the part of a span that travels in a message. Two ids, the flags and the
 * tracestate. Plain data, passed by value. (Specification: trace/api.md, "SpanContext".)
 */
#ifndef OTELMQ_SPAN_CONTEXT_H
#define OTELMQ_SPAN_CONTEXT_H

#include <otelmq/tracestate.h>

#include <stdint.h>

OTELMQ_BEGIN_C

typedef struct {
    uint8_t bytes[16];
} otelmq_trace_id;

typedef struct {
    uint8_t bytes[8];
} otelmq_span_id;

/* Bits of trace_flags; every other bit is zero. */
enum {
    OTELMQ_TRACE_FLAG_SAMPLED = 0x01, /* the caller may have recorded this trace */
    OTELMQ_TRACE_FLAG_RANDOM = 0x02, /* the right 7 bytes of the trace id are random */
};

/* Buffer sizes for the hexadecimal forms, with their NUL. */
enum { OTELMQ_TRACE_ID_HEX_SIZE = 33, OTELMQ_SPAN_ID_HEX_SIZE = 17 };

typedef struct {
    otelmq_trace_id trace_id;
    otelmq_span_id span_id;
    uint8_t trace_flags;
    bool is_remote; /* it came out of a carrier */
    /* NULL: empty. Borrowed from the span or context that this was read from. */
    const otelmq_tracestate *tracestate;
} otelmq_span_context;

static inline bool otelmq_trace_id_is_valid(otelmq_trace_id id)
{
    static const otelmq_trace_id zero = {{0}};
    return memcmp(&id, &zero, sizeof(id)) != 0;
}

static inline bool otelmq_span_id_is_valid(otelmq_span_id id)
{
    static const otelmq_span_id zero = {{0}};
    return memcmp(&id, &zero, sizeof(id)) != 0;
}

/* Whether neither id is all zero: only a valid context is injected or becomes a parent. */
static inline bool otelmq_span_context_is_valid(const otelmq_span_context *span_context)
{
    return otelmq_trace_id_is_valid(span_context->trace_id) &&
           otelmq_span_id_is_valid(span_context->span_id);
}

static inline bool otelmq_span_context_is_sampled(const otelmq_span_context *span_context)
{
    return (span_context->trace_flags & OTELMQ_TRACE_FLAG_SAMPLED) != 0;
}

/* Same trace and same span; flags, tracestate and is_remote do not count. */
static inline bool otelmq_span_context_is_same_span(const otelmq_span_context *a,
                                                    const otelmq_span_context *b)
{
    return memcmp(&a->trace_id, &b->trace_id, sizeof(a->trace_id)) == 0 &&
           memcmp(&a->span_id, &b->span_id, sizeof(a->span_id)) == 0;
}

/* Writes the id as lower-case hexadecimal digits and a NUL. */
OTELMQ_API void otelmq_trace_id_format(otelmq_trace_id id, char hex[OTELMQ_TRACE_ID_HEX_SIZE]);
OTELMQ_API void otelmq_span_id_format(otelmq_span_id id, char hex[OTELMQ_SPAN_ID_HEX_SIZE]);

/* Reads exactly 32 or 16 lower-case hexadecimal digits; all zero is malformed too. */
OTELMQ_API otelmq_status otelmq_trace_id_parse(otelmq_str hex, otelmq_trace_id *id);
OTELMQ_API otelmq_status otelmq_span_id_parse(otelmq_str hex, otelmq_span_id *id);

OTELMQ_END_C

#endif
