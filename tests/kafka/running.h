/* SPDX-License-Identifier: Apache-2.0 */
/* Consumers of otelmq_kafka_run, for its tests, and handlers that remember what they saw. */
#ifndef OTELMQ_TESTS_KAFKA_RUNNING_H
#define OTELMQ_TESTS_KAFKA_RUNNING_H

#include "kafka_fixture.h"
#include "span_asserts.h"

enum { SEEN_MAX = 256, SEEN_SIZE = 32 };

/* What a handler saw and what it is to answer. */
typedef struct {
    size_t count;
    size_t stop_after; /* messages; 0: never */
    char values[SEEN_MAX][SEEN_SIZE];
    otelmq_kafka_answer answer; /* to each message */
    size_t answer_count; /* 0: to all; else to the first, and DONE from then on */
} seen_messages;

/* Remembers the value, answers as told; after stop_after messages, stops the loop. */
otelmq_kafka_answer remember(void *seen, rd_kafka_t *consumer, const rd_kafka_message_t *message);

/* Produces values "0", "1" and so on to partition 0, without tracing. */
void produce_numbers(const kafka_fixture *fixture, const char *topic, int first, int count);

/* A consumer that has the partitions of the topic, from their beginnings, without a group join. */
rd_kafka_t *runner_of(const kafka_fixture *fixture, const char *topic, int partitions);

/* What is committed of partition 0; RD_KAFKA_OFFSET_INVALID: nothing. */
int64_t committed_offset(rd_kafka_t *consumer, const char *topic);

#endif
