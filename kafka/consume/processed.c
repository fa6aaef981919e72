/* SPDX-License-Identifier: Apache-2.0 */
#include "kafka/consume/processed.h"

static void update(otelmq_kafka_partition *partition, const otelmq_kafka_processed_partition *from)
{
    const otelmq_tracestate *previous = partition->span_context.tracestate;
    partition->span_context = from->span_context;
    (void)otelmq_tracestate_retain(from->span_context.tracestate);
    otelmq_tracestate_release(previous);
    /* A message that is tried again is still one. */
    if (partition->message_count == 0 || partition->offset != from->offset) {
        partition->message_count++;
    }
    partition->offset = from->offset;
}

static void copy_out(const otelmq_kafka_partition *partition,
                     otelmq_kafka_processed_partition *result)
{
    *result = (otelmq_kafka_processed_partition){
        .topic = partition->topic,
        .partition = partition->number,
        .offset = partition->offset,
        .message_count = partition->message_count,
        .span_context = partition->span_context,
    };
    (void)otelmq_tracestate_retain(result->span_context.tracestate);
}

/*
 * How many of the messages since the last commit are not before next_offset. That is exact as long
 * as no offset between them is missing, as those of a transaction's own records.
 */
static size_t count_after(const otelmq_kafka_partition *partition, int64_t next_offset)
{
    if (next_offset < 0 || next_offset > partition->offset) {
        return 0;
    }
    size_t after = (size_t)(partition->offset - next_offset) + 1;
    return after < partition->message_count ? after : partition->message_count;
}

void otelmq_kafka_processed_add(otelmq_kafka_partitions *partitions,
                                const otelmq_kafka_processed_partition *processed)
{
    (void)pthread_mutex_lock(&partitions->lock);
    otelmq_kafka_partition *partition =
        otelmq_kafka_partitions_get(partitions, processed->topic, processed->partition);
    if (partition != NULL) {
        update(partition, processed);
    }
    (void)pthread_mutex_unlock(&partitions->lock);
}

bool otelmq_kafka_processed_get(otelmq_kafka_partitions *partitions, otelmq_str topic,
                                int32_t partition, int64_t next_offset,
                                otelmq_kafka_processed_partition *result)
{
    (void)pthread_mutex_lock(&partitions->lock);
    const otelmq_kafka_partition *found =
        otelmq_kafka_partitions_find(partitions, topic, partition);
    if (found != NULL) {
        copy_out(found, result);
        result->message_count -= count_after(found, next_offset);
    }
    (void)pthread_mutex_unlock(&partitions->lock);
    return found != NULL;
}

size_t otelmq_kafka_processed_unsettled(otelmq_kafka_partitions *partitions,
                                        otelmq_kafka_processed_partition results[], size_t max)
{
    size_t count = 0;
    (void)pthread_mutex_lock(&partitions->lock);
    for (size_t i = 0; i < OTELMQ_KAFKA_PARTITION_BUCKETS; i++) {
        for (const otelmq_kafka_partition *partition = partitions->buckets[i]; partition != NULL;
             partition = partition->next) {
            if (partition->message_count == 0) {
                continue;
            }
            if (count < max) {
                copy_out(partition, &results[count]);
            }
            count++;
        }
    }
    (void)pthread_mutex_unlock(&partitions->lock);
    return count;
}

void otelmq_kafka_processed_settle(otelmq_kafka_partitions *partitions, otelmq_str topic,
                                   int32_t partition, int64_t next_offset)
{
    (void)pthread_mutex_lock(&partitions->lock);
    otelmq_kafka_partition *found = otelmq_kafka_partitions_find(partitions, topic, partition);
    if (found != NULL) {
        found->message_count = count_after(found, next_offset);
    }
    (void)pthread_mutex_unlock(&partitions->lock);
}

void otelmq_kafka_processed_forget(otelmq_kafka_partitions *partitions, otelmq_str topic,
                                   int32_t partition)
{
    (void)pthread_mutex_lock(&partitions->lock);
    otelmq_kafka_partition *found = otelmq_kafka_partitions_find(partitions, topic, partition);
    if (found != NULL) {
        found->message_count = 0;
        found->is_looked_up = false;
        found->is_assigned = false;
    }
    (void)pthread_mutex_unlock(&partitions->lock);
}
