/* SPDX-License-Identifier: Apache-2.0 */
/* Three messages that were sent in a trace each, for the tests of what receives them. */
#ifndef OTELMQ_TESTS_KAFKA_RECEIVED_H
#define OTELMQ_TESTS_KAFKA_RECEIVED_H

#include "kafka_fixture.h"
#include "span_asserts.h"

enum { MESSAGES = 3, PATIENCE_MS = 30000 };

/* The contexts of what was sent, in order. */
typedef struct {
    otelmq_span_context contexts[MESSAGES];
} sent_messages;

/* Produces a message to each of these partitions; forgets the spans. */
sent_messages produce_three(const kafka_fixture *fixture, const char *topic,
                            const int32_t partitions[MESSAGES], const char *const keys[MESSAGES]);

/* The same to a new topic of one partition, with the keys a, b and c. */
sent_messages produce_to_one(const kafka_fixture *fixture, const char *topic);

/* Takes exactly so many from the consumer's queue; the messages are the caller's to destroy. */
size_t take_batch(rd_kafka_t *consumer, rd_kafka_message_t *messages[], size_t size);
void destroy_all(rd_kafka_message_t *messages[], size_t count);

/* The value that stands on a link; NULL: none. */
const otelmq_attribute *find_attribute(const otelmq_link_data *link, const char *key);
void assert_link_text(const otelmq_link_data *link, const char *key, const char *expected);
void assert_link_number(const otelmq_link_data *link, const char *key, int64_t expected);

#endif
