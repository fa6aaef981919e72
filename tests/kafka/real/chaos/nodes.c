/* SPDX-License-Identifier: Apache-2.0 */
#include "kafka/real/chaos/nodes.h"

#include "support/test.h"

#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

extern char **environ;

enum { PATIENCE_MS = 60000, LIFELINE = 9 };

/*
 * A process that is no child of the test, so that whoever ends the test does not end it too: it
 * reads until the test is gone, and with it what starts a node. The nodes may not inherit what it
 * reads from, hence the "e".
 */
static FILE *open_lifeline(const chaos_nodes *self)
{
    char command[4 * NODES_TEXT_SIZE];
    (void)snprintf(command, sizeof(command),
                   "exec setsid --fork sh -c 'cat; \"$0\" stop \"$1\"; rm -rf \"$1\"' '%s' '%s' "
                   ">/dev/null 2>&1",
                   NODES_CONTROL, self->directory);
    FILE *lifeline = popen(command, "we");
    assert_non_null(lifeline);
    return lifeline;
}

/* The shell has the lifeline, so that it lasts until the action is over, and the nodes have not. */
static pid_t spawn(const chaos_nodes *self, char *const arguments[])
{
    pid_t process_id;
    posix_spawn_file_actions_t actions;
    assert_int_equal(posix_spawn_file_actions_init(&actions), 0);
    assert_int_equal(posix_spawn_file_actions_adddup2(&actions, fileno(self->lifeline), LIFELINE),
                     0);
    assert_int_equal(posix_spawn(&process_id, arguments[0], &actions, NULL, arguments, environ), 0);
    posix_spawn_file_actions_destroy(&actions);
    return process_id;
}

/*
 * The action's output becomes the test's. details: what stands behind the directory; may be "". The
 * exit keeps the shell from turning into the action.
 */
static pid_t begin(const chaos_nodes *self, const char *action, const char *details)
{
    char shell[] = "/bin/sh";
    char option[] = "-c";
    char command[4 * NODES_TEXT_SIZE];
    (void)snprintf(command, sizeof(command), "'%s' %s '%s' %s %d>&-; exit $?", NODES_CONTROL,
                   action, self->directory, details, LIFELINE);
    char *arguments[] = {shell, option, command, NULL};
    return spawn(self, arguments);
}

static pid_t begin_one(const chaos_nodes *self, const char *action, int32_t node)
{
    char number[16];
    (void)snprintf(number, sizeof(number), "%d", (int)node);
    return begin(self, action, number);
}

static void end(pid_t process_id, const char *what)
{
    int status;
    assert_int_equal(waitpid(process_id, &status, 0), process_id);
    if (status != 0) {
        fail_msg("%s: the control of the nodes ended with status %d", what, status);
    }
}

static void read_bootstrap(chaos_nodes *self)
{
    char path[NODES_TEXT_SIZE + 16];
    (void)snprintf(path, sizeof(path), "%s/bootstrap", self->directory);
    FILE *file = fopen(path, "re");
    assert_non_null(file);
    assert_non_null(fgets(self->bootstrap, sizeof(self->bootstrap), file));
    self->bootstrap[strcspn(self->bootstrap, "\n")] = '\0';
    (void)fclose(file);
}

void nodes_create(chaos_nodes *self)
{
    (void)snprintf(self->directory, sizeof(self->directory), "%s/nodes-XXXXXX", NODES_PARENT);
    assert_non_null(mkdtemp(self->directory));
    self->lifeline = open_lifeline(self);
    self->starting = 0;
    end(begin(self, "start", "--brokers 3"), "start");
    read_bootstrap(self);
}

void nodes_destroy(chaos_nodes *self)
{
    if (self->starting != 0) {
        nodes_end_start(self);
    }
    end(begin(self, "stop", ""), "stop");
    (void)pclose(self->lifeline);
}

void nodes_kill(const chaos_nodes *self, int32_t node)
{
    end(begin_one(self, "kill", node), "kill");
}

void nodes_stop(const chaos_nodes *self, int32_t node)
{
    end(begin_one(self, "stop", node), "stop");
}

void nodes_begin_start(chaos_nodes *self, int32_t node)
{
    assert_int_equal(self->starting, 0);
    self->starting = begin_one(self, "start", node);
}

void nodes_end_start(chaos_nodes *self)
{
    end(self->starting, "start");
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
