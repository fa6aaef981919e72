/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a loop has processed and not committed yet: for each partition the offset of the next
 * message. Offsets are committed by a list of their own, whatever librdkafka has stored, because it
 * stores offsets as it hands messages over unless enable.auto.offset.store=false.
 *
 *     add ---> [ done ] --- prepare_commit, start_commit ---> broker ---> answer: well, or back
 *
 * Belongs to the thread that polls.
 */
#ifndef OTELMQ_KAFKA_RUN_OFFSETS_H
#define OTELMQ_KAFKA_RUN_OFFSETS_H

#include <librdkafka/rdkafka.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct {
    rd_kafka_t *consumer;
    rd_kafka_topic_partition_list_t *done;
    int last; /* the one of done that was added to last */
    size_t message_count; /* since the last commit */
    uint64_t since_monotonic_nano; /* when the first of these was processed */
    rd_kafka_queue_t *answers;
    bool is_awaited; /* a commit is under way */
} otelmq_kafka_offsets;

void otelmq_kafka_offsets_init(otelmq_kafka_offsets *offsets, rd_kafka_t *consumer);
void otelmq_kafka_offsets_clean(otelmq_kafka_offsets *offsets);

/* The message was processed. */
void otelmq_kafka_offsets_add(otelmq_kafka_offsets *offsets, const rd_kafka_message_t *message);

/*
 * Before a commit of either kind: waits for the answer to the one that is under way, and leaves out
 * partitions that are gone. Both take until librdkafka's main thread gets to it, which may begin to
 * join the group anew meanwhile: who must not commit then, looks after this, and not before.
 */
void otelmq_kafka_offsets_prepare_commit(otelmq_kafka_offsets *offsets);

/* Asks the broker to commit all, and does not wait. */
void otelmq_kafka_offsets_start_commit(otelmq_kafka_offsets *offsets);

/* Takes the answer to that, if it is there. */
void otelmq_kafka_offsets_take_answer(otelmq_kafka_offsets *offsets);

/* Commits all, and waits. */
rd_kafka_resp_err_t otelmq_kafka_offsets_commit(otelmq_kafka_offsets *offsets);

/* The partitions are gone: what is not committed of them, never will be. */
void otelmq_kafka_offsets_forget(otelmq_kafka_offsets *offsets,
                                 const rd_kafka_topic_partition_list_t *partitions);

#endif
