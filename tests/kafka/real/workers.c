/* SPDX-License-Identifier: Apache-2.0 */
#include "kafka/real/workers.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { PATIENCE_MS = 90000, NAP_MS = 10 };

void sleep_ms(int64_t ms)
{
    const struct timespec time = {.tv_sec = ms / 1000, .tv_nsec = (ms % 1000) * 1000000};
    nanosleep(&time, NULL);
}

bool wait_for_number(const atomic_int *number, int least)
{
    for (int waited_ms = 0; waited_ms < PATIENCE_MS; waited_ms += NAP_MS) {
        if (atomic_load(number) >= least) {
            return true;
        }
        sleep_ms(NAP_MS);
    }
    return false;
}

void work_init(work *shared, const kafka_fixture *fixture, int partitions, int count)
{
    memset(shared, 0, sizeof(*shared));
    shared->partitions = partitions;
    shared->count = count;
    cluster_name("work", shared->topic);
    cluster_name("workers", shared->group);
    rd_kafka_t *producer = cluster_producer(fixture, NULL);
    cluster_create_topic(producer, shared->topic, partitions, NULL);
    for (int i = 0; i < count; i++) {
        char text[16];
        size_t len = (size_t)snprintf(text, sizeof(text), "%d", i);
        assert_int_equal(
            rd_kafka_producev(producer, RD_KAFKA_V_TOPIC(shared->topic),
                              RD_KAFKA_V_PARTITION(i % partitions), RD_KAFKA_V_VALUE(text, len),
                              RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY), RD_KAFKA_V_END),
            0);
    }
    kafka_flush(producer);
    rd_kafka_destroy(producer);
}

int work_repeated(const work *shared)
{
    int repeated = 0;
    for (int i = 0; i < shared->count; i++) {
        repeated += atomic_load(&shared->seen[i]) > 1;
    }
    return repeated;
}

int64_t work_committed(const work *shared, const kafka_fixture *fixture)
{
    int64_t sum = 0;
    const char *const properties[] = {"group.id", shared->group, NULL};
    rd_kafka_t *reader = cluster_consumer(fixture, properties); /* it does not join */
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(1);
    rd_kafka_topic_partition_list_add_range(list, shared->topic, 0, shared->partitions - 1);
    assert_int_equal(rd_kafka_committed(reader, list, PATIENCE_MS), 0);
    for (int i = 0; i < list->cnt; i++) {
        sum += list->elems[i].offset > 0 ? list->elems[i].offset : 0;
    }
    rd_kafka_topic_partition_list_destroy(list);
    rd_kafka_destroy(reader);
    return sum;
}

static otelmq_kafka_answer handle(void *of_worker, rd_kafka_t *consumer,
                                  const rd_kafka_message_t *message)
{
    worker *self = of_worker;
    char text[16] = "";
    (void)consumer;
    memcpy(text, message->payload, message->len < 15 ? message->len : 15);
    sleep_ms(self->handler_ms);
    if (atomic_fetch_add(&self->shared->seen[strtol(text, NULL, 10) % WORK_MAX], 1) == 0) {
        atomic_fetch_add(&self->shared->distinct, 1);
    }
    atomic_fetch_add(&self->handled, 1);
    return OTELMQ_KAFKA_DONE;
}

static void *run(void *of_worker)
{
    worker *self = of_worker;
    self->result = otelmq_kafka_run(self->consumer, handle, self, self->options);
    return NULL;
}

void worker_start(worker *self, const kafka_fixture *fixture, work *shared, const char *assignor,
                  bool has_callback)
{
    const char *const properties[] = {"group.id",
                                      shared->group,
                                      "auto.offset.reset",
                                      "earliest",
                                      "enable.auto.commit",
                                      "false",
                                      "partition.assignment.strategy",
                                      assignor,
                                      "session.timeout.ms",
                                      "6000",
                                      "max.poll.interval.ms",
                                      "8000",
                                      "heartbeat.interval.ms",
                                      "500",
                                      NULL};
    self->shared = shared;
    atomic_store(&self->handled, 0);
    self->consumer = has_callback ? cluster_rebalancing_consumer(fixture, properties)
                                  : cluster_consumer(fixture, properties);
    rd_kafka_topic_partition_list_t *topics = rd_kafka_topic_partition_list_new(1);
    rd_kafka_topic_partition_list_add(topics, shared->topic, RD_KAFKA_PARTITION_UA);
    assert_int_equal(rd_kafka_subscribe(self->consumer, topics), 0);
    rd_kafka_topic_partition_list_destroy(topics);
    assert_int_equal(pthread_create(&self->thread, NULL, run, self), 0);
}

void worker_stop(worker *self)
{
    otelmq_kafka_stop(self->consumer);
    assert_int_equal(pthread_join(self->thread, NULL), 0);
    assert_int_equal(self->result, RD_KAFKA_RESP_ERR_NO_ERROR);
    rd_kafka_destroy(self->consumer);
}
