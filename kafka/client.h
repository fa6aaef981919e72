/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What belongs to one traced rd_kafka_t. It is made in on_new and found again by the rd_kafka_t.
 *
 * librdkafka calls on_acknowledgement even after on_destroy, for what the application did not
 * flush. So a client's memory is never freed: stop empties it, its rk becomes NULL, and a later
 * rd_kafka_t takes it over. on_acknowledgement asks otelmq_kafka_client_serves before all else.
 */
#ifndef OTELMQ_KAFKA_CLIENT_H
#define OTELMQ_KAFKA_CLIENT_H

#include "kafka/in_flight.h"
#include "kafka/processed.h"

#include <otelmq/kafka.h>

#include <stdatomic.h>

typedef struct otelmq_kafka_client {
    struct otelmq_kafka_client *next; /* set once */
    _Atomic(rd_kafka_t *) rk; /* NULL: serves none */
    bool is_taken; /* by on_new until stop is over; under the lock of the list */
    pthread_mutex_t messaging_lock; /* for on_acknowledgement against stop */
    otelmq_messaging_client *messaging;
    size_t max_message_bytes; /* message.max.bytes */
    char *client_id; /* NULL: not known */
    char *group_id; /* NULL: none */
    _Atomic(char *) cluster_id; /* NULL: not known yet */
    otelmq_kafka_in_flight in_flight;
    otelmq_kafka_processed processed;
} otelmq_kafka_client;

/* A client for rk, NULL without memory. conf as on_new has it. */
otelmq_kafka_client *otelmq_kafka_client_start(rd_kafka_t *rk, const rd_kafka_conf_t *conf,
                                               const otelmq_kafka_options *options);

/* The client of rk; one with default options when rk was not traced; NULL without memory. */
otelmq_kafka_client *otelmq_kafka_client_of(rd_kafka_t *rk);

static inline bool otelmq_kafka_client_serves(const otelmq_kafka_client *client,
                                              const rd_kafka_t *rk)
{
    return atomic_load_explicit(&client->rk, memory_order_acquire) == rk;
}

/*
 * The cluster's id, empty while rk has no metadata. It takes locks of librdkafka: not for
 * interceptors.
 */
otelmq_str otelmq_kafka_client_cluster_id(otelmq_kafka_client *client, rd_kafka_t *rk);

/* Ends the spans that are still in flight, frees what the client holds, and lets it be reused. */
void otelmq_kafka_client_stop(otelmq_kafka_client *client);

#endif
