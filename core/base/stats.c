/* SPDX-License-Identifier: Apache-2.0 */
#include <otelmq/stats.h>

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

enum { SHARD_COUNT = 16, CACHE_LINES = 128 };

/*
 * Every span adds to a counter, so threads that shared one would pass its cache line to and fro.
 * Each thread adds to one of the shards instead, and a reader sums them up. The alignment is two
 * lines, because processors fetch lines in pairs.
 */
typedef struct {
    _Alignas(CACHE_LINES) atomic_uint_least64_t counts[OTELMQ_STAT_COUNT];
} shard;

static shard shards[SHARD_COUNT];
static atomic_uint next_thread;

static const char *const NAMES[OTELMQ_STAT_COUNT] = {
    [OTELMQ_STAT_SPANS_STARTED] = "spans_started",
    [OTELMQ_STAT_SPANS_UNSAMPLED] = "spans_unsampled",
    [OTELMQ_STAT_SPANS_EXPORTED] = "spans_exported",
    [OTELMQ_STAT_SPANS_FAILED] = "spans_failed",
    [OTELMQ_STAT_SPANS_DROPPED_QUEUE_FULL] = "spans_dropped_queue_full",
    [OTELMQ_STAT_SPANS_DROPPED_SHUT_DOWN] = "spans_dropped_shut_down",
    [OTELMQ_STAT_SPANS_DROPPED_NO_MEMORY] = "spans_dropped_no_memory",
    [OTELMQ_STAT_EXPORT_RETRIES] = "export_retries",
    [OTELMQ_STAT_INJECT_SHORTENED] = "inject_shortened",
    [OTELMQ_STAT_INJECT_SKIPPED] = "inject_skipped",
    [OTELMQ_STAT_EXTRACT_MALFORMED] = "extract_malformed",
    [OTELMQ_STAT_DIAGNOSTICS_SUPPRESSED] = "diagnostics_suppressed",
};

static bool is_known(otelmq_stat stat)
{
    return (unsigned)stat < OTELMQ_STAT_COUNT;
}

static shard *shard_of_thread(void)
{
    static _Thread_local shard *mine;
    if (mine == NULL) {
        unsigned thread = atomic_fetch_add_explicit(&next_thread, 1, memory_order_relaxed);
        mine = &shards[thread % SHARD_COUNT];
    }
    return mine;
}

void otelmq_stats_add(otelmq_stat stat, uint64_t count)
{
    if (is_known(stat)) {
        atomic_fetch_add_explicit(&shard_of_thread()->counts[stat], count, memory_order_relaxed);
    }
}

otelmq_stats otelmq_stats_read(void)
{
    otelmq_stats stats = {{0}};
    for (size_t i = 0; i < SHARD_COUNT; i++) {
        for (size_t stat = 0; stat < OTELMQ_STAT_COUNT; stat++) {
            stats.counts[stat] +=
                atomic_load_explicit(&shards[i].counts[stat], memory_order_relaxed);
        }
    }
    return stats;
}

const char *otelmq_stat_name(otelmq_stat stat)
{
    return is_known(stat) ? NAMES[stat] : "unknown";
}
