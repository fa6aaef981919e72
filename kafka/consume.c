/* SPDX-License-Identifier: Apache-2.0 */
#include "kafka/consume.h"

#include "base/clock.h"
#include "kafka/attributes.h"

#include <otelmq/kafka_carrier.h>

/* Whose otelmq_kafka_consumer_poll this thread is in: that one records, and on_consume does not. */
static _Thread_local const rd_kafka_t *polled;

rd_kafka_headers_t *otelmq_kafka_received_headers(const rd_kafka_message_t *message)
{
    rd_kafka_headers_t *headers = NULL;
    rd_kafka_resp_err_t err = rd_kafka_message_headers(message, &headers);
    return err == RD_KAFKA_RESP_ERR_NO_ERROR ? headers : NULL;
}

static void record(otelmq_kafka_client *client, const rd_kafka_message_t *message,
                   otelmq_str cluster_id, uint64_t start_time_unix_nano)
{
    otelmq_kafka_attributes attributes;
    otelmq_kafka_attributes_of_received(&attributes, client, message, cluster_id);
    otelmq_messaging_operation operation = {
        .name = "poll",
        .destination = otelmq_str_from(rd_kafka_topic_name(message->rkt)),
        .attributes = attributes.items,
        .attribute_count = attributes.count,
        .start_time_unix_nano = start_time_unix_nano,
        .body_size = message->len,
    };
    otelmq_messaging_receive(client->messaging, &operation,
                             otelmq_kafka_headers_carrier(otelmq_kafka_received_headers(message)));
}

static bool omits_receive_spans(const otelmq_kafka_client *client)
{
    return otelmq_messaging_client_options(client->messaging)->omits_receive_spans;
}

void otelmq_kafka_on_consume(otelmq_kafka_client *client, const rd_kafka_t *rk,
                             const rd_kafka_message_t *message)
{
    if (polled == rk || omits_receive_spans(client)) {
        return;
    }
    record(client, message, otelmq_str_from(atomic_load(&client->cluster_id)), 0);
}

static rd_kafka_message_t *poll_unrecorded(rd_kafka_t *consumer, int timeout_ms)
{
    /* A callback that the poll runs may poll another consumer. */
    const rd_kafka_t *outer = polled;
    polled = consumer;
    rd_kafka_message_t *message = rd_kafka_consumer_poll(consumer, timeout_ms);
    polled = outer;
    return message;
}

rd_kafka_message_t *otelmq_kafka_consumer_poll(rd_kafka_t *consumer, int timeout_ms)
{
    otelmq_kafka_client *client = otelmq_kafka_client_of(consumer);
    if (client == NULL || omits_receive_spans(client)) {
        return rd_kafka_consumer_poll(consumer, timeout_ms);
    }
    uint64_t start_time_unix_nano = otelmq_clock_unix_nano();
    rd_kafka_message_t *message = poll_unrecorded(consumer, timeout_ms);
    if (message != NULL && message->err == RD_KAFKA_RESP_ERR_NO_ERROR) {
        record(client, message, otelmq_kafka_client_cluster_id(client, consumer),
               start_time_unix_nano);
    }
    return message;
}
