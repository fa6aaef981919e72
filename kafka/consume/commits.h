/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The asynchronous commits that the broker has not answered yet, with their spans. librdkafka tells
 * of each answer, those to its own commits too, by nothing but a list of offsets; so a commit is
 * found again by its offsets, and one of whatever was stored as the oldest such one:
 *
 *     commit {orders/0: 7} ---> [ orders/0: 7 ]
 *     commit NULL          ---> [ whatever    ]     on_commit {orders/0: 7} ends the first,
 *     auto-commit               (not in here)       on_commit {orders/0: 9} the second
 *
 * librdkafka gives no answer when nothing was stored. Answers that never come must not shift the
 * others for ever, hence an age limit; and a call that waits is in here, too, for its own answer.
 *
 * Any thread.
 */
#ifndef OTELMQ_KAFKA_CONSUME_COMMITS_H
#define OTELMQ_KAFKA_CONSUME_COMMITS_H

#include <otelmq/span.h>

#include <librdkafka/rdkafka.h>
#include <pthread.h>

enum { OTELMQ_KAFKA_MAX_PENDING_COMMITS = 1024 };

typedef struct otelmq_kafka_pending_commit otelmq_kafka_pending_commit;

typedef struct {
    pthread_mutex_t lock;
    otelmq_kafka_pending_commit *oldest;
    otelmq_kafka_pending_commit *newest;
    size_t count;
} otelmq_kafka_commits;

/* The offset of one partition, of the next message to read. Borrowed for the call. */
typedef struct {
    const char *topic;
    int32_t partition;
    int64_t offset;
} otelmq_kafka_committed;

void otelmq_kafka_commits_init(otelmq_kafka_commits *commits);

/*
 * A commit of these is about to be asked for; count 0: of what was stored. The span moves here.
 * False, and the span stays the caller's, when there are too many or there is no memory.
 */
bool otelmq_kafka_commits_add(otelmq_kafka_commits *commits, otelmq_span *span,
                              const otelmq_kafka_committed offsets[], size_t count);

/*
 * The same for a call that waits for its answer: the span stays the caller's, who withdraws it when
 * the call has returned.
 */
void otelmq_kafka_commits_add_waiting(otelmq_kafka_commits *commits, const otelmq_span *span,
                                      const otelmq_kafka_committed offsets[], size_t count);

/* It was not asked for after all: the span is the caller's again. False when it has ended. */
bool otelmq_kafka_commits_withdraw(otelmq_kafka_commits *commits, const otelmq_span *span);

/*
 * The span of the commit that was answered with this list, yours; NULL when it is not in here, or
 * the call waits.
 */
otelmq_span *otelmq_kafka_commits_take(otelmq_kafka_commits *commits,
                                       const rd_kafka_topic_partition_list_t *offsets);

/*
 * One that was asked for so long ago that no answer will come; NULL: none. *has_list tells whether
 * it was of a list.
 */
otelmq_span *otelmq_kafka_commits_take_unanswered(otelmq_kafka_commits *commits,
                                                  uint64_t now_monotonic_nano, bool *has_list);

/* Any one, the oldest first; NULL: empty. */
otelmq_span *otelmq_kafka_commits_take_any(otelmq_kafka_commits *commits);

#endif
