/* SPDX-License-Identifier: Apache-2.0 */
#include "kafka/consume/receive.h"

typedef struct {
    rd_kafka_t *consumer;
    void (*callback)(rd_kafka_message_t *message, void *opaque);
    void *opaque;
} wrapped_callback;

/* What the application's callback receives on its own is its own. */
static void process(rd_kafka_message_t *message, void *opaque)
{
    const wrapped_callback *wrapped = opaque;
    const rd_kafka_t *outer = otelmq_kafka_receive_begin(NULL);
    otelmq_scope scope = otelmq_kafka_process_start(wrapped->consumer, message);
    wrapped->callback(message, wrapped->opaque);
    otelmq_scope_end(&scope);
    otelmq_kafka_receive_end(outer);
}

int otelmq_kafka_consume_callback(rd_kafka_t *consumer, rd_kafka_topic_t *topic, int32_t partition,
                                  int timeout_ms,
                                  void (*callback)(rd_kafka_message_t *message, void *opaque),
                                  void *opaque)
{
    wrapped_callback wrapped = {consumer, callback, opaque};
    const rd_kafka_t *outer = otelmq_kafka_receive_begin(consumer);
    int count = rd_kafka_consume_callback(topic, partition, timeout_ms, process, &wrapped);
    otelmq_kafka_receive_end(outer);
    return count;
}
