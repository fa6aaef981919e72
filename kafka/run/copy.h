/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A message on its way to a retry topic or a dead-letter topic: its key, value and headers as they
 * are, so that its creation context stays, and beside them what kafka_run.h lists.
 */
#ifndef OTELMQ_KAFKA_RUN_COPY_H
#define OTELMQ_KAFKA_RUN_COPY_H

#include <otelmq/kafka_run.h>

typedef struct {
    const rd_kafka_message_t *message;
    const char *group_id; /* of the consumer; NULL: none */
    const char *topic; /* where it goes */
    const char *reason; /* otelmq-error */
    int retry_count; /* how often it went to a retry topic, this time included */
    int64_t retry_at_unix_ms; /* 0: it is not for a retry topic */
} otelmq_kafka_copy;

/* The producer's answer to the call. The delivery is another matter. */
rd_kafka_resp_err_t otelmq_kafka_copy_produce(const otelmq_kafka_copy *copy, rd_kafka_t *producer);

/* Whether another try of the same copy would fail in the same way. */
bool otelmq_kafka_copy_is_refused(rd_kafka_resp_err_t err);

/* What such a copy says of itself; 0 where it is none, or says nothing that makes sense. */
int otelmq_kafka_copy_retry_count(const rd_kafka_message_t *message);
int64_t otelmq_kafka_copy_retry_at_unix_ms(const rd_kafka_message_t *message);

#endif
