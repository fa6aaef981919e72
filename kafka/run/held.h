/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Messages that a loop has and does not handle yet: those to be tried again later, and those that
 * came while a slow handler was at work. The partition of each is paused meanwhile, so that the
 * order of its messages stays and no more of them come.
 *
 *     [ orders/0: 7, due in 800 ms ] [ orders/2: 3, due ] [ orders/0: 8, due, but behind 7 ]
 *
 * Belongs to the thread that polls.
 */
#ifndef OTELMQ_KAFKA_RUN_HELD_H
#define OTELMQ_KAFKA_RUN_HELD_H

#include <otelmq/kafka_run.h>

typedef struct {
    rd_kafka_message_t *message; /* owned */
    int try_count; /* how often the handler has asked for another try */
    bool has_answer; /* the handler has been called; the answer could not be carried out */
    otelmq_kafka_answer answer;
    uint64_t due_monotonic_nano; /* 0: now */
    rd_kafka_resp_err_t err; /* why its answer never can be carried out; else NO_ERROR */
} otelmq_kafka_held_message;

typedef struct otelmq_kafka_held_node otelmq_kafka_held_node;

/* {0} is an empty one. */
typedef struct {
    otelmq_kafka_held_node *first;
} otelmq_kafka_held;

/* Adds it behind all others, and owns its message; false, and it stays the caller's: no memory. */
bool otelmq_kafka_held_add(otelmq_kafka_held *held, const otelmq_kafka_held_message *message);

/* Takes out the first that is due, and the first of its partition, into *message. */
bool otelmq_kafka_held_take_due(otelmq_kafka_held *held, uint64_t now_monotonic_nano,
                                otelmq_kafka_held_message *message);

/* When the next one is due; false: there is none. */
bool otelmq_kafka_held_next_due(const otelmq_kafka_held *held, uint64_t *due_monotonic_nano);

/* Whether a message of the partition is in here, and then the lowest offset of these. */
bool otelmq_kafka_held_has(const otelmq_kafka_held *held, const char *topic, int32_t partition,
                           int64_t *offset);

/* Destroys those of one partition, or of all. */
void otelmq_kafka_held_drop(otelmq_kafka_held *held, const char *topic, int32_t partition);
void otelmq_kafka_held_drop_all(otelmq_kafka_held *held);

/* Adds the partition of each to the list, with the lowest offset of these. */
void otelmq_kafka_held_list(const otelmq_kafka_held *held, rd_kafka_topic_partition_list_t *list);

#endif
