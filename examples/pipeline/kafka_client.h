/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A service's Kafka client. librdkafka reconnects by itself; here is what it leaves to the service:
 * waiting for the first broker and the topic, words for what is wrong, and certain delivery.
 */
#ifndef PIPELINE_KAFKA_CLIENT_H
#define PIPELINE_KAFKA_CLIENT_H

#include <otelmq/kafka.h>

/* Both wait for a broker and the topic. NULL: the service is asked to stop first. */
rd_kafka_t *kafka_client_create_producer(const char *topic);
rd_kafka_t *kafka_client_create_consumer(const char *topic, const char *group);

/*
 * Produces the message until a delivery report says that Kafka has it. false: the service is asked
 * to stop, and it is not delivered.
 */
bool kafka_client_produce(rd_kafka_t *producer, const char *topic, otelmq_str key,
                          otelmq_str value);

/* Waits half a second for a message, the caller's to rd_kafka_message_destroy; NULL: none came. */
rd_kafka_message_t *kafka_client_receive(rd_kafka_t *consumer);

/* Commits that the message is done, and waits for it. What fails comes again, which it logs. */
void kafka_client_commit(rd_kafka_t *consumer, const rd_kafka_message_t *message);

/* Leaves the group and frees the client; NULL is fine. */
void kafka_client_destroy(rd_kafka_t *client);

#endif
