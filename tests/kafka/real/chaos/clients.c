/* SPDX-License-Identifier: Apache-2.0 */
#include "kafka/real/chaos/clients.h"

#include <otelmq/kafka.h>

#include "support/test.h"

static void set(rd_kafka_conf_t *conf, const char *name, const char *value)
{
    char error[256] = "";
    if (rd_kafka_conf_set(conf, name, value, error, sizeof(error)) != RD_KAFKA_CONF_OK) {
        fail_msg("%s", error);
    }
}

rd_kafka_conf_t *clients_conf(const chaos_nodes *nodes, const char *const properties[])
{
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    set(conf, "bootstrap.servers", nodes->bootstrap);
    set(conf, "reconnect.backoff.max.ms", "1000");
    set(conf, "log_level", "0");
    for (size_t i = 0; properties != NULL && properties[i] != NULL; i += 2) {
        set(conf, properties[i], properties[i + 1]);
    }
    return conf;
}

rd_kafka_t *clients_new(rd_kafka_type_t type, rd_kafka_conf_t *conf)
{
    char error[256] = "";
    rd_kafka_t *client = rd_kafka_new(type, conf, error, sizeof(error));
    if (client == NULL) {
        fail_msg("%s", error);
    }
    if (type == RD_KAFKA_CONSUMER) {
        rd_kafka_poll_set_consumer(client);
    }
    return client;
}

static void report(rd_kafka_t *producer, const rd_kafka_message_t *message, void *to)
{
    client_reports *reports = to;
    (void)producer;
    reports->delivered += message->err == RD_KAFKA_RESP_ERR_NO_ERROR;
    reports->refused += message->err != RD_KAFKA_RESP_ERR_NO_ERROR;
}

rd_kafka_t *clients_producer(const chaos_nodes *nodes, client_reports *reports)
{
    const char *const properties[] = {"enable.idempotence", "true", "acks", "all", NULL};
    rd_kafka_conf_t *conf = clients_conf(nodes, properties);
    if (reports != NULL) {
        rd_kafka_conf_set_opaque(conf, reports);
        rd_kafka_conf_set_dr_msg_cb(conf, report);
    }
    assert_int_equal(otelmq_kafka_conf_trace(conf, NULL), OTELMQ_OK);
    return clients_new(RD_KAFKA_PRODUCER, conf);
}

rd_kafka_t *clients_reader(const chaos_nodes *nodes, const char *topic, int partitions)
{
    const char *const properties[] = {"group.id", "reader", NULL};
    rd_kafka_t *reader = clients_new(RD_KAFKA_CONSUMER, clients_conf(nodes, properties));
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(partitions);
    rd_kafka_topic_partition_list_add_range(list, topic, 0, partitions - 1);
    for (int i = 0; i < list->cnt; i++) {
        list->elems[i].offset = RD_KAFKA_OFFSET_BEGINNING;
    }
    assert_int_equal(rd_kafka_assign(reader, list), 0);
    rd_kafka_topic_partition_list_destroy(list);
    return reader;
}
