/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The monotonic clock for what cannot wait for it: reading the system's clock first waits until all
 * that was begun is done, which for a thread that comes back from the kernel is much. So ticks are
 * the processor's own counter, where the system makes its clock of the same one, and are turned
 * into time later, by somebody who can wait. Elsewhere, ticks are nanoseconds of the clock. Any
 * thread.
 */
#ifndef OTELMQ_TRACE_TICKS_H
#define OTELMQ_TRACE_TICKS_H

#include "base/clock.h"
#include "base/hidden.h"
#include "base/likely.h"

#include <stdatomic.h>
#include <stdbool.h>

/* For otelmq_ticks_now only. */
extern OTELMQ_HIDDEN atomic_bool otelmq_ticks_are_cycles;

/* Finds out which they are. To be called before the first are taken; cheap to repeat. */
void otelmq_ticks_start(void);

static inline uint64_t otelmq_ticks_now(void)
{
#if defined(__x86_64__)
    if (OTELMQ_LIKELY(atomic_load_explicit(&otelmq_ticks_are_cycles, memory_order_relaxed))) {
        return __builtin_ia32_rdtsc();
    }
#endif
    return otelmq_clock_monotonic_nano();
}

/*
 * When that was, in nanoseconds of the monotonic clock: not before otelmq_ticks_start, nor later
 * than now.
 */
uint64_t otelmq_ticks_monotonic_nano(uint64_t ticks);

#endif
