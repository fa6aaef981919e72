/* SPDX-License-Identifier: Apache-2.0 */
#include "kafka/attributes.h"

#include "base/clock.h"
#include "base/utf8.h"

static const uint64_t NANOS_PER_MS = 1000000;

static void add(otelmq_kafka_attributes *attributes, otelmq_attribute attribute)
{
    attributes->items[attributes->count++] = attribute;
}

void otelmq_kafka_attributes_init(otelmq_kafka_attributes *attributes,
                                  const otelmq_kafka_client *client)
{
    attributes->count = 0;
    attributes->adds_old_names = otelmq_messaging_adds_old_names(client->messaging);
}

static void add_old_number(otelmq_kafka_attributes *attributes, const char *key, int64_t number)
{
    if (attributes->adds_old_names) {
        add(attributes, otelmq_attribute_int(key, number));
    }
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
void otelmq_kafka_attributes_add_key(otelmq_kafka_attributes *attributes,
                                     const rd_kafka_message_t *message)
{
    otelmq_str key = otelmq_str_from_bytes(message->key, message->key_len);
    if (message->key != NULL && otelmq_utf8_is_valid(key)) {
        add(attributes, otelmq_attribute_string("messaging.kafka.message.key", key));
    }
}

void otelmq_kafka_attributes_add_tombstone(otelmq_kafka_attributes *attributes,
                                           const rd_kafka_message_t *message)
{
    if (message->payload == NULL) {
        add(attributes, otelmq_attribute_bool("messaging.kafka.message.tombstone", true));
    }
}

void otelmq_kafka_attributes_add_topic(otelmq_kafka_attributes *attributes,
                                       const rd_kafka_message_t *message)
{
    add_text(attributes, "messaging.destination.name", rd_kafka_topic_name(message->rkt));
}

void otelmq_kafka_attributes_add_sizes(otelmq_kafka_attributes *attributes, size_t body,
                                       size_t envelope)
{
    add(attributes, otelmq_attribute_int("messaging.message.body.size", (int64_t)body));
    add(attributes, otelmq_attribute_int("messaging.message.envelope.size", (int64_t)envelope));
}

void otelmq_kafka_attributes_add_delivery_count(otelmq_kafka_attributes *attributes, int64_t count)
{
    if (count > 1) {
        add(attributes, otelmq_attribute_int("kafka.record.delivery_count", count));
    }
}

/* The producer's clock or the broker's set the timestamp: one in the future tells nothing. */
void otelmq_kafka_attributes_add_queue_time(otelmq_kafka_attributes *attributes,
                                            const otelmq_kafka_client *client,
                                            const rd_kafka_message_t *message)
{
    if (!otelmq_messaging_client_options(client->messaging)->records_queue_time) {
        return;
    }
    rd_kafka_timestamp_type_t type = RD_KAFKA_TIMESTAMP_NOT_AVAILABLE;
    int64_t timestamp_ms = rd_kafka_message_timestamp(message, &type);
    int64_t now_ms = (int64_t)(otelmq_clock_unix_nano() / NANOS_PER_MS);
    if (type != RD_KAFKA_TIMESTAMP_NOT_AVAILABLE && timestamp_ms > 0 && timestamp_ms <= now_ms) {
        add(attributes, otelmq_attribute_int("kafka.record.queue_time_ms", now_ms - timestamp_ms));
    }
}

static void add_message(otelmq_kafka_attributes *attributes, const rd_kafka_message_t *message)
{
    otelmq_kafka_attributes_add_partition(attributes, message->partition);
    otelmq_kafka_attributes_add_key(attributes, message);
    otelmq_kafka_attributes_add_tombstone(attributes, message);
}

otelmq_str otelmq_kafka_format_partition(int32_t partition, char text[OTELMQ_KAFKA_PARTITION_SIZE])
{
    size_t first = OTELMQ_KAFKA_PARTITION_SIZE;
    for (uint32_t rest = (uint32_t)partition; first == OTELMQ_KAFKA_PARTITION_SIZE || rest > 0;
         rest /= 10) {
        text[--first] = (char)('0' + rest % 10);
    }
    return otelmq_str_from_bytes(text + first, OTELMQ_KAFKA_PARTITION_SIZE - first);
}

void otelmq_kafka_attributes_add_partition(otelmq_kafka_attributes *attributes, int32_t partition)
{
    if (partition >= 0) {
        add(attributes, otelmq_attribute_string(
                            "messaging.destination.partition.id",
                            otelmq_kafka_format_partition(partition, attributes->partition)));
        add_old_number(attributes, "messaging.kafka.destination.partition", partition);
    }
}

void otelmq_kafka_attributes_add_offset(otelmq_kafka_attributes *attributes, int64_t offset)
{
    /* Negative ones are librdkafka's names for "end", "stored" and "none". */
    if (offset >= 0) {
        add(attributes, otelmq_attribute_int("messaging.kafka.offset", offset));
        add_old_number(attributes, "messaging.kafka.message.offset", offset);
    }
}

void otelmq_kafka_attributes_of_sent(otelmq_kafka_attributes *attributes,
                                     const otelmq_kafka_client *client,
                                     const rd_kafka_message_t *message, bool is_prepared)
{
    otelmq_kafka_attributes_init(attributes, client);
    if (!is_prepared) {
        add_text(attributes, "messaging.client.id", client->client_id);
    }
    add_text(attributes, "messaging.kafka.cluster.id",
             atomic_load_explicit(&client->cluster_id, memory_order_acquire));
    add_message(attributes, message);
    otelmq_kafka_attributes_add_offset(attributes, message->offset);
}

void otelmq_kafka_attributes_of_settled(otelmq_kafka_attributes *attributes,
                                        const otelmq_kafka_client *client, otelmq_str cluster_id)
{
    otelmq_kafka_attributes_init(attributes, client);
    add_text(attributes, "messaging.client.id", client->client_id);
    add_text(attributes, "messaging.consumer.group.name", client->group_id);
    if (attributes->adds_old_names) {
        add_text(attributes, "messaging.kafka.consumer.group", client->group_id);
    }
    if (!otelmq_str_is_empty(cluster_id)) {
        add(attributes, otelmq_attribute_string("messaging.kafka.cluster.id", cluster_id));
    }
}

void otelmq_kafka_attributes_add_transactional_id(otelmq_kafka_attributes *attributes,
                                                  const otelmq_kafka_client *client)
{
    add_text(attributes, "kafka.transactional.id", client->producing.transactional_id);
}

void otelmq_kafka_attributes_of_received(otelmq_kafka_attributes *attributes,
                                         const otelmq_kafka_client *client,
                                         const rd_kafka_message_t *message, otelmq_str cluster_id)
{
    otelmq_kafka_attributes_of_settled(attributes, client, cluster_id);
    add_message(attributes, message);
    otelmq_kafka_attributes_add_offset(attributes, message->offset);
    otelmq_kafka_attributes_add_queue_time(attributes, client, message);
}
