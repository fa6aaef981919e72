/* SPDX-License-Identifier: Apache-2.0 */
#include "kafka/consume/receive.h"
#include "kafka/share/batch.h"
#include "kafka/share/settled.h"

#include <otelmq/kafka_carrier.h>

static const otelmq_scope NO_SCOPE;

/* An acknowledgement's span becomes the child of this one, and a commit's is linked to it. */
static void remember(otelmq_kafka_share *share, const otelmq_kafka_position *position,
                     const otelmq_span *span)
{
    const otelmq_span_context *span_context = otelmq_span_get_context(span);
    if (otelmq_span_context_is_valid(span_context)) {
        otelmq_kafka_acquired_set_process(&share->acquired, position, span_context);
    }
}

static void keep(otelmq_kafka_share *share, const otelmq_kafka_position *position,
                 otelmq_span *kept)
{
    otelmq_messaging_client *messaging = share->client->messaging;
    uint64_t expiry = otelmq_kafka_kept_expiry(messaging);
    otelmq_span *ending = otelmq_kafka_acquired_keep(&share->acquired, position, kept, expiry);
    otelmq_messaging_process_end(messaging, ending, NULL, NULL);
}

static otelmq_scope start(otelmq_kafka_share *share, const rd_kafka_message_t *message,
                          const otelmq_kafka_position *position,
                          const otelmq_process_options *options)
{
    otelmq_kafka_attributes attributes;
    otelmq_kafka_attributes_of_received(&attributes, share->client, message,
                                        otelmq_kafka_share_cluster_id(share));
    otelmq_kafka_attributes_add_delivery_count(&attributes,
                                               rd_kafka_message_delivery_count(message));
    otelmq_messaging_operation operation =
        otelmq_kafka_received_operation("process", share->client, &attributes, message);
    otelmq_span *kept = NULL;
    bool is_acquired = otelmq_kafka_acquired_has(&share->acquired, position);
    otelmq_scope scope = otelmq_messaging_process_start(
        share->client->messaging, &operation,
        otelmq_kafka_headers_carrier(otelmq_kafka_received_headers(message)), options,
        is_acquired ? &kept : NULL);
    if (kept != NULL) {
        keep(share, position, kept);
    }
    return scope;
}

otelmq_scope otelmq_kafka_share_process_start_with(rd_kafka_share_t *consumer,
                                                   const rd_kafka_message_t *message,
                                                   const otelmq_process_options *options)
{
    if (message == NULL || message->err != RD_KAFKA_RESP_ERR_NO_ERROR) {
        return NO_SCOPE;
    }
    otelmq_kafka_share *share = otelmq_kafka_share_find(consumer);
    if (share == NULL) {
        return otelmq_kafka_process_start_with(NULL, message, options);
    }
    otelmq_kafka_position position = otelmq_kafka_share_position(message);
    otelmq_kafka_share_expire(share);
    otelmq_scope scope = start(share, message, &position, options);
    remember(share, &position, scope.span);
    return scope;
}

otelmq_scope otelmq_kafka_share_process_start(rd_kafka_share_t *consumer,
                                              const rd_kafka_message_t *message)
{
    return otelmq_kafka_share_process_start_with(consumer, message, NULL);
}

static void remember_all(otelmq_kafka_share *share, const otelmq_kafka_share_batch *batch,
                         const otelmq_span *span)
{
    for (size_t i = 0; i < batch->count; i++) {
        if (batch->messages[i]->err == RD_KAFKA_RESP_ERR_NO_ERROR) {
            otelmq_kafka_position position = otelmq_kafka_share_position(batch->messages[i]);
            remember(share, &position, span);
        }
    }
}

otelmq_scope otelmq_kafka_share_process_batch_start(rd_kafka_share_t *consumer,
                                                    const rd_kafka_messages_t *messages)
{
    otelmq_kafka_share *share = otelmq_kafka_share_find(consumer);
    otelmq_kafka_client *client = otelmq_kafka_share_client(share);
    if (client == NULL || otelmq_messaging_is_off(client->messaging)) {
        return NO_SCOPE;
    }
    otelmq_kafka_share_expire(share);
    otelmq_kafka_share_batch batch;
    otelmq_kafka_share_batch_init(&batch, share, client, messages);
    otelmq_messaging_operation operation =
        otelmq_kafka_received_batch_operation("process", &batch.received);
    otelmq_scope scope = otelmq_messaging_process_batch_start(
        client->messaging, &operation, batch.received.messages, batch.received.count);
    if (share != NULL && scope.span != NULL) {
        remember_all(share, &batch, scope.span);
    }
    otelmq_kafka_share_batch_clean(&batch);
    return scope;
}
