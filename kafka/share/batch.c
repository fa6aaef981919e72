/* SPDX-License-Identifier: Apache-2.0 */
#include "kafka/share/batch.h"

#include <stdlib.h>

static void add_delivery_counts(otelmq_kafka_received_batch *received)
{
    for (size_t i = 0; i < received->count; i++) {
        otelmq_kafka_attributes *attributes = &received->link_attributes[i];
        otelmq_kafka_attributes_add_delivery_count(
            attributes, rd_kafka_message_delivery_count(received->messages[i].message));
        received->messages[i].attribute_count = attributes->count;
    }
}

void otelmq_kafka_share_batch_init(otelmq_kafka_share_batch *batch, const otelmq_kafka_share *share,
                                   const otelmq_kafka_client *client,
                                   const rd_kafka_messages_t *messages)
{
    size_t count = rd_kafka_messages_count(messages);
    *batch = (otelmq_kafka_share_batch){.count = 0};
    batch->messages = count > 0 ? malloc(count * sizeof(batch->messages[0])) : NULL;
    if (batch->messages == NULL) {
        return;
    }
    for (batch->count = 0; batch->count < count; batch->count++) {
        batch->messages[batch->count] = rd_kafka_messages_get(messages, batch->count);
    }
    otelmq_kafka_received_batch_init(&batch->received, client, batch->messages, count,
                                     otelmq_kafka_share_cluster_id(share));
    add_delivery_counts(&batch->received);
}

void otelmq_kafka_share_batch_clean(otelmq_kafka_share_batch *batch)
{
    otelmq_kafka_received_batch_clean(&batch->received);
    free(batch->messages);
}
