/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The topics that a producer sends to, each kept once: its name, so that a message under way can
 * point to it, and what all send spans to it have in common. librdkafka keeps its topics likewise.
 * Any thread, no lock but for a topic that is new.
 */
#ifndef OTELMQ_KAFKA_PRODUCE_TOPICS_H
#define OTELMQ_KAFKA_PRODUCE_TOPICS_H

#include <otelmq/messaging.h>

#include <pthread.h>
#include <stdatomic.h>

enum { OTELMQ_KAFKA_TOPIC_BUCKETS = 64 };

/* Immutable. */
typedef struct otelmq_kafka_topic {
    const struct otelmq_kafka_topic *next;
    otelmq_messaging_prepared *prepared; /* NULL: nothing is */
    char name[];
} otelmq_kafka_topic;

typedef struct {
    _Atomic(const otelmq_kafka_topic *) buckets[OTELMQ_KAFKA_TOPIC_BUCKETS];
    pthread_mutex_t adding;
} otelmq_kafka_topics;

void otelmq_kafka_topics_init(otelmq_kafka_topics *topics);

/*
 * The topic of this name, until clean; NULL without memory. client and client_id (NULL: not known)
 * are those of the producer.
 */
const otelmq_kafka_topic *otelmq_kafka_topics_keep(otelmq_kafka_topics *topics,
                                                   const otelmq_messaging_client *client,
                                                   const char *client_id, const char *name);

void otelmq_kafka_topics_clean(otelmq_kafka_topics *topics);

#endif
