/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The tracer provider of the process. Each thread keeps a reference to it, so that starting a span
 * touches nothing that threads share but the generation, which changes with the provider. Any
 * thread.
 */
#ifndef OTELMQ_TRACE_GLOBAL_PROVIDER_H
#define OTELMQ_TRACE_GLOBAL_PROVIDER_H

#include "base/hidden.h"
#include "base/likely.h"

#include "trace/provider.h"

/* What a thread keeps; for the functions below only, as is the generation, 0 before the first. */
typedef struct {
    otelmq_tracer_provider *provider;
    unsigned references; /* to provider: one to keep, and those in store */
    unsigned generation;
    bool is_registered;
    bool is_closed; /* the thread is exiting and cannot keep a reference any more */
} otelmq_provider_cache;

enum { OTELMQ_STORED_REFERENCES = 256 };

extern OTELMQ_HIDDEN _Thread_local otelmq_provider_cache otelmq_provider_of_thread;
extern OTELMQ_HIDDEN atomic_uint otelmq_global_provider_generation;
void otelmq_provider_cache_refresh(otelmq_provider_cache *cache);

/* NULL when there is none. Borrowed until the thread's next call of this function. */
static inline otelmq_tracer_provider *otelmq_global_provider(void)
{
    otelmq_provider_cache *mine = &otelmq_provider_of_thread;
    if (OTELMQ_UNLIKELY(mine->generation != atomic_load_explicit(&otelmq_global_provider_generation,
                                                                 memory_order_relaxed))) {
        otelmq_provider_cache_refresh(mine);
    }
    return mine->provider;
}

/*
 * One more reference to the global provider that this thread was given last. The thread keeps some
 * in store, so that most calls touch nothing that threads share.
 */
static inline void otelmq_global_provider_retain(void)
{
    otelmq_provider_cache *mine = &otelmq_provider_of_thread;
    if (OTELMQ_UNLIKELY(mine->references == 1)) {
        otelmq_tracer_provider_retain(mine->provider, OTELMQ_STORED_REFERENCES);
        mine->references += OTELMQ_STORED_REFERENCES;
    }
    mine->references--;
}

/* Whether this thread keeps a reference to provider until it asks for the global one again. */
static inline bool otelmq_global_provider_is_kept(const otelmq_tracer_provider *provider)
{
    return otelmq_provider_of_thread.provider == provider;
}

/* Sets it to NULL if it still is provider. */
void otelmq_global_provider_unset(const otelmq_tracer_provider *provider);

#endif
