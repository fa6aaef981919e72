/* SPDX-License-Identifier: Apache-2.0 */
/*
 * librdkafka has no interceptor for rebalances, and rebalance callbacks are the application's. So
 * while process spans wait for a commit, the traced calls ask now and then which partitions the
 * consumer has. It asks librdkafka's main thread: not for interceptors.
 */
#ifndef OTELMQ_KAFKA_CONSUME_ASSIGNMENT_H
#define OTELMQ_KAFKA_CONSUME_ASSIGNMENT_H

#include "kafka/client.h"

/*
 * Ends the process spans, if there are any, of partitions that were assigned and are not any more;
 * at most once in a second. Of a consumer that commits by itself, which includes what goes, it
 * leaves them a few seconds for the answer to that commit.
 */
void otelmq_kafka_assignment_check(otelmq_kafka_client *client, rd_kafka_t *consumer);

/* Makes sure that it is known of a partition whether it is assigned, before a span is kept. */
void otelmq_kafka_assignment_learn(otelmq_kafka_client *client, rd_kafka_t *consumer,
                                   otelmq_str topic, int32_t partition);

#endif
