/* SPDX-License-Identifier: Apache-2.0 */
/* The counters of <otelmq/stats.h>, without what is derived from them. */
#ifndef OTELMQ_BASE_COUNTERS_H
#define OTELMQ_BASE_COUNTERS_H

#include "base/hidden.h"
#include "base/likely.h"

#include <otelmq/stats.h>

#include <stdatomic.h>
#include <stddef.h>

/* The block of this thread, for otelmq_counters_add only; NULL: it has none, or none yet. */
extern OTELMQ_HIDDEN _Thread_local atomic_uint_least64_t *otelmq_counters_of_thread;

/* otelmq_stats_add in line, for what is done for each span: only this thread writes its block. */
static inline void otelmq_counters_add(otelmq_stat stat, uint64_t count)
{
    atomic_uint_least64_t *mine = otelmq_counters_of_thread;
    if (OTELMQ_UNLIKELY(mine == NULL)) {
        otelmq_stats_add(stat, count);
        return;
    }
    uint64_t before = atomic_load_explicit(&mine[stat], memory_order_relaxed);
    atomic_store_explicit(&mine[stat], before + count, memory_order_relaxed);
}

/* All of them now. Any thread. */
void otelmq_counters_read(uint64_t counts[OTELMQ_STAT_COUNT]);

#endif
