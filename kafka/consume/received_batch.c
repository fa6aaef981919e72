/* SPDX-License-Identifier: Apache-2.0 */
#include "kafka/consume/received_batch.h"

#include "kafka/consume/receive.h"
#include "kafka/message_size.h"

#include <otelmq/kafka_carrier.h>

#include <stdlib.h>

/* What all messages have in common. */
typedef struct {
    const rd_kafka_message_t *first;
    size_t count;
    bool topic;
    bool partition; /* of that topic */
    bool key;
    bool tombstone;
} common_parts;

static bool is_same_topic(const rd_kafka_message_t *a, const rd_kafka_message_t *b)
{
    return a->rkt == b->rkt ||
           strcmp(rd_kafka_topic_name(a->rkt), rd_kafka_topic_name(b->rkt)) == 0;
}

static bool is_same_key(const rd_kafka_message_t *a, const rd_kafka_message_t *b)
{
    if (a->key == NULL || b->key == NULL) {
        return a->key == b->key;
    }
    return a->key_len == b->key_len && memcmp(a->key, b->key, a->key_len) == 0;
}

static void compare(common_parts *common, const rd_kafka_message_t *message)
{
    common->count++;
    if (common->first == NULL) {
        common->first = message;
        common->topic = common->partition = common->key = common->tombstone = true;
        return;
    }
    const rd_kafka_message_t *first = common->first;
    common->topic = common->topic && is_same_topic(first, message);
    common->partition =
        common->partition && common->topic && first->partition == message->partition;
    common->key = common->key && is_same_key(first, message);
    common->tombstone = common->tombstone && (first->payload == NULL) == (message->payload == NULL);
}

static common_parts find_common(rd_kafka_message_t *const messages[], size_t count)
{
    common_parts common = {.first = NULL};
    for (size_t i = 0; i < count; i++) {
        if (messages[i]->err == RD_KAFKA_RESP_ERR_NO_ERROR) {
            compare(&common, messages[i]);
        }
    }
    return common;
}

/* Those that all have in common, or those that they have not. */
static void add_message(otelmq_kafka_attributes *attributes, const rd_kafka_message_t *message,
                        const common_parts *common, bool is_common)
{
    if (common->partition == is_common) {
        otelmq_kafka_attributes_add_partition(attributes, message->partition);
    }
    if (common->key == is_common) {
        otelmq_kafka_attributes_add_key(attributes, message);
    }
    if (common->tombstone == is_common) {
        otelmq_kafka_attributes_add_tombstone(attributes, message);
    }
    if ((common->count == 1) == is_common) {
        otelmq_kafka_attributes_add_offset(attributes, message->offset);
    }
}

static void describe(otelmq_messaging_batch_message *described, otelmq_kafka_attributes *attributes,
                     const otelmq_kafka_client *client, const rd_kafka_message_t *message,
                     const common_parts *common)
{
    rd_kafka_headers_t *headers = otelmq_kafka_received_headers(message);
    otelmq_kafka_attributes_init(attributes, client);
    add_message(attributes, message, common, false);
    if (!common->topic) {
        otelmq_kafka_attributes_add_topic(attributes, message);
    }
    if (otelmq_messaging_client_options(client->messaging)->records_sizes) {
        otelmq_kafka_attributes_add_sizes(attributes, message->len,
                                          otelmq_kafka_message_size(message, headers));
    }
    otelmq_kafka_attributes_add_queue_time(attributes, client, message);
    *described = (otelmq_messaging_batch_message){
        .headers = otelmq_kafka_headers_carrier(headers),
        .attributes = attributes->items,
        .attribute_count = attributes->count,
        .message = message,
    };
}

static void describe_all(otelmq_kafka_received_batch *batch, const otelmq_kafka_client *client,
                         rd_kafka_message_t *const messages[], size_t count,
                         const common_parts *common)
{
    for (size_t i = 0; i < count; i++) {
        if (messages[i]->err == RD_KAFKA_RESP_ERR_NO_ERROR) {
            describe(&batch->messages[batch->count], &batch->link_attributes[batch->count], client,
                     messages[i], common);
            batch->count++;
        }
    }
}

static bool allocate(otelmq_kafka_received_batch *batch, size_t count)
{
    batch->messages = malloc(count * sizeof(*batch->messages));
    batch->link_attributes = malloc(count * sizeof(*batch->link_attributes));
    return batch->messages != NULL && batch->link_attributes != NULL;
}

void otelmq_kafka_received_batch_init(otelmq_kafka_received_batch *batch,
                                      const otelmq_kafka_client *client,
                                      rd_kafka_message_t *const messages[], size_t count,
                                      otelmq_str cluster_id)
{
    common_parts common = find_common(messages, count);
    *batch = (otelmq_kafka_received_batch){.count = 0};
    if (common.count == 0 || !allocate(batch, common.count)) {
        return;
    }
    otelmq_kafka_attributes_of_settled(&batch->attributes, client, cluster_id);
    add_message(&batch->attributes, common.first, &common, true);
    if (common.topic) {
        batch->topic = otelmq_str_from(rd_kafka_topic_name(common.first->rkt));
    }
    describe_all(batch, client, messages, count, &common);
}

void otelmq_kafka_received_batch_clean(otelmq_kafka_received_batch *batch)
{
    free(batch->messages);
    free(batch->link_attributes);
}

otelmq_messaging_operation
otelmq_kafka_received_batch_operation(const char *name, const otelmq_kafka_received_batch *batch)
{
    return (otelmq_messaging_operation){
        .name = name,
        .destination = batch->topic,
        .has_several_destinations = otelmq_str_is_empty(batch->topic),
        .attributes = batch->attributes.items,
        .attribute_count = batch->attributes.count,
    };
}
