/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a traced producer keeps: its messages under way, and what calls need again and again. It is
 * a part of otelmq_kafka_client, whose thread rules it has.
 */
#ifndef OTELMQ_KAFKA_PRODUCE_PRODUCING_H
#define OTELMQ_KAFKA_PRODUCE_PRODUCING_H

#include "kafka/produce/batches.h"
#include "kafka/produce/in_flight.h"
#include "kafka/produce/transaction.h"

#include <librdkafka/rdkafka.h>

#include <stdatomic.h>

typedef struct {
    size_t max_message_bytes; /* message.max.bytes */
    bool has_no_headers; /* the brokers speak no message version 2 */
    bool ends_at_return; /* as the options say: send spans do not wait for the broker */
    bool records_sizes;
    char *transactional_id; /* NULL: none */
    otelmq_kafka_in_flight in_flight;
    otelmq_kafka_topics topics;
    otelmq_kafka_batches batches;
    otelmq_kafka_transaction transaction;
} otelmq_kafka_producing;

/* Empty; for the life of the client's memory. */
void otelmq_kafka_producing_init(otelmq_kafka_producing *producing);

/* For a producer of this conf. */
void otelmq_kafka_producing_configure(otelmq_kafka_producing *producing,
                                      const rd_kafka_conf_t *conf,
                                      const otelmq_messaging_options *options);

/* Frees what it holds when nothing is under way any more; it can be configured again. */
void otelmq_kafka_producing_clean(otelmq_kafka_producing *producing);

#endif
