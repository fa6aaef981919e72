/* SPDX-License-Identifier: Apache-2.0 */
#include "trace/self_observation.h"

#include "base/clock.h"
#include "base/counters.h"
#include "base/lock.h"

/* Both ends of the list's changes are one store, because a fork may happen between two. */
static struct {
    otelmq_lock lock;
    otelmq_observed_queue *first;
} queues;

/* What exporters have; those of the parent have it still, but not in a forked child. */
static struct {
    atomic_uint generation;
    atomic_uint_least64_t count;
} in_flight;

static atomic_uint_least64_t longest_nano;

/* With the lock taken: the place that points to it, or the one at the end of the list. */
static otelmq_observed_queue **place_of(const otelmq_observed_queue *observed)
{
    otelmq_observed_queue **place = &queues.first;
    while (*place != NULL && *place != observed) {
        place = &(*place)->next;
    }
    return place;
}

void otelmq_observed_queue_start(otelmq_observed_queue *observed, const otelmq_span_queue *queue)
{
    otelmq_lock_take(&queues.lock);
    observed->queue = queue;
    observed->next = queues.first;
    queues.first = observed;
    otelmq_lock_give(&queues.lock);
}

void otelmq_observed_queue_end(otelmq_observed_queue *observed)
{
    otelmq_lock_take(&queues.lock);
    otelmq_observed_queue **place = place_of(observed);
    if (*place != NULL) {
        *place = observed->next;
    }
    otelmq_lock_give(&queues.lock);
}

static bool is_in_flight_ours(void)
{
    return atomic_load(&in_flight.generation) == otelmq_fork_generation();
}

void otelmq_observe_given(size_t count)
{
    if (!is_in_flight_ours()) {
        otelmq_lock_take(&queues.lock);
        if (!is_in_flight_ours()) {
            atomic_store(&in_flight.count, 0);
            atomic_store(&in_flight.generation, otelmq_fork_generation());
        }
        otelmq_lock_give(&queues.lock);
    }
    atomic_fetch_add(&in_flight.count, count);
}

void otelmq_observe_told(size_t count)
{
    atomic_fetch_sub(&in_flight.count, count);
}

void otelmq_observe_export(uint64_t nanos)
{
    otelmq_stats_add(OTELMQ_STAT_EXPORTS, 1);
    otelmq_stats_add(OTELMQ_STAT_EXPORT_NANOS, nanos);
    uint64_t longest = atomic_load(&longest_nano);
    while (nanos > longest && !atomic_compare_exchange_weak(&longest_nano, &longest, nanos)) {
    }
}

/* A span may be popped between the two looks at its queue: head first, so that it still counts. */
static uint64_t len_of(const otelmq_span_queue *queue)
{
    uint64_t head = otelmq_span_queue_head(queue);
    uint64_t tail = otelmq_span_queue_tail(queue);
    return head > tail ? head - tail : 0;
}

static void read_queues(otelmq_stats *stats)
{
    otelmq_lock_take(&queues.lock);
    for (const otelmq_observed_queue *at = queues.first; at != NULL; at = at->next) {
        stats->queue_size += len_of(at->queue);
        stats->queue_capacity += at->queue->max_len;
    }
    otelmq_lock_give(&queues.lock);
}

otelmq_stats otelmq_stats_read(void)
{
    otelmq_stats stats = {.longest_export_nano = atomic_load(&longest_nano)};
    stats.spans_in_flight = is_in_flight_ours() ? atomic_load(&in_flight.count) : 0;
    otelmq_counters_read(stats.counts);
    uint64_t recorded = stats.counts[OTELMQ_STAT_SPANS_RECORDED];
    uint64_t ended = stats.counts[OTELMQ_STAT_SPANS_ENDED];
    stats.spans_live = recorded > ended ? recorded - ended : 0;
    stats.spans_processed = stats.counts[OTELMQ_STAT_SPANS_EXPORTED] +
                            stats.counts[OTELMQ_STAT_SPANS_FAILED] +
                            stats.counts[OTELMQ_STAT_SPANS_DROPPED_QUEUE_FULL] +
                            stats.counts[OTELMQ_STAT_SPANS_DROPPED_SHUT_DOWN];
    read_queues(&stats);
    return stats;
}
