/* SPDX-License-Identifier: Apache-2.0 */
#include "base/clock.h"
#include "kafka/consume/settled.h"
#include "kafka/run/runner.h"

static const uint64_t NANOS_PER_MS = 1000000;

static bool is_in(const rd_kafka_topic_partition_list_t *partitions,
                  const rd_kafka_message_t *message)
{
    for (int i = 0; i < partitions->cnt; i++) {
        if (partitions->elems[i].partition == message->partition &&
            strcmp(partitions->elems[i].topic, rd_kafka_topic_name(message->rkt)) == 0) {
            return true;
        }
    }
    return false;
}

/*
 * With the lock. The others of the group wait until this consumer gives its partitions back, so it
 * does not wait longer than a handler may take before it is called slow.
 */
static void wait_for_handler(otelmq_kafka_runner *runner)
{
    uint64_t limit =
        otelmq_clock_monotonic_nano() + (uint64_t)runner->options.slow_handler_ms * NANOS_PER_MS;
    struct timespec until = otelmq_deadline_timespec((otelmq_deadline){limit});
    int status = 0;
    while (runner->message != NULL && status == 0) {
        status = pthread_cond_timedwait(&runner->changed, &runner->lock, &until);
    }
}

/*
 * The message that the handler has, or has had just now: its offset is committed with the others,
 * or it is not this consumer's any more, and comes to the next one.
 */
static void settle_current(otelmq_kafka_runner *runner,
                           const rd_kafka_topic_partition_list_t *partitions, bool is_lost)
{
    (void)pthread_mutex_lock(&runner->lock);
    const rd_kafka_message_t *message = runner->message != NULL ? runner->message : runner->handled;
    bool is_concerned = message != NULL && is_in(partitions, message);
    if (is_concerned && !is_lost) {
        wait_for_handler(runner);
    }
    if (is_concerned) {
        bool is_done = !is_lost && runner->message == NULL && !runner->is_message_revoked &&
                       runner->outcome == OTELMQ_KAFKA_RUN_DONE;
        if (is_done) {
            otelmq_kafka_offsets_add(&runner->offsets, message);
        }
        runner->is_message_revoked = true;
    }
    (void)pthread_mutex_unlock(&runner->lock);
}

void otelmq_kafka_runner_revoked(otelmq_kafka_runner *runner,
                                 const rd_kafka_topic_partition_list_t *partitions, bool is_lost)
{
    settle_current(runner, partitions, is_lost);
    if (!is_lost) {
        otelmq_kafka_offsets_prepare_commit(&runner->offsets);
        (void)otelmq_kafka_offsets_commit(&runner->offsets);
    }
    otelmq_kafka_offsets_forget(&runner->offsets, partitions);
    for (int i = 0; i < partitions->cnt; i++) {
        const rd_kafka_topic_partition_t *gone = &partitions->elems[i];
        otelmq_kafka_held_drop(&runner->held, gone->topic, gone->partition);
        otelmq_kafka_runner_release(runner, gone->topic, gone->partition);
    }
}

void otelmq_kafka_runner_assigned(otelmq_kafka_runner *runner,
                                  rd_kafka_topic_partition_list_t *partitions)
{
    (void)pthread_mutex_lock(&runner->lock);
    bool is_paused = runner->keeper_polls;
    (void)pthread_mutex_unlock(&runner->lock);
    if (is_paused) {
        otelmq_kafka_runner_pause(runner, partitions);
    }
}

static bool is_cooperative(rd_kafka_t *consumer)
{
    const char *protocol = rd_kafka_rebalance_protocol(consumer);
    return protocol != NULL && strcmp(protocol, "COOPERATIVE") == 0;
}

static void assign(rd_kafka_t *consumer, const rd_kafka_topic_partition_list_t *partitions)
{
    if (is_cooperative(consumer)) {
        rd_kafka_error_destroy(rd_kafka_incremental_assign(consumer, partitions));
    } else {
        (void)rd_kafka_assign(consumer, partitions);
    }
}

static void unassign(rd_kafka_t *consumer, const rd_kafka_topic_partition_list_t *partitions)
{
    if (is_cooperative(consumer)) {
        rd_kafka_error_destroy(rd_kafka_incremental_unassign(consumer, partitions));
    } else {
        (void)rd_kafka_assign(consumer, NULL);
    }
}

void otelmq_kafka_rebalance(rd_kafka_t *consumer, rd_kafka_resp_err_t err,
                            rd_kafka_topic_partition_list_t *partitions, void *opaque)
{
    otelmq_kafka_client *client = otelmq_kafka_client_find(consumer);
    otelmq_kafka_runner *runner = client != NULL ? atomic_load(&client->run.runner) : NULL;
    (void)opaque;
    if (err == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS) {
        assign(consumer, partitions);
        if (runner != NULL) {
            otelmq_kafka_runner_assigned(runner, partitions);
        }
        return;
    }
    bool is_lost = rd_kafka_assignment_lost(consumer) != 0;
    if (runner != NULL) {
        otelmq_kafka_runner_revoked(runner, partitions, is_lost);
    }
    /* A consumer that commits by itself does so as it gives partitions up: see assignment.h. */
    if (client != NULL && (is_lost || !client->commits_by_itself)) {
        otelmq_kafka_on_revoke(client, partitions);
    }
    unassign(consumer, partitions);
}
