/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Three brokers of the test's own, on free ports, that may be killed, stopped and started one by
 * one; what they have stored stays. They do not outlive the test, however that ends.
 */
#ifndef OTELMQ_TESTS_KAFKA_NODES_H
#define OTELMQ_TESTS_KAFKA_NODES_H

#include "support/private_broker.h"

#include <librdkafka/rdkafka.h>

enum { NODE_COUNT = 3 };

typedef struct {
    private_broker broker;
    char bootstrap[PRIVATE_BROKER_TEXT_SIZE]; /* the addresses of all of them */
    pid_t starting; /* the process that starts a node; 0: none */
} chaos_nodes;

/* Starts all, and waits until they serve; fails the test when they cannot. */
void nodes_create(chaos_nodes *self);
void nodes_destroy(chaos_nodes *self);

/* As a crash: nothing is said to anybody. Nodes have the numbers from 1 on, as brokers have. */
void nodes_kill(const chaos_nodes *self, int32_t node);

/* In good order: it hands its partitions over before it goes. */
void nodes_stop(const chaos_nodes *self, int32_t node);

/* Starts one that is not there, while the test goes on. */
void nodes_begin_start(chaos_nodes *self, int32_t node);

/* Waits until it serves. */
void nodes_end_start(chaos_nodes *self);

/* Creates a topic that has a replica on each node, of which two must have each message. */
void nodes_create_topic(rd_kafka_t *client, const char *topic, int partitions);

/* The node that leads the partition as the cluster says; -1: none does. */
int32_t nodes_leader(rd_kafka_t *client, const char *topic, int32_t partition);

/* The node at which the group commits and meets. */
int32_t nodes_coordinator(rd_kafka_t *client, const char *group);

#endif
