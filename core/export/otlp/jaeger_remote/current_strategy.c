/* SPDX-License-Identifier: Apache-2.0 */
#include "export/otlp/jaeger_remote/current_strategy.h"

#include <pthread.h>
#include <stdatomic.h>

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static atomic_uint generation = 1;
static pthread_once_t watch_once = PTHREAD_ONCE_INIT;

static void before_fork(void)
{
    pthread_mutex_lock(&mutex);
}

static void after_fork_in_parent(void)
{
    pthread_mutex_unlock(&mutex);
}

static void after_fork_in_child(void)
{
    atomic_fetch_add_explicit(&generation, 1, memory_order_relaxed);
    pthread_mutex_unlock(&mutex);
}

static void watch_forks(void)
{
    pthread_atfork(before_fork, after_fork_in_parent, after_fork_in_child);
}

unsigned otelmq_jaeger_process_generation(void)
{
    return atomic_load_explicit(&generation, memory_order_relaxed);
}

void otelmq_jaeger_current_init(otelmq_jaeger_current *current, otelmq_jaeger_strategy *strategy)
{
    pthread_once(&watch_once, watch_forks);
    current->strategy = strategy;
}

void otelmq_jaeger_current_clean(otelmq_jaeger_current *current)
{
    otelmq_jaeger_strategy_release(current->strategy);
}

otelmq_jaeger_strategy *otelmq_jaeger_current_get(otelmq_jaeger_current *current)
{
    pthread_mutex_lock(&mutex);
    otelmq_jaeger_strategy *strategy = current->strategy;
    otelmq_jaeger_strategy_retain(strategy);
    pthread_mutex_unlock(&mutex);
    return strategy;
}

void otelmq_jaeger_current_replace(otelmq_jaeger_current *current, otelmq_jaeger_strategy *strategy)
{
    /* Only one thread replaces, so that what it reads here is still there below. */
    otelmq_jaeger_strategy_continue(strategy, current->strategy);
    pthread_mutex_lock(&mutex);
    otelmq_jaeger_strategy *before = current->strategy;
    current->strategy = strategy;
    pthread_mutex_unlock(&mutex);
    otelmq_jaeger_strategy_release(before);
}
