/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a consumer has processed of each partition: the context of the last process span, which
 * becomes the parent of the commit's span, and how many messages no commit has settled yet. Any
 * thread.
 */
#ifndef OTELMQ_KAFKA_PROCESSED_H
#define OTELMQ_KAFKA_PROCESSED_H

#include <otelmq/span_context.h>

#include <pthread.h>

/* What is known of one partition. */
typedef struct {
    otelmq_str topic;
    int32_t partition;
    int64_t offset; /* of the last message processed */
    size_t message_count; /* processed since the last commit */
    otelmq_span_context span_context; /* invalid: no process span is known */
} otelmq_kafka_processed_partition;

typedef struct otelmq_kafka_processed_node otelmq_kafka_processed_node;

enum { OTELMQ_KAFKA_PROCESSED_BUCKETS = 64 };

typedef struct {
    pthread_mutex_t lock;
    otelmq_kafka_processed_node *buckets[OTELMQ_KAFKA_PROCESSED_BUCKETS];
} otelmq_kafka_processed;

void otelmq_kafka_processed_init(otelmq_kafka_processed *processed);

/* A message was processed; partition->message_count is ignored. Copies. */
void otelmq_kafka_processed_add(otelmq_kafka_processed *processed,
                                const otelmq_kafka_processed_partition *partition);

/*
 * What is known of one partition; false when nothing is. The topic is borrowed until clean; the
 * span context's tracestate is retained, and the caller's to release.
 */
bool otelmq_kafka_processed_get(otelmq_kafka_processed *processed, otelmq_str topic,
                                int32_t partition, otelmq_kafka_processed_partition *result);

/*
 * The same for every partition with a message that no commit has settled: writes the first max of
 * them and returns how many there are.
 */
size_t otelmq_kafka_processed_unsettled(otelmq_kafka_processed *processed,
                                        otelmq_kafka_processed_partition results[], size_t max);

/* A commit settled count of the partition's messages. */
void otelmq_kafka_processed_settle(otelmq_kafka_processed *processed, otelmq_str topic,
                                   int32_t partition, size_t count);

/* Forgets everything; it can be filled again. */
void otelmq_kafka_processed_clean(otelmq_kafka_processed *processed);

#endif
