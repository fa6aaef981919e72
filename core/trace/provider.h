/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The inside of a tracer provider. Two things end at different times:
 *
 *   - its memory, with resource, sampler and tracers, which live spans and the caches of threads
 *     read: counted by refcount;
 *   - its processors, which go as soon as the owner destroys the provider and no thread is inside
 *     one of them: guarded by the gate. A span that ends later finds the gate closed. Without this,
 *     an exporter would wait for the last idle thread, and one that keeps spans for itself. Batch
 *     processors are closed at that moment, and stay in memory to turn away what comes late.
 */
#ifndef OTELMQ_TRACE_PROVIDER_H
#define OTELMQ_TRACE_PROVIDER_H

#include "base/lock.h"
#include "base/refcount.h"
#include "trace/span_limits.h"

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
    bool calls_user_at_start; /* its sampler or id generator is not of this library */
    bool has_on_start;
    bool has_on_ending;
    bool can_fold_spans; /* nobody sees them before they have ended */
    bool decides_all_roots_alike; /* the sampler does, namely so: */
    otelmq_sampling_decision root_decision;
    void *only_batch; /* a batch processor, in the common case that there is no other processor */
    uint8_t accounting_processor_count; /* those of ours, which settle the fate of a span */
    const otelmq_resource *resource;
    otelmq_sampler sampler;
    otelmq_id_generator id_generator; /* ops NULL: random */
    otelmq_applied_limits limits;
    otelmq_processor *processors;
    size_t processor_count;
    otelmq_lock tracers_lock;
    otelmq_tracer *tracers;
};

/* Takes count more references. */
static inline void otelmq_tracer_provider_retain(otelmq_tracer_provider *provider, unsigned count)
{
    atomic_fetch_add_explicit(&provider->refcount.count, count, memory_order_relaxed);
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

/* A tracer of provider (NULL: the global one) with a copy of scope; NULL: no memory. */
otelmq_tracer *otelmq_tracer_create(otelmq_tracer_provider *provider,
                                    const otelmq_instrumentation_scope *scope);

/* The one of an equal scope in the list that starts at first; NULL when there is none. */
otelmq_tracer *otelmq_tracer_find(otelmq_tracer *first, const otelmq_instrumentation_scope *scope);

/* A scope of which no more is known; either may be NULL. */
otelmq_instrumentation_scope otelmq_scope_of_name(const char *name, const char *version);

/* For where no tracer can be had: its spans go to the global provider, under no name. */
extern otelmq_tracer otelmq_tracer_nameless;

#endif
