/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A Kafka of librdkafka's mock cluster inside the test, and spans in memory. Group fixtures of
 * cmocka: the state is the kafka_fixture.
 */
#ifndef OTELMQ_TESTS_KAFKA_FIXTURE_H
#define OTELMQ_TESTS_KAFKA_FIXTURE_H

#include <otelmq/kafka.h>
#include <otelmq/otelmq.h>

#include <librdkafka/rdkafka_mock.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

typedef struct {
    rd_kafka_t *owner;
    rd_kafka_mock_cluster_t *cluster;
    otelmq_memory_exporter *memory;
    otelmq_tracer_provider *provider; /* also the global one */
    rd_kafka_t *reader; /* a consumer without tracing */
} kafka_fixture;

int kafka_fixture_setup(void **state);
int kafka_fixture_teardown(void **state);

/* For each test: forgets the spans of the one before. */
int kafka_fixture_clear(void **state);

/* A conf for the cluster. properties: name, value, ..., NULL; may be NULL. */
rd_kafka_conf_t *kafka_conf(const kafka_fixture *fixture, const char *const properties[]);

/* A traced client. */
rd_kafka_t *kafka_producer(const kafka_fixture *fixture, const char *const properties[],
                           const otelmq_kafka_options *options);
rd_kafka_t *kafka_consumer(const kafka_fixture *fixture, const char *const properties[],
                           const otelmq_kafka_options *options);

/* Takes a conf to a client. */
rd_kafka_t *kafka_client_new(rd_kafka_type_t type, rd_kafka_conf_t *conf);

/* A topic of one partition, or of several. */
void kafka_create_topic(const kafka_fixture *fixture, const char *topic, int partitions);

/* Lets consumer read the topic's partitions from their beginnings, without a group join. */
void kafka_assign(rd_kafka_t *consumer, const char *topic, int partitions);

/* Waits until all is delivered or has failed. */
void kafka_flush(rd_kafka_t *producer);

/* Partition 0's first message as a client without tracing sees it; the caller's to destroy. */
rd_kafka_message_t *kafka_read_first(const kafka_fixture *fixture, const char *topic);

/* Polls with tracing, or without, until a message comes; the caller's to destroy. */
rd_kafka_message_t *kafka_poll_traced(rd_kafka_t *consumer);
rd_kafka_message_t *kafka_poll_plain(rd_kafka_t *consumer);

/* Produces text as value, and flushes, without tracing: headers as name, value, ..., NULL. */
void kafka_produce_foreign(const kafka_fixture *fixture, const char *topic, const char *text,
                           const char *const headers[]);

/* The one value of the header, as text in a buffer of the caller; fails when it is not there. */
void kafka_header(const rd_kafka_message_t *message, const char *name, char *text, size_t size);

/* How many headers of this name, NULL: of any, the message has. */
size_t kafka_header_count(const rd_kafka_message_t *message, const char *name);

#endif
