/* SPDX-License-Identifier: Apache-2.0 */
#include "kafka/produce/call.h"
#include "kafka/produce/inject.h"
#include "kafka/produce/produce.h"

#include <stdio.h>

enum { DESCRIPTION_SIZE = 80 };

otelmq_kafka_outcome otelmq_kafka_outcome_of(rd_kafka_resp_err_t err)
{
    if (err == RD_KAFKA_RESP_ERR_NO_ERROR) {
        return (otelmq_kafka_outcome){NULL, NULL};
    }
    return (otelmq_kafka_outcome){rd_kafka_err2name(err), rd_kafka_err2str(err)};
}

/* A failure is final, and a span that ends at the return of its call waits for nobody. */
static bool is_held_by_transaction(otelmq_kafka_client *client, otelmq_span *span,
                                   otelmq_kafka_outcome outcome)
{
    return outcome.type == NULL && !client->producing.ends_at_return &&
           otelmq_kafka_transaction_hold(&client->producing.transaction, span);
}

void otelmq_kafka_end_send(otelmq_kafka_client *client, otelmq_span *span, const void *message,
                           otelmq_kafka_outcome outcome)
{
    if (!is_held_by_transaction(client, span, outcome)) {
        otelmq_messaging_send_confirmed(client->messaging, span, message, outcome.type,
                                        outcome.description);
    }
}

void otelmq_kafka_settle_in_batch(otelmq_kafka_client *client, otelmq_kafka_batch *batch,
                                  const char *error_type)
{
    otelmq_kafka_batches *batches = &client->producing.batches;
    if (!otelmq_kafka_batch_settle(batches, batch, error_type)) {
        return;
    }
    char description[DESCRIPTION_SIZE];
    (void)snprintf(description, sizeof(description), "%zu of %zu messages failed", batch->failed,
                   batch->count);
    otelmq_kafka_end_send(
        client, batch->span, NULL,
        (otelmq_kafka_outcome){batch->failed > 0 ? batch->error_type : NULL, description});
    otelmq_kafka_batches_give(batches, batch);
}

static void record_old_names(otelmq_span *span, const rd_kafka_message_t *message)
{
    if (message->partition >= 0) {
        otelmq_span_set_int(span, "messaging.kafka.destination.partition", message->partition);
    }
    if (message->offset >= 0) {
        otelmq_span_set_int(span, "messaging.kafka.message.offset", message->offset);
    }
}

/* What became known since the span was started. */
static void record_delivery(const otelmq_kafka_client *client, otelmq_span *span,
                            const rd_kafka_message_t *message)
{
    char partition[OTELMQ_KAFKA_PARTITION_SIZE];
    if (message->partition >= 0) {
        otelmq_span_set_string(span, "messaging.destination.partition.id",
                               otelmq_kafka_format_partition(message->partition, partition));
    }
    if (message->offset >= 0) {
        otelmq_span_set_int(span, "messaging.kafka.offset", message->offset);
    }
    if (otelmq_messaging_adds_old_names(client->messaging)) {
        record_old_names(span, message);
    }
}

static otelmq_span *grow_span(otelmq_kafka_client *client, otelmq_kafka_sent *sent,
                              const rd_kafka_message_t *message)
{
    otelmq_kafka_described described;
    otelmq_kafka_describe_seed(&described, client, sent, message);
    return otelmq_messaging_seed_start(client->messaging, &sent->seed, &described.operation);
}

/* The span of what is in flight, the caller's to end; NULL: it has none. */
static otelmq_span *span_of(otelmq_kafka_client *client, otelmq_kafka_sent *sent,
                            const rd_kafka_message_t *message)
{
    /* Of a message that is gone all that is left to tell is the topic, and the sizes. */
    static char nothing[1];
    static const rd_kafka_message_t gone = {
        .partition = -1, .offset = RD_KAFKA_OFFSET_INVALID, .payload = nothing};
    if (sent->seed.is_recording) {
        return grow_span(client, sent, message != NULL ? message : &gone);
    }
    otelmq_span_seed_clean(&sent->seed);
    if (sent->span != NULL && message != NULL) {
        record_delivery(client, sent->span, message);
    }
    return sent->span;
}

void otelmq_kafka_finish_sent(otelmq_kafka_client *client, otelmq_kafka_sent *sent,
                              const rd_kafka_message_t *message, otelmq_kafka_outcome outcome)
{
    if (sent->original != NULL) {
        rd_kafka_headers_destroy(sent->original);
    }
    if (sent->batch != NULL) {
        otelmq_kafka_settle_in_batch(client, sent->batch, outcome.type);
        return;
    }
    otelmq_span *span = span_of(client, sent, message);
    if (span != NULL) {
        otelmq_kafka_end_send(client, span, message, outcome);
    }
}

/* What only a message can meet that was in a queue, and never one that is being produced. */
static bool is_purged(rd_kafka_resp_err_t err)
{
    return err == RD_KAFKA_RESP_ERR__PURGE_QUEUE || err == RD_KAFKA_RESP_ERR__PURGE_INFLIGHT;
}

static bool is_failure_of_queued(rd_kafka_resp_err_t err)
{
    return is_purged(err) || err == RD_KAFKA_RESP_ERR__MSG_TIMED_OUT ||
           err == RD_KAFKA_RESP_ERR__DESTROY;
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
    if (otelmq_kafka_in_flight_take(&client->producing.in_flight, message, &sent)) {
        otelmq_kafka_call_settled_last(client);
        otelmq_kafka_finish_sent(client, &sent, NULL, otelmq_kafka_outcome_of(err));
    }
}

/* An abort purges what is not sent yet, which says the less of the two about why. */
static otelmq_kafka_outcome outcome_of(const otelmq_kafka_client *client, rd_kafka_resp_err_t err)
{
    otelmq_kafka_outcome outcome = otelmq_kafka_outcome_of(err);
    if (is_purged(err) && otelmq_kafka_transaction_state_of(&client->producing.transaction) ==
                              OTELMQ_KAFKA_IN_ABORT) {
        outcome.type = "aborted";
    }
    return outcome;
}

static void acknowledge(otelmq_kafka_client *client, const rd_kafka_message_t *message)
{
    otelmq_kafka_sent sent;
    if (!otelmq_kafka_in_flight_take(&client->producing.in_flight, message, &sent)) {
        end_failed_in_batch(client, message->err);
        return;
    }
    if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR && sent.is_injected) {
        otelmq_kafka_take_context_out(client, message, sent.original);
    }
    otelmq_kafka_finish_sent(client, &sent, message, outcome_of(client, message->err));
}

void otelmq_kafka_on_acknowledgement(otelmq_kafka_client *client, const rd_kafka_t *rk,
                                     const rd_kafka_message_t *message)
{
    if (otelmq_kafka_client_enter(client, rk)) {
        acknowledge(client, message);
        otelmq_kafka_client_leave(client);
    }
}

void otelmq_kafka_end_all_sent(otelmq_kafka_client *client)
{
    otelmq_kafka_sent sent;
    otelmq_span *span;
    while (otelmq_kafka_in_flight_take_any(&client->producing.in_flight, &sent)) {
        otelmq_kafka_finish_sent(
            client, &sent, NULL,
            (otelmq_kafka_outcome){rd_kafka_err2name(RD_KAFKA_RESP_ERR__DESTROY),
                                   "the client was destroyed before the delivery report"});
    }
    while ((span = otelmq_kafka_transaction_take(&client->producing.transaction)) != NULL) {
        otelmq_messaging_send_end(client->messaging, span, "aborted",
                                  "the client was destroyed before the end of the transaction");
    }
}
