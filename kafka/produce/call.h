/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A produce call of <otelmq/kafka_produce.h> that this thread is in. on_send, which librdkafka
 * calls inside it, finds it here: so there is one span, which started with the call, and the call
 * gets to know whether on_send was called at all.
 */
#ifndef OTELMQ_KAFKA_PRODUCE_CALL_H
#define OTELMQ_KAFKA_PRODUCE_CALL_H

#include "kafka/client.h"

/* On the stack of the call. */
typedef struct otelmq_kafka_call {
    struct otelmq_kafka_call *outer; /* a hook may produce */
    otelmq_kafka_client *client;
    uint64_t start_time_unix_nano;
    bool is_sent; /* on_send has seen the message */
    bool is_in_hook; /* what on_send sees now is none of the call's */
    otelmq_span *span; /* that ends when the call returns; NULL: none does */
    otelmq_kafka_batch *batch; /* NULL: a call for one message */
    const rd_kafka_message_t *messages; /* of the batch */
    size_t next; /* of the batch: the first that on_send has not seen */
} otelmq_kafka_call;

/* Begins a call for one message, at this time. */
void otelmq_kafka_call_begin(otelmq_kafka_call *call, otelmq_kafka_client *client);

/* It has returned. */
void otelmq_kafka_call_end(const otelmq_kafka_call *call);

/* The call that a message of client which on_send sees now belongs to; NULL: to none. */
otelmq_kafka_call *otelmq_kafka_call_under_way(const otelmq_kafka_client *client);

/* Of a batch: which of its messages on_send sees now. */
otelmq_kafka_batched *otelmq_kafka_call_next_message(otelmq_kafka_call *call);

/* Of a batch, if client is in one: the message that on_send saw last has failed, and is counted. */
void otelmq_kafka_call_settled_last(const otelmq_kafka_client *client);

#endif
