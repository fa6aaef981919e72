/* SPDX-License-Identifier: Apache-2.0 */
/* Puts the context of a send span into a Kafka message, as far as there is room for it. */
#ifndef OTELMQ_KAFKA_INJECT_H
#define OTELMQ_KAFKA_INJECT_H

#include "kafka/client.h"

/*
 * Injects into the message's own header list, in place, or into a new one when headers is NULL.
 * Returns a bit for each otelmq_messaging_field_at that it set.
 */
uint32_t otelmq_kafka_inject(const otelmq_kafka_client *client, const otelmq_messaging_send *send,
                             rd_kafka_message_t *message, rd_kafka_headers_t *headers);

/* Removes from the message's header list what otelmq_kafka_inject said that it set. */
void otelmq_kafka_remove_injected(const otelmq_kafka_client *client,
                                  const rd_kafka_message_t *message, uint32_t injected_fields);

#endif
