/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What belongs to one traced rd_kafka_t. It is made in on_new and found again by the rd_kafka_t.
 *
 * librdkafka calls on_acknowledgement even after on_destroy, for what the application did not
 * flush. So a client's memory is never freed: stop empties it, its rk becomes NULL, and a later
 * rd_kafka_t takes it over. on_acknowledgement begins with otelmq_kafka_client_enter, and what is
 * inside stop waits for.
 */
#ifndef OTELMQ_KAFKA_TRACED_CLIENT_H
#define OTELMQ_KAFKA_TRACED_CLIENT_H

#include "kafka/consume/commits.h"
#include "kafka/consume/partitions.h"
#include "kafka/produce/producing.h"
#include "kafka/run/run_state.h"

#include <otelmq/kafka.h>

#include <stdatomic.h>

typedef struct otelmq_kafka_client {
    struct otelmq_kafka_client *next; /* set once */
    _Atomic(rd_kafka_t *) rk; /* NULL: serves none */
    bool is_taken; /* by on_new until stop is over; under the lock of the list */
    unsigned fork_generation; /* of the process that took it */
    atomic_uint inside; /* threads between enter and leave */
    otelmq_messaging_client *messaging;
    char *client_id; /* NULL: not known */
    char *group_id; /* NULL: none */
    bool commits_by_itself; /* enable.auto.commit */
    _Atomic(char *) cluster_id; /* NULL: not known yet; interceptors know it, and do not ask */
    otelmq_kafka_producing producing;
    otelmq_kafka_partitions partitions;
    otelmq_kafka_commits commits;
    otelmq_kafka_run_state run;
} otelmq_kafka_client;

/* A client for rk, NULL without memory. conf as on_new has it. */
otelmq_kafka_client *otelmq_kafka_client_start(rd_kafka_t *rk, const rd_kafka_conf_t *conf,
                                               const otelmq_kafka_options *options);

/* The client of rk; NULL when rk was not traced. In signal handlers, too. */
otelmq_kafka_client *otelmq_kafka_client_find(const rd_kafka_t *rk);

/* The same; one with default options when rk was not traced, or is NULL; NULL without memory. */
otelmq_kafka_client *otelmq_kafka_client_of(rd_kafka_t *rk);

/* Never of NULL, which the client of those without tracing has as its rk. */
static inline bool otelmq_kafka_client_serves(const otelmq_kafka_client *client,
                                              const rd_kafka_t *rk)
{
    return rk != NULL && atomic_load_explicit(&client->rk, memory_order_acquire) == rk;
}

/*
 * Whether client serves rk, and goes on to do so until otelmq_kafka_client_leave. A thread that is
 * inside may enter again.
 */
bool otelmq_kafka_client_enter(otelmq_kafka_client *client, const rd_kafka_t *rk);

static inline void otelmq_kafka_client_leave(otelmq_kafka_client *client)
{
    atomic_fetch_sub_explicit(&client->inside, 1, memory_order_release);
}

/*
 * The cluster's id, empty while rk has no metadata. It takes locks of librdkafka: not for
 * interceptors.
 */
otelmq_str otelmq_kafka_client_cluster_id(otelmq_kafka_client *client, rd_kafka_t *rk);

/* Ends the spans that are still in flight, frees what the client holds, and lets it be reused. */
void otelmq_kafka_client_stop(otelmq_kafka_client *client);

#endif
