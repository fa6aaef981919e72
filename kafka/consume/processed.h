/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a consumer has processed of each partition: the context of the last process span, which
 * becomes the parent of the commit's span, and how many messages no commit has settled yet. Any
 * thread.
 */
#ifndef OTELMQ_KAFKA_CONSUME_PROCESSED_H
#define OTELMQ_KAFKA_CONSUME_PROCESSED_H

#include "kafka/consume/partitions.h"

/* What is known of one partition. */
typedef struct {
    otelmq_str topic;
    int32_t partition;
    int64_t offset; /* of the last message processed */
    size_t message_count; /* processed since the last commit */
    otelmq_span_context span_context; /* invalid: no process span is known */
} otelmq_kafka_processed_partition;

/* A message was processed; processed->message_count is ignored. Copies. */
void otelmq_kafka_processed_add(otelmq_kafka_partitions *partitions,
                                const otelmq_kafka_processed_partition *processed);

/*
 * What is known of one partition, and how many of its messages a commit of the offset next_offset
 * (negative: of all) would settle; false when nothing is known. The topic is borrowed until clean;
 * the span context's tracestate is retained, and the caller's to release.
 */
bool otelmq_kafka_processed_get(otelmq_kafka_partitions *partitions, otelmq_str topic,
                                int32_t partition, int64_t next_offset,
                                otelmq_kafka_processed_partition *result);

/*
 * The same for every partition with a message that no commit has settled: writes the first max of
 * them and returns how many there are.
 */
size_t otelmq_kafka_processed_unsettled(otelmq_kafka_partitions *partitions,
                                        otelmq_kafka_processed_partition results[], size_t max);

/* The broker has the partition's committed offset next_offset: what is before it is settled. */
void otelmq_kafka_processed_settle(otelmq_kafka_partitions *partitions, otelmq_str topic,
                                   int32_t partition, int64_t next_offset);

/* What no commit has settled of the partition, none will: another consumer has it now. */
void otelmq_kafka_processed_forget(otelmq_kafka_partitions *partitions, otelmq_str topic,
                                   int32_t partition);

#endif
