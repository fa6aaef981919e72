/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Two members of a group are in otelmq_kafka_run while the leader of a partition is killed and the
 * coordinator of the group is stopped: each message is handled, what is done is committed, and no
 * span is there twice.
 */
#include <otelmq/kafka.h>

#include "kafka/real/chaos/census.h"
#include "kafka/real/chaos/clients.h"
#include "kafka/real/chaos/disturbance.h"
#include "kafka/real/chaos/numbered.h"
#include "support/test.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>

enum { MESSAGES = 24000, MEMBERS = 2, PATIENCE_MS = 120000, REJECTED_EVERY = 100 };
enum { NAME_SIZE = 64 };

static chaos_nodes nodes;

/* What all members share. */
typedef struct {
    disturbance trouble;
    const char *assignor;
    char topic[NAME_SIZE];
    char dead[NAME_SIZE]; /* the topic of dead letters */
    char group[NAME_SIZE];
    size_t count; /* of the messages */
    atomic_int *handled; /* how often, by number */
    atomic_size_t calls; /* of the handler */
    atomic_size_t distinct; /* messages that were handled */
} work;

typedef struct {
    work *shared;
    rd_kafka_t *consumer;
    rd_kafka_t *producer; /* of dead letters */
    rd_kafka_resp_err_t result;
    pthread_t thread;
} member;

static void produce_all(const work *self)
{
    rd_kafka_t *producer = clients_producer(&nodes, NULL);
    for (size_t number = 0; number < self->count; number++) {
        numbered_produce(producer, self->topic, number);
    }
    assert_int_equal(rd_kafka_flush(producer, PATIENCE_MS), 0);
    rd_kafka_destroy(producer);
}

static otelmq_kafka_answer handle(void *shared, rd_kafka_t *consumer,
                                  const rd_kafka_message_t *message)
{
    work *self = shared;
    size_t number = numbered_number(message);
    (void)consumer;
    if (number >= self->count) {
        return OTELMQ_KAFKA_STOP;
    }
    if (atomic_fetch_add(&self->handled[number], 1) == 0) {
        atomic_fetch_add(&self->distinct, 1);
    }
    disturbance_count(&self->trouble, atomic_fetch_add(&self->calls, 1) + 1);
    return number % REJECTED_EVERY == 0 ? OTELMQ_KAFKA_DEAD_LETTER : OTELMQ_KAFKA_DONE;
}

static void *run(void *of_member)
{
    member *self = of_member;
    otelmq_kafka_run_options options = {.commit_interval_ms = 200,
                                        .slow_handler_ms = 2000,
                                        .producer = self->producer,
                                        .dead_letter_topic = self->shared->dead};
    self->result = otelmq_kafka_run(self->consumer, handle, self->shared, &options);
    return NULL;
}

static rd_kafka_t *new_consumer(const work *self)
{
    const char *const properties[] = {"group.id",
                                      self->group,
                                      "auto.offset.reset",
                                      "earliest",
                                      "enable.auto.commit",
                                      "false",
                                      "session.timeout.ms",
                                      "6000",
                                      "heartbeat.interval.ms",
                                      "500",
                                      "partition.assignment.strategy",
                                      self->assignor,
                                      NULL};
    rd_kafka_conf_t *conf = clients_conf(&nodes, properties);
    rd_kafka_conf_set_rebalance_cb(conf, otelmq_kafka_rebalance);
    assert_int_equal(otelmq_kafka_conf_trace(conf, NULL), OTELMQ_OK);
    rd_kafka_t *consumer = clients_new(RD_KAFKA_CONSUMER, conf);
    rd_kafka_topic_partition_list_t *topics = rd_kafka_topic_partition_list_new(1);
    rd_kafka_topic_partition_list_add(topics, self->topic, RD_KAFKA_PARTITION_UA);
    assert_int_equal(rd_kafka_subscribe(consumer, topics), 0);
    rd_kafka_topic_partition_list_destroy(topics);
    return consumer;
}

static void start(member members[MEMBERS], work *shared)
{
    for (size_t i = 0; i < MEMBERS; i++) {
        members[i] = (member){.shared = shared,
                              .consumer = new_consumer(shared),
                              .producer = clients_producer(&nodes, NULL)};
        assert_int_equal(pthread_create(&members[i].thread, NULL, run, &members[i]), 0);
    }
}

static void stop(member members[MEMBERS])
{
    for (size_t i = 0; i < MEMBERS; i++) {
        otelmq_kafka_stop(members[i].consumer);
    }
    for (size_t i = 0; i < MEMBERS; i++) {
        assert_int_equal(pthread_join(members[i].thread, NULL), 0);
        assert_int_equal(members[i].result, RD_KAFKA_RESP_ERR_NO_ERROR);
        rd_kafka_destroy(members[i].consumer);
        rd_kafka_destroy(members[i].producer);
    }
}

/* --- What must have come of it --- */

/* Each partition's offset is how many of its messages are done; negative: nothing is known. */
static size_t count_committed(const work *self)
{
    const char *const properties[] = {"group.id", self->group, NULL};
    rd_kafka_t *reader = clients_new(RD_KAFKA_CONSUMER, clients_conf(&nodes, properties));
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(NUMBERED_PARTITIONS);
    rd_kafka_topic_partition_list_add_range(list, self->topic, 0, NUMBERED_PARTITIONS - 1);
    size_t count = 0;
    if (rd_kafka_committed(reader, list, PATIENCE_MS) == RD_KAFKA_RESP_ERR_NO_ERROR) {
        for (int i = 0; i < list->cnt; i++) {
            count += list->elems[i].offset > 0 ? (size_t)list->elems[i].offset : 0;
        }
    }
    rd_kafka_topic_partition_list_destroy(list);
    rd_kafka_destroy(reader);
    return count;
}

static void wait_until_done(const work *self)
{
    int seconds = 0;
    while (atomic_load(&self->distinct) < self->count || count_committed(self) < self->count) {
        assert_true(seconds++ < PATIENCE_MS / 1000);
        (void)sleep(1);
    }
}

/* Each rejected message is among the dead letters, more than once if it was handled so often. */
static void expect_dead_letters(const work *self)
{
    size_t expected = (self->count + REJECTED_EVERY - 1) / REJECTED_EVERY;
    size_t found = 0;
    bool *is_found = calloc(self->count, sizeof(*is_found));
    rd_kafka_t *reader = clients_reader(&nodes, self->dead, NUMBERED_PARTITIONS);
    while (found < expected) {
        rd_kafka_message_t *message = rd_kafka_consumer_poll(reader, PATIENCE_MS);
        assert_non_null(message);
        if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR) {
            size_t number = numbered_number(message);
            assert_true(number < self->count);
            assert_int_equal(number % REJECTED_EVERY, 0);
            found += !is_found[number];
            is_found[number] = true;
        }
        rd_kafka_message_destroy(message);
    }
    rd_kafka_destroy(reader);
    free(is_found);
}

static work *new_work(const char *assignor)
{
    work *self = calloc(1, sizeof(*self));
    assert_non_null(self);
    self->assignor = assignor;
    self->count = MESSAGES;
    self->handled = calloc(MESSAGES, sizeof(*self->handled));
    assert_non_null(self->handled);
    (void)snprintf(self->topic, sizeof(self->topic), "work-%s", assignor);
    (void)snprintf(self->dead, sizeof(self->dead), "dead-%s", assignor);
    (void)snprintf(self->group, sizeof(self->group), "workers-%s", assignor);
    self->trouble = (disturbance){
        .nodes = &nodes, .topic = self->topic, .group = self->group, .total = MESSAGES};
    return self;
}

static void work_through(work *self)
{
    member members[MEMBERS];
    disturbance_start(&self->trouble);
    nodes_create_topic(self->trouble.client, self->topic, NUMBERED_PARTITIONS);
    nodes_create_topic(self->trouble.client, self->dead, NUMBERED_PARTITIONS);
    produce_all(self);
    start(members, self);
    wait_until_done(self);
    stop(members);
    disturbance_end(&self->trouble);
    print_message("%zu messages were handled %zu times\n", self->count, atomic_load(&self->calls));
    assert_int_equal(count_committed(self), self->count);
    expect_dead_letters(self);
}

static void run_and_disturb(const char *assignor)
{
    work *self = new_work(assignor);
    census spans;
    census_start(&spans, self->topic, self->count);
    work_through(self);
    assert_int_equal(spans.sent, self->count);
    assert_int_equal(spans.processed, atomic_load(&self->calls));
    census_check(&spans);
    census_stop(&spans);
    free(self->handled);
    free(self);
}

static void each_message_is_handled_and_committed(void **state)
{
    (void)state;
    run_and_disturb("range");
}

static void each_is_by_an_incremental_assignor_too(void **state)
{
    (void)state;
    run_and_disturb("cooperative-sticky");
}

static int start_nodes(void **state)
{
    (void)state;
    nodes_create(&nodes);
    return 0;
}

static int stop_nodes(void **state)
{
    (void)state;
    nodes_destroy(&nodes);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_message_is_handled_and_committed),
        cmocka_unit_test(each_is_by_an_incremental_assignor_too),
    };
    return cmocka_run_group_tests(tests, start_nodes, stop_nodes);
}
