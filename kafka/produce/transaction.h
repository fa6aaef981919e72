/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The transaction that a producer is in, when it was begun by otelmq_kafka_begin_transaction. Send
 * spans of messages that the broker has acknowledged wait here for the commit or the abort: the
 * first thousand of a transaction, so that memory stays bounded. Any thread.
 */
#ifndef OTELMQ_KAFKA_PRODUCE_TRANSACTION_H
#define OTELMQ_KAFKA_PRODUCE_TRANSACTION_H

#include <otelmq/span.h>

#include <pthread.h>
#include <stdatomic.h>

enum { OTELMQ_KAFKA_TRANSACTION_SPANS_MAX = 1000 };

typedef enum {
    OTELMQ_KAFKA_NO_TRANSACTION,
    OTELMQ_KAFKA_IN_TRANSACTION,
    OTELMQ_KAFKA_IN_ABORT, /* what is purged now, is so because of it */
} otelmq_kafka_transaction_state;

typedef struct {
    _Atomic(otelmq_kafka_transaction_state) state;
    pthread_mutex_t lock;
    otelmq_span **spans; /* NULL until the first */
    size_t count;
    size_t taken;
} otelmq_kafka_transaction;

void otelmq_kafka_transaction_init(otelmq_kafka_transaction *transaction);
void otelmq_kafka_transaction_clean(otelmq_kafka_transaction *transaction);

static inline otelmq_kafka_transaction_state
otelmq_kafka_transaction_state_of(const otelmq_kafka_transaction *transaction)
{
    return atomic_load_explicit(&transaction->state, memory_order_relaxed);
}

/* Whether span waits for the end of the transaction now; else it stays the caller's to end. */
bool otelmq_kafka_transaction_hold(otelmq_kafka_transaction *transaction, otelmq_span *span);

/* The oldest that waits, whose end is then the caller's; NULL when there is none any more. */
otelmq_span *otelmq_kafka_transaction_take(otelmq_kafka_transaction *transaction);

#endif
