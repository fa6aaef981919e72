/* SPDX-License-Identifier: Apache-2.0 */
/* What ends the spans of a share consumer that outlive their scopes and their calls. */
#ifndef OTELMQ_KAFKA_SHARE_SETTLED_H
#define OTELMQ_KAFKA_SHARE_SETTLED_H

#include "kafka/share/consumer.h"

/* A record was acknowledged so: its process span ends, if it still goes on. */
void otelmq_kafka_share_settle(otelmq_kafka_share *share, const otelmq_kafka_position *position,
                               rd_kafka_share_AcknowledgeType_t type);

/*
 * A call begins that librdkafka takes, of a consumer in implicit mode, for the acceptance of all
 * records. share NULL is fine.
 */
void otelmq_kafka_share_accept_all(otelmq_kafka_share *share);

/*
 * A poll was not refused: all that was acquired before is acknowledged, some of it perhaps by
 * librdkafka's own calls, and sent.
 */
void otelmq_kafka_share_forget_all(otelmq_kafka_share *share);

/* Ends the process spans whose time limit has passed. share NULL is fine. */
void otelmq_kafka_share_expire(otelmq_kafka_share *share);

/* Ends all that waits, because nothing will come. */
void otelmq_kafka_share_end_all(otelmq_kafka_share *share);

/* librdkafka's callback for answers to acknowledgements; share is the otelmq_kafka_share. */
void otelmq_kafka_share_on_answer(rd_kafka_share_t *consumer,
                                  rd_kafka_share_partition_offsets_list_t *partitions,
                                  rd_kafka_resp_err_t err, void *share);

/* Ends the span of an acknowledgement or a commit; a failure is recorded by its name. */
void otelmq_kafka_share_end_span(otelmq_span *span, rd_kafka_resp_err_t err);

#endif
