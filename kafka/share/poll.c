/* SPDX-License-Identifier: Apache-2.0 */
#include "base/clock.h"
#include "kafka/share/batch.h"
#include "kafka/share/settled.h"

static void record(const otelmq_kafka_share *share, otelmq_kafka_client *client,
                   const rd_kafka_messages_t *messages, uint64_t start_time_unix_nano)
{
    otelmq_kafka_share_batch batch;
    otelmq_kafka_share_batch_init(&batch, share, client, messages);
    otelmq_messaging_operation operation =
        otelmq_kafka_received_batch_operation("poll", &batch.received);
    operation.start_time_unix_nano = start_time_unix_nano;
    otelmq_messaging_receive_batch(client->messaging, &operation, batch.received.messages,
                                   batch.received.count);
    otelmq_kafka_share_batch_clean(&batch);
}

static bool has_receive_span(const otelmq_kafka_client *client)
{
    return client != NULL && !otelmq_messaging_is_off(client->messaging) &&
           !otelmq_messaging_client_options(client->messaging)->omits_receive_spans;
}

/*
 * A poll sends what was acknowledged, unless librdkafka refuses it: because another thread is in a
 * call, or because not all records are acknowledged.
 */
static bool has_sent_acknowledgements(const rd_kafka_error_t *error)
{
    rd_kafka_resp_err_t err = rd_kafka_error_code(error);
    return err != RD_KAFKA_RESP_ERR__CONFLICT && err != RD_KAFKA_RESP_ERR__STATE;
}

static void remember(otelmq_kafka_share *share, const rd_kafka_error_t *error,
                     const rd_kafka_messages_t *messages)
{
    if (has_sent_acknowledgements(error)) {
        otelmq_kafka_share_forget_all(share);
    }
    if (messages != NULL) {
        otelmq_kafka_acquired_add(&share->acquired, messages, share->is_explicit);
    }
}

rd_kafka_error_t *otelmq_kafka_share_poll(rd_kafka_share_t *consumer, int timeout_ms,
                                          rd_kafka_messages_t **messages)
{
    otelmq_kafka_share *share = otelmq_kafka_share_find(consumer);
    otelmq_kafka_client *client = otelmq_kafka_share_client(share);
    uint64_t start_time_unix_nano = otelmq_clock_unix_nano();
    otelmq_kafka_share_expire(share);
    otelmq_kafka_share_accept_all(share);
    rd_kafka_error_t *error = rd_kafka_share_poll(consumer, timeout_ms, messages);
    if (share != NULL) {
        remember(share, error, *messages);
    }
    if (*messages != NULL && has_receive_span(client)) {
        record(share, client, *messages, start_time_unix_nano);
    }
    return error;
}
