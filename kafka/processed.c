/* SPDX-License-Identifier: Apache-2.0 */
#include "kafka/processed.h"

#include <stdlib.h>

struct otelmq_kafka_processed_node {
    otelmq_kafka_processed_node *next;
    otelmq_kafka_processed_partition partition;
    char topic[];
};

static otelmq_kafka_processed_node **bucket_of(otelmq_kafka_processed *processed, otelmq_str topic,
                                               int32_t partition)
{
    uint32_t hash = 2166136261u ^ (uint32_t)partition;
    for (size_t i = 0; i < topic.len; i++) {
        hash = (hash * 16777619u) ^ (uint8_t)topic.data[i];
    }
    return &processed->buckets[(hash ^ (hash >> 16)) % OTELMQ_KAFKA_PROCESSED_BUCKETS];
}

static otelmq_kafka_processed_node *find(otelmq_kafka_processed *processed, otelmq_str topic,
                                         int32_t partition)
{
    otelmq_kafka_processed_node *node = *bucket_of(processed, topic, partition);
    while (node != NULL && (node->partition.partition != partition ||
                            !otelmq_str_equal(node->partition.topic, topic))) {
        node = node->next;
    }
    return node;
}

static otelmq_kafka_processed_node *add_node(otelmq_kafka_processed *processed, otelmq_str topic,
                                             int32_t partition)
{
    otelmq_kafka_processed_node *node = calloc(1, sizeof(*node) + topic.len);
    if (node == NULL) {
        return NULL;
    }
    memcpy(node->topic, topic.data, topic.len);
    node->partition.topic = otelmq_str_from_bytes(node->topic, topic.len);
    node->partition.partition = partition;
    otelmq_kafka_processed_node **bucket = bucket_of(processed, topic, partition);
    node->next = *bucket;
    *bucket = node;
    return node;
}

static void update(otelmq_kafka_processed_node *node, const otelmq_kafka_processed_partition *from)
{
    const otelmq_tracestate *previous = node->partition.span_context.tracestate;
    node->partition.span_context = from->span_context;
    (void)otelmq_tracestate_retain(from->span_context.tracestate);
    otelmq_tracestate_release(previous);
    node->partition.offset = from->offset;
    node->partition.message_count++;
}

static void copy_out(const otelmq_kafka_processed_node *node,
                     otelmq_kafka_processed_partition *result)
{
    *result = node->partition;
    (void)otelmq_tracestate_retain(result->span_context.tracestate);
}

void otelmq_kafka_processed_init(otelmq_kafka_processed *processed)
{
    memset(processed, 0, sizeof(*processed));
    (void)pthread_mutex_init(&processed->lock, NULL);
}

void otelmq_kafka_processed_add(otelmq_kafka_processed *processed,
                                const otelmq_kafka_processed_partition *partition)
{
    (void)pthread_mutex_lock(&processed->lock);
    otelmq_kafka_processed_node *node = find(processed, partition->topic, partition->partition);
    if (node == NULL) {
        node = add_node(processed, partition->topic, partition->partition);
    }
    if (node != NULL) {
        update(node, partition);
    }
    (void)pthread_mutex_unlock(&processed->lock);
}

bool otelmq_kafka_processed_get(otelmq_kafka_processed *processed, otelmq_str topic,
                                int32_t partition, otelmq_kafka_processed_partition *result)
{
    (void)pthread_mutex_lock(&processed->lock);
    const otelmq_kafka_processed_node *node = find(processed, topic, partition);
    if (node != NULL) {
        copy_out(node, result);
    }
    (void)pthread_mutex_unlock(&processed->lock);
    return node != NULL;
}

size_t otelmq_kafka_processed_unsettled(otelmq_kafka_processed *processed,
                                        otelmq_kafka_processed_partition results[], size_t max)
{
    size_t count = 0;
    (void)pthread_mutex_lock(&processed->lock);
    for (size_t i = 0; i < OTELMQ_KAFKA_PROCESSED_BUCKETS; i++) {
        for (const otelmq_kafka_processed_node *node = processed->buckets[i]; node != NULL;
             node = node->next) {
            if (node->partition.message_count == 0) {
                continue;
            }
            if (count < max) {
                copy_out(node, &results[count]);
            }
            count++;
        }
    }
    (void)pthread_mutex_unlock(&processed->lock);
    return count;
}

void otelmq_kafka_processed_settle(otelmq_kafka_processed *processed, otelmq_str topic,
                                   int32_t partition, size_t count)
{
    (void)pthread_mutex_lock(&processed->lock);
    otelmq_kafka_processed_node *node = find(processed, topic, partition);
    if (node != NULL) {
        /* Another commit on another thread may have settled some of them in between. */
        size_t settled =
            count < node->partition.message_count ? count : node->partition.message_count;
        node->partition.message_count -= settled;
    }
    (void)pthread_mutex_unlock(&processed->lock);
}

static void free_list(otelmq_kafka_processed_node *node)
{
    while (node != NULL) {
        otelmq_kafka_processed_node *next = node->next;
        otelmq_tracestate_release(node->partition.span_context.tracestate);
        free(node);
        node = next;
    }
}

void otelmq_kafka_processed_clean(otelmq_kafka_processed *processed)
{
    (void)pthread_mutex_lock(&processed->lock);
    for (size_t i = 0; i < OTELMQ_KAFKA_PROCESSED_BUCKETS; i++) {
        free_list(processed->buckets[i]);
        processed->buckets[i] = NULL;
    }
    (void)pthread_mutex_unlock(&processed->lock);
}
