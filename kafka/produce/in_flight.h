/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The messages between on_send and on_acknowledgement, with their seeds. The key is the address of
 * librdkafka's message, the same object both times; the application's _private is never used.
 *
 * An address that is not in here must not be looked into: where a batch fails, librdkafka calls
 * on_acknowledgement with the application's own struct. And for a batch message to a partition that
 * does not exist it never calls it: what is too old is therefore given back by add.
 *
 *     add ---> [ shard 0 | shard 1 | ... ] ---> take
 *                each: hash by address, and oldest ... newest
 *
 * Each function on any thread.
 */
#ifndef OTELMQ_KAFKA_PRODUCE_IN_FLIGHT_H
#define OTELMQ_KAFKA_PRODUCE_IN_FLIGHT_H

#include "kafka/produce/batches.h"
#include "kafka/produce/topics.h"

#include <librdkafka/rdkafka.h>
#include <pthread.h>

enum { OTELMQ_KAFKA_IN_FLIGHT_SHARDS = 8 };

/*
 * What is known of a message that was sent. Its span is made when it is acknowledged, from the
 * seed, unless somebody wanted to see it before.
 */
typedef struct {
    const void *message;
    otelmq_span *span; /* NULL: see seed */
    otelmq_span_seed seed; /* is_recording: a span is to be made of it */
    const otelmq_kafka_topic *topic; /* of the seed; NULL: not known */
    otelmq_kafka_batch *batch; /* that it belongs to, which has the span; NULL: none */
    rd_kafka_headers_t *original; /* a copy from before the context replaced some; NULL: none */
    bool is_injected; /* its headers have a context of ours */
    uint32_t body_size; /* of the seed, if it is asked for: in bytes, as is the next */
    uint32_t envelope_size; /* before our headers came in; librdkafka allows no more than 1e9 */
} otelmq_kafka_sent;

/* Of a message nothing is known yet. */
static inline void otelmq_kafka_sent_init(otelmq_kafka_sent *sent, const void *message)
{
    sent->message = message;
    sent->span = NULL;
    sent->seed.is_recording = false;
    sent->seed.span_context.tracestate = NULL;
    sent->seed.start_monotonic_nano = 0;
    sent->topic = NULL;
    sent->batch = NULL;
    sent->original = NULL;
    sent->is_injected = false;
    sent->body_size = 0;
    sent->envelope_size = 0;
}

typedef struct otelmq_kafka_sent_node otelmq_kafka_sent_node;

/* Aligned, so that threads in neighbouring shards do not take cache lines from each other. */
typedef struct {
    _Alignas(64) pthread_mutex_t lock;
    otelmq_kafka_sent_node *nodes; /* node 0 is none */
    uint32_t *buckets; /* as many as nodes */
    uint32_t capacity; /* a power of two, or 0 */
    uint32_t free; /* the first of the free nodes */
    uint32_t oldest;
    uint32_t newest;
} otelmq_kafka_in_flight_shard;

typedef struct {
    otelmq_kafka_in_flight_shard shards[OTELMQ_KAFKA_IN_FLIGHT_SHARDS];
    uint64_t max_age_nano;
    uint32_t max_capacity; /* of one shard */
} otelmq_kafka_in_flight;

void otelmq_kafka_in_flight_init(otelmq_kafka_in_flight *in_flight);

/*
 * How many messages librdkafka holds at most, and after which time one is given up; UINT32_MAX and
 * UINT64_MAX: without a limit.
 */
void otelmq_kafka_in_flight_limit(otelmq_kafka_in_flight *in_flight, uint32_t max_messages,
                                  uint64_t max_age_nano);

/*
 * Adds sent, which owns what it has from now on; false, and it stays the caller's, when it is full
 * or there is no memory. *forgotten becomes a message, now the caller's, that no acknowledgement
 * came for: one that is too old, or an earlier one at this address; else its message is NULL.
 */
bool otelmq_kafka_in_flight_add(otelmq_kafka_in_flight *in_flight, const otelmq_kafka_sent *sent,
                                otelmq_kafka_sent *forgotten);

/* Moves what is known of message to *sent; false when nothing is. */
bool otelmq_kafka_in_flight_take(otelmq_kafka_in_flight *in_flight, const void *message,
                                 otelmq_kafka_sent *sent);

/* Moves any one to *sent; false when empty. */
bool otelmq_kafka_in_flight_take_any(otelmq_kafka_in_flight *in_flight, otelmq_kafka_sent *sent);

/* Frees the memory of an empty one, which can be filled again. */
void otelmq_kafka_in_flight_clean(otelmq_kafka_in_flight *in_flight);

#endif
