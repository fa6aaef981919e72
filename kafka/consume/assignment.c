/* SPDX-License-Identifier: Apache-2.0 */
#include "kafka/consume/assignment.h"

#include "base/clock.h"
#include "kafka/consume/kept.h"
#include "kafka/consume/settled.h"

static const uint64_t INTERVAL_NANO = 1000000000;
static const uint64_t LAST_COMMIT_NANO = 5000000000;

static bool is_listed(const rd_kafka_topic_partition_list_t *list,
                      const otelmq_kafka_partition *partition)
{
    for (int i = 0; i < list->cnt; i++) {
        if (list->elems[i].partition == partition->number &&
            otelmq_str_equal(otelmq_str_from(list->elems[i].topic), partition->topic)) {
            return true;
        }
    }
    return false;
}

/* With the lock: a partition that is gone may wait for librdkafka's last commit of it. */
static bool waits_for_commit(otelmq_kafka_partition *partition)
{
    uint64_t now = otelmq_clock_monotonic_nano();
    if (partition->gone_monotonic_nano == 0) {
        partition->gone_monotonic_nano = now;
    }
    return now - partition->gone_monotonic_nano < LAST_COMMIT_NANO;
}

/*
 * With the lock. A partition that was never seen in an assignment is one of the simple consumer,
 * which has none.
 */
static void compare(otelmq_kafka_partition *partition, const rd_kafka_topic_partition_list_t *now,
                    bool commits_by_itself, rd_kafka_topic_partition_list_t *revoked)
{
    bool is_assigned = is_listed(now, partition);
    bool is_gone = partition->is_assigned && !is_assigned;
    if (is_gone && commits_by_itself && waits_for_commit(partition)) {
        return;
    }
    if (is_gone) {
        rd_kafka_topic_partition_list_add(revoked, partition->text, partition->number);
    }
    partition->is_assigned = is_assigned;
    partition->gone_monotonic_nano = 0;
}

static void compare_all(otelmq_kafka_client *client, const rd_kafka_topic_partition_list_t *now,
                        rd_kafka_topic_partition_list_t *revoked)
{
    otelmq_kafka_partitions *partitions = &client->partitions;
    (void)pthread_mutex_lock(&partitions->lock);
    for (size_t i = 0; i < OTELMQ_KAFKA_PARTITION_BUCKETS; i++) {
        for (otelmq_kafka_partition *partition = partitions->buckets[i]; partition != NULL;
             partition = partition->next) {
            compare(partition, now, client->commits_by_itself, revoked);
        }
    }
    (void)pthread_mutex_unlock(&partitions->lock);
}

static void look(otelmq_kafka_client *client, rd_kafka_t *consumer)
{
    rd_kafka_topic_partition_list_t *now = NULL;
    if (rd_kafka_assignment(consumer, &now) != RD_KAFKA_RESP_ERR_NO_ERROR) {
        return;
    }
    rd_kafka_topic_partition_list_t *revoked = rd_kafka_topic_partition_list_new(1);
    compare_all(client, now, revoked);
    otelmq_kafka_on_revoke(client, revoked);
    rd_kafka_topic_partition_list_destroy(revoked);
    rd_kafka_topic_partition_list_destroy(now);
}

static bool is_due(otelmq_kafka_partitions *partitions)
{
    uint64_t now = otelmq_clock_monotonic_nano();
    (void)pthread_mutex_lock(&partitions->lock);
    bool due = now - partitions->assignment_seen_monotonic_nano >= INTERVAL_NANO;
    if (due) {
        partitions->assignment_seen_monotonic_nano = now;
    }
    (void)pthread_mutex_unlock(&partitions->lock);
    return due;
}

void otelmq_kafka_assignment_check(otelmq_kafka_client *client, rd_kafka_t *consumer)
{
    if (otelmq_kafka_kept_has_any(&client->partitions) && is_due(&client->partitions)) {
        look(client, consumer);
    }
}

void otelmq_kafka_assignment_learn(otelmq_kafka_client *client, rd_kafka_t *consumer,
                                   otelmq_str topic, int32_t partition)
{
    otelmq_kafka_partitions *partitions = &client->partitions;
    (void)pthread_mutex_lock(&partitions->lock);
    otelmq_kafka_partition *found = otelmq_kafka_partitions_get(partitions, topic, partition);
    bool is_known = found == NULL || found->is_looked_up;
    if (!is_known) {
        found->is_looked_up = true;
    }
    (void)pthread_mutex_unlock(&partitions->lock);
    if (!is_known) {
        look(client, consumer);
    }
}
