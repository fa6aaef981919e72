/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the trace layer needs of the context: a span in it, of which the context layer knows no more
 * than how to give it back. Any thread.
 */
#ifndef OTELMQ_CONTEXT_CONTEXT_NODE_H
#define OTELMQ_CONTEXT_CONTEXT_NODE_H

#include "base/hidden.h"

#include <otelmq/context.h>

/*
 * A new context, the caller's: parent (NULL: the thread's current one) with span as its active
 * span. *Owns* one reference to span: release_span is called on it when the last context that holds
 * it goes, or at once without memory, when the result is parent with one more reference.
 * span_context points into the span.
 */
const otelmq_context *otelmq_context_with_active(const otelmq_context *parent,
                                                 const otelmq_span_context *span_context,
                                                 void *span, void (*release_span)(void *span));

/*
 * The active span of context (NULL: the thread's current one); NULL when there is none, or when a
 * span context that came from elsewhere hides it. Borrowed from the context.
 */
void *otelmq_context_active_span(const otelmq_context *context);

/*
 * The span context of a context that has a span at most, neither baggage nor values nor a
 * tracestate, so that nothing but a traceparent is to be passed on; NULL for another one. Borrowed.
 */
const otelmq_span_context *otelmq_context_plain_span_context(const otelmq_context *context);

/* That of the root, which is invalid. */
extern OTELMQ_HIDDEN const otelmq_span_context otelmq_span_context_none;

#endif
