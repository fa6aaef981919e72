/* SPDX-License-Identifier: Apache-2.0 */
/* Puts the context of a send into a Kafka message, as far as there is room for it. */
#ifndef OTELMQ_KAFKA_PRODUCE_INJECT_H
#define OTELMQ_KAFKA_PRODUCE_INJECT_H

#include "kafka/client.h"

/*
 * Injects into the message's own header list, in place, or into a new one when headers is NULL, and
 * notes in sent what is to be undone when the message fails.
 */
void otelmq_kafka_inject(otelmq_kafka_client *client, const otelmq_span_context *context,
                         rd_kafka_message_t *message, rd_kafka_headers_t *headers,
                         otelmq_kafka_sent *sent);

/*
 * The application gets the headers of a message that failed back: in its own list when the produce
 * call fails, in the delivery report otherwise. Sending them again would look as if it had made
 * this creation context itself: so the list becomes again what it was. original NULL: it had none
 * of the names.
 */
void otelmq_kafka_take_context_out(const otelmq_kafka_client *client,
                                   const rd_kafka_message_t *message,
                                   const rd_kafka_headers_t *original);

#endif
