/* SPDX-License-Identifier: Apache-2.0 */
/* What the answer to a commit ends, whoever has asked for it; and what ends without one. */
#ifndef OTELMQ_KAFKA_CONSUME_SETTLED_H
#define OTELMQ_KAFKA_CONSUME_SETTLED_H

#include "kafka/client.h"

/* On librdkafka's main thread, which may hear of an answer after on_destroy. */
void otelmq_kafka_on_commit(otelmq_kafka_client *client, const rd_kafka_t *rk,
                            const rd_kafka_topic_partition_list_t *offsets,
                            rd_kafka_resp_err_t err);

/* The consumer does not have these partitions any more. */
void otelmq_kafka_on_revoke(otelmq_kafka_client *client,
                            const rd_kafka_topic_partition_list_t *partitions);

/* Ends the spans of commits that get no answer any more. */
void otelmq_kafka_end_unanswered(otelmq_kafka_client *client);

/* Ends all that waits for a commit, because none will come. */
void otelmq_kafka_end_unsettled(otelmq_kafka_client *client);

#endif
