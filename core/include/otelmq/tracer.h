/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A tracer starts the spans of one library or program part, whose name and version they carry.
 * otelmq_tracer_get is all that most programs need. Any thread.
 * (Specification: trace/api.md, "Tracer".)
 */
#ifndef OTELMQ_TRACER_H
#define OTELMQ_TRACER_H

#include <otelmq/instrumentation_scope.h>
#include <otelmq/span.h>

OTELMQ_BEGIN_C

typedef struct otelmq_tracer otelmq_tracer;

/* All fields borrowed for the call; {0} is the default of each. */
typedef struct {
    otelmq_span_kind kind; /* 0: internal */
    /* NULL: the thread's current context. otelmq_context_root() starts a new trace. */
    const otelmq_context *parent;
    const otelmq_attribute *attributes; /* NULL: none */
    size_t attribute_count;
    const otelmq_link *links; /* NULL: none */
    size_t link_count;
    uint64_t start_time_unix_nano; /* 0: now; nanoseconds since 1970 */
} otelmq_span_options;

/*
 * The tracer of the process for the library called name, which starts spans on the global provider,
 * whichever that is at the time: it may be asked for before the SDK starts, and used after it was
 * shut down, when its spans record nothing. version may be NULL. It lives until the process ends.
 */
OTELMQ_API otelmq_tracer *otelmq_tracer_get(const char *name, const char *version);

/*
 * The same for a scope with a schema URL and attributes. Copies; scopes that are equal in all
 * fields, whatever the order of their attributes, have one tracer.
 */
OTELMQ_API otelmq_tracer *otelmq_tracer_get_for(const otelmq_instrumentation_scope *scope);

/*
 * Whether a span that it starts now can be recorded: false without an SDK, after its shutdown, and
 * when no processor would get the span. To skip work that is for spans alone; the answer may be
 * another one for the next span, and a sampler may still say no. NULL: of no name.
 */
OTELMQ_API bool otelmq_tracer_is_enabled(const otelmq_tracer *tracer);

/*
 * Starts a span; the reference is yours until otelmq_span_end. name is the operation, of low
 * cardinality, and is copied; options NULL: all defaults. Never NULL.
 */
OTELMQ_API otelmq_span *otelmq_tracer_start_span(otelmq_tracer *tracer, const char *name,
                                                 const otelmq_span_options *options);

/*
 * Starts a span and makes it the active one of this thread, within options->parent when that is
 * given: its baggage and values become current too.
 */
OTELMQ_API otelmq_scope otelmq_tracer_start_scope(otelmq_tracer *tracer, const char *name,
                                                  const otelmq_span_options *options);

OTELMQ_END_C

#endif
