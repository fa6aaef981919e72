/* SPDX-License-Identifier: Apache-2.0 */
#include "kafka/consume/partitions.h"

#include "kafka/consume/kept.h"

#include <stdlib.h>

static otelmq_kafka_partition **bucket_of(otelmq_kafka_partitions *partitions, otelmq_str topic,
                                          int32_t number)
{
    uint32_t hash = 2166136261u ^ (uint32_t)number;
    for (size_t i = 0; i < topic.len; i++) {
        hash = (hash * 16777619u) ^ (uint8_t)topic.data[i];
    }
    return &partitions->buckets[(hash ^ (hash >> 16)) % OTELMQ_KAFKA_PARTITION_BUCKETS];
}

otelmq_kafka_partition *otelmq_kafka_partitions_find(otelmq_kafka_partitions *partitions,
                                                     otelmq_str topic, int32_t number)
{
    otelmq_kafka_partition *partition = *bucket_of(partitions, topic, number);
    while (partition != NULL &&
           (partition->number != number || !otelmq_str_equal(partition->topic, topic))) {
        partition = partition->next;
    }
    return partition;
}

static otelmq_kafka_partition *add(otelmq_kafka_partitions *partitions, otelmq_str topic,
                                   int32_t number)
{
    otelmq_kafka_partition *partition = calloc(1, sizeof(*partition) + topic.len + 1);
    if (partition == NULL) {
        return NULL;
    }
    memcpy(partition->text, topic.data, topic.len);
    partition->topic = otelmq_str_from_bytes(partition->text, topic.len);
    partition->number = number;
    otelmq_kafka_partition **bucket = bucket_of(partitions, topic, number);
    partition->next = *bucket;
    *bucket = partition;
    return partition;
}

otelmq_kafka_partition *otelmq_kafka_partitions_get(otelmq_kafka_partitions *partitions,
                                                    otelmq_str topic, int32_t number)
{
    otelmq_kafka_partition *found = otelmq_kafka_partitions_find(partitions, topic, number);
    return found != NULL ? found : add(partitions, topic, number);
}

void otelmq_kafka_partitions_init(otelmq_kafka_partitions *partitions)
{
    memset(partitions, 0, sizeof(*partitions));
    atomic_init(&partitions->kept_count, 0);
    (void)pthread_mutex_init(&partitions->lock, NULL);
}

static void free_list(otelmq_kafka_partition *partition)
{
    while (partition != NULL) {
        otelmq_kafka_partition *next = partition->next;
        otelmq_tracestate_release(partition->span_context.tracestate);
        free(partition);
        partition = next;
    }
}

void otelmq_kafka_partitions_clean(otelmq_kafka_partitions *partitions)
{
    (void)pthread_mutex_lock(&partitions->lock);
    for (size_t i = 0; i < OTELMQ_KAFKA_PARTITION_BUCKETS; i++) {
        free_list(partitions->buckets[i]);
        partitions->buckets[i] = NULL;
    }
    otelmq_kafka_kept_free_unused(partitions);
    (void)pthread_mutex_unlock(&partitions->lock);
}
