/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The two ends of a send. on_send begins it: it injects the context of the span to be, and keeps
 * its seed. on_acknowledgement makes the span of it, and ends it.
 */
#ifndef OTELMQ_KAFKA_PRODUCE_PRODUCE_H
#define OTELMQ_KAFKA_PRODUCE_PRODUCE_H

#include "kafka/attributes.h"

/* In the application's thread, inside its produce call. */
void otelmq_kafka_on_send(otelmq_kafka_client *client, rd_kafka_message_t *message);

/*
 * Tells on the thread of the last on_send which message that was, so that the failure of a message
 * of a batch, which librdkafka reports with another address, finds what is kept of it. NULL when
 * that is nothing.
 */
const void *otelmq_kafka_last_sent(const otelmq_kafka_client *client);

/* On any thread, also after the client stopped. message may be the application's own struct. */
void otelmq_kafka_on_acknowledgement(otelmq_kafka_client *client, const rd_kafka_t *rk,
                                     const rd_kafka_message_t *message);

/* When the client stops: ends what was never acknowledged, and a transaction that is left open. */
void otelmq_kafka_end_all_sent(otelmq_kafka_client *client);

/* How a send went. */
typedef struct {
    const char *type; /* error.type; NULL: well */
    const char *description;
} otelmq_kafka_outcome;

otelmq_kafka_outcome otelmq_kafka_outcome_of(rd_kafka_resp_err_t err);

/*
 * Ends what is kept of a message, which is no longer in flight. message NULL: it is gone, or not to
 * be looked into.
 */
void otelmq_kafka_finish_sent(otelmq_kafka_client *client, otelmq_kafka_sent *sent,
                              const rd_kafka_message_t *message, otelmq_kafka_outcome outcome);

/*
 * Ends a send span, or leaves it to the transaction that it belongs to. message as above, for the
 * hook.
 */
void otelmq_kafka_end_send(otelmq_kafka_client *client, otelmq_span *span, const void *message,
                           otelmq_kafka_outcome outcome);

/* One of the messages of a batch, or its call, is over. */
void otelmq_kafka_settle_in_batch(otelmq_kafka_client *client, otelmq_kafka_batch *batch,
                                  const char *error_type);

/*
 * The operation "send", or "create", of a message; topic is its name. headers NULL: it has none, or
 * they are not known. Borrowed from all of them. It has no message for hooks: they would ask
 * librdkafka about it, so it must be one of librdkafka's.
 */
typedef struct {
    otelmq_kafka_attributes attributes;
    otelmq_messaging_operation operation;
} otelmq_kafka_described;

void otelmq_kafka_describe_sent(otelmq_kafka_described *described,
                                const otelmq_kafka_client *client, const char *name,
                                const char *topic, const rd_kafka_message_t *message,
                                const rd_kafka_headers_t *headers);

/* The same "send", for the seed of sent, whose message is this now. */
void otelmq_kafka_describe_seed(otelmq_kafka_described *described,
                                const otelmq_kafka_client *client, const otelmq_kafka_sent *sent,
                                const rd_kafka_message_t *message);

#endif
