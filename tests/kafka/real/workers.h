/* SPDX-License-Identifier: Apache-2.0 */
/* Members of a group, each in otelmq_kafka_run on a thread of its own, that share what they see. */
#ifndef OTELMQ_TESTS_KAFKA_WORKERS_H
#define OTELMQ_TESTS_KAFKA_WORKERS_H

#include "kafka/real/cluster.h"

#include <pthread.h>
#include <stdatomic.h>

enum { WORK_MAX = 1024 };

/* The messages are the numbers up to count, as text. Any thread. */
typedef struct {
    char topic[CLUSTER_NAME_SIZE];
    char group[CLUSTER_NAME_SIZE];
    int partitions;
    int count;
    atomic_int seen[WORK_MAX]; /* how often each was handled */
    atomic_int distinct; /* how many were at least once */
} work;

/* Creates the topic and fills it. */
void work_init(work *shared, const kafka_fixture *fixture, int partitions, int count);

/* How many were handled more than once. */
int work_repeated(const work *shared);

/* The sum of what the group has committed; each partition's is how many of it are done. */
int64_t work_committed(const work *shared, const kafka_fixture *fixture);

typedef struct {
    work *shared;
    rd_kafka_t *consumer;
    const otelmq_kafka_run_options *options;
    int64_t handler_ms; /* how long it handles one */
    atomic_int handled;
    rd_kafka_resp_err_t result;
    pthread_t thread;
} worker;

/* Joins the group and runs. has_callback: with otelmq_kafka_rebalance. */
void worker_start(worker *self, const kafka_fixture *fixture, work *shared, const char *assignor,
                  bool has_callback);

/* Stops it, waits for it and destroys its consumer. */
void worker_stop(worker *self);

/* Waits until the number is reached; false when it takes too long. */
bool wait_for_number(const atomic_int *number, int least);

void sleep_ms(int64_t ms);

#endif
