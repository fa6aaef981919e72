/* SPDX-License-Identifier: Apache-2.0 */
#include "base/lock.h"

#include <time.h>

enum { SPINS = 100, FIRST_NAP_NANO = 20000, LONGEST_NAP_NANO = 1000000 };

/* Looks before it exchanges, so that those who wait do not take the cache line from each other. */
static bool try_take(otelmq_lock *lock)
{
    return atomic_load_explicit(&lock->holder, memory_order_relaxed) != otelmq_fork_generation() &&
           otelmq_lock_try(lock);
}

static bool spin(otelmq_lock *lock)
{
    for (int i = 0; i < SPINS; i++) {
        if (try_take(lock)) {
            return true;
        }
    }
    return false;
}

bool otelmq_lock_take_until(otelmq_lock *lock, otelmq_deadline deadline)
{
    if (spin(lock)) {
        return true;
    }
    struct timespec nap = {.tv_nsec = FIRST_NAP_NANO};
    while (!try_take(lock)) {
        if (otelmq_clock_monotonic_nano() >= deadline.monotonic_nano) {
            return false;
        }
        nanosleep(&nap, NULL);
        nap.tv_nsec = nap.tv_nsec * 2 < LONGEST_NAP_NANO ? nap.tv_nsec * 2 : LONGEST_NAP_NANO;
    }
    return true;
}

void otelmq_lock_wait(otelmq_lock *lock)
{
    (void)otelmq_lock_take_until(lock, (otelmq_deadline){UINT64_MAX});
}
