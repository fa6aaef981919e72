/* SPDX-License-Identifier: Apache-2.0 */
#include "context/context_memory.h"
#include "context/context_node.h"

#include "base/refcount.h"
#include "base/unconst.h"

/*
 * A context is a node that adds one thing to its parent. Span, baggage and the nearest value are
 * copied down from the parent as pointers, so that looking up the first two costs one load however
 * deep the chain is; the parent is kept alive by the node, and with it what the pointers show.
 *
 *     root <---- baggage node <---- value node <---- span node
 *                baggage: B         baggage: B       baggage: B
 *                                   values: itself   values: the value node
 *                                                    span: S
 */
struct otelmq_context {
    otelmq_refcount refcount;
    const otelmq_context *parent;
    const otelmq_span_context *span_context;
    void *span;
    const otelmq_baggage *baggage;
    const otelmq_context *values;
    void (*clean)(const otelmq_context *context);
    union {
        struct {
            const otelmq_context_key *key;
            void *data;
            void (*release)(void *data);
            const otelmq_context *next;
        } value;
        otelmq_span_context own_span_context;
        void (*release_span)(void *span);
    } added;
};

_Static_assert(sizeof(otelmq_context) <= OTELMQ_CONTEXT_BLOCK_SIZE, "A context fits its block.");

const otelmq_span_context otelmq_span_context_none;
static const otelmq_context ROOT = {.span_context = &otelmq_span_context_none};

const otelmq_context *otelmq_context_root(void)
{
    return &ROOT;
}

static const otelmq_context *or_current(const otelmq_context *context)
{
    return context != NULL ? context : otelmq_context_current();
}

static void clean_value(const otelmq_context *context)
{
    if (context->added.value.release != NULL) {
        context->added.value.release(context->added.value.data);
    }
}

static void clean_baggage(const otelmq_context *context)
{
    otelmq_baggage_release(context->baggage);
}

static void clean_span_context(const otelmq_context *context)
{
    otelmq_tracestate_release(context->added.own_span_context.tracestate);
}

static void clean_span(const otelmq_context *context)
{
    if (context->added.release_span != NULL) {
        context->added.release_span(context->span);
    }
}

/* A node that says the same as parent until the caller adds something; NULL without memory. */
static otelmq_context *create_child(const otelmq_context *parent,
                                    void (*clean)(const otelmq_context *context))
{
    otelmq_context *context = otelmq_context_memory_take();
    if (context == NULL) {
        return NULL;
    }
    otelmq_refcount_init(&context->refcount);
    context->parent = otelmq_context_retain(parent);
    context->span_context = parent->span_context;
    context->span = parent->span;
    context->baggage = parent->baggage;
    context->values = parent->values;
    context->clean = clean;
    return context;
}

const otelmq_context *otelmq_context_with_value(const otelmq_context *parent,
                                                const otelmq_context_key *key, void *value,
                                                void (*release)(void *value))
{
    parent = or_current(parent);
    otelmq_context *context = key != NULL ? create_child(parent, clean_value) : NULL;
    if (context == NULL) {
        if (release != NULL) {
            release(value);
        }
        return otelmq_context_retain(parent);
    }
    context->added.value.key = key;
    context->added.value.data = value;
    context->added.value.release = release;
    context->added.value.next = parent->values;
    context->values = context;
    return context;
}

void *otelmq_context_value(const otelmq_context *context, const otelmq_context_key *key)
{
    const otelmq_context *node = or_current(context)->values;
    while (node != NULL && node->added.value.key != key) {
        node = node->added.value.next;
    }
    return node != NULL ? node->added.value.data : NULL;
}

const otelmq_context *otelmq_context_with_baggage(const otelmq_context *parent,
                                                  const otelmq_baggage *baggage)
{
    parent = or_current(parent);
    otelmq_context *context = create_child(parent, clean_baggage);
    if (context == NULL) {
        return otelmq_context_retain(parent);
    }
    context->baggage = otelmq_baggage_retain(baggage);
    return context;
}

const otelmq_baggage *otelmq_context_baggage(const otelmq_context *context)
{
    return or_current(context)->baggage;
}

const otelmq_context *otelmq_context_with_span_context(const otelmq_context *parent,
                                                       const otelmq_span_context *span_context)
{
    parent = or_current(parent);
    otelmq_context *context =
        span_context != NULL ? create_child(parent, clean_span_context) : NULL;
    if (context == NULL) {
        return otelmq_context_retain(parent);
    }
    context->added.own_span_context = *span_context;
    otelmq_tracestate_retain(span_context->tracestate);
    context->span_context = &context->added.own_span_context;
    context->span = NULL;
    return context;
}

const otelmq_context *otelmq_context_with_active(const otelmq_context *parent,
                                                 const otelmq_span_context *span_context,
                                                 void *span, void (*release_span)(void *span))
{
    parent = or_current(parent);
    otelmq_context *context = create_child(parent, clean_span);
    if (context == NULL) {
        if (release_span != NULL) {
            release_span(span);
        }
        return otelmq_context_retain(parent);
    }
    context->added.release_span = release_span;
    context->span_context = span_context;
    context->span = span;
    return context;
}

void *otelmq_context_active_span(const otelmq_context *context)
{
    return or_current(context)->span;
}

const otelmq_span_context *otelmq_context_span_context(const otelmq_context *context)
{
    return or_current(context)->span_context;
}

const otelmq_context *otelmq_context_retain(const otelmq_context *context)
{
    context = or_current(context);
    if (context != &ROOT) {
        otelmq_context *counted = otelmq_unconst(context);
        otelmq_refcount_retain(&counted->refcount);
    }
    return context;
}

void otelmq_context_release(const otelmq_context *context)
{
    /* A loop, because a chain may be longer than a stack is deep. */
    while (context != NULL && context != &ROOT) {
        otelmq_context *counted = otelmq_unconst(context);
        if (!otelmq_refcount_release(&counted->refcount)) {
            return;
        }
        const otelmq_context *parent = context->parent;
        context->clean(context);
        otelmq_context_memory_give(counted);
        context = parent;
    }
}

const otelmq_span_context *otelmq_context_plain_span_context(const otelmq_context *context)
{
    bool is_plain = context->baggage == NULL && context->values == NULL &&
                    context->span_context->tracestate == NULL;
    return is_plain ? context->span_context : NULL;
}
