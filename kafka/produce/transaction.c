/* SPDX-License-Identifier: Apache-2.0 */
#include "kafka/produce/transaction.h"

#include <stdlib.h>

void otelmq_kafka_transaction_init(otelmq_kafka_transaction *transaction)
{
    atomic_init(&transaction->state, OTELMQ_KAFKA_NO_TRANSACTION);
    (void)pthread_mutex_init(&transaction->lock, NULL);
    transaction->spans = NULL;
    transaction->count = 0;
    transaction->taken = 0;
}

void otelmq_kafka_transaction_clean(otelmq_kafka_transaction *transaction)
{
    atomic_store(&transaction->state, OTELMQ_KAFKA_NO_TRANSACTION);
    free(transaction->spans);
    transaction->spans = NULL;
    transaction->count = 0;
    transaction->taken = 0;
}

/* With the lock taken. */
static bool has_room(otelmq_kafka_transaction *transaction)
{
    if (transaction->spans == NULL) {
        transaction->spans =
            calloc(OTELMQ_KAFKA_TRANSACTION_SPANS_MAX, sizeof(*transaction->spans));
    }
    return transaction->spans != NULL && transaction->count < OTELMQ_KAFKA_TRANSACTION_SPANS_MAX;
}

bool otelmq_kafka_transaction_hold(otelmq_kafka_transaction *transaction, otelmq_span *span)
{
    if (otelmq_kafka_transaction_state_of(transaction) == OTELMQ_KAFKA_NO_TRANSACTION ||
        !otelmq_span_is_recording(span)) {
        return false;
    }
    (void)pthread_mutex_lock(&transaction->lock);
    bool is_held = has_room(transaction);
    if (is_held) {
        transaction->spans[transaction->count++] = span;
    }
    (void)pthread_mutex_unlock(&transaction->lock);
    return is_held;
}

otelmq_span *otelmq_kafka_transaction_take(otelmq_kafka_transaction *transaction)
{
    otelmq_span *span = NULL;
    (void)pthread_mutex_lock(&transaction->lock);
    if (transaction->taken < transaction->count) {
        span = transaction->spans[transaction->taken++];
    } else {
        transaction->count = 0;
        transaction->taken = 0;
    }
    (void)pthread_mutex_unlock(&transaction->lock);
    return span;
}
