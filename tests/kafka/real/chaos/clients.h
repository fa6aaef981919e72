/* SPDX-License-Identifier: Apache-2.0 */
/* What produces to the nodes, and what reads back. */
#ifndef OTELMQ_TESTS_KAFKA_CHAOS_CLIENTS_H
#define OTELMQ_TESTS_KAFKA_CHAOS_CLIENTS_H

#include "kafka/real/chaos/nodes.h"

/* What a producer was told. */
typedef struct {
    size_t delivered;
    size_t refused;
} client_reports;

/* properties: name, value, ..., NULL; may be NULL. */
rd_kafka_conf_t *clients_conf(const chaos_nodes *nodes, const char *const properties[]);
rd_kafka_t *clients_new(rd_kafka_type_t type, rd_kafka_conf_t *conf);

/* A traced, idempotent one. reports, NULL: none, are written by the thread that polls it. */
rd_kafka_t *clients_producer(const chaos_nodes *nodes, client_reports *reports);

/* One without tracing, that has all partitions of the topic, from their beginnings. */
rd_kafka_t *clients_reader(const chaos_nodes *nodes, const char *topic, int partitions);

#endif
