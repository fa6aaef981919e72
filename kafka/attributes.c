/* SPDX-License-Identifier: Apache-2.0 */
#include "kafka/attributes.h"

#include "base/utf8.h"

#include <inttypes.h>
#include <stdio.h>

static void add(otelmq_kafka_attributes *attributes, otelmq_attribute attribute)
{
    attributes->items[attributes->count++] = attribute;
}

static void add_text(otelmq_kafka_attributes *attributes, const char *key, const char *text)
{
    if (text != NULL) {
        add(attributes, otelmq_attribute_string(key, otelmq_str_from(text)));
    }
}

/*
 * A key is arbitrary bytes. It must not be recorded when it is null, and only where it has one form
 * as a string.
 */
static void add_key(otelmq_kafka_attributes *attributes, const rd_kafka_message_t *message)
{
    otelmq_str key = otelmq_str_from_bytes(message->key, message->key_len);
    if (message->key != NULL && otelmq_utf8_is_valid(key)) {
        add(attributes, otelmq_attribute_string("messaging.kafka.message.key", key));
    }
}

static void add_message(otelmq_kafka_attributes *attributes, const rd_kafka_message_t *message)
{
    otelmq_kafka_attributes_add_partition(attributes, message->partition);
    add_key(attributes, message);
    if (message->payload == NULL) {
        add(attributes, otelmq_attribute_bool("messaging.kafka.message.tombstone", true));
    }
}

otelmq_str otelmq_kafka_format_partition(int32_t partition, char text[OTELMQ_KAFKA_PARTITION_SIZE])
{
    int len = snprintf(text, OTELMQ_KAFKA_PARTITION_SIZE, "%" PRId32, partition);
    return otelmq_str_from_bytes(text, (size_t)len);
}

void otelmq_kafka_attributes_add_partition(otelmq_kafka_attributes *attributes, int32_t partition)
{
    if (partition >= 0) {
        add(attributes, otelmq_attribute_string(
                            "messaging.destination.partition.id",
                            otelmq_kafka_format_partition(partition, attributes->partition)));
    }
}

void otelmq_kafka_attributes_add_offset(otelmq_kafka_attributes *attributes, int64_t offset)
{
    /* Negative ones are librdkafka's names for "end", "stored" and "none". */
    if (offset >= 0) {
        add(attributes, otelmq_attribute_int("messaging.kafka.offset", offset));
    }
}

void otelmq_kafka_attributes_add_message_count(otelmq_kafka_attributes *attributes, size_t count)
{
    /* It must not be set on an operation on a single message. */
    if (count > 1) {
        add(attributes, otelmq_attribute_int("messaging.batch.message_count", (int64_t)count));
    }
}

void otelmq_kafka_attributes_of_sent(otelmq_kafka_attributes *attributes,
                                     const otelmq_kafka_client *client,
                                     const rd_kafka_message_t *message)
{
    attributes->count = 0;
    add_text(attributes, "messaging.client.id", client->client_id);
    add_message(attributes, message);
}

void otelmq_kafka_attributes_of_settled(otelmq_kafka_attributes *attributes,
                                        const otelmq_kafka_client *client, otelmq_str cluster_id)
{
    attributes->count = 0;
    add_text(attributes, "messaging.client.id", client->client_id);
    add_text(attributes, "messaging.consumer.group.name", client->group_id);
    if (!otelmq_str_is_empty(cluster_id)) {
        add(attributes, otelmq_attribute_string("messaging.kafka.cluster.id", cluster_id));
    }
}

void otelmq_kafka_attributes_of_received(otelmq_kafka_attributes *attributes,
                                         const otelmq_kafka_client *client,
                                         const rd_kafka_message_t *message, otelmq_str cluster_id)
{
    otelmq_kafka_attributes_of_settled(attributes, client, cluster_id);
    add_message(attributes, message);
    otelmq_kafka_attributes_add_offset(attributes, message->offset);
}
