/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The calls that give messages. on_consume, which librdkafka calls for each message inside of them,
 * could not tell how long a call took, and is also called for messages that a batch then drops; so
 * a span is made of what the call gave.
 */
#include "base/clock.h"
#include "kafka/consume/assignment.h"
#include "kafka/consume/kept.h"
#include "kafka/consume/receive.h"
#include "kafka/consume/received_batch.h"

enum { ROUNDING_MS = 2 };

static const uint64_t NANOS_PER_MS = 1000000;

/* Which call of librdkafka: the first one of these that is there. */
typedef struct {
    rd_kafka_t *consumer;
    rd_kafka_queue_t *queue;
    rd_kafka_topic_t *topic; /* with partition */
    int32_t partition;
} message_source;

static rd_kafka_message_t *take_one(const message_source *from, int timeout_ms)
{
    if (from->queue != NULL) {
        return rd_kafka_consume_queue(from->queue, timeout_ms);
    }
    if (from->topic != NULL) {
        return rd_kafka_consume(from->topic, from->partition, timeout_ms);
    }
    return rd_kafka_consumer_poll(from->consumer, timeout_ms);
}

static ssize_t take_batch(const message_source *from, int timeout_ms,
                          rd_kafka_message_t *messages[], size_t size)
{
    if (from->queue != NULL) {
        return rd_kafka_consume_batch_queue(from->queue, timeout_ms, messages, size);
    }
    return rd_kafka_consume_batch(from->topic, from->partition, timeout_ms, messages, size);
}

/* Ends spans whose time limit has passed, or whose partition another consumer has. */
static void end_overdue(otelmq_kafka_client *client, rd_kafka_t *consumer)
{
    otelmq_kafka_kept_expire(&client->partitions, client->messaging);
    otelmq_kafka_assignment_check(client, consumer);
}

/* How long to wait at once, so that the next time limit is kept. timeout_ms < 0: for ever. */
static int next_wait_ms(otelmq_kafka_client *client, int timeout_ms)
{
    int expiry_ms = otelmq_kafka_kept_next_expiry_ms(&client->partitions);
    return expiry_ms >= 0 && (timeout_ms < 0 || expiry_ms < timeout_ms) ? expiry_ms : timeout_ms;
}

/*
 * librdkafka gave nothing and did not wait either, because it was told to yield, or does not fetch
 * the partition. It rounds times, so that less than it was asked for is not early yet.
 */
static bool is_early(uint64_t began_monotonic_nano, int wait_ms)
{
    uint64_t waited = otelmq_clock_monotonic_nano() - began_monotonic_nano;
    return wait_ms > ROUNDING_MS && waited < (uint64_t)(wait_ms - ROUNDING_MS) * NANOS_PER_MS;
}

static rd_kafka_message_t *wait_for_one(otelmq_kafka_client *client, const message_source *from,
                                        int timeout_ms)
{
    otelmq_deadline deadline = otelmq_deadline_after(timeout_ms > 0 ? (uint32_t)timeout_ms : 0);
    for (;;) {
        end_overdue(client, from->consumer);
        int left_ms = timeout_ms < 0 ? -1 : (int)otelmq_deadline_left_ms(deadline);
        int wait_ms = next_wait_ms(client, left_ms);
        uint64_t began = wait_ms == left_ms ? 0 : otelmq_clock_monotonic_nano();
        rd_kafka_message_t *message = take_one(from, wait_ms);
        if (message != NULL || wait_ms == left_ms || is_early(began, wait_ms)) {
            return message;
        }
    }
}

static rd_kafka_message_t *receive_one(const message_source *from, int timeout_ms)
{
    otelmq_kafka_client *client = otelmq_kafka_client_of(from->consumer);
    if (client == NULL || otelmq_messaging_is_off(client->messaging)) {
        return take_one(from, timeout_ms);
    }
    uint64_t start_time_unix_nano = otelmq_clock_unix_nano();
    const rd_kafka_t *outer = otelmq_kafka_receive_begin(from->consumer);
    rd_kafka_message_t *message = wait_for_one(client, from, timeout_ms);
    otelmq_kafka_receive_end(outer);
    if (message != NULL && message->err == RD_KAFKA_RESP_ERR_NO_ERROR) {
        otelmq_kafka_receive_record(client, message,
                                    otelmq_kafka_client_cluster_id(client, from->consumer),
                                    start_time_unix_nano);
    }
    return message;
}

static void record_batch(otelmq_kafka_client *client, rd_kafka_t *consumer,
                         rd_kafka_message_t *const messages[], size_t count,
                         uint64_t start_time_unix_nano)
{
    otelmq_kafka_received_batch batch;
    otelmq_kafka_received_batch_init(&batch, client, messages, count,
                                     otelmq_kafka_client_cluster_id(client, consumer));
    otelmq_messaging_operation operation = otelmq_kafka_received_batch_operation("poll", &batch);
    operation.start_time_unix_nano = start_time_unix_nano;
    otelmq_messaging_receive_batch(client->messaging, &operation, batch.messages, batch.count);
    otelmq_kafka_received_batch_clean(&batch);
}

static bool omits_receive_spans(const otelmq_kafka_client *client)
{
    return otelmq_messaging_client_options(client->messaging)->omits_receive_spans;
}

static ssize_t receive_batch(const message_source *from, int timeout_ms,
                             rd_kafka_message_t *messages[], size_t size)
{
    otelmq_kafka_client *client = otelmq_kafka_client_of(from->consumer);
    if (client == NULL || otelmq_messaging_is_off(client->messaging)) {
        return take_batch(from, timeout_ms, messages, size);
    }
    uint64_t start_time_unix_nano = otelmq_clock_unix_nano();
    end_overdue(client, from->consumer);
    const rd_kafka_t *outer = otelmq_kafka_receive_begin(from->consumer);
    ssize_t count = take_batch(from, timeout_ms, messages, size);
    otelmq_kafka_receive_end(outer);
    if (count > 0 && !omits_receive_spans(client)) {
        record_batch(client, from->consumer, messages, (size_t)count, start_time_unix_nano);
    }
    return count;
}

rd_kafka_message_t *otelmq_kafka_consumer_poll(rd_kafka_t *consumer, int timeout_ms)
{
    return receive_one(&(message_source){.consumer = consumer}, timeout_ms);
}

rd_kafka_message_t *otelmq_kafka_consume(rd_kafka_t *consumer, rd_kafka_topic_t *topic,
                                         int32_t partition, int timeout_ms)
{
    return receive_one(
        &(message_source){.consumer = consumer, .topic = topic, .partition = partition},
        timeout_ms);
}

rd_kafka_message_t *otelmq_kafka_consume_queue(rd_kafka_t *consumer, rd_kafka_queue_t *queue,
                                               int timeout_ms)
{
    return receive_one(&(message_source){.consumer = consumer, .queue = queue}, timeout_ms);
}

ssize_t otelmq_kafka_consume_batch_queue(rd_kafka_t *consumer, rd_kafka_queue_t *queue,
                                         int timeout_ms, rd_kafka_message_t *messages[],
                                         size_t size)
{
    return receive_batch(&(message_source){.consumer = consumer, .queue = queue}, timeout_ms,
                         messages, size);
}

ssize_t otelmq_kafka_consume_batch(rd_kafka_t *consumer, rd_kafka_topic_t *topic, int32_t partition,
                                   int timeout_ms, rd_kafka_message_t *messages[], size_t size)
{
    return receive_batch(
        &(message_source){.consumer = consumer, .topic = topic, .partition = partition}, timeout_ms,
        messages, size);
}
