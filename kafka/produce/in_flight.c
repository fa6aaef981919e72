/* SPDX-License-Identifier: Apache-2.0 */
#include "kafka/produce/in_flight.h"

#include <stdlib.h>
#include <time.h>

/*
 * Nodes stand in one array that only grows, and name each other by index: after the first messages
 * nothing is allocated any more.
 */
struct otelmq_kafka_sent_node {
    otelmq_kafka_sent sent;
    uint64_t sent_at_nano;
    uint32_t next; /* in its bucket, or in the list of free nodes */
    uint32_t older;
    uint32_t newer;
};

enum { NO_NODE = 0, FIRST_CAPACITY = 64 };

typedef otelmq_kafka_in_flight_shard in_flight_shard;

/* The coarse clock costs a quarter of the exact one; ages are minutes. */
static uint64_t coarse_nano(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

/* malloc's addresses differ in their middle bits; a multiplication spreads those to the top. */
static uint32_t hash(const void *message)
{
    return (uint32_t)(((uint64_t)(uintptr_t)message * 0x9E3779B97F4A7C15u) >> 32);
}

static in_flight_shard *shard_of(otelmq_kafka_in_flight *in_flight, const void *message)
{
    return &in_flight->shards[hash(message) % OTELMQ_KAFKA_IN_FLIGHT_SHARDS];
}

static uint32_t *bucket_of(in_flight_shard *shard, const void *message)
{
    uint32_t index = hash(message) / OTELMQ_KAFKA_IN_FLIGHT_SHARDS;
    return &shard->buckets[index & (shard->capacity - 1)];
}

static void push_bucket(in_flight_shard *shard, uint32_t index)
{
    uint32_t *bucket = bucket_of(shard, shard->nodes[index].sent.message);
    shard->nodes[index].next = *bucket;
    *bucket = index;
}

static void rebuild_buckets(in_flight_shard *shard)
{
    memset(shard->buckets, 0, shard->capacity * sizeof(*shard->buckets));
    for (uint32_t i = shard->oldest; i != NO_NODE; i = shard->nodes[i].newer) {
        push_bucket(shard, i);
    }
}

static void free_nodes_from(in_flight_shard *shard, uint32_t first)
{
    for (uint32_t i = shard->capacity - 1; i >= first; i--) {
        shard->nodes[i].next = shard->free;
        shard->free = i;
    }
}

static bool grow(in_flight_shard *shard, uint32_t max_capacity)
{
    uint32_t capacity = shard->capacity > 0 ? shard->capacity * 2 : FIRST_CAPACITY;
    if (capacity > max_capacity) {
        return false;
    }
    otelmq_kafka_sent_node *nodes = realloc(shard->nodes, capacity * sizeof(*nodes));
    if (nodes == NULL) {
        return false;
    }
    shard->nodes = nodes;
    uint32_t *buckets = realloc(shard->buckets, capacity * sizeof(*buckets));
    if (buckets == NULL) {
        return false;
    }
    shard->buckets = buckets;
    uint32_t first_new = shard->capacity > 0 ? shard->capacity : NO_NODE + 1;
    shard->capacity = capacity;
    free_nodes_from(shard, first_new);
    rebuild_buckets(shard);
    return true;
}

static uint32_t find(in_flight_shard *shard, const void *message)
{
    if (shard->capacity == 0) {
        return NO_NODE;
    }
    uint32_t index = *bucket_of(shard, message);
    while (index != NO_NODE && shard->nodes[index].sent.message != message) {
        index = shard->nodes[index].next;
    }
    return index;
}

static void unlink_bucket(in_flight_shard *shard, uint32_t index)
{
    uint32_t *at = bucket_of(shard, shard->nodes[index].sent.message);
    while (*at != index) {
        at = &shard->nodes[*at].next;
    }
    *at = shard->nodes[index].next;
}

static void unlink_age(in_flight_shard *shard, uint32_t index)
{
    const otelmq_kafka_sent_node *node = &shard->nodes[index];
    if (node->older != NO_NODE) {
        shard->nodes[node->older].newer = node->newer;
    } else {
        shard->oldest = node->newer;
    }
    if (node->newer != NO_NODE) {
        shard->nodes[node->newer].older = node->older;
    } else {
        shard->newest = node->older;
    }
}

static void append_age(in_flight_shard *shard, uint32_t index)
{
    shard->nodes[index].older = shard->newest;
    shard->nodes[index].newer = NO_NODE;
    if (shard->newest != NO_NODE) {
        shard->nodes[shard->newest].newer = index;
    } else {
        shard->oldest = index;
    }
    shard->newest = index;
}

static void remove_node(in_flight_shard *shard, uint32_t index, otelmq_kafka_sent *sent)
{
    *sent = shard->nodes[index].sent;
    unlink_bucket(shard, index);
    unlink_age(shard, index);
    shard->nodes[index].next = shard->free;
    shard->free = index;
}

/*
 * The next node was used last by the thread that acknowledged: its lines come over from the cache
 * of that one's processor while the next message is being made.
 */
static void prefetch(const otelmq_kafka_sent_node *node)
{
    const char *bytes = (const char *)node;
    for (size_t at = 0; at < sizeof(*node); at += 64) {
        __builtin_prefetch(bytes + at, 1);
    }
}

static void insert(in_flight_shard *shard, const otelmq_kafka_sent *sent, uint64_t now)
{
    uint32_t index = shard->free;
    shard->free = shard->nodes[index].next;
    shard->nodes[index].sent = *sent;
    shard->nodes[index].sent_at_nano = now;
    push_bucket(shard, index);
    append_age(shard, index);
    prefetch(&shard->nodes[shard->free]);
}

/* A message at the same address was freed without an acknowledgement, or this one could not be. */
static void forget_one(in_flight_shard *shard, const void *message, uint64_t oldest_nano,
                       otelmq_kafka_sent *forgotten)
{
    uint32_t index = find(shard, message);
    if (index == NO_NODE && shard->oldest != NO_NODE &&
        shard->nodes[shard->oldest].sent_at_nano < oldest_nano) {
        index = shard->oldest;
    }
    if (index != NO_NODE) {
        remove_node(shard, index, forgotten);
    } else {
        forgotten->message = NULL;
    }
}

void otelmq_kafka_in_flight_init(otelmq_kafka_in_flight *in_flight)
{
    memset(in_flight, 0, sizeof(*in_flight));
    for (size_t i = 0; i < OTELMQ_KAFKA_IN_FLIGHT_SHARDS; i++) {
        (void)pthread_mutex_init(&in_flight->shards[i].lock, NULL);
    }
}

void otelmq_kafka_in_flight_limit(otelmq_kafka_in_flight *in_flight, uint32_t max_messages,
                                  uint64_t max_age_nano)
{
    /* Twice its share, because a hash does not share out evenly. */
    uint32_t share = max_messages / OTELMQ_KAFKA_IN_FLIGHT_SHARDS;
    in_flight->max_capacity = FIRST_CAPACITY;
    while (in_flight->max_capacity < share && in_flight->max_capacity < UINT32_MAX / 8) {
        in_flight->max_capacity *= 2;
    }
    in_flight->max_capacity *= 2;
    in_flight->max_age_nano = max_age_nano;
}

bool otelmq_kafka_in_flight_add(otelmq_kafka_in_flight *in_flight, const otelmq_kafka_sent *sent,
                                otelmq_kafka_sent *forgotten)
{
    in_flight_shard *shard = shard_of(in_flight, sent->message);
    uint64_t now =
        sent->seed.start_monotonic_nano != 0 ? sent->seed.start_monotonic_nano : coarse_nano();
    uint64_t oldest_nano = now > in_flight->max_age_nano ? now - in_flight->max_age_nano : 0;
    (void)pthread_mutex_lock(&shard->lock);
    forget_one(shard, sent->message, oldest_nano, forgotten);
    bool has_room = shard->free != NO_NODE || grow(shard, in_flight->max_capacity);
    if (has_room) {
        insert(shard, sent, now);
    }
    (void)pthread_mutex_unlock(&shard->lock);
    return has_room;
}

bool otelmq_kafka_in_flight_take(otelmq_kafka_in_flight *in_flight, const void *message,
                                 otelmq_kafka_sent *sent)
{
    in_flight_shard *shard = shard_of(in_flight, message);
    (void)pthread_mutex_lock(&shard->lock);
    uint32_t index = find(shard, message);
    if (index != NO_NODE) {
        remove_node(shard, index, sent);
    }
    (void)pthread_mutex_unlock(&shard->lock);
    return index != NO_NODE;
}

static bool take_oldest(in_flight_shard *shard, otelmq_kafka_sent *sent)
{
    (void)pthread_mutex_lock(&shard->lock);
    uint32_t index = shard->oldest;
    if (index != NO_NODE) {
        remove_node(shard, index, sent);
    }
    (void)pthread_mutex_unlock(&shard->lock);
    return index != NO_NODE;
}

bool otelmq_kafka_in_flight_take_any(otelmq_kafka_in_flight *in_flight, otelmq_kafka_sent *sent)
{
    for (size_t i = 0; i < OTELMQ_KAFKA_IN_FLIGHT_SHARDS; i++) {
        if (take_oldest(&in_flight->shards[i], sent)) {
            return true;
        }
    }
    return false;
}

static void clean_shard(in_flight_shard *shard)
{
    (void)pthread_mutex_lock(&shard->lock);
    free(shard->nodes);
    free(shard->buckets);
    shard->nodes = NULL;
    shard->buckets = NULL;
    shard->capacity = 0;
    shard->free = NO_NODE;
    shard->oldest = NO_NODE;
    shard->newest = NO_NODE;
    (void)pthread_mutex_unlock(&shard->lock);
}

void otelmq_kafka_in_flight_clean(otelmq_kafka_in_flight *in_flight)
{
    for (size_t i = 0; i < OTELMQ_KAFKA_IN_FLIGHT_SHARDS; i++) {
        clean_shard(&in_flight->shards[i]);
    }
}
