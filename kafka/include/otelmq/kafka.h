/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Traced Kafka. One line on the configuration traces everything that the client produces, through
 * any of librdkafka's produce calls:
 *
 *     otelmq_kafka_conf_trace(conf, NULL);      -- before rd_kafka_new
 *
 * Each message gets a span "send {topic}" whose context goes into its headers, and which ends when
 * the delivery report comes, with partition, offset or error. A consumer so configured records what
 * it receives; the calls below add spans with a true duration, and the span of your processing:
 *
 *     rd_kafka_message_t *message = otelmq_kafka_consumer_poll(consumer, 1000);
 *     otelmq_scope scope = otelmq_kafka_process_start(consumer, message);
 *
 * Tracing never changes what a call answers. A message that would exceed message.max.bytes with its
 * context goes out without, and is counted. Thread rules are librdkafka's own.
 */
#ifndef OTELMQ_KAFKA_H
#define OTELMQ_KAFKA_H

#include <otelmq/messaging.h>

#include <librdkafka/rdkafka.h>

OTELMQ_BEGIN_C

/* {0}: the defaults. Copied. */
typedef struct {
    otelmq_messaging_options messaging;
    const char *server_address; /* NULL: the first of bootstrap.servers */
    uint16_t server_port; /* 0: likewise */
} otelmq_kafka_options;

/*
 * Adds tracing to conf, before rd_kafka_new takes it. options NULL: {0}. A copy that
 * rd_kafka_conf_dup makes of conf is not traced. A second call on the same conf answers
 * OTELMQ_ERROR_INVALID_ARGUMENT.
 *
 * librdkafka before 2.13 frees a part of any conf with interceptors when rd_kafka_new fails after
 * it has checked the properties, for a certificate that it cannot read, say: do not destroy the
 * conf then, but let the few hundred bytes go.
 */
OTELMQ_API otelmq_status otelmq_kafka_conf_trace(rd_kafka_conf_t *conf,
                                                 const otelmq_kafka_options *options);

/*
 * rd_kafka_consumer_poll with a span "poll {topic}" from the call to its return, when it gave a
 * message. consumer should come from a conf that was traced; else the default options hold.
 */
OTELMQ_API rd_kafka_message_t *otelmq_kafka_consumer_poll(rd_kafka_t *consumer, int timeout_ms);

/*
 * Starts the span "process {topic}" of a message and makes it, and the message's baggage, current:
 * what the thread produces or starts until otelmq_scope_end belongs to it. A message that carries
 * an error gives a scope without a span.
 */
OTELMQ_API otelmq_scope otelmq_kafka_process_start(rd_kafka_t *consumer,
                                                   const rd_kafka_message_t *message);

/* rd_kafka_commit and rd_kafka_commit_message, with a span "commit {topic}". */
OTELMQ_API rd_kafka_resp_err_t otelmq_kafka_commit(rd_kafka_t *consumer,
                                                   const rd_kafka_topic_partition_list_t *offsets,
                                                   int async);
OTELMQ_API rd_kafka_resp_err_t otelmq_kafka_commit_message(rd_kafka_t *consumer,
                                                           const rd_kafka_message_t *message,
                                                           int async);

OTELMQ_END_C

#endif
