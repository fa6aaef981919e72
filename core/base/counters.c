/* SPDX-License-Identifier: Apache-2.0 */
#include "base/counters.h"

#include "base/module.h"

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

enum { CACHE_LINES = 128 };

/*
 * Every span adds to several counters, so threads that shared one would pass its cache line to and
 * fro, and would need a locked instruction each time. Each thread has a block of its own instead,
 * which nobody else writes to, and a reader sums them up. A block that its thread has left keeps
 * its counts and goes to the next thread; none is ever freed. The alignment is two cache lines,
 * because processors fetch lines in pairs.
 */
typedef struct block block;
struct block {
    _Alignas(CACHE_LINES) atomic_uint_least64_t counts[OTELMQ_STAT_COUNT];
    atomic_bool is_taken;
    block *next;
};

static _Atomic(block *) blocks;

/* For threads that have none: without memory, and in the last moments of their lives. */
static block common;

_Thread_local atomic_uint_least64_t *otelmq_counters_of_thread;
static _Thread_local bool thread_is_exiting;

static pthread_key_t exit_key;
static bool has_exit_key;

static const char *const NAMES[OTELMQ_STAT_COUNT] = {
    [OTELMQ_STAT_SPANS_STARTED] = "spans_started",
    [OTELMQ_STAT_SPANS_UNSAMPLED] = "spans_unsampled",
    [OTELMQ_STAT_SPANS_EXPORTED] = "spans_exported",
    [OTELMQ_STAT_SPANS_FAILED] = "spans_failed",
    [OTELMQ_STAT_SPANS_DROPPED_QUEUE_FULL] = "spans_dropped_queue_full",
    [OTELMQ_STAT_SPANS_DROPPED_SHUT_DOWN] = "spans_dropped_shut_down",
    [OTELMQ_STAT_SPANS_DROPPED_NO_MEMORY] = "spans_dropped_no_memory",
    [OTELMQ_STAT_SPANS_RECORDED] = "spans_recorded",
    [OTELMQ_STAT_SPANS_ENDED] = "spans_ended",
    [OTELMQ_STAT_EXPORTS] = "exports",
    [OTELMQ_STAT_EXPORT_NANOS] = "export_nanos",
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

static void leave_block(void *of_thread)
{
    block *mine = of_thread;
    otelmq_counters_of_thread = NULL;
    thread_is_exiting = true;
    atomic_store_explicit(&mine->is_taken, false, memory_order_release);
}

static void create_exit_key(void)
{
    otelmq_module_pin();
    has_exit_key = pthread_key_create(&exit_key, leave_block) == 0;
}

static block *take_left_block(void)
{
    block *at = atomic_load_explicit(&blocks, memory_order_acquire);
    while (at != NULL) {
        bool is_taken = false;
        if (atomic_compare_exchange_strong(&at->is_taken, &is_taken, true)) {
            return at;
        }
        at = at->next;
    }
    return NULL;
}

static block *add_block(void)
{
    block *added = aligned_alloc(CACHE_LINES, sizeof(*added));
    if (added == NULL) {
        return NULL;
    }
    memset(added, 0, sizeof(*added));
    atomic_init(&added->is_taken, true);
    added->next = atomic_load(&blocks);
    while (!atomic_compare_exchange_weak(&blocks, &added->next, added)) {
    }
    return added;
}

/* NULL for a thread that can have none, or not promise to leave it. */
static block *find_block(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, create_exit_key);
    if (thread_is_exiting || !has_exit_key) {
        return NULL;
    }
    block *found = take_left_block();
    if (found == NULL) {
        found = add_block();
    }
    if (found != NULL && pthread_setspecific(exit_key, found) != 0) {
        atomic_store(&found->is_taken, false);
        return NULL;
    }
    return found;
}

static void add_without_block(otelmq_stat stat, uint64_t count)
{
    block *mine = find_block();
    otelmq_counters_of_thread = mine != NULL ? mine->counts : NULL;
    mine = mine != NULL ? mine : &common;
    atomic_fetch_add_explicit(&mine->counts[stat], count, memory_order_relaxed);
}

void otelmq_stats_add(otelmq_stat stat, uint64_t count)
{
    if (!is_known(stat)) {
        return;
    }
    if (otelmq_counters_of_thread == NULL) {
        add_without_block(stat, count);
    } else {
        otelmq_counters_add(stat, count);
    }
}

static void add_counts(const block *of, uint64_t counts[OTELMQ_STAT_COUNT])
{
    for (size_t stat = 0; stat < OTELMQ_STAT_COUNT; stat++) {
        counts[stat] += atomic_load_explicit(&of->counts[stat], memory_order_relaxed);
    }
}

void otelmq_counters_read(uint64_t counts[OTELMQ_STAT_COUNT])
{
    memset(counts, 0, OTELMQ_STAT_COUNT * sizeof(*counts));
    add_counts(&common, counts);
    for (const block *at = atomic_load(&blocks); at != NULL; at = at->next) {
        add_counts(at, counts);
    }
}

const char *otelmq_stat_name(otelmq_stat stat)
{
    return is_known(stat) ? NAMES[stat] : "unknown";
}
