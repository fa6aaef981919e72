/* SPDX-License-Identifier: Apache-2.0 */
#include "kafka/produce/topics.h"

#include <stdlib.h>
#include <string.h>

/* Added at the front of its bucket, and not removed while somebody looks. */
struct otelmq_kafka_topic {
    otelmq_kafka_topic *next;
    char name[];
};

typedef _Atomic(otelmq_kafka_topic *) topic_bucket;

/* Names differ at their ends more often than at their beginnings. */
static topic_bucket *bucket_of(otelmq_kafka_topics *topics, const char *name, size_t len)
{
    size_t hash = len;
    for (size_t i = len > 8 ? len - 8 : 0; i < len; i++) {
        hash = hash * 31 + (unsigned char)name[i];
    }
    return &topics->buckets[hash % OTELMQ_KAFKA_TOPIC_BUCKETS];
}

static const otelmq_kafka_topic *find(const otelmq_kafka_topic *topic, const char *name)
{
    while (topic != NULL && strcmp(topic->name, name) != 0) {
        topic = topic->next;
    }
    return topic;
}

/* With the lock taken. */
static const otelmq_kafka_topic *add(topic_bucket *bucket, const char *name, size_t len)
{
    otelmq_kafka_topic *first = atomic_load_explicit(bucket, memory_order_relaxed);
    const otelmq_kafka_topic *known = find(first, name);
    if (known != NULL) {
        return known;
    }
    otelmq_kafka_topic *added = malloc(sizeof(*added) + len + 1);
    if (added != NULL) {
        memcpy(added->name, name, len + 1);
        added->next = first;
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

const char *otelmq_kafka_topics_keep(otelmq_kafka_topics *topics, const char *name)
{
    size_t len = strlen(name);
    topic_bucket *bucket = bucket_of(topics, name, len);
    const otelmq_kafka_topic *topic =
        find(atomic_load_explicit(bucket, memory_order_acquire), name);
    if (topic == NULL) {
        (void)pthread_mutex_lock(&topics->adding);
        topic = add(bucket, name, len);
        (void)pthread_mutex_unlock(&topics->adding);
    }
    return topic != NULL ? topic->name : NULL;
}

void otelmq_kafka_topics_clean(otelmq_kafka_topics *topics)
{
    for (size_t i = 0; i < OTELMQ_KAFKA_TOPIC_BUCKETS; i++) {
        otelmq_kafka_topic *topic = atomic_exchange(&topics->buckets[i], NULL);
        while (topic != NULL) {
            otelmq_kafka_topic *next = topic->next;
            free(topic);
            topic = next;
        }
    }
}
