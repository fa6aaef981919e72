/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Transactions of a producer, as spans "begin", "send_offsets", "commit" and "abort" that name the
 * transactional.id as kafka.transactional.id. Use all of these calls, or none.
 *
 * On a traced producer, the send spans of a transaction that was begun here end with it: those of
 * an abort with error.type "aborted", whether the broker had the messages already or not. The span
 * of the commit or the abort links to the first 128. A thousand spans of a transaction are kept so;
 * those of more messages, and those of a transaction that librdkafka's own call has begun, end as
 * their message is delivered, before anybody knows whether it will be aborted. With
 * ends_send_at_return none waits, and nothing is linked.
 */
#ifndef OTELMQ_KAFKA_TRANSACTION_H
#define OTELMQ_KAFKA_TRANSACTION_H

#include <otelmq/kafka_client.h>

OTELMQ_BEGIN_C

/* As rd_kafka_begin_transaction and the like. */
OTELMQ_API rd_kafka_error_t *otelmq_kafka_begin_transaction(rd_kafka_t *producer);
OTELMQ_API rd_kafka_error_t *otelmq_kafka_send_offsets_to_transaction(
    rd_kafka_t *producer, const rd_kafka_topic_partition_list_t *offsets,
    const rd_kafka_consumer_group_metadata_t *group, int timeout_ms);
OTELMQ_API rd_kafka_error_t *otelmq_kafka_commit_transaction(rd_kafka_t *producer, int timeout_ms);
OTELMQ_API rd_kafka_error_t *otelmq_kafka_abort_transaction(rd_kafka_t *producer, int timeout_ms);

OTELMQ_END_C

#endif
