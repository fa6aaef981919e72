/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The names of the topics that a producer sends to, each kept once, so that a message under way can
 * point to its own without a copy. librdkafka keeps its topics likewise. Any thread, no lock but
 * for a topic that is new.
 */
#ifndef OTELMQ_KAFKA_PRODUCE_TOPICS_H
#define OTELMQ_KAFKA_PRODUCE_TOPICS_H

#include <pthread.h>
#include <stdatomic.h>

enum { OTELMQ_KAFKA_TOPIC_BUCKETS = 64 };

typedef struct otelmq_kafka_topic otelmq_kafka_topic;

typedef struct {
    _Atomic(otelmq_kafka_topic *) buckets[OTELMQ_KAFKA_TOPIC_BUCKETS];
    pthread_mutex_t adding;
} otelmq_kafka_topics;

void otelmq_kafka_topics_init(otelmq_kafka_topics *topics);

/* The name, until clean; NULL without memory. */
const char *otelmq_kafka_topics_keep(otelmq_kafka_topics *topics, const char *name);

void otelmq_kafka_topics_clean(otelmq_kafka_topics *topics);

#endif
