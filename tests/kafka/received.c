/* SPDX-License-Identifier: Apache-2.0 */
#include "received.h"

#include "base/clock.h"
#include "base/unconst.h"

sent_messages produce_three(const kafka_fixture *fixture, const char *topic,
                            const int32_t partitions[MESSAGES], const char *const keys[MESSAGES])
{
    sent_messages sent;
    char value[] = "value";
    rd_kafka_t *producer = kafka_producer(fixture, NULL, NULL);
    for (size_t i = 0; i < MESSAGES; i++) {
        char *key = otelmq_unconst(keys[i]);
        size_t key_len = strlen(key);
        otelmq_memory_exporter_clear(fixture->memory);
        assert_int_equal(rd_kafka_producev(
                             producer, RD_KAFKA_V_TOPIC(topic), RD_KAFKA_V_PARTITION(partitions[i]),
                             RD_KAFKA_V_KEY(key, key_len), RD_KAFKA_V_VALUE(value, 5),
                             RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY), RD_KAFKA_V_END),
                         0);
        kafka_flush(producer);
        assert_int_equal(otelmq_memory_exporter_count(fixture->memory), 1);
        sent.contexts[i] = otelmq_memory_exporter_span_at(fixture->memory, 0)->span_context;
        sent.contexts[i].tracestate = NULL;
    }
    rd_kafka_destroy(producer);
    otelmq_memory_exporter_clear(fixture->memory);
    return sent;
}

sent_messages produce_to_one(const kafka_fixture *fixture, const char *topic)
{
    static const int32_t partitions[MESSAGES] = {0, 0, 0};
    static const char *const keys[MESSAGES] = {"a", "b", "c"};
    kafka_create_topic(fixture, topic, 1);
    return produce_three(fixture, topic, partitions, keys);
}

void destroy_all(rd_kafka_message_t *messages[], size_t count)
{
    for (size_t i = 0; i < count; i++) {
        rd_kafka_message_destroy(messages[i]);
    }
}

/*
 * librdkafka gives what is there when the time is over, and returns before that when all of them
 * are; or early with nothing.
 */
size_t take_batch(rd_kafka_t *consumer, rd_kafka_message_t *messages[], size_t size)
{
    rd_kafka_queue_t *queue = rd_kafka_queue_get_consumer(consumer);
    otelmq_deadline deadline = otelmq_deadline_after(PATIENCE_MS);
    ssize_t count = 0;
    while (count == 0 && otelmq_deadline_left_ms(deadline) > 0) {
        count = otelmq_kafka_consume_batch_queue(consumer, queue, PATIENCE_MS, messages, size);
    }
    rd_kafka_queue_destroy(queue);
    assert_int_equal(count, size);
    return (size_t)count;
}

const otelmq_attribute *find_attribute(const otelmq_link_data *link, const char *key)
{
    for (uint32_t i = 0; i < link->attribute_count; i++) {
        if (otelmq_str_equal(link->attributes[i].key, otelmq_str_from(key))) {
            return &link->attributes[i];
        }
    }
    return NULL;
}

void assert_link_text(const otelmq_link_data *link, const char *key, const char *expected)
{
    const otelmq_attribute *found = find_attribute(link, key);
    assert_non_null(found);
    assert_true(otelmq_str_equal(found->value.as.string, otelmq_str_from(expected)));
}

void assert_link_number(const otelmq_link_data *link, const char *key, int64_t expected)
{
    const otelmq_attribute *found = find_attribute(link, key);
    assert_non_null(found);
    assert_int_equal(found->value.as.integer, expected);
}
