/* SPDX-License-Identifier: Apache-2.0 */
#include "kafka/consume/commits.h"

#include "base/clock.h"
#include "base/unconst.h"

#include <stdlib.h>

/* Twice as long as librdkafka waits for the answer to a request (socket.timeout.ms). */
static const uint64_t ANSWER_LIMIT_NANO = 120000000000;

struct otelmq_kafka_pending_commit {
    otelmq_kafka_pending_commit *next;
    otelmq_span *span;
    bool is_waited_for; /* the span is the caller's */
    uint64_t since_monotonic_nano;
    size_t count; /* 0: of what was stored */
    otelmq_kafka_committed offsets[];
};

/* The topics' names lie behind the offsets, so that one block holds all. */
static size_t names_size(const otelmq_kafka_committed offsets[], size_t count)
{
    size_t size = 0;
    for (size_t i = 0; i < count; i++) {
        size += strlen(offsets[i].topic) + 1;
    }
    return size;
}

static otelmq_kafka_pending_commit *create(otelmq_span *span,
                                           const otelmq_kafka_committed offsets[], size_t count)
{
    size_t offsets_size = count * sizeof(*offsets);
    otelmq_kafka_pending_commit *commit =
        malloc(sizeof(*commit) + offsets_size + names_size(offsets, count));
    if (commit == NULL) {
        return NULL;
    }
    *commit = (otelmq_kafka_pending_commit){
        .span = span, .since_monotonic_nano = otelmq_clock_monotonic_nano(), .count = count};
    char *name = (char *)commit->offsets + offsets_size;
    for (size_t i = 0; i < count; i++) {
        size_t size = strlen(offsets[i].topic) + 1;
        commit->offsets[i] = offsets[i];
        commit->offsets[i].topic = memcpy(name, offsets[i].topic, size);
        name += size;
    }
    return commit;
}

void otelmq_kafka_commits_init(otelmq_kafka_commits *commits)
{
    memset(commits, 0, sizeof(*commits));
    (void)pthread_mutex_init(&commits->lock, NULL);
}

/* Owns the commit; false, and it is freed, when there are too many. */
static bool append(otelmq_kafka_commits *commits, otelmq_kafka_pending_commit *commit)
{
    (void)pthread_mutex_lock(&commits->lock);
    bool has_room = commits->count < OTELMQ_KAFKA_MAX_PENDING_COMMITS;
    if (has_room) {
        if (commits->newest != NULL) {
            commits->newest->next = commit;
        } else {
            commits->oldest = commit;
        }
        commits->newest = commit;
        commits->count++;
    }
    (void)pthread_mutex_unlock(&commits->lock);
    if (!has_room) {
        free(commit);
    }
    return has_room;
}

bool otelmq_kafka_commits_add(otelmq_kafka_commits *commits, otelmq_span *span,
                              const otelmq_kafka_committed offsets[], size_t count)
{
    otelmq_kafka_pending_commit *commit = create(span, offsets, count);
    return commit != NULL && append(commits, commit);
}

void otelmq_kafka_commits_add_waiting(otelmq_kafka_commits *commits, const otelmq_span *span,
                                      const otelmq_kafka_committed offsets[], size_t count)
{
    otelmq_kafka_pending_commit *commit = create(otelmq_unconst(span), offsets, count);
    if (commit != NULL) {
        commit->is_waited_for = true;
        (void)append(commits, commit);
    }
}

/* before NULL: it is the oldest. */
static void unlink_after(otelmq_kafka_commits *commits, otelmq_kafka_pending_commit *before,
                         otelmq_kafka_pending_commit *commit)
{
    if (before != NULL) {
        before->next = commit->next;
    } else {
        commits->oldest = commit->next;
    }
    if (commits->newest == commit) {
        commits->newest = before;
    }
    commits->count--;
}

typedef bool (*commit_predicate)(const otelmq_kafka_pending_commit *commit, const void *wanted);

/* The oldest one that is wanted, the caller's to free. */
static otelmq_kafka_pending_commit *take(otelmq_kafka_commits *commits, commit_predicate is_wanted,
                                         const void *wanted)
{
    otelmq_kafka_pending_commit *before = NULL;
    (void)pthread_mutex_lock(&commits->lock);
    otelmq_kafka_pending_commit *commit = commits->oldest;
    while (commit != NULL && !is_wanted(commit, wanted)) {
        before = commit;
        commit = commit->next;
    }
    if (commit != NULL) {
        unlink_after(commits, before, commit);
    }
    (void)pthread_mutex_unlock(&commits->lock);
    return commit;
}

/* NULL: there was none, or the span is not to be given out. */
static otelmq_span *free_for_span(otelmq_kafka_pending_commit *commit)
{
    otelmq_span *span = commit != NULL && !commit->is_waited_for ? commit->span : NULL;
    free(commit);
    return span;
}

static bool has_span(const otelmq_kafka_pending_commit *commit, const void *span)
{
    return commit->span == span;
}

static bool is_listed(const otelmq_kafka_committed *one,
                      const rd_kafka_topic_partition_list_t *offsets)
{
    for (int i = 0; i < offsets->cnt; i++) {
        const rd_kafka_topic_partition_t *listed = &offsets->elems[i];
        if (listed->partition == one->partition && listed->offset == one->offset &&
            strcmp(listed->topic, one->topic) == 0) {
            return true;
        }
    }
    return false;
}

/* librdkafka sorts the list. */
static bool is_of(const otelmq_kafka_pending_commit *commit, const void *answered)
{
    const rd_kafka_topic_partition_list_t *offsets = answered;
    if (commit->count == 0 || commit->count != (size_t)offsets->cnt) {
        return false;
    }
    for (size_t i = 0; i < commit->count; i++) {
        if (!is_listed(&commit->offsets[i], offsets)) {
            return false;
        }
    }
    return true;
}

static bool is_of_stored(const otelmq_kafka_pending_commit *commit, const void *unused)
{
    (void)unused;
    return commit->count == 0;
}

static bool has_to_be_ended(const otelmq_kafka_pending_commit *commit, const void *unused)
{
    (void)unused;
    return !commit->is_waited_for;
}

static bool is_unanswered(const otelmq_kafka_pending_commit *commit, const void *now_monotonic_nano)
{
    const uint64_t *now = now_monotonic_nano;
    /* Another thread may have added it after now. */
    return !commit->is_waited_for && *now > commit->since_monotonic_nano + ANSWER_LIMIT_NANO;
}

bool otelmq_kafka_commits_withdraw(otelmq_kafka_commits *commits, const otelmq_span *span)
{
    otelmq_kafka_pending_commit *commit = take(commits, has_span, span);
    free(commit);
    return commit != NULL;
}

otelmq_span *otelmq_kafka_commits_take(otelmq_kafka_commits *commits,
                                       const rd_kafka_topic_partition_list_t *offsets)
{
    otelmq_kafka_pending_commit *commit = take(commits, is_of, offsets);
    return free_for_span(commit != NULL ? commit : take(commits, is_of_stored, NULL));
}

otelmq_span *otelmq_kafka_commits_take_unanswered(otelmq_kafka_commits *commits,
                                                  uint64_t now_monotonic_nano, bool *has_list)
{
    otelmq_kafka_pending_commit *commit = take(commits, is_unanswered, &now_monotonic_nano);
    *has_list = commit != NULL && commit->count > 0;
    return free_for_span(commit);
}

otelmq_span *otelmq_kafka_commits_take_any(otelmq_kafka_commits *commits)
{
    return free_for_span(take(commits, has_to_be_ended, NULL));
}
