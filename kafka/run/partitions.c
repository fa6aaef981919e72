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

/* Also of partitions that went: librdkafka keeps them paused, for when they come back. */
static void resume(otelmq_kafka_runner *runner, const char *topic, int32_t partition)
{
    rd_kafka_topic_partition_list_t *one = rd_kafka_topic_partition_list_new(1);
    rd_kafka_topic_partition_list_add(one, topic, partition);
    (void)rd_kafka_topic_partition_list_del(runner->paused, topic, partition);
    (void)rd_kafka_resume_partitions(runner->consumer, one);
    rd_kafka_topic_partition_list_destroy(one);
}

void otelmq_kafka_runner_pause(otelmq_kafka_runner *runner,
                               rd_kafka_topic_partition_list_t *partitions)
{
    for (int i = 0; i < partitions->cnt; i++) {
        const rd_kafka_topic_partition_t *one = &partitions->elems[i];
        if (rd_kafka_topic_partition_list_find(runner->paused, one->topic, one->partition) ==
            NULL) {
            rd_kafka_topic_partition_list_add(runner->paused, one->topic, one->partition);
        }
    }
    (void)rd_kafka_pause_partitions(runner->consumer, partitions);
}

void otelmq_kafka_runner_pause_all(otelmq_kafka_runner *runner)
{
    rd_kafka_topic_partition_list_t *assigned = read_assignment(runner->consumer);
    otelmq_kafka_runner_pause(runner, assigned);
    rd_kafka_topic_partition_list_destroy(assigned);
}

void otelmq_kafka_runner_release(otelmq_kafka_runner *runner, const char *topic, int32_t partition)
{
    int64_t offset;
    if (!otelmq_kafka_held_has(&runner->held, topic, partition, &offset)) {
        resume(runner, topic, partition);
    }
}

void otelmq_kafka_runner_release_all(otelmq_kafka_runner *runner)
{
    rd_kafka_topic_partition_list_t *paused = rd_kafka_topic_partition_list_copy(runner->paused);
    for (int i = 0; i < paused->cnt; i++) {
        otelmq_kafka_runner_release(runner, paused->elems[i].topic, paused->elems[i].partition);
    }
    rd_kafka_topic_partition_list_destroy(paused);
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
    otelmq_kafka_runner_pause(runner, partition);
    if (!otelmq_kafka_held_add(&runner->held, message)) {
        /* It comes again from where it was. */
        partition->elems[0].offset = message->message->offset;
        rd_kafka_error_destroy(rd_kafka_seek_partitions(runner->consumer, partition, 0));
        otelmq_kafka_runner_release(runner, partition->elems[0].topic,
                                    partition->elems[0].partition);
        rd_kafka_message_destroy(message->message);
    }
    rd_kafka_topic_partition_list_destroy(partition);
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

bool otelmq_kafka_runner_defer(otelmq_kafka_runner *runner, rd_kafka_message_t *message,
                               bool is_busy)
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
    if (!is_busy && !has_held && nano == 0) {
        return false;
    }
    otelmq_kafka_held_message held = {
        .message = message,
        .due_monotonic_nano = nano > 0 ? otelmq_clock_monotonic_nano() + nano : 0,
    };
    otelmq_kafka_runner_hold(runner, &held);
    return true;
}
