/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a consumer knows of each partition that it has processed messages of: the parts that
 * kafka/consume/processed.h and kafka/consume/kept.h fill in. A partition stays until clean; there
 * are not many.
 */
#ifndef OTELMQ_KAFKA_CONSUME_PARTITIONS_H
#define OTELMQ_KAFKA_CONSUME_PARTITIONS_H

#include <otelmq/span.h>

#include <pthread.h>
#include <stdatomic.h>

enum { OTELMQ_KAFKA_PARTITION_BUCKETS = 64 };

typedef struct otelmq_kafka_kept otelmq_kafka_kept;

typedef struct otelmq_kafka_partition {
    struct otelmq_kafka_partition *next; /* in its bucket */
    otelmq_str topic; /* in text */
    int32_t number;
    int64_t offset; /* of the last message processed */
    size_t message_count; /* processed since the last commit */
    otelmq_span_context span_context; /* of the last process span; holds its tracestate */
    bool is_looked_up; /* librdkafka was asked whether it is assigned */
    bool is_assigned; /* as far as was seen */
    uint64_t gone_monotonic_nano; /* when it was seen to be no more, and waits; 0: not */
    otelmq_kafka_kept *first_kept; /* by offset */
    otelmq_kafka_kept *last_kept;
    char text[]; /* ends in NUL */
} otelmq_kafka_partition;

typedef struct {
    pthread_mutex_t lock;
    otelmq_kafka_partition *buckets[OTELMQ_KAFKA_PARTITION_BUCKETS];
    otelmq_kafka_kept *oldest_kept;
    otelmq_kafka_kept *newest_kept;
    otelmq_kafka_kept *free_kept;
    atomic_size_t kept_count; /* written with the lock, read without */
    uint64_t assignment_seen_monotonic_nano; /* when it was asked for last */
} otelmq_kafka_partitions;

void otelmq_kafka_partitions_init(otelmq_kafka_partitions *partitions);

/* With the lock: the one of this name, which get adds when it is not there; NULL: none. */
otelmq_kafka_partition *otelmq_kafka_partitions_find(otelmq_kafka_partitions *partitions,
                                                     otelmq_str topic, int32_t number);
otelmq_kafka_partition *otelmq_kafka_partitions_get(otelmq_kafka_partitions *partitions,
                                                    otelmq_str topic, int32_t number);

/* Forgets everything; it can be filled again. No span may be kept any more. */
void otelmq_kafka_partitions_clean(otelmq_kafka_partitions *partitions);

#endif
