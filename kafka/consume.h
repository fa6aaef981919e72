/* SPDX-License-Identifier: Apache-2.0 */
/* The span of a message that librdkafka hands to the application. */
#ifndef OTELMQ_KAFKA_CONSUME_H
#define OTELMQ_KAFKA_CONSUME_H

#include "kafka/client.h"

/* In the application's thread, from whatever call gave the message. */
void otelmq_kafka_on_consume(otelmq_kafka_client *client, const rd_kafka_t *rk,
                             const rd_kafka_message_t *message);

/* The headers of a received message, for reading; NULL when it has none, or broken ones. */
rd_kafka_headers_t *otelmq_kafka_received_headers(const rd_kafka_message_t *message);

#endif
