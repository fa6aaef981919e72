/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tells state that belongs to one process (random numbers, worker threads) that it now stands in a
 * forked child: remember the generation, and compare. Any thread.
 */
#ifndef OTELMQ_BASE_FORK_GENERATION_H
#define OTELMQ_BASE_FORK_GENERATION_H

#include "base/hidden.h"

#include <stdatomic.h>

/* For otelmq_fork_generation only. */
extern OTELMQ_HIDDEN atomic_uint otelmq_fork_generation_now;

/* Must have run once in the process before its generation means anything; cheap to repeat. */
void otelmq_fork_generation_watch(void);

/* Never 0; a different number in a child than in its parent. */
static inline unsigned otelmq_fork_generation(void)
{
    return atomic_load_explicit(&otelmq_fork_generation_now, memory_order_relaxed);
}

#endif
