/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A small lock for short sections: free it is one atomic operation, held it is waited for by
 * spinning, then by sleeping. It survives fork: in the child, a lock that a thread of the parent
 * held counts as free, because the holder's generation is not the child's. What it protects must
 * therefore be sound after each single store. Any thread; not recursive.
 */
#ifndef OTELMQ_BASE_LOCK_H
#define OTELMQ_BASE_LOCK_H

#include "base/clock.h"
#include "base/fork_generation.h"

#include <stdbool.h>

/* {0} is a free lock. */
typedef struct {
    atomic_uint holder; /* the fork generation of the process that holds it; 0: free */
} otelmq_lock;

/* For otelmq_lock_take only. */
void otelmq_lock_wait(otelmq_lock *lock);

/* Takes the lock unless the deadline passes first. */
bool otelmq_lock_take_until(otelmq_lock *lock, otelmq_deadline deadline);

/*
 * Exchanging is cheaper than comparing first, and does no harm to a lock that another thread of
 * this process holds: it already says what is put there.
 */
static inline bool otelmq_lock_try(otelmq_lock *lock)
{
    unsigned generation = otelmq_fork_generation();
    return atomic_exchange_explicit(&lock->holder, generation, memory_order_acquire) != generation;
}

static inline void otelmq_lock_take(otelmq_lock *lock)
{
    if (!otelmq_lock_try(lock)) {
        otelmq_lock_wait(lock);
    }
}

static inline void otelmq_lock_give(otelmq_lock *lock)
{
    atomic_store_explicit(&lock->holder, 0, memory_order_release);
}

#endif
