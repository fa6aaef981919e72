/* SPDX-License-Identifier: Apache-2.0 */
/* The span of messages that librdkafka hands to the application. */
#ifndef OTELMQ_KAFKA_CONSUME_RECEIVE_H
#define OTELMQ_KAFKA_CONSUME_RECEIVE_H

#include "kafka/attributes.h"

/* In the application's thread, from whatever call gave the message. */
void otelmq_kafka_on_consume(otelmq_kafka_client *client, const rd_kafka_t *rk,
                             const rd_kafka_message_t *message);

/*
 * Between these two the thread is in a call of librdkafka that records what it gives by itself, and
 * on_consume does not. consumer NULL: it is not, as in a callback of the application. What begin
 * returns, end takes back.
 */
const rd_kafka_t *otelmq_kafka_receive_begin(const rd_kafka_t *consumer);
void otelmq_kafka_receive_end(const rd_kafka_t *outer);

/* Records the span of a call that gave this message, from then until now; 0: now. */
void otelmq_kafka_receive_record(otelmq_kafka_client *client, const rd_kafka_message_t *message,
                                 otelmq_str cluster_id, uint64_t start_time_unix_nano);

/* An operation on a message that was received; borrows from both. */
otelmq_messaging_operation
otelmq_kafka_received_operation(const char *name, const otelmq_kafka_client *client,
                                const otelmq_kafka_attributes *attributes,
                                const rd_kafka_message_t *message);

/* The headers of a received message, for reading; NULL when it has none, or broken ones. */
rd_kafka_headers_t *otelmq_kafka_received_headers(const rd_kafka_message_t *message);

#endif
