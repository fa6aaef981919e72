/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Receiving and processing. A consumer whose conf is traced records what librdkafka's own calls
 * hand out, one span for each message; these calls give one span for the call, from its begin to
 * its return, with a link to each message that it gave. A call that gives none has no span.
 *
 * consumer is the client that message or queue belongs to. When its conf is not traced, the default
 * options hold, and spans know the topic, but neither the group nor the client id. The process
 * calls take NULL too, with the same effect: for messages of a share consumer, which belong to no
 * rd_kafka_t. rd_kafka_consume_callback_queue has no traced form: librdkafka's own call gives each
 * message a span.
 */
#ifndef OTELMQ_KAFKA_CONSUME_H
#define OTELMQ_KAFKA_CONSUME_H

#include <otelmq/kafka_client.h>

OTELMQ_BEGIN_C

/* rd_kafka_consumer_poll with a span "poll {topic}". */
OTELMQ_API rd_kafka_message_t *otelmq_kafka_consumer_poll(rd_kafka_t *consumer, int timeout_ms);

/*
 * rd_kafka_consume_batch_queue with a span "poll {topic}" (without the topic when there are
 * several) with messaging.batch.message_count. Messages that carry an error are in messages as
 * ever, and neither counted nor linked. -1 is a failure, as of librdkafka: check it before you take
 * the result for a count.
 */
OTELMQ_API ssize_t otelmq_kafka_consume_batch_queue(rd_kafka_t *consumer, rd_kafka_queue_t *queue,
                                                    int timeout_ms, rd_kafka_message_t *messages[],
                                                    size_t size);

/* The simple consumer: rd_kafka_consume, rd_kafka_consume_batch, rd_kafka_consume_queue. */
OTELMQ_API rd_kafka_message_t *otelmq_kafka_consume(rd_kafka_t *consumer, rd_kafka_topic_t *topic,
                                                    int32_t partition, int timeout_ms);
OTELMQ_API ssize_t otelmq_kafka_consume_batch(rd_kafka_t *consumer, rd_kafka_topic_t *topic,
                                              int32_t partition, int timeout_ms,
                                              rd_kafka_message_t *messages[], size_t size);
OTELMQ_API rd_kafka_message_t *otelmq_kafka_consume_queue(rd_kafka_t *consumer,
                                                          rd_kafka_queue_t *queue, int timeout_ms);

/* rd_kafka_consume_callback, with a process span around each call of callback. */
OTELMQ_API int otelmq_kafka_consume_callback(
    rd_kafka_t *consumer, rd_kafka_topic_t *topic, int32_t partition, int timeout_ms,
    void (*callback)(rd_kafka_message_t *message, void *opaque), void *opaque);

/*
 * Starts the span "process {topic}" of a message and makes it, and the message's baggage, current:
 * what the thread produces or starts until otelmq_scope_end belongs to it. A message that carries
 * an error gives a scope without a span. End the scope before the consumer is destroyed, at whose
 * hooks and options it looks.
 */
OTELMQ_API otelmq_scope otelmq_kafka_process_start(rd_kafka_t *consumer,
                                                   const rd_kafka_message_t *message);

/* The same with options of its own for this message; NULL: {0}. */
OTELMQ_API otelmq_scope otelmq_kafka_process_start_with(rd_kafka_t *consumer,
                                                        const rd_kafka_message_t *message,
                                                        const otelmq_process_options *options);

/*
 * The same for count messages that are processed together: one span with a link to each message,
 * and never a child of one; what all have in common stands on the span, what differs on the links.
 * Messages that carry an error are passed over. A count of 0, or nothing but errors, gives a scope
 * without a span. The span ends with its scope, whatever process_ends says.
 */
OTELMQ_API otelmq_scope otelmq_kafka_process_batch_start(rd_kafka_t *consumer,
                                                         rd_kafka_message_t *const messages[],
                                                         size_t count);

OTELMQ_END_C

#endif
