/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The attributes that Kafka adds to the spans of <otelmq/messaging.h>. Everything is borrowed from
 * the client and the message. (OpenTelemetry semantic conventions 1.44, kafka.md.)
 */
#ifndef OTELMQ_KAFKA_ATTRIBUTES_H
#define OTELMQ_KAFKA_ATTRIBUTES_H

#include "kafka/client.h"

enum { OTELMQ_KAFKA_MAX_ATTRIBUTES = 8, OTELMQ_KAFKA_PARTITION_SIZE = 12 };

typedef struct {
    otelmq_attribute items[OTELMQ_KAFKA_MAX_ATTRIBUTES];
    size_t count;
    char partition[OTELMQ_KAFKA_PARTITION_SIZE]; /* what partition.id points at */
} otelmq_kafka_attributes;

/* The partition as conventions want it, as a string in text, which the result borrows. */
otelmq_str otelmq_kafka_format_partition(int32_t partition, char text[OTELMQ_KAFKA_PARTITION_SIZE]);

/* Of a message to be sent: client, key, tombstone and, when it is chosen already, partition. */
void otelmq_kafka_attributes_of_sent(otelmq_kafka_attributes *attributes,
                                     const otelmq_kafka_client *client,
                                     const rd_kafka_message_t *message);

/* Of a message received: these, offset and consumer group; cluster_id may be empty. */
void otelmq_kafka_attributes_of_received(otelmq_kafka_attributes *attributes,
                                         const otelmq_kafka_client *client,
                                         const rd_kafka_message_t *message, otelmq_str cluster_id);

/* Of a settlement: client, consumer group and cluster. The others are added by these. */
void otelmq_kafka_attributes_of_settled(otelmq_kafka_attributes *attributes,
                                        const otelmq_kafka_client *client, otelmq_str cluster_id);
void otelmq_kafka_attributes_add_partition(otelmq_kafka_attributes *attributes, int32_t partition);
void otelmq_kafka_attributes_add_offset(otelmq_kafka_attributes *attributes, int64_t offset);
void otelmq_kafka_attributes_add_message_count(otelmq_kafka_attributes *attributes, size_t count);

#endif
