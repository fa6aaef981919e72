/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A million messages of an idempotent producer go to three brokers of which one is killed and one
 * is stopped meanwhile: each arrives once, in order, with its headers, and has one span.
 * OTELMQ_TEST_MESSAGES is another number of them.
 */
#include "kafka/real/chaos/census.h"
#include "kafka/real/chaos/clients.h"
#include "kafka/real/chaos/disturbance.h"
#include "kafka/real/chaos/numbered.h"
#include "support/test.h"

#include <stdlib.h>

enum { MESSAGES = 1000000, PATIENCE_MS = 120000, BATCH = 1000 };

static const char TOPIC[] = "million";

static chaos_nodes nodes;

static size_t count_of_environment(void)
{
    const char *text = getenv("OTELMQ_TEST_MESSAGES");
    size_t count = text != NULL ? strtoul(text, NULL, 10) : 0;
    return count > 0 ? count : MESSAGES;
}

static void produce_all(size_t count)
{
    client_reports told = {0, 0};
    disturbance trouble = {.nodes = &nodes, .topic = TOPIC, .total = count};
    disturbance_start(&trouble);
    nodes_create_topic(trouble.client, TOPIC, NUMBERED_PARTITIONS);
    rd_kafka_t *producer = clients_producer(&nodes, &told);
    for (size_t number = 0; number < count; number++) {
        numbered_produce(producer, TOPIC, number);
        disturbance_count(&trouble, number + 1);
    }
    assert_int_equal(rd_kafka_flush(producer, PATIENCE_MS), 0);
    assert_int_equal(rd_kafka_fatal_error(producer, NULL, 0), 0);
    rd_kafka_destroy(producer);
    disturbance_end(&trouble);
    assert_int_equal(told.delivered, count);
    assert_int_equal(told.refused, 0);
}

/* Of each partition, the messages must come one after the other, and be at offsets without gaps. */
static void expect_next(const census *spans, size_t read[NUMBERED_PARTITIONS],
                        const rd_kafka_message_t *message)
{
    size_t partition = (size_t)message->partition;
    assert_int_equal(message->err, 0);
    assert_true(partition < NUMBERED_PARTITIONS);
    size_t number = read[partition] * NUMBERED_PARTITIONS + partition;
    assert_int_equal(numbered_number(message), number);
    assert_int_equal(message->offset, read[partition]);
    assert_true(number < spans->message_count);
    numbered_expect(message, spans->senders[number]);
    read[partition]++;
}

static void read_all(const census *spans)
{
    size_t read[NUMBERED_PARTITIONS] = {0};
    size_t total = 0;
    rd_kafka_message_t *batch[BATCH];
    rd_kafka_t *reader = clients_reader(&nodes, TOPIC, NUMBERED_PARTITIONS);
    rd_kafka_queue_t *queue = rd_kafka_queue_get_consumer(reader);
    while (total < spans->message_count) {
        ssize_t count = rd_kafka_consume_batch_queue(queue, PATIENCE_MS, batch, BATCH);
        assert_true(count > 0);
        for (ssize_t i = 0; i < count; i++) {
            expect_next(spans, read, batch[i]);
            rd_kafka_message_destroy(batch[i]);
        }
        total += (size_t)count;
    }
    assert_int_equal(rd_kafka_consume_batch_queue(queue, 1000, batch, BATCH), 0);
    rd_kafka_queue_destroy(queue);
    rd_kafka_destroy(reader);
}

static void nothing_is_lost_or_doubled_and_every_span_ends_once(void **state)
{
    (void)state;
    size_t count = count_of_environment();
    census spans;
    census_start(&spans, TOPIC, count);
    produce_all(count);
    read_all(&spans);
    assert_int_equal(spans.sent, count);
    assert_int_equal(spans.count, count);
    assert_int_equal(spans.failed, 0);
    census_check(&spans);
    census_stop(&spans);
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
        cmocka_unit_test(nothing_is_lost_or_doubled_and_every_span_ends_once),
    };
    return cmocka_run_group_tests(tests, start_nodes, stop_nodes);
}
