/* SPDX-License-Identifier: Apache-2.0 */
#include "kafka/attributes.h"
#include "kafka/inject.h"
#include "kafka/produce.h"

static void end_span(otelmq_span *span, rd_kafka_resp_err_t err)
{
    if (err == RD_KAFKA_RESP_ERR_NO_ERROR) {
        otelmq_messaging_operation_end(span, NULL, NULL);
    } else {
        otelmq_messaging_operation_end(span, rd_kafka_err2name(err), rd_kafka_err2str(err));
    }
}

static void record_delivery(otelmq_span *span, const rd_kafka_message_t *message)
{
    char partition[OTELMQ_KAFKA_PARTITION_SIZE];
    if (message->partition >= 0) {
        otelmq_span_set_string(span, "messaging.destination.partition.id",
                               otelmq_kafka_format_partition(message->partition, partition));
    }
    if (message->offset >= 0) {
        otelmq_span_set_int(span, "messaging.kafka.offset", message->offset);
    }
}

/*
 * The application gets the headers of a message that failed back: in its own list when the produce
 * call fails, in the delivery report otherwise. Sending them again would look as if it had made
 * this creation context itself, so what we put there is taken out again.
 */
static void clean_headers(otelmq_kafka_client *client, const rd_kafka_t *rk,
                          const rd_kafka_message_t *message, uint32_t injected_fields)
{
    (void)pthread_mutex_lock(&client->messaging_lock);
    if (otelmq_kafka_client_serves(client, rk)) {
        otelmq_kafka_remove_injected(client, message, injected_fields);
    }
    (void)pthread_mutex_unlock(&client->messaging_lock);
}

/* What only a message can meet that was in a queue, and never one that is being produced. */
static bool is_failure_of_queued(rd_kafka_resp_err_t err)
{
    return err == RD_KAFKA_RESP_ERR__PURGE_QUEUE || err == RD_KAFKA_RESP_ERR__PURGE_INFLIGHT ||
           err == RD_KAFKA_RESP_ERR__MSG_TIMED_OUT || err == RD_KAFKA_RESP_ERR__DESTROY;
}

/*
 * rd_kafka_produce_batch reports a message that finds no partition with the struct of the
 * application instead of the message that on_send saw, in the same thread and right after that.
 * Only err may be read of that struct.
 */
static void end_failed_in_batch(otelmq_kafka_client *client, rd_kafka_resp_err_t err)
{
    otelmq_kafka_sent sent;
    const void *message = otelmq_kafka_last_sent(client);
    if (message == NULL || err == RD_KAFKA_RESP_ERR_NO_ERROR || is_failure_of_queued(err)) {
        return;
    }
    if (otelmq_kafka_in_flight_take(&client->in_flight, message, &sent)) {
        end_span(sent.span, err);
    }
}

void otelmq_kafka_on_acknowledgement(otelmq_kafka_client *client, const rd_kafka_t *rk,
                                     const rd_kafka_message_t *message)
{
    otelmq_kafka_sent sent;
    if (!otelmq_kafka_client_serves(client, rk)) {
        return;
    }
    if (!otelmq_kafka_in_flight_take(&client->in_flight, message, &sent)) {
        end_failed_in_batch(client, message->err);
        return;
    }
    record_delivery(sent.span, message);
    if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR && sent.injected_fields != 0) {
        clean_headers(client, rk, message, sent.injected_fields);
    }
    end_span(sent.span, message->err);
}

void otelmq_kafka_end_unacknowledged(otelmq_span *span)
{
    if (span != NULL) {
        otelmq_messaging_operation_end(span, "no_acknowledgement",
                                       "librdkafka gave no delivery report of this message");
    }
}
