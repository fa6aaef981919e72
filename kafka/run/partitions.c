/* SPDX-License-Identifier: Apache-2.0 */
/* Which partitions the loop has, pauses and goes on with. */
#include "base/clock.h"
#include "kafka/run/copy.h"
#include "kafka/run/runner.h"

static const uint64_t NANOS_PER_MS = 1000000;

static rd_kafka_topic_partition_list_t *read_assignment(rd_kafka_t *consumer)
{
    rd_kafka_topic_partition_list_t *assigned = NULL;
    rd_kafka_resp_err_t err = rd_kafka_assignment(consumer, &assigned);
    return err == RD_KAFKA_RESP_ERR_NO_ERROR ? assigned : rd_kafka_topic_partition_list_new(0);
}

void otelmq_kafka_runner_pause(otelmq_kafka_runner *runner)
{
    rd_kafka_topic_partition_list_t *assigned = read_assignment(runner->consumer);
    (void)rd_kafka_pause_partitions(runner->consumer, assigned);
    rd_kafka_topic_partition_list_destroy(assigned);
}

void otelmq_kafka_runner_resume(otelmq_kafka_runner *runner)
{
    int64_t offset;
    rd_kafka_topic_partition_list_t *assigned = read_assignment(runner->consumer);
    for (int i = assigned->cnt - 1; i >= 0; i--) {
        const rd_kafka_topic_partition_t *one = &assigned->elems[i];
        if (otelmq_kafka_held_has(&runner->held, one->topic, one->partition, &offset)) {
            (void)rd_kafka_topic_partition_list_del_by_idx(assigned, i);
        }
    }
    (void)rd_kafka_resume_partitions(runner->consumer, assigned);
    rd_kafka_topic_partition_list_destroy(assigned);
}

static rd_kafka_topic_partition_list_t *list_of(const rd_kafka_message_t *message)
{
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(1);
    rd_kafka_topic_partition_list_add(list, rd_kafka_topic_name(message->rkt), message->partition);
    return list;
}

void otelmq_kafka_runner_hold(otelmq_kafka_runner *runner, const otelmq_kafka_held_message *message)
{
    rd_kafka_topic_partition_list_t *partition = list_of(message->message);
    (void)rd_kafka_pause_partitions(runner->consumer, partition);
    if (!otelmq_kafka_held_add(&runner->held, message)) {
        /* It comes again from where it was. */
        partition->elems[0].offset = message->message->offset;
        rd_kafka_error_destroy(rd_kafka_seek_partitions(runner->consumer, partition, 0));
        (void)rd_kafka_resume_partitions(runner->consumer, partition);
        rd_kafka_message_destroy(message->message);
    }
    rd_kafka_topic_partition_list_destroy(partition);
}

void otelmq_kafka_runner_release(otelmq_kafka_runner *runner,
                                 const rd_kafka_topic_partition_t *partition)
{
    int64_t offset;
    if (otelmq_kafka_held_has(&runner->held, partition->topic, partition->partition, &offset)) {
        return;
    }
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(1);
    rd_kafka_topic_partition_list_add(list, partition->topic, partition->partition);
    (void)rd_kafka_resume_partitions(runner->consumer, list);
    rd_kafka_topic_partition_list_destroy(list);
}

bool otelmq_kafka_runner_has_partition(otelmq_kafka_runner *runner,
                                       const rd_kafka_message_t *message)
{
    rd_kafka_topic_partition_list_t *assigned = read_assignment(runner->consumer);
    bool has = rd_kafka_topic_partition_list_find(assigned, rd_kafka_topic_name(message->rkt),
                                                  message->partition) != NULL;
    rd_kafka_topic_partition_list_destroy(assigned);
    return has;
}

/* What the retry topic says, but never longer than this loop's own delay: others can write, too. */
static uint64_t wait_nano(const otelmq_kafka_runner *runner, const rd_kafka_message_t *message)
{
    int64_t retry_at_ms = otelmq_kafka_copy_retry_at_unix_ms(message);
    if (retry_at_ms == 0) {
        return 0;
    }
    int64_t left_ms = retry_at_ms - (int64_t)(otelmq_clock_unix_nano() / NANOS_PER_MS);
    int64_t limit_ms = runner->options.retry_delay_ms;
    left_ms = left_ms < limit_ms ? left_ms : limit_ms;
    return left_ms > 0 ? (uint64_t)left_ms * NANOS_PER_MS : 0;
}

bool otelmq_kafka_runner_defer(otelmq_kafka_runner *runner, rd_kafka_message_t *message)
{
    const char *topic = rd_kafka_topic_name(message->rkt);
    int64_t held_offset;
    bool has_held = otelmq_kafka_held_has(&runner->held, topic, message->partition, &held_offset);
    if (has_held && message->offset <= held_offset) {
        /* The partition was away, and is read once more from what was committed. */
        otelmq_kafka_held_drop(&runner->held, topic, message->partition);
        has_held = false;
    }
    uint64_t nano = wait_nano(runner, message);
    if (!has_held && nano == 0) {
        return false;
    }
    otelmq_kafka_held_message held = {
        .message = message,
        .due_monotonic_nano = nano > 0 ? otelmq_clock_monotonic_nano() + nano : 0,
    };
    otelmq_kafka_runner_hold(runner, &held);
    return true;
}
