/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The inside of a tracer provider. Two things end at different times:
 *
 *   - its memory, with resource, sampler and tracers, which live spans and the caches of threads
 *     read: counted by refcount;
 *   - its processors, which go as soon as the owner destroys the provider and no thread is inside
 *     one of them: guarded by the gate. A span that ends later finds the gate closed. Without this,
 *     an exporter would wait for the last idle thread, and one that keeps spans for itself.
 */
#ifndef OTELMQ_TRACE_PROVIDER_H
#define OTELMQ_TRACE_PROVIDER_H

#include "base/refcount.h"
#include "trace/lock.h"

#include <otelmq/tracer_provider.h>

struct otelmq_tracer {
    otelmq_instrumentation_scope scope;
    otelmq_tracer_provider *provider; /* NULL: the global one at each start */
    otelmq_tracer *next;
};

struct otelmq_tracer_provider {
    otelmq_refcount refcount;
    atomic_uint gate;
    atomic_bool is_shut_down;
    bool has_on_start;
    bool has_one_batch_processor; /* the common case, in which spans are handed over */
    uint8_t accounting_processor_count; /* those of ours, which settle the fate of a span */
    const otelmq_resource *resource;
    otelmq_sampler sampler;
    otelmq_id_generator id_generator; /* ops NULL: random */
    otelmq_span_limits limits; /* none is 0 but the value length */
    otelmq_processor *processors;
    size_t processor_count;
    otelmq_lock tracers_lock;
    otelmq_tracer *tracers;
};

static inline void otelmq_tracer_provider_retain(otelmq_tracer_provider *provider)
{
    otelmq_refcount_retain(&provider->refcount);
}

/* Gives count references back. */
void otelmq_tracer_provider_release(otelmq_tracer_provider *provider, unsigned count);

/* Whether the processors may be called until otelmq_tracer_provider_leave; false once closed. */
bool otelmq_tracer_provider_enter(otelmq_tracer_provider *provider);

void otelmq_tracer_provider_leave(otelmq_tracer_provider *provider);

static inline bool otelmq_tracer_provider_is_shut_down(const otelmq_tracer_provider *provider)
{
    return atomic_load_explicit(&provider->is_shut_down, memory_order_relaxed);
}

/* A tracer of that provider (NULL: the global one) with copies of its arguments; NULL: no memory. */
otelmq_tracer *otelmq_tracer_create(otelmq_tracer_provider *provider, const char *name,
                                    const char *version);

/* The one of this name and version in the list that starts at first; NULL when there is none. */
otelmq_tracer *otelmq_tracer_find(otelmq_tracer *first, otelmq_str name, otelmq_str version);

/* For where no tracer can be had: its spans go to the global provider, under no name. */
extern otelmq_tracer otelmq_tracer_nameless;

#endif
