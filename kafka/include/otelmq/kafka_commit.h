/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Commits, with a span "commit {topic}": a child of the last process span when one partition is
 * committed, linked to the last of each otherwise. What librdkafka commits by itself
 * (enable.auto.commit), or is asked to by its own calls, has no span.
 */
#ifndef OTELMQ_KAFKA_COMMIT_H
#define OTELMQ_KAFKA_COMMIT_H

#include <otelmq/kafka_client.h>

OTELMQ_BEGIN_C

/*
 * rd_kafka_commit and rd_kafka_commit_message. The span of an asynchronous commit ends when the
 * broker has answered. message NULL: _INVALID_ARG.
 */
OTELMQ_API rd_kafka_resp_err_t otelmq_kafka_commit(rd_kafka_t *consumer,
                                                   const rd_kafka_topic_partition_list_t *offsets,
                                                   int async);
OTELMQ_API rd_kafka_resp_err_t otelmq_kafka_commit_message(rd_kafka_t *consumer,
                                                           const rd_kafka_message_t *message,
                                                           int async);

/* rd_kafka_commit_queue. queue NULL: it waits for the answer, as librdkafka does. */
OTELMQ_API rd_kafka_resp_err_t otelmq_kafka_commit_queue(
    rd_kafka_t *consumer, const rd_kafka_topic_partition_list_t *offsets, rd_kafka_queue_t *queue,
    void (*callback)(rd_kafka_t *consumer, rd_kafka_resp_err_t err,
                     rd_kafka_topic_partition_list_t *offsets, void *opaque),
    void *opaque);

OTELMQ_END_C

#endif
