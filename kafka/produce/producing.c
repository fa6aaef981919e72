/* SPDX-License-Identifier: Apache-2.0 */
#include "kafka/produce/producing.h"

#include "kafka/conf.h"

#include <stdio.h>
#include <stdlib.h>

/* librdkafka's own defaults, for a conf that does not tell. */
enum { DEFAULT_MAX_MESSAGE_BYTES = 1000000, DEFAULT_MAX_MESSAGES = 100000 };
enum { DEFAULT_MESSAGE_TIMEOUT_MS = 300000, SHORTEST_MAX_AGE_MS = 600000 };

/* A topic can have a longer message.timeout.ms of its own, hence the generous factor. */
static uint64_t max_age_nano(const rd_kafka_conf_t *conf)
{
    uint64_t age_ms =
        otelmq_kafka_conf_limit(conf, "message.timeout.ms", DEFAULT_MESSAGE_TIMEOUT_MS);
    if (age_ms == UINT32_MAX) {
        return UINT64_MAX;
    }
    age_ms *= 2;
    return (age_ms > SHORTEST_MAX_AGE_MS ? age_ms : SHORTEST_MAX_AGE_MS) * 1000000u;
}

/*
 * Headers came with Kafka 0.11. Of a broker that does not tell its version librdkafka takes that of
 * broker.version.fallback; whether a connected one speaks message version 2, it tells nobody.
 */
static bool is_before_headers(const rd_kafka_conf_t *conf)
{
    char *asks = otelmq_kafka_conf_text(conf, "api.version.request");
    char *version = otelmq_kafka_conf_text(conf, "broker.version.fallback");
    unsigned major = 0;
    unsigned minor = 0;
    bool is_told = asks != NULL && strcmp(asks, "false") == 0 && version != NULL &&
                   sscanf(version, "%u.%u", &major, &minor) == 2;
    free(asks);
    free(version);
    return is_told && major == 0 && minor < 11;
}

void otelmq_kafka_producing_init(otelmq_kafka_producing *producing)
{
    otelmq_kafka_in_flight_init(&producing->in_flight);
    otelmq_kafka_topics_init(&producing->topics);
    otelmq_kafka_batches_init(&producing->batches);
    otelmq_kafka_transaction_init(&producing->transaction);
}

void otelmq_kafka_producing_configure(otelmq_kafka_producing *producing,
                                      const rd_kafka_conf_t *conf,
                                      const otelmq_messaging_options *options)
{
    producing->max_message_bytes =
        otelmq_kafka_conf_number(conf, "message.max.bytes", DEFAULT_MAX_MESSAGE_BYTES);
    producing->has_no_headers = is_before_headers(conf);
    producing->ends_at_return = options->ends_send_at_return;
    producing->records_sizes = options->records_sizes;
    producing->transactional_id = otelmq_kafka_conf_text(conf, "transactional.id");
    otelmq_kafka_in_flight_limit(
        &producing->in_flight,
        otelmq_kafka_conf_limit(conf, "queue.buffering.max.messages", DEFAULT_MAX_MESSAGES),
        max_age_nano(conf));
}

void otelmq_kafka_producing_clean(otelmq_kafka_producing *producing)
{
    otelmq_kafka_in_flight_clean(&producing->in_flight);
    otelmq_kafka_topics_clean(&producing->topics);
    otelmq_kafka_batches_clean(&producing->batches);
    otelmq_kafka_transaction_clean(&producing->transaction);
    free(producing->transactional_id);
    producing->transactional_id = NULL;
}
