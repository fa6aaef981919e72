/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Share consumers, which have the records of one group delivered and acknowledged one by one
 * (KIP-932). They are in librdkafka from 2.15 on, as a preview: with an older one this header
 * declares nothing, and an otelmq that was built with an older one has none of these calls.
 *
 *     otelmq_kafka_conf_trace(conf, NULL);
 *     rd_kafka_share_t *consumer = otelmq_kafka_share_consumer_new(conf, error, sizeof(error));
 *     ... rd_kafka_share_subscribe ...
 *     otelmq_kafka_share_poll(consumer, 1000, &messages);
 *     otelmq_scope scope = otelmq_kafka_share_process_start(consumer, message);
 *     otelmq_kafka_share_acknowledge(consumer, message);
 *     otelmq_scope_end(&scope);
 *     otelmq_kafka_share_destroy(consumer);
 *
 * They take no interceptors, so that librdkafka's own calls have no spans. Each call here does what
 * the one of the same name does, and answers the same. A consumer that was made by librdkafka's own
 * call, or of a conf that is not traced, may be given to them as well: then the default options
 * hold, spans know neither the group nor the client id, process spans end with their scopes, and
 * the spans of acknowledgements and commits know nothing of process spans.
 *
 * Thread rules are librdkafka's: one thread at a time for a consumer. Only process spans may be
 * started on others meanwhile, but not while it is destroyed.
 */
#ifndef OTELMQ_KAFKA_SHARE_H
#define OTELMQ_KAFKA_SHARE_H

#include <otelmq/kafka_client.h>

#if RD_KAFKA_VERSION >= 0x020f0000

OTELMQ_BEGIN_C

/*
 * rd_kafka_share_consumer_new, which makes a traced consumer of a conf that otelmq_kafka_conf_trace
 * was called for. The result is yours until otelmq_kafka_share_destroy.
 */
OTELMQ_API rd_kafka_share_t *otelmq_kafka_share_consumer_new(rd_kafka_conf_t *conf, char *errstr,
                                                             size_t errstr_size);

/*
 * rd_kafka_share_destroy and rd_kafka_share_destroy_flags. Spans that still wait for an
 * acknowledgement or an answer end with error.type "client-closed". With librdkafka's own calls
 * they never would, and the memory of the consumer's tracing would not be used again.
 */
OTELMQ_API rd_kafka_error_t *otelmq_kafka_share_destroy(rd_kafka_share_t *consumer);
OTELMQ_API rd_kafka_error_t *otelmq_kafka_share_destroy_flags(rd_kafka_share_t *consumer,
                                                              int flags);

/*
 * rd_kafka_share_poll with a span "poll {topic}" (without the topic when there are several) with
 * messaging.batch.message_count, which links to each message. Messages that carry an error are
 * neither counted nor linked. A poll that gives none, or fails, has no span. What it acknowledges
 * on its way has none either.
 */
OTELMQ_API rd_kafka_error_t *otelmq_kafka_share_poll(rd_kafka_share_t *consumer, int timeout_ms,
                                                     rd_kafka_messages_t **messages);

/*
 * What otelmq_kafka_process_start does, for a message of a share consumer. A span that ends with
 * settlement ends with the acknowledgement of its message: well when it is accepted, also by the
 * next poll or commit in implicit mode, and with error.type "release" or "reject" otherwise. A
 * message that is acknowledged already ends with its scope.
 */
OTELMQ_API otelmq_scope otelmq_kafka_share_process_start(rd_kafka_share_t *consumer,
                                                         const rd_kafka_message_t *message);

/* The same with options of its own for this message; NULL: {0}. */
OTELMQ_API otelmq_scope
otelmq_kafka_share_process_start_with(rd_kafka_share_t *consumer, const rd_kafka_message_t *message,
                                      const otelmq_process_options *options);

/*
 * What otelmq_kafka_process_batch_start does, for all that a poll gave; NULL, which an empty poll
 * gives, has a scope without a span. It ends with its scope.
 */
OTELMQ_API otelmq_scope otelmq_kafka_share_process_batch_start(rd_kafka_share_t *consumer,
                                                               const rd_kafka_messages_t *messages);

/*
 * rd_kafka_share_acknowledge, _acknowledge_type and _acknowledge_offset, with a span
 * "accept {topic}", "release {topic}" or "reject {topic}": a child of the message's process span.
 * librdkafka notes an acknowledgement, and sends it with the next commit or poll.
 */
OTELMQ_API rd_kafka_resp_err_t otelmq_kafka_share_acknowledge(rd_kafka_share_t *consumer,
                                                              const rd_kafka_message_t *message);
OTELMQ_API rd_kafka_resp_err_t
otelmq_kafka_share_acknowledge_type(rd_kafka_share_t *consumer, const rd_kafka_message_t *message,
                                    rd_kafka_share_AcknowledgeType_t type);
OTELMQ_API rd_kafka_resp_err_t otelmq_kafka_share_acknowledge_offset(
    rd_kafka_share_t *consumer, const char *topic, int32_t partition, int64_t offset,
    rd_kafka_share_AcknowledgeType_t type);

/*
 * rd_kafka_share_commit_sync and rd_kafka_share_commit_async, with a span "commit {topic}" (without
 * the topic when there are several): a child of the process span of one message, with links to the
 * process spans of several. It fails with the first error of a partition. That of an asynchronous
 * commit ends when the broker has answered for all partitions, which librdkafka tells in a later
 * call of this consumer. A commit of nothing has no span.
 */
OTELMQ_API rd_kafka_error_t *
otelmq_kafka_share_commit_sync(rd_kafka_share_t *consumer, int timeout_ms,
                               rd_kafka_topic_partition_list_t **partitions);
OTELMQ_API rd_kafka_error_t *otelmq_kafka_share_commit_async(rd_kafka_share_t *consumer);

/*
 * rd_kafka_share_set_acknowledgement_commit_cb, for which librdkafka has one place, that tracing
 * needs as well: by librdkafka's own call, the spans of asynchronous commits would get no answer.
 */
OTELMQ_API rd_kafka_error_t *otelmq_kafka_share_set_acknowledgement_commit_cb(
    rd_kafka_share_t *consumer,
    void (*callback)(rd_kafka_share_t *consumer,
                     rd_kafka_share_partition_offsets_list_t *partitions, rd_kafka_resp_err_t err,
                     void *opaque),
    void *opaque);

OTELMQ_END_C

#endif

#endif
