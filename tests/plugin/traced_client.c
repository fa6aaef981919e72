/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A program that uses otelmq itself, for the tests of the plugin:
 *
 *     traced_client [NAME=VALUE...] produce|consume TOPIC
 *
 * produces one message, or processes the first one of partition 0.
 */
#include <otelmq/kafka.h>
#include <otelmq/otelmq.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void check(bool ok, const char *what)
{
    if (!ok) {
        fprintf(stderr, "traced_client: %s\n", what);
        exit(1);
    }
}

static rd_kafka_t *create_client(rd_kafka_type_t type, char *properties[], size_t count)
{
    char error[512];
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    for (size_t i = 0; i < count; i++) {
        char *value = strchr(properties[i], '=');
        *value = '\0';
        check(rd_kafka_conf_set(conf, properties[i], value + 1, error, sizeof(error)) == 0, error);
    }
    check(otelmq_kafka_conf_trace(conf, NULL) == OTELMQ_OK, "otelmq_kafka_conf_trace");
    if (type == RD_KAFKA_CONSUMER) {
        check(rd_kafka_conf_set(conf, "group.id", "traced", error, sizeof(error)) == 0, error);
    }
    rd_kafka_t *client = rd_kafka_new(type, conf, error, sizeof(error));
    check(client != NULL, error);
    return client;
}

static void produce(rd_kafka_t *producer, const char *topic)
{
    rd_kafka_resp_err_t err =
        rd_kafka_producev(producer, RD_KAFKA_V_TOPIC(topic), RD_KAFKA_V_PARTITION(0),
                          RD_KAFKA_V_VALUE("v", 1), RD_KAFKA_V_END);
    check(err == RD_KAFKA_RESP_ERR_NO_ERROR, rd_kafka_err2str(err));
    check(rd_kafka_flush(producer, 30000) == 0, "not delivered");
}

static void assign(rd_kafka_t *consumer, const char *topic)
{
    rd_kafka_topic_partition_list_t *partitions = rd_kafka_topic_partition_list_new(1);
    rd_kafka_topic_partition_list_add(partitions, topic, 0)->offset = RD_KAFKA_OFFSET_BEGINNING;
    check(rd_kafka_assign(consumer, partitions) == 0, "assign");
    rd_kafka_topic_partition_list_destroy(partitions);
}

static void consume(rd_kafka_t *consumer, const char *topic)
{
    rd_kafka_message_t *message = NULL;
    assign(consumer, topic);
    while (message == NULL || message->err != RD_KAFKA_RESP_ERR_NO_ERROR) {
        if (message != NULL) {
            rd_kafka_message_destroy(message);
        }
        message = otelmq_kafka_consumer_poll(consumer, 1000);
    }
    otelmq_scope scope = otelmq_kafka_process_start(consumer, message);
    otelmq_scope_end(&scope);
    rd_kafka_message_destroy(message);
    rd_kafka_consumer_close(consumer);
}

int main(int argument_count, char *arguments[])
{
    check(argument_count >= 3, "usage: traced_client [NAME=VALUE...] produce|consume TOPIC");
    size_t property_count = (size_t)argument_count - 3;
    const char *topic = arguments[argument_count - 1];
    bool is_producer = strcmp(arguments[argument_count - 2], "produce") == 0;
    otelmq_sdk *sdk = NULL;
    check(otelmq_sdk_start(NULL, &sdk) == OTELMQ_OK, "otelmq_sdk_start");
    rd_kafka_t *client = create_client(is_producer ? RD_KAFKA_PRODUCER : RD_KAFKA_CONSUMER,
                                       arguments + 1, property_count);
    if (is_producer) {
        produce(client, topic);
    } else {
        consume(client, topic);
    }
    rd_kafka_destroy(client);
    check(otelmq_sdk_shutdown(sdk, 10000) == OTELMQ_OK, "the spans were not exported");
    return 0;
}
