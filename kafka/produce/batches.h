/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The batches of otelmq_kafka_produce_batch. Each has one send span, which ends when the call has
 * returned and the last of its messages is delivered or has failed; and, while the call is under
 * way, the create spans of its messages. What is done with is kept for the next. Any thread.
 */
#ifndef OTELMQ_KAFKA_PRODUCE_BATCHES_H
#define OTELMQ_KAFKA_PRODUCE_BATCHES_H

#include <otelmq/messaging.h>

#include <pthread.h>

/* One message of a batch that is being produced. */
typedef struct {
    otelmq_span *created; /* NULL: it gets the context of the send */
    const void *message; /* librdkafka's, as on_send saw it; NULL: it did not */
    bool is_settled; /* it failed within the call, and was counted */
} otelmq_kafka_batched;

enum { OTELMQ_KAFKA_BATCH_ERROR_SIZE = 64 };

typedef struct otelmq_kafka_batch {
    struct otelmq_kafka_batch *next_spare;
    otelmq_span *span; /* of the send */
    char error_type[OTELMQ_KAFKA_BATCH_ERROR_SIZE]; /* of the first that failed; empty: none has */
    size_t count;
    size_t failed;
    size_t pending; /* under the lock of the batches, as the two above */
    otelmq_kafka_batched *messages;
    otelmq_link *links;
    size_t capacity; /* of the two */
} otelmq_kafka_batch;

typedef struct {
    pthread_mutex_t lock;
    otelmq_kafka_batch *spare;
} otelmq_kafka_batches;

void otelmq_kafka_batches_init(otelmq_kafka_batches *batches);
void otelmq_kafka_batches_clean(otelmq_kafka_batches *batches);

/* A batch of count messages, none of which has come yet; NULL without memory. */
otelmq_kafka_batch *otelmq_kafka_batches_take(otelmq_kafka_batches *batches, size_t count);

/*
 * One of the messages, or the call itself, is over; error_type NULL: well; it is copied. Whether
 * it was the last, after which the batch is to be ended and given back.
 */
bool otelmq_kafka_batch_settle(otelmq_kafka_batches *batches, otelmq_kafka_batch *batch,
                               const char *error_type);

void otelmq_kafka_batches_give(otelmq_kafka_batches *batches, otelmq_kafka_batch *batch);

#endif
