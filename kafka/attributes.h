/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The attributes that Kafka adds to the spans of <otelmq/messaging.h>. Everything is borrowed from
 * the client and the message. (OpenTelemetry semantic conventions 1.44, kafka.md.)
 */
#ifndef OTELMQ_KAFKA_ATTRIBUTES_H
#define OTELMQ_KAFKA_ATTRIBUTES_H

#include "kafka/client.h"

enum { OTELMQ_KAFKA_MAX_ATTRIBUTES = 12, OTELMQ_KAFKA_PARTITION_SIZE = 12 };

typedef struct {
    otelmq_attribute items[OTELMQ_KAFKA_MAX_ATTRIBUTES];
    size_t count;
    bool adds_old_names; /* those of the conventions 1.24 as well */
    char partition[OTELMQ_KAFKA_PARTITION_SIZE]; /* what partition.id points at */
} otelmq_kafka_attributes;

/* A partition, not negative, as conventions want it: as a string in text, which is borrowed. */
otelmq_str otelmq_kafka_format_partition(int32_t partition, char text[OTELMQ_KAFKA_PARTITION_SIZE]);

/* None yet; the others add to them. */
void otelmq_kafka_attributes_init(otelmq_kafka_attributes *attributes,
                                  const otelmq_kafka_client *client);

/*
 * Of a message to be sent, or sent: client, key, tombstone, cluster, partition and offset, as far
 * as they are known already; is_prepared: without what all messages to a topic have in common.
 */
void otelmq_kafka_attributes_of_sent(otelmq_kafka_attributes *attributes,
                                     const otelmq_kafka_client *client,
                                     const rd_kafka_message_t *message, bool is_prepared);

/* Of a message received: these, offset and consumer group; cluster_id may be empty. */
void otelmq_kafka_attributes_of_received(otelmq_kafka_attributes *attributes,
                                         const otelmq_kafka_client *client,
                                         const rd_kafka_message_t *message, otelmq_str cluster_id);

/* Of a settlement: client, consumer group and cluster. The others are added by these. */
void otelmq_kafka_attributes_of_settled(otelmq_kafka_attributes *attributes,
                                        const otelmq_kafka_client *client, otelmq_str cluster_id);
void otelmq_kafka_attributes_add_partition(otelmq_kafka_attributes *attributes, int32_t partition);
void otelmq_kafka_attributes_add_offset(otelmq_kafka_attributes *attributes, int64_t offset);

/* Of an operation on a transaction; the conventions have no name for it. */
void otelmq_kafka_attributes_add_transactional_id(otelmq_kafka_attributes *attributes,
                                                  const otelmq_kafka_client *client);

/* What there may be to tell of one message of a batch. */
void otelmq_kafka_attributes_add_topic(otelmq_kafka_attributes *attributes,
                                       const rd_kafka_message_t *message);
void otelmq_kafka_attributes_add_key(otelmq_kafka_attributes *attributes,
                                     const rd_kafka_message_t *message);
void otelmq_kafka_attributes_add_tombstone(otelmq_kafka_attributes *attributes,
                                           const rd_kafka_message_t *message);
void otelmq_kafka_attributes_add_sizes(otelmq_kafka_attributes *attributes, size_t body,
                                       size_t envelope);

/* How often a share group was given the message, from the second time on. */
void otelmq_kafka_attributes_add_delivery_count(otelmq_kafka_attributes *attributes, int64_t count);

/* How long it has been in Kafka, when the options ask for it. */
void otelmq_kafka_attributes_add_queue_time(otelmq_kafka_attributes *attributes,
                                            const otelmq_kafka_client *client,
                                            const rd_kafka_message_t *message);

#endif
