/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Messages that are told apart by their numbers, from 0 on, and with headers that a number tells,
 * so that each can be made again and compared with what arrived.
 */
#ifndef OTELMQ_TESTS_KAFKA_NUMBERED_H
#define OTELMQ_TESTS_KAFKA_NUMBERED_H

#include <otelmq/span_context.h>

#include <librdkafka/rdkafka.h>

enum { NUMBERED_PARTITIONS = 6 };

/* They go to the partitions in turn. */
int32_t numbered_partition(size_t number);

/* Produces one; polls the producer while its queue is full. */
void numbered_produce(rd_kafka_t *producer, const char *topic, size_t number);

/* The number of a message. */
size_t numbered_number(const rd_kafka_message_t *message);

/*
 * Fails the test unless key, value and headers are as they were sent, but for one traceparent that
 * leads to sender.
 */
void numbered_expect(const rd_kafka_message_t *message, otelmq_span_id sender);

#endif
