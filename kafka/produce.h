/* SPDX-License-Identifier: Apache-2.0 */
/* The two ends of a send span: on_send begins it, on_acknowledgement ends it. */
#ifndef OTELMQ_KAFKA_PRODUCE_H
#define OTELMQ_KAFKA_PRODUCE_H

#include "kafka/client.h"

/* In the application's thread, inside its produce call. */
void otelmq_kafka_on_send(otelmq_kafka_client *client, rd_kafka_message_t *message);

/*
 * Tells on the thread of the last on_send which message that was, so that the failure of a message
 * of a batch, which librdkafka reports with another address, finds its span. NULL when that one
 * has no span in flight.
 */
const void *otelmq_kafka_last_sent(const otelmq_kafka_client *client);

/* On any thread, also after the client stopped. message may be the application's own struct. */
void otelmq_kafka_on_acknowledgement(otelmq_kafka_client *client, const rd_kafka_t *rk,
                                     const rd_kafka_message_t *message);

/* Ends the span of a message that librdkafka never acknowledged; NULL is fine. */
void otelmq_kafka_end_unacknowledged(otelmq_span *span);

#endif
