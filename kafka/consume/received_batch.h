/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Several received messages as one operation: what all of them have in common stands on the span,
 * what differs on the links. (Semantic conventions 1.44, messaging-spans.md.)
 */
#ifndef OTELMQ_KAFKA_CONSUME_RECEIVED_BATCH_H
#define OTELMQ_KAFKA_CONSUME_RECEIVED_BATCH_H

#include "kafka/attributes.h"

typedef struct {
    otelmq_kafka_attributes attributes; /* of the span */
    otelmq_str topic; /* empty: they are of several */
    otelmq_messaging_batch_message *messages; /* without those that carry an error */
    otelmq_kafka_attributes *link_attributes; /* which these borrow */
    size_t count; /* 0: there is none, or no memory */
} otelmq_kafka_received_batch;

/* Borrows the messages. */
void otelmq_kafka_received_batch_init(otelmq_kafka_received_batch *batch,
                                      const otelmq_kafka_client *client,
                                      rd_kafka_message_t *const messages[], size_t count,
                                      otelmq_str cluster_id);

void otelmq_kafka_received_batch_clean(otelmq_kafka_received_batch *batch);

/* Borrows from the batch. */
otelmq_messaging_operation
otelmq_kafka_received_batch_operation(const char *name, const otelmq_kafka_received_batch *batch);

#endif
