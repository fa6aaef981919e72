/* SPDX-License-Identifier: Apache-2.0 */
#include "kafka/real/cluster.h"

#include "base/clock.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { CREATE_TIMEOUT_MS = 90000 };

static const char *brokers_of_environment(void)
{
    const char *brokers = getenv("KAFKA_BROKERS");
    return brokers != NULL && brokers[0] != '\0' ? brokers : NULL;
}

int cluster_setup_apache(void **state)
{
    int status = kafka_fixture_setup(state); /* Also when this fails, it is torn down. */
    if (brokers_of_environment() == NULL) {
        fail_msg("KAFKA_BROKERS is not set: `./run test kafka` starts a Kafka and sets it");
    }
    return status;
}

void cluster_name(const char *word, char name[CLUSTER_NAME_SIZE])
{
    (void)snprintf(name, CLUSTER_NAME_SIZE, "%s-%" PRIx64 "-%lx", word, otelmq_clock_unix_nano(),
                   (unsigned long)getpid());
}

void cluster_span_name(const char *operation, const char *topic, char name[CLUSTER_SPAN_NAME_SIZE])
{
    (void)snprintf(name, CLUSTER_SPAN_NAME_SIZE, "%s %s", operation, topic);
}

static void assert_created(rd_kafka_event_t *event)
{
    size_t count = 0;
    assert_non_null(event);
    assert_int_equal(rd_kafka_event_error(event), 0);
    const rd_kafka_topic_result_t **results =
        rd_kafka_CreateTopics_result_topics(rd_kafka_event_CreateTopics_result(event), &count);
    assert_int_equal(count, 1);
    assert_int_equal(rd_kafka_topic_result_error(results[0]), 0);
}

void cluster_create_topic(rd_kafka_t *client, const char *topic, int partitions,
                          const char *const properties[])
{
    char error[256];
    rd_kafka_NewTopic_t *wanted = rd_kafka_NewTopic_new(topic, partitions, 1, error, sizeof(error));
    for (size_t i = 0; properties != NULL && properties[i] != NULL; i += 2) {
        assert_int_equal(rd_kafka_NewTopic_set_config(wanted, properties[i], properties[i + 1]), 0);
    }
    rd_kafka_queue_t *queue = rd_kafka_queue_new(client);
    rd_kafka_CreateTopics(client, &wanted, 1, NULL, queue);
    rd_kafka_event_t *event = rd_kafka_queue_poll(queue, CREATE_TIMEOUT_MS);
    assert_created(event);
    rd_kafka_event_destroy(event);
    rd_kafka_queue_destroy(queue);
    rd_kafka_NewTopic_destroy(wanted);
}

rd_kafka_conf_t *cluster_conf(const kafka_fixture *fixture, const char *const properties[])
{
    const char *brokers = brokers_of_environment();
    rd_kafka_conf_t *conf = kafka_conf(fixture, properties);
    if (brokers != NULL) {
        assert_int_equal(rd_kafka_conf_set(conf, "bootstrap.servers", brokers, NULL, 0), 0);
    }
    assert_int_equal(otelmq_kafka_conf_trace(conf, NULL), OTELMQ_OK);
    return conf;
}

rd_kafka_t *cluster_producer(const kafka_fixture *fixture, const char *const properties[])
{
    return kafka_client_new(RD_KAFKA_PRODUCER, cluster_conf(fixture, properties));
}

rd_kafka_t *cluster_consumer(const kafka_fixture *fixture, const char *const properties[])
{
    return kafka_client_new(RD_KAFKA_CONSUMER, cluster_conf(fixture, properties));
}

/* One that was never made the group's kind of consumer by rd_kafka_poll_set_consumer. */
rd_kafka_t *cluster_simple_consumer(const kafka_fixture *fixture)
{
    char error[256] = "";
    rd_kafka_t *consumer =
        rd_kafka_new(RD_KAFKA_CONSUMER, cluster_conf(fixture, NULL), error, sizeof(error));
    if (consumer == NULL) {
        fail_msg("%s", error);
    }
    return consumer;
}

rd_kafka_t *cluster_rebalancing_consumer(const kafka_fixture *fixture,
                                         const char *const properties[])
{
    rd_kafka_conf_t *conf = cluster_conf(fixture, properties);
    rd_kafka_conf_set_rebalance_cb(conf, otelmq_kafka_rebalance);
    return kafka_client_new(RD_KAFKA_CONSUMER, conf);
}

/* The mock cluster may wait for a member that has gone, until its session times out. */
rd_kafka_t *cluster_subscriber(const kafka_fixture *fixture, const char *group, const char *topic)
{
    const char *const properties[] = {"group.id",
                                      group,
                                      "auto.offset.reset",
                                      "earliest",
                                      "enable.auto.commit",
                                      "false",
                                      "session.timeout.ms",
                                      "6000",
                                      NULL};
    rd_kafka_t *consumer = cluster_consumer(fixture, properties);
    rd_kafka_topic_partition_list_t *topics = rd_kafka_topic_partition_list_new(1);
    rd_kafka_topic_partition_list_add(topics, topic, RD_KAFKA_PARTITION_UA);
    assert_int_equal(rd_kafka_subscribe(consumer, topics), 0);
    rd_kafka_topic_partition_list_destroy(topics);
    return consumer;
}
