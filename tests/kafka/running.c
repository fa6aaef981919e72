/* SPDX-License-Identifier: Apache-2.0 */
#include "running.h"

#include <stdio.h>

otelmq_kafka_answer remember(void *user, rd_kafka_t *consumer, const rd_kafka_message_t *message)
{
    seen_messages *seen = user;
    assert_true(seen->count < SEEN_MAX && message->len < SEEN_SIZE);
    memcpy(seen->values[seen->count], message->payload, message->len);
    seen->values[seen->count++][message->len] = '\0';
    if (seen->stop_after != 0 && seen->count >= seen->stop_after) {
        otelmq_kafka_stop(consumer);
    }
    bool is_told = seen->answer_count == 0 || seen->count <= seen->answer_count;
    return is_told ? seen->answer : OTELMQ_KAFKA_DONE;
}

void produce_numbers(const kafka_fixture *fixture, const char *topic, int first, int count)
{
    rd_kafka_t *producer = kafka_client_new(RD_KAFKA_PRODUCER, kafka_conf(fixture, NULL));
    for (int i = first; i < first + count; i++) {
        char text[16];
        size_t len = (size_t)snprintf(text, sizeof(text), "%d", i);
        assert_int_equal(
            rd_kafka_producev(producer, RD_KAFKA_V_TOPIC(topic), RD_KAFKA_V_PARTITION(0),
                              RD_KAFKA_V_KEY("key", 3), RD_KAFKA_V_VALUE(text, len),
                              RD_KAFKA_V_HEADER("shop", "north", 5),
                              RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY), RD_KAFKA_V_END),
            0);
    }
    kafka_flush(producer);
    rd_kafka_destroy(producer);
}

rd_kafka_t *runner_of(const kafka_fixture *fixture, const char *topic, int partitions)
{
    static const char *const properties[] = {"group.id", "workers", "enable.auto.commit", "false",
                                             NULL};
    rd_kafka_t *consumer = kafka_consumer(fixture, properties, NULL);
    kafka_assign(consumer, topic, partitions);
    return consumer;
}

int64_t committed_offset(rd_kafka_t *consumer, const char *topic)
{
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(1);
    rd_kafka_topic_partition_list_add(list, topic, 0);
    assert_int_equal(rd_kafka_committed(consumer, list, 30000), 0);
    int64_t offset = list->elems[0].offset;
    rd_kafka_topic_partition_list_destroy(list);
    return offset;
}
