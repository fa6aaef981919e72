/* SPDX-License-Identifier: Apache-2.0 */
#include "trace/global_provider.h"

#include "base/module.h"

#include <pthread.h>

static struct {
    otelmq_lock lock;
    otelmq_tracer_provider *provider;
} global;

atomic_uint otelmq_global_provider_generation;

_Thread_local otelmq_provider_cache otelmq_provider_of_thread;

static pthread_key_t exit_key;
static bool has_exit_key;

static void release(otelmq_tracer_provider *provider, unsigned references)
{
    if (provider != NULL) {
        otelmq_tracer_provider_release(provider, references);
    }
}

static void close_cache(void *of_thread)
{
    otelmq_provider_cache *mine = of_thread;
    otelmq_provider_cache before = *mine;
    mine->provider = NULL;
    mine->references = 0;
    mine->is_closed = true;
    release(before.provider, before.references);
}

static void create_exit_key(void)
{
    otelmq_module_pin();
    has_exit_key = pthread_key_create(&exit_key, close_cache) == 0;
}

static void register_cache(otelmq_provider_cache *mine)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, create_exit_key);
    mine->is_registered = true;
    mine->is_closed = !has_exit_key || pthread_setspecific(exit_key, mine) != 0;
}

void otelmq_provider_cache_refresh(otelmq_provider_cache *mine)
{
    if (!mine->is_registered) {
        register_cache(mine);
    }
    otelmq_provider_cache before = *mine;
    otelmq_lock_take(&global.lock);
    mine->generation =
        atomic_load_explicit(&otelmq_global_provider_generation, memory_order_relaxed);
    mine->provider = mine->is_closed ? NULL : global.provider;
    if (mine->provider != NULL) {
        otelmq_tracer_provider_retain(mine->provider, 1);
    }
    otelmq_lock_give(&global.lock);
    mine->references = 1;
    release(before.provider, before.references);
}

/* With the lock taken. Returns the old one, whose reference is now the caller's. */
static otelmq_tracer_provider *exchange(otelmq_tracer_provider *provider)
{
    otelmq_tracer_provider *old = global.provider;
    global.provider = provider;
    unsigned next =
        atomic_load_explicit(&otelmq_global_provider_generation, memory_order_relaxed) + 1;
    atomic_store_explicit(&otelmq_global_provider_generation, next != 0 ? next : 1,
                          memory_order_relaxed);
    return old;
}

void otelmq_tracer_provider_set_global(otelmq_tracer_provider *provider)
{
    if (provider != NULL) {
        otelmq_tracer_provider_retain(provider, 1);
    }
    otelmq_lock_take(&global.lock);
    otelmq_tracer_provider *old = exchange(provider);
    otelmq_lock_give(&global.lock);
    release(old, 1);
    /* This thread, which perhaps starts no more spans, lets the old one go at once. */
    (void)otelmq_global_provider();
}

void otelmq_global_provider_unset(const otelmq_tracer_provider *provider)
{
    otelmq_tracer_provider *old = NULL;
    otelmq_lock_take(&global.lock);
    if (global.provider == provider) {
        old = exchange(NULL);
    }
    otelmq_lock_give(&global.lock);
    release(old, 1);
    (void)otelmq_global_provider();
}
