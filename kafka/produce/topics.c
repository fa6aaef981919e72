/* SPDX-License-Identifier: Apache-2.0 */
#include "kafka/produce/topics.h"

#include "base/unconst.h"

#include <stdlib.h>

/* Topics are added at the front of their bucket, and not removed while somebody looks. */
typedef _Atomic(const otelmq_kafka_topic *) topic_bucket;

/* Names differ at their ends more often than at their beginnings. */
static topic_bucket *bucket_of(otelmq_kafka_topics *topics, otelmq_str name)
{
    uint64_t end = 0;
    size_t taken = name.len < sizeof(end) ? name.len : sizeof(end);
    memcpy(&end, name.data + name.len - taken, taken);
    uint64_t hash = (end + name.len) * 0x9E3779B97F4A7C15u;
    return &topics->buckets[(hash >> 32) % OTELMQ_KAFKA_TOPIC_BUCKETS];
}

static const otelmq_kafka_topic *find(topic_bucket *bucket, otelmq_str name)
{
    const otelmq_kafka_topic *topic = atomic_load_explicit(bucket, memory_order_acquire);
    while (topic != NULL && strcmp(topic->name, name.data) != 0) {
        topic = topic->next;
    }
    return topic;
}

static otelmq_messaging_prepared *prepare(const otelmq_messaging_client *client,
                                          const char *client_id, otelmq_str name)
{
    const otelmq_attribute attribute =
        otelmq_attribute_string("messaging.client.id", otelmq_str_from(client_id));
    const otelmq_messaging_operation operation = {
        .name = "send",
        .destination = name,
        .attributes = &attribute,
        .attribute_count = client_id != NULL ? 1 : 0,
    };
    return otelmq_messaging_prepare_send(client, &operation);
}

static const otelmq_kafka_topic *add(topic_bucket *bucket, const otelmq_messaging_client *client,
                                     const char *client_id, otelmq_str name)
{
    otelmq_kafka_topic *added = malloc(sizeof(*added) + name.len + 1);
    if (added != NULL) {
        memcpy(added->name, name.data, name.len + 1);
        added->prepared = prepare(client, client_id, name);
        added->next = atomic_load_explicit(bucket, memory_order_relaxed);
        atomic_store_explicit(bucket, added, memory_order_release);
    }
    return added;
}

void otelmq_kafka_topics_init(otelmq_kafka_topics *topics)
{
    for (size_t i = 0; i < OTELMQ_KAFKA_TOPIC_BUCKETS; i++) {
        atomic_init(&topics->buckets[i], NULL);
    }
    (void)pthread_mutex_init(&topics->adding, NULL);
}

const otelmq_kafka_topic *otelmq_kafka_topics_keep(otelmq_kafka_topics *topics,
                                                   const otelmq_messaging_client *client,
                                                   const char *client_id, const char *name)
{
    otelmq_str text = otelmq_str_from(name);
    topic_bucket *bucket = bucket_of(topics, text);
    const otelmq_kafka_topic *topic = find(bucket, text);
    if (topic == NULL) {
        (void)pthread_mutex_lock(&topics->adding);
        topic = find(bucket, text);
        if (topic == NULL) {
            topic = add(bucket, client, client_id, text);
        }
        (void)pthread_mutex_unlock(&topics->adding);
    }
    return topic;
}

void otelmq_kafka_topics_clean(otelmq_kafka_topics *topics)
{
    for (size_t i = 0; i < OTELMQ_KAFKA_TOPIC_BUCKETS; i++) {
        const otelmq_kafka_topic *topic = atomic_exchange(&topics->buckets[i], NULL);
        while (topic != NULL) {
            const otelmq_kafka_topic *next = topic->next;
            otelmq_messaging_prepared_release(topic->prepared);
            free(otelmq_unconst(topic));
            topic = next;
        }
    }
}
