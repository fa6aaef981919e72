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
#include <time.h>

enum { MESSAGES = 24000, MEMBERS = 2, PATIENCE_MS = 120000, NAP_MS = 10, REJECTED_EVERY = 100 };

static const char TOPIC[] = "work";
static const char DEAD[] = "dead";
static const char GROUP[] = "workers";

static chaos_nodes nodes;

/* What all members share. */
typedef struct {
    disturbance trouble;
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
        numbered_produce(producer, TOPIC, number);
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
    otelmq_kafka_run_options options = {
        .commit_interval_ms = 200, .producer = self->producer, .dead_letter_topic = DEAD};
    self->result = otelmq_kafka_run(self->consumer, handle, self->shared, &options);
    return NULL;
}

/* What the handler has takes longer than is usual when it is the handler that disturbs. */
static rd_kafka_t *new_consumer(const char *assignor)
{
    const char *const properties[] = {"group.id",
                                      GROUP,
                                      "auto.offset.reset",
                                      "earliest",
                                      "enable.auto.commit",
                                      "false",
                                      "session.timeout.ms",
                                      "6000",
                                      "heartbeat.interval.ms",
                                      "500",
                                      "partition.assignment.strategy",
                                      assignor,
                                      NULL};
    rd_kafka_conf_t *conf = clients_conf(&nodes, properties);
    rd_kafka_conf_set_rebalance_cb(conf, otelmq_kafka_rebalance);
    assert_int_equal(otelmq_kafka_conf_trace(conf, NULL), OTELMQ_OK);
    rd_kafka_t *consumer = clients_new(RD_KAFKA_CONSUMER, conf);
    rd_kafka_topic_partition_list_t *topics = rd_kafka_topic_partition_list_new(1);
    rd_kafka_topic_partition_list_add(topics, TOPIC, RD_KAFKA_PARTITION_UA);
    assert_int_equal(rd_kafka_subscribe(consumer, topics), 0);
    rd_kafka_topic_partition_list_destroy(topics);
    return consumer;
}

static void start(member members[MEMBERS], work *shared, const char *assignor)
{
    for (size_t i = 0; i < MEMBERS; i++) {
        members[i] = (member){.shared = shared,
                              .consumer = new_consumer(assignor),
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
static size_t count_committed(void)
{
    const char *const properties[] = {"group.id", GROUP, NULL};
    rd_kafka_t *reader = clients_new(RD_KAFKA_CONSUMER, clients_conf(&nodes, properties));
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(NUMBERED_PARTITIONS);
    rd_kafka_topic_partition_list_add_range(list, TOPIC, 0, NUMBERED_PARTITIONS - 1);
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
    const struct timespec nap = {.tv_nsec = NAP_MS * 1000000};
    for (int waited_ms = 0; atomic_load(&self->distinct) < self->count; waited_ms += NAP_MS) {
        assert_true(waited_ms < PATIENCE_MS);
        (void)nanosleep(&nap, NULL);
    }
    for (int tries = 0; count_committed() < self->count; tries++) {
        assert_true(tries < PATIENCE_MS / 1000);
        (void)nanosleep(&(const struct timespec){.tv_sec = 1}, NULL);
    }
}

/* Each rejected message is among the dead letters, more than once if it was handled so often. */
static void expect_dead_letters(const work *self)
{
    size_t expected = (self->count + REJECTED_EVERY - 1) / REJECTED_EVERY;
    size_t found = 0;
    bool *is_found = calloc(self->count, sizeof(*is_found));
    rd_kafka_t *reader = clients_reader(&nodes, DEAD, NUMBERED_PARTITIONS);
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

static void run_and_disturb(const char *assignor)
{
    work shared = {.count = MESSAGES,
                   .handled = calloc(MESSAGES, sizeof(*shared.handled)),
                   .trouble = {.nodes = &nodes, .topic = TOPIC, .group = GROUP, .total = MESSAGES}};
    member members[MEMBERS];
    census spans;
    assert_non_null(shared.handled);
    census_start(&spans, TOPIC, shared.count);
    disturbance_start(&shared.trouble);
    nodes_create_topic(shared.trouble.client, TOPIC, NUMBERED_PARTITIONS);
    nodes_create_topic(shared.trouble.client, DEAD, NUMBERED_PARTITIONS);
    produce_all(&shared);
    start(members, &shared, assignor);
    wait_until_done(&shared);
    stop(members);
    disturbance_end(&shared.trouble);
    print_message("%zu messages were handled %zu times\n", shared.count,
                  atomic_load(&shared.calls));
    assert_int_equal(count_committed(), shared.count);
    expect_dead_letters(&shared);
    assert_int_equal(spans.sent, shared.count);
    assert_int_equal(spans.processed, atomic_load(&shared.calls));
    census_check(&spans);
    census_stop(&spans);
    free(shared.handled);
}

static void each_message_is_handled_and_committed(void **state)
{
    (void)state;
    run_and_disturb("range");
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
    };
    return cmocka_run_group_tests(tests, start_nodes, stop_nodes);
}
