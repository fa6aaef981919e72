/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Producing. librdkafka's own calls are traced on a client whose conf is; these add spans for calls
 * that fail before librdkafka has taken the message (a full queue, a message that is too large),
 * the time that a call waits for room in the queue, spans of batches, and tracing for a producer
 * whose conf is not traced, whose spans end as the call returns.
 *
 * They answer as librdkafka's do. A message that an application tries again is another span. The
 * header list of a call that failed is the application's, and as it was before.
 */
#ifndef OTELMQ_KAFKA_PRODUCE_H
#define OTELMQ_KAFKA_PRODUCE_H

#include <otelmq/kafka_client.h>

OTELMQ_BEGIN_C

/* rd_kafka_produce with a span "send {topic}". topic is one of producer. */
OTELMQ_API int otelmq_kafka_produce(rd_kafka_t *producer, rd_kafka_topic_t *topic,
                                    int32_t partition, int flags, void *payload, size_t len,
                                    const void *key, size_t key_len, void *opaque);

/*
 * rd_kafka_producev, with the same list of RD_KAFKA_V_..., at most 64 beside headers; more answer
 * RD_KAFKA_RESP_ERR__INVALID_ARG.
 */
OTELMQ_API rd_kafka_resp_err_t otelmq_kafka_producev(rd_kafka_t *producer, ...);

/* rd_kafka_produceva. */
OTELMQ_API rd_kafka_error_t *otelmq_kafka_produceva(rd_kafka_t *producer, const rd_kafka_vu_t *vus,
                                                    size_t count);

/*
 * rd_kafka_produce_batch, with one span "create {topic}" for each message, whose context goes into
 * it, and one span "send {topic}" with links to these, which ends when the last of them is
 * delivered; with the error.type of the first that failed, when some did. With
 * otelmq_messaging_options.omits_create_spans there is the send span only, and its context goes
 * into each. topic is one of producer. For a producer whose conf is not traced the messages are
 * produced one by one, because rd_kafka_produce_batch takes no headers.
 */
OTELMQ_API int otelmq_kafka_produce_batch(rd_kafka_t *producer, rd_kafka_topic_t *topic,
                                          int32_t partition, int flags,
                                          rd_kafka_message_t messages[], int count);

OTELMQ_END_C

#endif
