/* SPDX-License-Identifier: Apache-2.0 */
#include "kafka/real/chaos/nodes.h"

#include "support/test.h"

enum { PATIENCE_MS = 60000, NODE_TEXT_SIZE = 16 };

/* As the program wants the number of a node. */
static void write_number(char text[NODE_TEXT_SIZE], int32_t node)
{
    (void)snprintf(text, NODE_TEXT_SIZE, "%d", (int)node);
}

static void run_on(const chaos_nodes *self, const char *action, int32_t node)
{
    char number[NODE_TEXT_SIZE];
    write_number(number, node);
    private_broker_run(&self->broker, action, number);
}

void nodes_create(chaos_nodes *self)
{
    private_broker_create(&self->broker, NODES_CONTROL, NODES_PARENT);
    self->starting = 0;
    private_broker_run(&self->broker, "start", "--brokers 3");
    private_broker_read(&self->broker, "bootstrap", self->bootstrap, sizeof(self->bootstrap));
}

void nodes_destroy(chaos_nodes *self)
{
    if (self->starting != 0) {
        nodes_end_start(self);
    }
    private_broker_destroy(&self->broker);
}

void nodes_kill(const chaos_nodes *self, int32_t node)
{
    run_on(self, "kill", node);
}

void nodes_stop(const chaos_nodes *self, int32_t node)
{
    run_on(self, "stop", node);
}

void nodes_begin_start(chaos_nodes *self, int32_t node)
{
    char number[NODE_TEXT_SIZE];
    assert_int_equal(self->starting, 0);
    write_number(number, node);
    self->starting = private_broker_begin(&self->broker, "start", number);
}

void nodes_end_start(chaos_nodes *self)
{
    private_broker_end(self->starting, "start");
    self->starting = 0;
}

/* --- What the cluster says --- */

void nodes_create_topic(rd_kafka_t *client, const char *topic, int partitions)
{
    char error[256];
    rd_kafka_NewTopic_t *wanted =
        rd_kafka_NewTopic_new(topic, partitions, NODE_COUNT, error, sizeof(error));
    assert_non_null(wanted);
    assert_int_equal(rd_kafka_NewTopic_set_config(wanted, "min.insync.replicas", "2"), 0);
    rd_kafka_queue_t *queue = rd_kafka_queue_new(client);
    rd_kafka_CreateTopics(client, &wanted, 1, NULL, queue);
    rd_kafka_event_t *event = rd_kafka_queue_poll(queue, PATIENCE_MS);
    assert_non_null(event);
    assert_int_equal(rd_kafka_event_error(event), 0);
    size_t count;
    const rd_kafka_topic_result_t **results =
        rd_kafka_CreateTopics_result_topics(rd_kafka_event_CreateTopics_result(event), &count);
    assert_int_equal(count, 1);
    assert_int_equal(rd_kafka_topic_result_error(results[0]), 0);
    rd_kafka_event_destroy(event);
    rd_kafka_queue_destroy(queue);
    rd_kafka_NewTopic_destroy(wanted);
}

static int32_t find_leader(const struct rd_kafka_metadata_topic *topic, int32_t partition)
{
    for (int i = 0; i < topic->partition_cnt; i++) {
        if (topic->partitions[i].id == partition) {
            return topic->partitions[i].leader;
        }
    }
    return -1;
}

/* A node that has just gone may be the one that is asked. */
int32_t nodes_leader(rd_kafka_t *client, const char *topic, int32_t partition)
{
    const struct rd_kafka_metadata *metadata = NULL;
    rd_kafka_topic_t *handle = rd_kafka_topic_new(client, topic, NULL);
    int32_t leader = -1;
    if (rd_kafka_metadata(client, 0, handle, &metadata, PATIENCE_MS) == 0) {
        leader = metadata->topic_cnt == 1 ? find_leader(&metadata->topics[0], partition) : -1;
        rd_kafka_metadata_destroy(metadata);
    }
    rd_kafka_topic_destroy(handle);
    return leader;
}

int32_t nodes_coordinator(rd_kafka_t *client, const char *group)
{
    rd_kafka_queue_t *queue = rd_kafka_queue_new(client);
    rd_kafka_DescribeConsumerGroups(client, &group, 1, NULL, queue);
    rd_kafka_event_t *event = rd_kafka_queue_poll(queue, PATIENCE_MS);
    assert_non_null(event);
    assert_int_equal(rd_kafka_event_error(event), 0);
    size_t count;
    const rd_kafka_ConsumerGroupDescription_t **groups =
        rd_kafka_DescribeConsumerGroups_result_groups(
            rd_kafka_event_DescribeConsumerGroups_result(event), &count);
    assert_int_equal(count, 1);
    assert_null(rd_kafka_ConsumerGroupDescription_error(groups[0]));
    int32_t node = rd_kafka_Node_id(rd_kafka_ConsumerGroupDescription_coordinator(groups[0]));
    rd_kafka_event_destroy(event);
    rd_kafka_queue_destroy(queue);
    return node;
}
