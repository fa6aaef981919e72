/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What belongs to one traced share consumer. It is found by its rd_kafka_share_t; its memory is
 * never freed, and a later one takes it over.
 */
#ifndef OTELMQ_KAFKA_SHARE_CONSUMER_H
#define OTELMQ_KAFKA_SHARE_CONSUMER_H

#include "kafka/client.h"
#include "kafka/share/acquired.h"
#include "kafka/share/answers.h"

#include <otelmq/kafka_share.h>

typedef void (*otelmq_kafka_share_callback)(rd_kafka_share_t *consumer,
                                            rd_kafka_share_partition_offsets_list_t *partitions,
                                            rd_kafka_resp_err_t err, void *opaque);

typedef struct otelmq_kafka_share {
    struct otelmq_kafka_share *next; /* set once */
    _Atomic(rd_kafka_share_t *) consumer; /* NULL: serves none */
    bool is_taken; /* under the lock of the list */
    bool is_explicit; /* share.acknowledgement.mode */
    otelmq_kafka_client *client;
    otelmq_kafka_acquired acquired;
    otelmq_kafka_answers answers;
    otelmq_kafka_share_callback callback; /* the application's, NULL: none */
    void *opaque; /* of callback */
} otelmq_kafka_share;

/* NULL when it is not traced. */
otelmq_kafka_share *otelmq_kafka_share_find(const rd_kafka_share_t *consumer);

/* The client of share; one with default options when it is NULL; NULL without memory. */
otelmq_kafka_client *otelmq_kafka_share_client(const otelmq_kafka_share *share);

/* The cluster's id, empty while it is not known. */
otelmq_str otelmq_kafka_share_cluster_id(const otelmq_kafka_share *share);

/* Where a message is; borrows its topic. */
otelmq_kafka_position otelmq_kafka_share_position(const rd_kafka_message_t *message);

#endif
