/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A propagator turns a context into headers (inject) and headers into a context (extract). The
 * traced connections call it for you; you call it for a transport of your own. It needs no SDK: a
 * program that traces nothing itself still passes the context on.
 *
 *     otelmq_propagator_inject(otelmq_propagator_global(), NULL, carrier);
 *     const otelmq_context *context =
 *         otelmq_propagator_extract(otelmq_propagator_global(), NULL, carrier);
 *
 * (Specification: context/api-propagators.md.)
 */
#ifndef OTELMQ_PROPAGATOR_H
#define OTELMQ_PROPAGATOR_H

#include <otelmq/carrier.h>
#include <otelmq/context.h>

OTELMQ_BEGIN_C

/* A propagator of your own is such a table and a pointer; any thread may call it at any time. */
typedef struct {
    /* Sets the headers for context. What context does not have is not written. */
    void (*inject)(const void *self, const otelmq_context *context, otelmq_carrier carrier);
    /* A new context, the caller's: context and what the headers hold; bad headers add nothing. */
    const otelmq_context *(*extract)(const void *self, const otelmq_context *context,
                                     otelmq_carrier carrier);
    /* The name of the index-th header that inject may set, NULL past the last. */
    const char *(*field_at)(const void *self, size_t index);
    /* Frees self; NULL when there is nothing to free. */
    void (*destroy)(void *self);
} otelmq_propagator_ops;

typedef struct {
    const otelmq_propagator_ops *ops;
    void *self;
} otelmq_propagator;

/* W3C Trace Context: the headers traceparent and tracestate. Static. */
OTELMQ_API otelmq_propagator otelmq_propagator_trace_context(void);

/* W3C Baggage: the header baggage. Static. */
OTELMQ_API otelmq_propagator otelmq_propagator_baggage(void);

/*
 * B3, Zipkin's format. Writes one header, b3; reads that one or, where it is missing or malformed,
 * the several of otelmq_propagator_b3_multi. Debug, and that nobody has decided on sampling yet,
 * are passed on as they came; for a sampler, the latter is not sampled. Static. (B3 propagation.)
 */
OTELMQ_API otelmq_propagator otelmq_propagator_b3(void);

/* The same, but writes X-B3-TraceId, -SpanId, and -Sampled, or -Flags for debug. Static. */
OTELMQ_API otelmq_propagator otelmq_propagator_b3_multi(void);

/*
 * Jaeger's own format: uber-trace-id, and a header uberctx-{key} for each entry of the baggage,
 * which loses its metadata; reads jaeger-baggage too. Reading baggage needs a carrier that lists
 * its names. Deprecated by OpenTelemetry. Static.
 */
OTELMQ_API otelmq_propagator otelmq_propagator_jaeger(void);

/*
 * The format of OpenTracing's basic tracers: ot-tracer-traceid, -spanid, -sampled, and a header
 * ot-baggage-{key} for each entry of the baggage that can stand in a header as it is. Its trace ids
 * have 64 bits: the left half of a longer one is not sent. Deprecated by OpenTelemetry. Static.
 */
OTELMQ_API otelmq_propagator otelmq_propagator_ot_trace(void);

/* Writes and reads nothing. Static. */
OTELMQ_API otelmq_propagator otelmq_propagator_none(void);

/*
 * All of count propagators, one after the other. *Owns* them, on failure too; one without ops makes
 * it fail, and {0} is returned when it failed.
 */
OTELMQ_API otelmq_propagator otelmq_propagator_composite(const otelmq_propagator parts[],
                                                         size_t count);

/* Makes the propagator that a name stands for; {0} when it cannot, after reporting why. */
typedef otelmq_propagator (*otelmq_propagator_factory)(const char *name);

/*
 * Makes name (copied) known to otelmq_propagator_from_names and as a value of OTEL_PROPAGATORS; the
 * last one to register a name has it. Letters of either case are the same. Any thread.
 */
OTELMQ_API otelmq_status otelmq_propagator_register(const char *name,
                                                    otelmq_propagator_factory factory);

/*
 * The propagators of a list such as OTEL_PROPAGATORS has, "tracecontext,baggage,b3", yours: of
 * tracecontext, baggage, b3, b3multi, jaeger, ottrace, none and those that were registered. A name
 * that comes again is skipped; an unknown one too, and reported. {0}, which stands for the default
 * everywhere, when no name is left or without memory.
 */
OTELMQ_API otelmq_propagator otelmq_propagator_from_names(otelmq_str names);

/* Injects; context NULL: the thread's current one. */
OTELMQ_API void otelmq_propagator_inject(otelmq_propagator propagator,
                                         const otelmq_context *context, otelmq_carrier carrier);

/* A new context, yours, never NULL; context NULL: the thread's current one. */
OTELMQ_API const otelmq_context *otelmq_propagator_extract(otelmq_propagator propagator,
                                                           const otelmq_context *context,
                                                           otelmq_carrier carrier);

/* The name of the index-th header that inject may set, NULL past the last. */
OTELMQ_API const char *otelmq_propagator_field_at(otelmq_propagator propagator, size_t index);

/* Frees a propagator that was not handed over; {0} and the static ones are fine. */
OTELMQ_API void otelmq_propagator_destroy(otelmq_propagator propagator);

/* The propagator of the process: trace context and baggage until another is set. Any thread. */
OTELMQ_API otelmq_propagator otelmq_propagator_global(void);

/*
 * Sets the propagator of the process; {0} restores the default. *Owns* it, and calls its inject
 * once, to see whether it passes spans on. The replaced one lives on until the process ends,
 * because another thread may be inside it. Any thread.
 */
OTELMQ_API void otelmq_propagator_set_global(otelmq_propagator propagator);

OTELMQ_END_C

#endif
