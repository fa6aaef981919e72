/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Waiting for the delivery of one message of a producer that is the application's, and whose
 * delivery reports are too: the interceptors tell. The message is known by its address, which is
 * its own from on_send to on_acknowledgement.
 */
#ifndef OTELMQ_KAFKA_PRODUCE_AWAITED_H
#define OTELMQ_KAFKA_PRODUCE_AWAITED_H

#include <librdkafka/rdkafka.h>
#include <pthread.h>
#include <stdbool.h>

typedef struct otelmq_kafka_awaited {
    struct otelmq_kafka_awaited *next;
    const void *message; /* NULL: on_send was not called, or on_acknowledgement was */
    pthread_mutex_t lock; /* for the rest */
    pthread_cond_t acknowledged;
    bool is_acknowledged;
    rd_kafka_resp_err_t err;
} otelmq_kafka_awaited;

/* The next message that this thread produces is awaited. It stays in place until end. */
void otelmq_kafka_awaited_begin(otelmq_kafka_awaited *awaited);

/*
 * Waits for the delivery; true: *err tells how it went. False: there was none within the time.
 */
bool otelmq_kafka_awaited_wait(otelmq_kafka_awaited *awaited, int timeout_ms,
                               rd_kafka_resp_err_t *err);

void otelmq_kafka_awaited_end(otelmq_kafka_awaited *awaited);

/* For the interceptors; cheap when nothing is awaited. */
void otelmq_kafka_awaited_on_send(const rd_kafka_message_t *message);
void otelmq_kafka_awaited_on_acknowledgement(const rd_kafka_message_t *message);

#endif
