/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Producing. librdkafka's own calls are traced on a client whose conf is; these add spans for calls
 * that fail before librdkafka has taken the message (a full queue, a message that is too large),
 * spans of batches, and tracing for a producer whose conf is not traced, whose spans end as the
 * call returns.
 */
#ifndef OTELMQ_KAFKA_PRODUCE_H
#define OTELMQ_KAFKA_PRODUCE_H

#include <otelmq/kafka_client.h>

OTELMQ_BEGIN_C

/* rd_kafka_produce with a span "send {topic}". topic is one of producer. */
OTELMQ_API int otelmq_kafka_produce(rd_kafka_t *producer, rd_kafka_topic_t *topic,
                                    int32_t partition, int flags, void *payload, size_t len,
                                    const void *key, size_t key_len, void *opaque);

/* rd_kafka_producev, with the same list of RD_KAFKA_V_...; at most 64 of them. */
OTELMQ_API rd_kafka_resp_err_t otelmq_kafka_producev(rd_kafka_t *producer, ...);

/* rd_kafka_produceva. */
OTELMQ_API rd_kafka_error_t *otelmq_kafka_produceva(rd_kafka_t *producer, const rd_kafka_vu_t *vus,
                                                    size_t count);

/*
 * rd_kafka_produce_batch, with one span "create {topic}" for each message, whose context goes into
 * it, and one span "send {topic}" with links to these, which ends when the last of them is
 * delivered. With otelmq_messaging_options.omits_create_spans there is the send span only, and its
 * context goes into each. topic is one of producer.
 */
OTELMQ_API int otelmq_kafka_produce_batch(rd_kafka_t *producer, rd_kafka_topic_t *topic,
                                          int32_t partition, int flags,
                                          rd_kafka_message_t messages[], int count);

OTELMQ_END_C

#endif
