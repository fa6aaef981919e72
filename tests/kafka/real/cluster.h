/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The Kafka of KAFKA_BROKERS, for the tests that say what holds on every Kafka; without it, the
 * mock cluster of the fixture below. The cluster may be anybody's and may have been used before, so
 * topics and groups get names that nobody has.
 */
#ifndef OTELMQ_TESTS_KAFKA_CLUSTER_H
#define OTELMQ_TESTS_KAFKA_CLUSTER_H

#include "kafka/kafka_fixture.h"

enum { CLUSTER_NAME_SIZE = 64, CLUSTER_SPAN_NAME_SIZE = CLUSTER_NAME_SIZE + 16 };

/* A group fixture of cmocka that fails where KAFKA_BROKERS is not set. */
int cluster_setup_apache(void **state);

/* A name for a topic or a group that begins with word. */
void cluster_name(const char *word, char name[CLUSTER_NAME_SIZE]);

void cluster_span_name(const char *operation, const char *topic, char name[CLUSTER_SPAN_NAME_SIZE]);

/* With properties of the topic: name, value, ..., NULL; may be NULL. */
void cluster_create_topic(rd_kafka_t *client, const char *topic, int partitions,
                          const char *const properties[]);

/* The conf of a traced client, for those of other kinds. */
rd_kafka_conf_t *cluster_conf(const kafka_fixture *fixture, const char *const properties[]);

/* Traced clients. properties: name, value, ..., NULL; may be NULL. */
rd_kafka_t *cluster_producer(const kafka_fixture *fixture, const char *const properties[]);
rd_kafka_t *cluster_consumer(const kafka_fixture *fixture, const char *const properties[]);

/* A traced one for rd_kafka_consume_start and the like, without a group. */
rd_kafka_t *cluster_simple_consumer(const kafka_fixture *fixture);

/* A traced consumer with otelmq_kafka_rebalance as its callback. */
rd_kafka_t *cluster_rebalancing_consumer(const kafka_fixture *fixture,
                                         const char *const properties[]);

/* A traced consumer that joins a group, reads the topic from its beginning, commits nothing. */
rd_kafka_t *cluster_subscriber(const kafka_fixture *fixture, const char *group, const char *topic);

#endif
