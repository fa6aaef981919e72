/* SPDX-License-Identifier: Apache-2.0 */
#include "kafka/run/offsets.h"

#include "base/clock.h"

#include <otelmq/diagnostics.h>
#include <otelmq/kafka_commit.h>

#include <string.h>

/* Longer than librdkafka waits for the answer to a request (socket.timeout.ms). */
enum { ANSWER_TIMEOUT_MS = 60000 };

void otelmq_kafka_offsets_init(otelmq_kafka_offsets *offsets, rd_kafka_t *consumer)
{
    *offsets = (otelmq_kafka_offsets){
        .consumer = consumer,
        .done = rd_kafka_topic_partition_list_new(8),
        .answers = rd_kafka_queue_new(consumer),
    };
}

void otelmq_kafka_offsets_clean(otelmq_kafka_offsets *offsets)
{
    rd_kafka_topic_partition_list_destroy(offsets->done);
    rd_kafka_queue_destroy(offsets->answers);
}

static bool is_of(const rd_kafka_topic_partition_t *listed, const char *topic, int32_t partition)
{
    return listed->partition == partition && strcmp(listed->topic, topic) == 0;
}

/* Messages come many at a time of one partition. */
static rd_kafka_topic_partition_t *get(otelmq_kafka_offsets *offsets, const char *topic,
                                       int32_t partition)
{
    rd_kafka_topic_partition_list_t *done = offsets->done;
    if (offsets->last < done->cnt && is_of(&done->elems[offsets->last], topic, partition)) {
        return &done->elems[offsets->last];
    }
    rd_kafka_topic_partition_t *found = rd_kafka_topic_partition_list_find(done, topic, partition);
    if (found == NULL) {
        found = rd_kafka_topic_partition_list_add(done, topic, partition);
    }
    offsets->last = (int)(found - done->elems);
    return found;
}

void otelmq_kafka_offsets_add(otelmq_kafka_offsets *offsets, const rd_kafka_message_t *message)
{
    get(offsets, rd_kafka_topic_name(message->rkt), message->partition)->offset =
        message->offset + 1;
    if (offsets->message_count++ == 0) {
        offsets->since_monotonic_nano = otelmq_clock_monotonic_nano();
    }
}

void otelmq_kafka_offsets_forget(otelmq_kafka_offsets *offsets,
                                 const rd_kafka_topic_partition_list_t *partitions)
{
    for (int i = 0; i < partitions->cnt; i++) {
        (void)rd_kafka_topic_partition_list_del(offsets->done, partitions->elems[i].topic,
                                                partitions->elems[i].partition);
    }
}

/*
 * A consumer without otelmq_kafka_rebalance is not told that partitions went. The group takes a
 * commit of them nevertheless, and would set their new owner back.
 */
static void forget_unassigned(otelmq_kafka_offsets *offsets)
{
    rd_kafka_topic_partition_list_t *assigned = NULL;
    if (rd_kafka_assignment(offsets->consumer, &assigned) != RD_KAFKA_RESP_ERR_NO_ERROR) {
        return;
    }
    for (int i = offsets->done->cnt - 1; i >= 0; i--) {
        const rd_kafka_topic_partition_t *listed = &offsets->done->elems[i];
        if (rd_kafka_topic_partition_list_find(assigned, listed->topic, listed->partition) ==
            NULL) {
            (void)rd_kafka_topic_partition_list_del_by_idx(offsets->done, i);
        }
    }
    rd_kafka_topic_partition_list_destroy(assigned);
}

static void empty(otelmq_kafka_offsets *offsets)
{
    while (offsets->done->cnt > 0) {
        (void)rd_kafka_topic_partition_list_del_by_idx(offsets->done, offsets->done->cnt - 1);
    }
    offsets->message_count = 0;
}

static void report(rd_kafka_resp_err_t err)
{
    otelmq_diagnostics_report(OTELMQ_SEVERITY_WARNING,
                              "Kafka did not take a commit of otelmq_kafka_run (%s); it is tried "
                              "again with the next one.",
                              rd_kafka_err2str(err));
}

/* Unless more of it was processed since. */
static void put_back(otelmq_kafka_offsets *offsets, const rd_kafka_topic_partition_t *failed)
{
    rd_kafka_topic_partition_t *listed = get(offsets, failed->topic, failed->partition);
    if (listed->offset < failed->offset) {
        listed->offset = failed->offset;
    }
    if (offsets->message_count++ == 0) {
        offsets->since_monotonic_nano = otelmq_clock_monotonic_nano();
    }
}

static void on_answer(rd_kafka_t *consumer, rd_kafka_resp_err_t err,
                      rd_kafka_topic_partition_list_t *committed, void *opaque)
{
    otelmq_kafka_offsets *offsets = opaque;
    (void)consumer;
    offsets->is_awaited = false;
    for (int i = 0; committed != NULL && i < committed->cnt; i++) {
        const rd_kafka_topic_partition_t *one = &committed->elems[i];
        if (err != RD_KAFKA_RESP_ERR_NO_ERROR || one->err != RD_KAFKA_RESP_ERR_NO_ERROR) {
            put_back(offsets, one);
        }
    }
    if (err != RD_KAFKA_RESP_ERR_NO_ERROR) {
        report(err);
    }
}

void otelmq_kafka_offsets_start_commit(otelmq_kafka_offsets *offsets)
{
    if (offsets->done->cnt > 0) {
        rd_kafka_resp_err_t err = otelmq_kafka_commit_queue(offsets->consumer, offsets->done,
                                                            offsets->answers, on_answer, offsets);
        if (err != RD_KAFKA_RESP_ERR_NO_ERROR) {
            report(err);
            offsets->since_monotonic_nano = otelmq_clock_monotonic_nano();
            return;
        }
        offsets->is_awaited = true;
    }
    empty(offsets);
}

static void wait_for_answer(otelmq_kafka_offsets *offsets, int timeout_ms)
{
    if (offsets->is_awaited) {
        (void)rd_kafka_queue_poll_callback(offsets->answers, timeout_ms);
    }
}

void otelmq_kafka_offsets_take_answer(otelmq_kafka_offsets *offsets)
{
    wait_for_answer(offsets, 0);
}

void otelmq_kafka_offsets_prepare_commit(otelmq_kafka_offsets *offsets)
{
    wait_for_answer(offsets, ANSWER_TIMEOUT_MS);
    forget_unassigned(offsets);
}

rd_kafka_resp_err_t otelmq_kafka_offsets_commit(otelmq_kafka_offsets *offsets)
{
    if (offsets->done->cnt == 0) {
        return RD_KAFKA_RESP_ERR_NO_ERROR;
    }
    rd_kafka_resp_err_t err = otelmq_kafka_commit(offsets->consumer, offsets->done, 0);
    if (err == RD_KAFKA_RESP_ERR_NO_ERROR) {
        empty(offsets);
    } else {
        report(err);
    }
    return err;
}
