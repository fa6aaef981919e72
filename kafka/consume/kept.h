/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The process spans of a consumer that outlive their scopes, because settlement ends them: the
 * commit that covers their offset. Kafka commits the offset of the next message to read, so that
 * one commit settles all before it:
 *
 *     partition 0:  [ 4 ] [ 5 ] [ 6 ] | [ 9 ]      commit of 7 ends 4, 5 and 6, well
 *     partition 1:  [ 2 ] [ 3 ]                    revoked: "partition-revoked"
 *     by age:       2 4 5 3 6 9 ---> time limit: "timeout"; client destroyed: "client-closed"
 *
 * They end outside of the lock, because an end calls a hook of the application. Any thread.
 */
#ifndef OTELMQ_KAFKA_CONSUME_KEPT_H
#define OTELMQ_KAFKA_CONSUME_KEPT_H

#include "kafka/consume/partitions.h"

#include <otelmq/messaging.h>

enum { OTELMQ_KAFKA_MAX_KEPT = 65536 };

/* Where a message was. */
typedef struct {
    otelmq_str topic;
    int32_t partition;
    int64_t offset;
} otelmq_kafka_position;

/* Why a span ends that no commit ended: error.type, and what a person reads. */
typedef struct {
    const char *type;
    const char *description;
} otelmq_kafka_end_reason;

/* The time limit of a span that is kept from now on; UINT64_MAX: none. */
uint64_t otelmq_kafka_kept_expiry(const otelmq_messaging_client *client);

/*
 * Keeps span, whose reference moves here, until it is ended, at the latest after the time limit of
 * the client's options. One of the same message ends: it is processed once more.
 */
void otelmq_kafka_kept_add(otelmq_kafka_partitions *partitions, otelmq_messaging_client *client,
                           const otelmq_kafka_position *position, otelmq_span *span);

/* Ends, well, those before the position, which was committed. */
void otelmq_kafka_kept_settle(otelmq_kafka_partitions *partitions, otelmq_messaging_client *client,
                              const otelmq_kafka_position *committed);

/* Ends those of one partition, or of all. */
void otelmq_kafka_kept_end(otelmq_kafka_partitions *partitions, otelmq_messaging_client *client,
                           otelmq_str topic, int32_t partition,
                           const otelmq_kafka_end_reason *reason);
void otelmq_kafka_kept_end_all(otelmq_kafka_partitions *partitions, otelmq_messaging_client *client,
                               const otelmq_kafka_end_reason *reason);

/* Ends those whose time limit has passed, with error.type "timeout". Cheap when there is none. */
void otelmq_kafka_kept_expire(otelmq_kafka_partitions *partitions, otelmq_messaging_client *client);

/* Milliseconds until the next time limit passes, rounded up; -1: none is set. */
int otelmq_kafka_kept_next_expiry_ms(otelmq_kafka_partitions *partitions);

static inline bool otelmq_kafka_kept_has_any(otelmq_kafka_partitions *partitions)
{
    return atomic_load_explicit(&partitions->kept_count, memory_order_relaxed) > 0;
}

/* With the lock: frees the memory of what has ended. */
void otelmq_kafka_kept_free_unused(otelmq_kafka_partitions *partitions);

#endif
