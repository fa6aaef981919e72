/* SPDX-License-Identifier: Apache-2.0 */
#include "kafka/run/held.h"

#include <stdlib.h>

struct otelmq_kafka_held_node {
    otelmq_kafka_held_node *next;
    otelmq_kafka_held_message held;
};

static bool is_of(const otelmq_kafka_held_node *node, const char *topic, int32_t partition)
{
    const rd_kafka_message_t *message = node->held.message;
    return message->partition == partition && strcmp(rd_kafka_topic_name(message->rkt), topic) == 0;
}

bool otelmq_kafka_held_add(otelmq_kafka_held *held, const otelmq_kafka_held_message *message)
{
    otelmq_kafka_held_node *node = malloc(sizeof(*node));
    if (node == NULL) {
        return false;
    }
    *node = (otelmq_kafka_held_node){.held = *message};
    otelmq_kafka_held_node **end = &held->first;
    while (*end != NULL) {
        end = &(*end)->next;
    }
    *end = node;
    return true;
}

/* Whether no message of its partition stands before it. */
static bool is_first_of_partition(const otelmq_kafka_held *held, const otelmq_kafka_held_node *node)
{
    const rd_kafka_message_t *message = node->held.message;
    const otelmq_kafka_held_node *first = held->first;
    while (!is_of(first, rd_kafka_topic_name(message->rkt), message->partition)) {
        first = first->next;
    }
    return first == node;
}

bool otelmq_kafka_held_take_due(otelmq_kafka_held *held, uint64_t now_monotonic_nano,
                                otelmq_kafka_held_message *message)
{
    for (otelmq_kafka_held_node **at = &held->first; *at != NULL; at = &(*at)->next) {
        otelmq_kafka_held_node *node = *at;
        if (node->held.due_monotonic_nano <= now_monotonic_nano &&
            is_first_of_partition(held, node)) {
            *at = node->next;
            *message = node->held;
            free(node);
            return true;
        }
    }
    return false;
}

bool otelmq_kafka_held_next_due(const otelmq_kafka_held *held, uint64_t *due_monotonic_nano)
{
    uint64_t due = UINT64_MAX;
    for (const otelmq_kafka_held_node *node = held->first; node != NULL; node = node->next) {
        if (node->held.due_monotonic_nano < due && is_first_of_partition(held, node)) {
            due = node->held.due_monotonic_nano;
        }
    }
    *due_monotonic_nano = due;
    return held->first != NULL;
}

bool otelmq_kafka_held_has(const otelmq_kafka_held *held, const char *topic, int32_t partition,
                           int64_t *offset)
{
    bool has_any = false;
    for (const otelmq_kafka_held_node *node = held->first; node != NULL; node = node->next) {
        if (is_of(node, topic, partition) && (!has_any || node->held.message->offset < *offset)) {
            *offset = node->held.message->offset;
            has_any = true;
        }
    }
    return has_any;
}

void otelmq_kafka_held_drop(otelmq_kafka_held *held, const char *topic, int32_t partition)
{
    otelmq_kafka_held_node **at = &held->first;
    while (*at != NULL) {
        otelmq_kafka_held_node *node = *at;
        if (is_of(node, topic, partition)) {
            *at = node->next;
            rd_kafka_message_destroy(node->held.message);
            free(node);
        } else {
            at = &node->next;
        }
    }
}

void otelmq_kafka_held_drop_all(otelmq_kafka_held *held)
{
    while (held->first != NULL) {
        otelmq_kafka_held_node *node = held->first;
        held->first = node->next;
        rd_kafka_message_destroy(node->held.message);
        free(node);
    }
}

void otelmq_kafka_held_list(const otelmq_kafka_held *held, rd_kafka_topic_partition_list_t *list)
{
    for (const otelmq_kafka_held_node *node = held->first; node != NULL; node = node->next) {
        const rd_kafka_message_t *message = node->held.message;
        const char *topic = rd_kafka_topic_name(message->rkt);
        rd_kafka_topic_partition_t *listed =
            rd_kafka_topic_partition_list_find(list, topic, message->partition);
        if (listed == NULL) {
            listed = rd_kafka_topic_partition_list_add(list, topic, message->partition);
            listed->offset = message->offset;
        } else if (message->offset < listed->offset) {
            listed->offset = message->offset;
        }
    }
}
