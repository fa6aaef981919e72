/* SPDX-License-Identifier: Apache-2.0 */
#include "kafka/consume/kept.h"

#include "base/clock.h"

#include <stdlib.h>

static const uint64_t NANOS_PER_MS = 1000000;

static const otelmq_kafka_end_reason FORGOTTEN = {
    "forgotten", "there was no memory, or too many were open, to wait for the commit"};
static const otelmq_kafka_end_reason TIMEOUT = {"timeout",
                                                "no commit came within process_timeout_ms"};

struct otelmq_kafka_kept {
    otelmq_kafka_kept *older; /* all have one time limit: by age is by expiry */
    otelmq_kafka_kept *newer; /* also of those taken out, and of free ones */
    otelmq_kafka_kept *before; /* by offset */
    otelmq_kafka_kept *after;
    otelmq_kafka_partition *partition;
    int64_t offset;
    uint64_t expiry_monotonic_nano; /* UINT64_MAX: never */
    otelmq_span *span;
};

static void link_by_age(otelmq_kafka_partitions *partitions, otelmq_kafka_kept *kept)
{
    kept->older = partitions->newest_kept;
    kept->newer = NULL;
    if (kept->older != NULL) {
        kept->older->newer = kept;
    } else {
        partitions->oldest_kept = kept;
    }
    partitions->newest_kept = kept;
}

static void unlink_by_age(otelmq_kafka_partitions *partitions, otelmq_kafka_kept *kept)
{
    if (kept->older != NULL) {
        kept->older->newer = kept->newer;
    } else {
        partitions->oldest_kept = kept->newer;
    }
    if (kept->newer != NULL) {
        kept->newer->older = kept->older;
    } else {
        partitions->newest_kept = kept->older;
    }
}

/* before NULL: it becomes the first. */
static void link_by_offset(otelmq_kafka_kept *kept, otelmq_kafka_kept *before)
{
    otelmq_kafka_partition *partition = kept->partition;
    kept->before = before;
    kept->after = before != NULL ? before->after : partition->first_kept;
    if (before != NULL) {
        before->after = kept;
    } else {
        partition->first_kept = kept;
    }
    if (kept->after != NULL) {
        kept->after->before = kept;
    } else {
        partition->last_kept = kept;
    }
}

static void unlink_by_offset(otelmq_kafka_kept *kept)
{
    otelmq_kafka_partition *partition = kept->partition;
    if (kept->before != NULL) {
        kept->before->after = kept->after;
    } else {
        partition->first_kept = kept->after;
    }
    if (kept->after != NULL) {
        kept->after->before = kept->before;
    } else {
        partition->last_kept = kept->before;
    }
}

static void count(otelmq_kafka_partitions *partitions, size_t difference)
{
    size_t known = atomic_load_explicit(&partitions->kept_count, memory_order_relaxed);
    atomic_store_explicit(&partitions->kept_count, known + difference, memory_order_relaxed);
}

/* Moves it to a list of those to be ended. */
static void take(otelmq_kafka_partitions *partitions, otelmq_kafka_kept *kept,
                 otelmq_kafka_kept **taken)
{
    unlink_by_age(partitions, kept);
    unlink_by_offset(kept);
    count(partitions, (size_t)-1);
    kept->newer = *taken;
    *taken = kept;
}

/* They were taken from the last to the first. */
static otelmq_kafka_kept *reverse(otelmq_kafka_kept *taken)
{
    otelmq_kafka_kept *reversed = NULL;
    while (taken != NULL) {
        otelmq_kafka_kept *next = taken->newer;
        taken->newer = reversed;
        reversed = taken;
        taken = next;
    }
    return reversed;
}

static void reuse(otelmq_kafka_partitions *partitions, otelmq_kafka_kept *ended)
{
    (void)pthread_mutex_lock(&partitions->lock);
    while (ended != NULL) {
        otelmq_kafka_kept *next = ended->newer;
        ended->newer = partitions->free_kept;
        partitions->free_kept = ended;
        ended = next;
    }
    (void)pthread_mutex_unlock(&partitions->lock);
}

static void end(otelmq_kafka_partitions *partitions, otelmq_messaging_client *client,
                otelmq_kafka_kept *taken, const otelmq_kafka_end_reason *reason)
{
    otelmq_kafka_end_reason why = reason != NULL ? *reason : (otelmq_kafka_end_reason){NULL, NULL};
    if (taken == NULL) {
        return;
    }
    taken = reverse(taken);
    for (const otelmq_kafka_kept *kept = taken; kept != NULL; kept = kept->newer) {
        otelmq_messaging_process_end(client, kept->span, why.type, why.description);
    }
    reuse(partitions, taken);
}

static otelmq_kafka_kept *take_free(otelmq_kafka_partitions *partitions)
{
    otelmq_kafka_kept *kept = partitions->free_kept;
    if (kept == NULL) {
        return malloc(sizeof(*kept));
    }
    partitions->free_kept = kept->newer;
    return kept;
}

uint64_t otelmq_kafka_kept_expiry(const otelmq_messaging_client *client)
{
    int64_t timeout_ms = otelmq_messaging_client_options(client)->process_timeout_ms;
    uint64_t now = otelmq_clock_monotonic_nano();
    if (timeout_ms < 0 || (uint64_t)timeout_ms > (UINT64_MAX - now) / NANOS_PER_MS) {
        return UINT64_MAX;
    }
    return now + (uint64_t)timeout_ms * NANOS_PER_MS;
}

/* The last one of the partition that is not after offset: nearly always the last of all. */
static otelmq_kafka_kept *find_up_to(const otelmq_kafka_partition *partition, int64_t offset)
{
    otelmq_kafka_kept *kept = partition->last_kept;
    while (kept != NULL && kept->offset > offset) {
        kept = kept->before;
    }
    return kept;
}

/* False without memory. */
static bool add(otelmq_kafka_partitions *partitions, const otelmq_kafka_position *position,
                const otelmq_kafka_kept *value, otelmq_kafka_kept **repeated)
{
    otelmq_kafka_partition *partition =
        otelmq_kafka_partitions_get(partitions, position->topic, position->partition);
    otelmq_kafka_kept *kept = partition != NULL ? take_free(partitions) : NULL;
    if (kept == NULL) {
        return false;
    }
    otelmq_kafka_kept *before = find_up_to(partition, position->offset);
    if (before != NULL && before->offset == position->offset) {
        otelmq_kafka_kept *same = before;
        before = same->before;
        take(partitions, same, repeated);
    }
    *kept = *value;
    kept->partition = partition;
    kept->offset = position->offset;
    link_by_offset(kept, before);
    link_by_age(partitions, kept);
    count(partitions, 1);
    return true;
}

void otelmq_kafka_kept_add(otelmq_kafka_partitions *partitions, otelmq_messaging_client *client,
                           const otelmq_kafka_position *position, otelmq_span *span)
{
    otelmq_kafka_kept *repeated = NULL;
    otelmq_kafka_kept *forgotten = NULL;
    otelmq_kafka_kept value = {.span = span,
                               .expiry_monotonic_nano = otelmq_kafka_kept_expiry(client)};
    (void)pthread_mutex_lock(&partitions->lock);
    if (atomic_load(&partitions->kept_count) >= OTELMQ_KAFKA_MAX_KEPT) {
        take(partitions, partitions->oldest_kept, &forgotten);
    }
    bool is_added = add(partitions, position, &value, &repeated);
    (void)pthread_mutex_unlock(&partitions->lock);
    end(partitions, client, repeated, NULL);
    end(partitions, client, forgotten, &FORGOTTEN);
    if (!is_added) {
        otelmq_messaging_process_end(client, span, FORGOTTEN.type, FORGOTTEN.description);
    }
}

void otelmq_kafka_kept_settle(otelmq_kafka_partitions *partitions, otelmq_messaging_client *client,
                              const otelmq_kafka_position *committed)
{
    otelmq_kafka_kept *taken = NULL;
    if (!otelmq_kafka_kept_has_any(partitions)) {
        return;
    }
    (void)pthread_mutex_lock(&partitions->lock);
    const otelmq_kafka_partition *partition =
        otelmq_kafka_partitions_find(partitions, committed->topic, committed->partition);
    while (partition != NULL && partition->first_kept != NULL &&
           partition->first_kept->offset < committed->offset) {
        take(partitions, partition->first_kept, &taken);
    }
    (void)pthread_mutex_unlock(&partitions->lock);
    end(partitions, client, taken, NULL);
}

void otelmq_kafka_kept_end(otelmq_kafka_partitions *partitions, otelmq_messaging_client *client,
                           otelmq_str topic, int32_t partition,
                           const otelmq_kafka_end_reason *reason)
{
    otelmq_kafka_kept *taken = NULL;
    (void)pthread_mutex_lock(&partitions->lock);
    const otelmq_kafka_partition *found =
        otelmq_kafka_partitions_find(partitions, topic, partition);
    while (found != NULL && found->first_kept != NULL) {
        take(partitions, found->first_kept, &taken);
    }
    (void)pthread_mutex_unlock(&partitions->lock);
    end(partitions, client, taken, reason);
}

/* Ends the oldest ones, up to this expiry. */
static void end_until(otelmq_kafka_partitions *partitions, otelmq_messaging_client *client,
                      uint64_t monotonic_nano, const otelmq_kafka_end_reason *reason)
{
    otelmq_kafka_kept *taken = NULL;
    (void)pthread_mutex_lock(&partitions->lock);
    while (partitions->oldest_kept != NULL &&
           partitions->oldest_kept->expiry_monotonic_nano <= monotonic_nano) {
        take(partitions, partitions->oldest_kept, &taken);
    }
    (void)pthread_mutex_unlock(&partitions->lock);
    end(partitions, client, taken, reason);
}

void otelmq_kafka_kept_end_all(otelmq_kafka_partitions *partitions, otelmq_messaging_client *client,
                               const otelmq_kafka_end_reason *reason)
{
    end_until(partitions, client, UINT64_MAX, reason);
}

void otelmq_kafka_kept_expire(otelmq_kafka_partitions *partitions, otelmq_messaging_client *client)
{
    if (otelmq_kafka_kept_has_any(partitions)) {
        end_until(partitions, client, otelmq_clock_monotonic_nano(), &TIMEOUT);
    }
}

int otelmq_kafka_kept_next_expiry_ms(otelmq_kafka_partitions *partitions)
{
    uint64_t expiry = UINT64_MAX;
    if (!otelmq_kafka_kept_has_any(partitions)) {
        return -1;
    }
    (void)pthread_mutex_lock(&partitions->lock);
    if (partitions->oldest_kept != NULL) {
        expiry = partitions->oldest_kept->expiry_monotonic_nano;
    }
    (void)pthread_mutex_unlock(&partitions->lock);
    uint32_t left_ms = otelmq_deadline_left_ms((otelmq_deadline){expiry});
    return expiry == UINT64_MAX ? -1 : (int)(left_ms < INT32_MAX ? left_ms : INT32_MAX);
}

void otelmq_kafka_kept_free_unused(otelmq_kafka_partitions *partitions)
{
    while (partitions->free_kept != NULL) {
        otelmq_kafka_kept *next = partitions->free_kept->newer;
        free(partitions->free_kept);
        partitions->free_kept = next;
    }
}
