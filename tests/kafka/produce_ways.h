/* SPDX-License-Identifier: Apache-2.0 */
/* The ways to produce one message by <otelmq/kafka_produce.h>, with the key "key". */
#ifndef OTELMQ_TESTS_KAFKA_PRODUCE_WAYS_H
#define OTELMQ_TESTS_KAFKA_PRODUCE_WAYS_H

#include "kafka_fixture.h"

/* A producer whose conf is not traced. */
rd_kafka_t *untraced_producer(const kafka_fixture *fixture, const char *const properties[]);

/* Returns what the call did, as a rd_kafka_resp_err_t. */
typedef int (*produce_function)(rd_kafka_t *producer, const char *topic, int32_t partition,
                                void *value, size_t size);

typedef struct {
    const char *name;
    produce_function produce;
    size_t own_headers; /* of the name "own" */
} produce_way;

enum { PRODUCE_WAYS = 5 };

extern const produce_way produce_ways[PRODUCE_WAYS];

int by_producev(rd_kafka_t *producer, const char *topic, int32_t partition, void *value,
                size_t size);
int by_produceva(rd_kafka_t *producer, const char *topic, int32_t partition, void *value,
                 size_t size);

#endif
