/* SPDX-License-Identifier: Apache-2.0 */
/* The count of references to a shared object. Any thread. */
#ifndef OTELMQ_BASE_REFCOUNT_H
#define OTELMQ_BASE_REFCOUNT_H

#include <stdatomic.h>
#include <stdbool.h>

typedef struct {
    atomic_uint count;
} otelmq_refcount;

static inline void otelmq_refcount_init(otelmq_refcount *refcount)
{
    atomic_init(&refcount->count, 1);
}

static inline void otelmq_refcount_retain(otelmq_refcount *refcount)
{
    atomic_fetch_add_explicit(&refcount->count, 1, memory_order_relaxed);
}

/* True when this was the last one; what other threads wrote before their release is then seen. */
static inline bool otelmq_refcount_release(otelmq_refcount *refcount)
{
    /* The holder of the only one need not count: nobody else can add another. */
    return atomic_load_explicit(&refcount->count, memory_order_acquire) == 1 ||
           atomic_fetch_sub_explicit(&refcount->count, 1, memory_order_acq_rel) == 1;
}

#endif
