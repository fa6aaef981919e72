/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The asynchronous commits of a share consumer that the broker has not answered yet, with their
 * spans. librdkafka tells of the answers by one call of a callback for each partition, with the
 * offsets of what was acknowledged there. Acknowledgements that went out with a poll are told in
 * the same way, and are in no commit here.
 *
 *     commit {orders/0: 7 8, orders/1: 3} ---> [ orders/0: 7 ] [ orders/1: 3 ]
 *     callback {orders/1: 3}                                   x
 *     callback {orders/0: 7 8}                 x                  the span ends
 *
 * Any thread.
 */
#ifndef OTELMQ_KAFKA_SHARE_ANSWERS_H
#define OTELMQ_KAFKA_SHARE_ANSWERS_H

#include "kafka/consume/processed.h"

#include <librdkafka/rdkafka.h>

enum { OTELMQ_KAFKA_MAX_UNANSWERED = 256 };

typedef struct otelmq_kafka_unanswered otelmq_kafka_unanswered;

typedef struct {
    pthread_mutex_t lock;
    otelmq_kafka_unanswered *oldest;
    size_t count;
} otelmq_kafka_answers;

void otelmq_kafka_answers_init(otelmq_kafka_answers *answers);

/*
 * These were committed; the topics must live until the span is taken. The span moves here. False,
 * and the span stays the caller's, when there are too many or there is no memory.
 */
bool otelmq_kafka_answers_await(otelmq_kafka_answers *answers, otelmq_span *span,
                                const otelmq_kafka_processed_partition records[], size_t count);

/*
 * One partition was answered with err. The span of the commit of which it was the last, yours, and
 * the first error of that commit; NULL when there is none.
 */
otelmq_span *otelmq_kafka_answers_take(otelmq_kafka_answers *answers,
                                       const rd_kafka_share_partition_offsets_t *answered,
                                       rd_kafka_resp_err_t *err);

/* Any one, the oldest first; NULL: empty. */
otelmq_span *otelmq_kafka_answers_take_any(otelmq_kafka_answers *answers);

#endif
