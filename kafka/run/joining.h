/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whether a consumer is about to join its group anew. Kafka answers the requests of a connection in
 * their order, so that a commit behind a JoinGroup is looked at when the group has begun another
 * generation, and is refused; whereupon librdkafka gives all partitions up as lost:
 *
 *     consumer    JoinGroup  OffsetCommit of generation 1
 *     broker      . . . . . . . . . . . . . . generation 2 | refused: ILLEGAL_GENERATION
 *
 * With a cooperative assignor a consumer goes on with its messages meanwhile, and a loop commits.
 */
#ifndef OTELMQ_KAFKA_RUN_JOINING_H
#define OTELMQ_KAFKA_RUN_JOINING_H

#include "kafka/client.h"

/* In on_new, for a consumer. */
void otelmq_kafka_joining_watch(rd_kafka_t *consumer, otelmq_kafka_client *client);

static inline bool otelmq_kafka_is_joining(const otelmq_kafka_client *client)
{
    return atomic_load_explicit(&client->run.is_joining, memory_order_acquire);
}

#endif
