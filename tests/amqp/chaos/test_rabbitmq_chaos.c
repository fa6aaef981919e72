/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A RabbitMQ that crashes, is restarted, or hangs, in the middle of publishing with confirms and of
 * consuming. When that happens is counted in messages, and how long it lasts decides nothing.
 *
 * With heartbeats, a machine that gives the test no time for two of them costs a connection more
 * than what the test does: there are at least as many then, and heartbeats are no more frequent
 * than the patience of these tests asks for.
 */
#include "amqp/chaos/consumer.h"
#include "amqp/chaos/ledger.h"
#include "support/test.h"

#include <stdlib.h>

enum { CLASSIC, QUORUM };
enum { HEARTBEAT_S = 2, MIDDLE = 503 };

static chaos_node broker;

static publisher *new_publisher(const publisher_event events[])
{
    publisher *self = calloc(1, sizeof(*self));
    assert_non_null(self);
    self->events = events;
    return self;
}

/* The queues stay, empty and in the state in which they are found after a crash. */
static int start_broker(void **state)
{
    (void)state;
    node_create(&broker);
    publisher *self = new_publisher(NULL);
    publisher_start(self, &broker);
    publisher_stop(self);
    free(self);
    node_settle(&broker);
    return 0;
}

static int stop_broker(void **state)
{
    (void)state;
    node_destroy(&broker);
    return 0;
}

static void publish_all(publisher *self)
{
    ledger spans;
    ledger_open(&spans);
    publisher_start(self, &broker);
    publisher_run(self);
    publisher_expect_all_in_queues(self);
    publisher_end_tracing(self);
    ledger_check_spans(&spans, self->tracing.spans);
    publisher_stop(self);
    ledger_check_files(&spans);
}

static void a_broker_that_crashes_while_publishing_loses_nothing_confirmed(void **state)
{
    (void)state;
    const publisher_event events[] = {{7, node_kill}, {1033, node_kill}, {0, NULL}};
    publisher *self = new_publisher(events);
    publish_all(self);
    assert_int_equal(self->connections, 3);
    assert_true(self->unknown > 0);
    free(self);
}

/* As a window begins, so that the publisher mostly waits when the broker takes leave. */
static void a_broker_that_is_restarted_while_publishing_loses_nothing_confirmed(void **state)
{
    (void)state;
    const publisher_event events[] = {{3 * PUBLISHER_WINDOW + 1, node_restart},
                                      {21 * PUBLISHER_WINDOW + 1, node_restart},
                                      {0, NULL}};
    publisher *self = new_publisher(events);
    publish_all(self);
    assert_int_equal(self->connections, 3);
    assert_true(self->unknown > 0);
    free(self);
}

static void a_broker_that_hangs_while_publishing_is_waited_for(void **state)
{
    (void)state;
    const publisher_event events[] = {{333, node_pause}, {1421, node_pause}, {0, NULL}};
    const struct timeval wait = {.tv_usec = 200000};
    publisher *self = new_publisher(events);
    self->wait = &wait;
    publish_all(self);
    assert_int_equal(self->connections, 1);
    assert_true(self->timeouts >= 2);
    assert_int_equal(self->unknown, 0);
    free(self);
}

static void a_broker_that_hangs_longer_than_heartbeats_allow_loses_nothing_confirmed(void **state)
{
    (void)state;
    const publisher_event events[] = {{777, node_pause}, {0, NULL}};
    publisher *self = new_publisher(events);
    self->heartbeat_s = HEARTBEAT_S;
    publish_all(self);
    assert_true(self->connections >= 2);
    assert_true(self->unknown > 0);
    free(self);
}

/* Consumes what is in its queue, and expects each message to be acknowledged once. */
static void consume_all(consumer *self)
{
    ledger spans;
    ledger_open(&spans);
    consumer_start(self, &broker);
    consumer_run(self);
    consumer_end_tracing(self);
    ledger_check_spans(&spans, self->tracing.spans);
    consumer_stop(self);
    ledger_check_files(&spans);
    assert_int_equal(self->again, 0);
}

static void fill_queues(void)
{
    const publisher_event events[] = {{0, NULL}};
    publisher *self = new_publisher(events);
    publisher_start(self, &broker);
    publisher_run(self);
    publisher_stop(self);
    free(self);
}

/* Without heartbeats it is the test alone that costs connections. */
static void consume_queue(size_t queue, const consumer *how, size_t connections)
{
    consumer *self = calloc(1, sizeof(*self));
    assert_non_null(self);
    *self = *how;
    self->queue = queue;
    self->process_ends =
        queue == QUORUM ? OTELMQ_PROCESS_ENDS_WITH_SETTLEMENT : OTELMQ_PROCESS_ENDS_WITH_SCOPE;
    self->disturb_at = 5;
    consume_all(self);
    assert_true(self->connections >= connections);
    assert_true(self->heartbeat_s > 0 || self->connections == connections);
    free(self);
}

/* On both kinds of queues, and with both ends of process spans. */
static void consume_as(const consumer *how, size_t connections)
{
    fill_queues();
    consume_queue(CLASSIC, how, connections);
    consume_queue(QUORUM, how, connections);
}

static void a_broker_that_crashes_while_consuming_repeats_nothing_acknowledged(void **state)
{
    (void)state;
    consume_as(&(consumer){.disturb = node_kill, .disturb_again_at = MIDDLE}, 3);
}

/* The second time at the last message, so that the loop mostly waits as the broker takes leave. */
static void a_broker_that_is_restarted_while_consuming_repeats_nothing_acknowledged(void **state)
{
    (void)state;
    consume_as(&(consumer){.disturb = node_restart, .disturb_again_at = CONSUMER_HANDLED}, 3);
}

static void a_broker_that_hangs_while_consuming_is_waited_for(void **state)
{
    (void)state;
    consume_as(&(consumer){.disturb = node_hiccup, .disturb_again_at = MIDDLE}, 1);
}

static void one_that_hangs_longer_than_heartbeats_allow_repeats_nothing(void **state)
{
    (void)state;
    consume_as(
        &(consumer){.disturb = node_pause, .disturb_again_at = MIDDLE, .heartbeat_s = HEARTBEAT_S},
        3);
}

/* The broker closes a connection from which it hears nothing for three heartbeats. */
static void a_loop_that_waits_sends_heartbeats(void **state)
{
    (void)state;
    enum { IDLE_MS = 4 * HEARTBEAT_S * 1000 };
    consumer *self = calloc(1, sizeof(*self));
    assert_non_null(self);
    self->heartbeat_s = HEARTBEAT_S;
    consumer_start(self, &broker);
    assert_int_equal(consumer_idle(self, IDLE_MS).reply_type, AMQP_RESPONSE_NORMAL);
    assert_int_equal(self->handled, 0);
    consumer_stop(self);
    free(self);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_broker_that_crashes_while_publishing_loses_nothing_confirmed),
        cmocka_unit_test(a_broker_that_is_restarted_while_publishing_loses_nothing_confirmed),
        cmocka_unit_test(a_broker_that_hangs_while_publishing_is_waited_for),
        cmocka_unit_test(a_broker_that_hangs_longer_than_heartbeats_allow_loses_nothing_confirmed),
        cmocka_unit_test(a_broker_that_crashes_while_consuming_repeats_nothing_acknowledged),
        cmocka_unit_test(a_broker_that_is_restarted_while_consuming_repeats_nothing_acknowledged),
        cmocka_unit_test(a_broker_that_hangs_while_consuming_is_waited_for),
        cmocka_unit_test(a_loop_that_waits_sends_heartbeats),
        cmocka_unit_test(one_that_hangs_longer_than_heartbeats_allow_repeats_nothing),
    };
    return cmocka_run_group_tests(tests, start_broker, stop_broker);
}
