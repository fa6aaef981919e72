/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Transactions of a producer, as spans "begin", "send_offsets", "commit" and "abort" that name the
 * transactional.id. The commit and the abort link to the messages of the transaction; the send
 * spans of messages that an abort takes back have error.type "aborted".
 */
#ifndef OTELMQ_KAFKA_TRANSACTION_H
#define OTELMQ_KAFKA_TRANSACTION_H

#include <otelmq/kafka_client.h>

OTELMQ_BEGIN_C

/* As rd_kafka_begin_transaction and the like. */
OTELMQ_API rd_kafka_error_t *otelmq_kafka_begin_transaction(rd_kafka_t *producer);
OTELMQ_API rd_kafka_error_t *
otelmq_kafka_send_offsets_to_transaction(rd_kafka_t *producer,
                                         const rd_kafka_topic_partition_list_t *offsets,
                                         const rd_kafka_consumer_group_metadata_t *group,
                                         int timeout_ms);
OTELMQ_API rd_kafka_error_t *otelmq_kafka_commit_transaction(rd_kafka_t *producer, int timeout_ms);
OTELMQ_API rd_kafka_error_t *otelmq_kafka_abort_transaction(rd_kafka_t *producer, int timeout_ms);

OTELMQ_END_C

#endif
