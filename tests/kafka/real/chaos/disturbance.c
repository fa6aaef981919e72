/* SPDX-License-Identifier: Apache-2.0 */
#include "kafka/real/chaos/disturbance.h"

#include "kafka/real/chaos/clients.h"
#include "support/test.h"

#include <unistd.h>

enum { EIGHTHS = 8, PATIENCE_S = 60 };

static int32_t wait_for_leader(const disturbance *self, int32_t partition, int32_t other_than)
{
    for (int second = 0; second < PATIENCE_S; second++) {
        int32_t leader = nodes_leader(self->client, self->topic, partition);
        if (leader > 0 && leader != other_than) {
            return leader;
        }
        sleep(1);
    }
    fail_msg("partition %d has no leader but %d", (int)partition, (int)other_than);
    return -1;
}

static void kill_leader(disturbance *self)
{
    self->killed = wait_for_leader(self, 0, -1);
    nodes_kill(self->nodes, self->killed);
}

static void start_killed(disturbance *self)
{
    int32_t leader = wait_for_leader(self, 0, self->killed);
    print_message("node %d was killed, node %d leads\n", (int)self->killed, (int)leader);
    nodes_begin_start(self->nodes, self->killed);
}

static void stop_another(disturbance *self)
{
    nodes_end_start(self->nodes);
    self->stopped = self->group != NULL ? nodes_coordinator(self->client, self->group)
                                        : wait_for_leader(self, 1, self->killed);
    print_message("node %d is stopped\n", (int)self->stopped);
    nodes_stop(self->nodes, self->stopped);
}

static void start_stopped(disturbance *self)
{
    nodes_begin_start(self->nodes, self->stopped);
}

static void await_stopped(disturbance *self)
{
    nodes_end_start(self->nodes);
}

typedef struct {
    size_t eighths; /* of the messages */
    void (*happen)(disturbance *self);
} event;

static const event events[] = {
    {2, kill_leader}, {4, start_killed}, {5, stop_another}, {6, start_stopped}, {7, await_stopped}};

void disturbance_start(disturbance *self)
{
    self->client = clients_new(RD_KAFKA_PRODUCER, clients_conf(self->nodes, NULL));
    assert_int_equal(pthread_mutex_init(&self->lock, NULL), 0);
}

void disturbance_count(disturbance *self, size_t count)
{
    (void)pthread_mutex_lock(&self->lock);
    while (self->next < COUNT_OF(events) &&
           count >= self->total / EIGHTHS * events[self->next].eighths) {
        events[self->next++].happen(self);
    }
    (void)pthread_mutex_unlock(&self->lock);
}

void disturbance_end(disturbance *self)
{
    assert_int_equal(self->next, COUNT_OF(events));
    rd_kafka_destroy(self->client);
    (void)pthread_mutex_destroy(&self->lock);
}
