/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The context: an immutable bag that carries the active span, the baggage and values of your own
 * through a program. Each thread has a current one, which new spans take as their parent; a server
 * with a thread pool can pass contexts itself and never attach any.
 *
 * A context is made from another by adding one thing, and is reference counted; it may be used on
 * several threads at once. Where a function takes a context, NULL means the thread's current one;
 * the empty context is otelmq_context_root(). (Specification: context/README.md.)
 */
#ifndef OTELMQ_CONTEXT_H
#define OTELMQ_CONTEXT_H

#include <otelmq/baggage.h>
#include <otelmq/span_context.h>

OTELMQ_BEGIN_C

typedef struct otelmq_context otelmq_context;

/*
 * The key of a value of your own. Its address is the key, its name is for people:
 *
 *     static const otelmq_context_key TENANT = {"tenant"};
 */
typedef struct {
    const char *name;
} otelmq_context_key;

/* The empty context: no span, no baggage, no values. Static: retain and release do nothing. */
OTELMQ_API const otelmq_context *otelmq_context_root(void);

/* The thread's current context, the root when none is attached. Borrowed until the next detach. */
OTELMQ_API const otelmq_context *otelmq_context_current(void);

/*
 * A new context, yours: parent and, under key, value. release (NULL: none) is called on value once
 * when the last context that holds it goes; this call *owns* value, on failure too. Without memory
 * the result is parent with one more reference.
 */
OTELMQ_API const otelmq_context *otelmq_context_with_value(const otelmq_context *parent,
                                                           const otelmq_context_key *key,
                                                           void *value,
                                                           void (*release)(void *value));

/* The value under key, NULL when there is none. Borrowed from the context. */
OTELMQ_API void *otelmq_context_value(const otelmq_context *context, const otelmq_context_key *key);

/* A new context, yours: parent with this baggage in place of its own. NULL clears it. */
OTELMQ_API const otelmq_context *otelmq_context_with_baggage(const otelmq_context *parent,
                                                             const otelmq_baggage *baggage);

/* The baggage of the context, NULL when empty. Borrowed from the context. */
OTELMQ_API const otelmq_baggage *otelmq_context_baggage(const otelmq_context *context);

/*
 * A new context, yours: parent with a span context that came from elsewhere in place of its span;
 * what extract makes. Its tracestate is retained.
 */
OTELMQ_API const otelmq_context *
otelmq_context_with_span_context(const otelmq_context *parent,
                                 const otelmq_span_context *span_context);

/*
 * The span context of the active or extracted span; an invalid one, not NULL, when there is none.
 */
OTELMQ_API const otelmq_span_context *otelmq_context_span_context(const otelmq_context *context);

/* One more reference; returns its argument, or the current context for NULL. */
OTELMQ_API const otelmq_context *otelmq_context_retain(const otelmq_context *context);

/* Gives one reference back; the last one frees. NULL is fine, and is not the current one here. */
OTELMQ_API void otelmq_context_release(const otelmq_context *context);

/* What attach hands out and detach takes back; its fields are not for you. */
typedef struct {
    const void *thread;
    size_t depth;
    uint64_t serial;
} otelmq_context_token;

/* Makes context the thread's current one until its token is detached. Retains it. */
OTELMQ_API otelmq_context_token otelmq_context_attach(const otelmq_context *context);

/*
 * Makes the context current again that was so before the attach. Tokens go back in reverse order
 * on the thread that they came from; a token out of order restores what was before it and is
 * reported, and one on a wrong thread changes nothing and is reported.
 */
OTELMQ_API void otelmq_context_detach(otelmq_context_token token);

OTELMQ_END_C

#endif
