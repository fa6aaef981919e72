/* SPDX-License-Identifier: Apache-2.0 */
/* What a poll of a share consumer gave, as one operation. */
#ifndef OTELMQ_KAFKA_SHARE_BATCH_H
#define OTELMQ_KAFKA_SHARE_BATCH_H

#include "kafka/consume/received_batch.h"
#include "kafka/share/consumer.h"

typedef struct {
    rd_kafka_message_t **messages;
    size_t count; /* with those that carry an error; 0 also without memory */
    otelmq_kafka_received_batch received;
} otelmq_kafka_share_batch;

/* Borrows the messages. */
void otelmq_kafka_share_batch_init(otelmq_kafka_share_batch *batch, const otelmq_kafka_share *share,
                                   const otelmq_kafka_client *client,
                                   const rd_kafka_messages_t *messages);

void otelmq_kafka_share_batch_clean(otelmq_kafka_share_batch *batch);

#endif
