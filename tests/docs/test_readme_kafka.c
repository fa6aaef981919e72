/* SPDX-License-Identifier: Apache-2.0 */
/* Runs the README's Kafka blocks against librdkafka's mock cluster. */
#include <otelmq/kafka.h>
#include <otelmq/otelmq.h>

#include <librdkafka/rdkafka_mock.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

static size_t handled;
static bool in_a_trace;

static void handle(const rd_kafka_message_t *message)
{
    assert_memory_equal(message->payload, "hello", 5);
    handled++;
    in_a_trace = otelmq_span_context_is_valid(otelmq_context_span_context(NULL));
}

static void set(rd_kafka_conf_t *conf, const char *name, const char *value)
{
    char error[256];
    assert_int_equal(rd_kafka_conf_set(conf, name, value, error, sizeof(error)), RD_KAFKA_CONF_OK);
}

static rd_kafka_t *create_consumer(const char *brokers)
{
    char error[256];
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    set(conf, "bootstrap.servers", brokers);
    set(conf, "group.id", "readme");
    assert_int_equal(otelmq_kafka_conf_trace(conf, NULL), OTELMQ_OK);
    rd_kafka_t *consumer = rd_kafka_new(RD_KAFKA_CONSUMER, conf, error, sizeof(error));
    assert_non_null(consumer);
    rd_kafka_poll_set_consumer(consumer);
    return consumer;
}

/* Assigned by hand: a group would take seconds to join on the mock cluster. */
static void assign_orders(rd_kafka_t *consumer)
{
    rd_kafka_topic_partition_list_t *partitions = rd_kafka_topic_partition_list_new(1);
    rd_kafka_topic_partition_list_add(partitions, "orders", 0)->offset = RD_KAFKA_OFFSET_BEGINNING;
    assert_int_equal(rd_kafka_assign(consumer, partitions), RD_KAFKA_RESP_ERR_NO_ERROR);
    rd_kafka_topic_partition_list_destroy(partitions);
}

/* The block polls once for a second, which a loaded machine may need more than once. */
static bool consume_once(rd_kafka_t *consumer)
{
#include "readme_kafka_consumer.inc"
    return handled > 0;
}

static void the_kafka_blocks_produce_and_process_one_message(void **state)
{
    (void)state;
    otelmq_sdk *sdk = NULL;
    assert_int_equal(otelmq_sdk_start(NULL, &sdk), OTELMQ_OK);
    rd_kafka_t *cluster_owner = rd_kafka_new(RD_KAFKA_PRODUCER, rd_kafka_conf_new(), NULL, 0);
    rd_kafka_mock_cluster_t *cluster = rd_kafka_mock_cluster_new(cluster_owner, 1);
    rd_kafka_mock_topic_create(cluster, "orders", 1, 1);
    const char *brokers = rd_kafka_mock_cluster_bootstraps(cluster);

    char error[256];
    char value[] = "hello";
    size_t len = strlen(value);
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    set(conf, "bootstrap.servers", brokers);
#include "readme_kafka_producer.inc"
    assert_int_equal(rd_kafka_flush(producer, 30000), RD_KAFKA_RESP_ERR_NO_ERROR);

    rd_kafka_t *consumer = create_consumer(brokers);
    assign_orders(consumer);
    for (int attempt = 0; attempt < 30 && !consume_once(consumer); attempt++) {
    }
    assert_int_equal(handled, 1);
    assert_true(in_a_trace);

    rd_kafka_consumer_close(consumer);
    rd_kafka_destroy(consumer);
    rd_kafka_destroy(producer);
    rd_kafka_mock_cluster_destroy(cluster);
    rd_kafka_destroy(cluster_owner);
    assert_int_equal(otelmq_sdk_shutdown(sdk, 5000), OTELMQ_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_kafka_blocks_produce_and_process_one_message),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
