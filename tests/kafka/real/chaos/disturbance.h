/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What happens to the nodes while messages go through them. When it happens is counted in messages,
 * and how long it lasts decides nothing:
 *
 *     1/4 of them   the leader of partition 0 is killed
 *     1/2           another node leads the partition; the killed one is started
 *     5/8           when it is there, another one is stopped in good order
 *     3/4           that one is started
 *     7/8           it is there
 */
#ifndef OTELMQ_TESTS_KAFKA_DISTURBANCE_H
#define OTELMQ_TESTS_KAFKA_DISTURBANCE_H

#include "kafka/real/chaos/nodes.h"

#include <pthread.h>

typedef struct {
    chaos_nodes *nodes;
    const char *topic;
    const char *group; /* its coordinator is the one that is stopped; NULL: partition 1's leader */
    size_t total; /* messages */
    size_t next; /* which of the above */
    rd_kafka_t *client; /* asks the cluster */
    int32_t killed;
    int32_t stopped;
    pthread_mutex_t lock;
} disturbance;

/* self: {0} but for nodes, topic, group and total. */
void disturbance_start(disturbance *self);

/* A message was sent, or handled, and with it so many are. Any thread. */
void disturbance_count(disturbance *self, size_t count);

/* Fails the test unless all of it has happened. */
void disturbance_end(disturbance *self);

#endif
