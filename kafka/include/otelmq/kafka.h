/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Traced Kafka. One line on the configuration traces everything that the client produces and
 * receives, through whichever of librdkafka's calls:
 *
 *     otelmq_kafka_conf_trace(conf, NULL);      -- before rd_kafka_new
 *
 * Each message gets a span "send {topic}" whose context goes into its headers, and which ends when
 * the delivery report comes, with partition, offset or error. The calls of these headers add what
 * only the caller can know: the processing of a message, batches, and calls that fail.
 *
 *     rd_kafka_message_t *message = otelmq_kafka_consumer_poll(consumer, 1000);
 *     otelmq_scope scope = otelmq_kafka_process_start(consumer, message);
 *
 *     kafka_client.h ........ the options, and the line above
 *     kafka_produce.h ....... produce, and produce a batch
 *     kafka_transaction.h ... transactions
 *     kafka_consume.h ....... poll, consume, process
 *     kafka_commit.h ........ commit
 *     kafka_share.h ......... share consumers, from librdkafka 2.15 on
 *     kafka_run.h ........... a loop that calls your handler for each message
 *
 * Tracing never changes what a call answers. Thread rules are librdkafka's own.
 */
#ifndef OTELMQ_KAFKA_H
#define OTELMQ_KAFKA_H

#include <otelmq/kafka_client.h>
#include <otelmq/kafka_commit.h>
#include <otelmq/kafka_consume.h>
#include <otelmq/kafka_produce.h>
#include <otelmq/kafka_run.h>
#include <otelmq/kafka_share.h>
#include <otelmq/kafka_transaction.h>

#endif
