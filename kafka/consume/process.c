/* SPDX-License-Identifier: Apache-2.0 */
#include "kafka/consume/assignment.h"
#include "kafka/consume/kept.h"
#include "kafka/consume/processed.h"
#include "kafka/consume/receive.h"
#include "kafka/consume/received_batch.h"

#include <otelmq/kafka_carrier.h>

static const otelmq_scope NO_SCOPE;

/* A commit's span becomes the child of the last process span of its partition. */
static void remember(otelmq_kafka_client *client, const rd_kafka_t *consumer,
                     const rd_kafka_message_t *message, const otelmq_span *span)
{
    const otelmq_span_context *span_context = otelmq_span_get_context(span);
    if (otelmq_messaging_client_options(client->messaging)->omits_settle_spans ||
        !otelmq_span_context_is_valid(span_context)) {
        return;
    }
    /* Consumers without tracing share a client, and would mix up their partitions. */
    if (!otelmq_kafka_client_serves(client, consumer)) {
        return;
    }
    otelmq_kafka_processed_partition processed = {
        .topic = otelmq_str_from(rd_kafka_topic_name(message->rkt)),
        .partition = message->partition,
        .offset = message->offset,
        .span_context = *span_context,
    };
    otelmq_kafka_processed_add(&client->partitions, &processed);
}

/* The span ends when a commit covers the message; of which a consumer without tracing hears not. */
static void keep(otelmq_kafka_client *client, rd_kafka_t *consumer,
                 const rd_kafka_message_t *message, otelmq_span *kept)
{
    otelmq_kafka_position position = {
        .topic = otelmq_str_from(rd_kafka_topic_name(message->rkt)),
        .partition = message->partition,
        .offset = message->offset,
    };
    otelmq_kafka_assignment_learn(client, consumer, position.topic, position.partition);
    otelmq_kafka_kept_add(&client->partitions, client->messaging, &position, kept);
}

static otelmq_scope start(otelmq_kafka_client *client, rd_kafka_t *consumer,
                          const rd_kafka_message_t *message, const otelmq_process_options *options)
{
    otelmq_kafka_attributes attributes;
    otelmq_kafka_attributes_of_received(&attributes, client, message,
                                        otelmq_kafka_client_cluster_id(client, consumer));
    otelmq_messaging_operation operation =
        otelmq_kafka_received_operation("process", client, &attributes, message);
    otelmq_span *kept = NULL;
    bool has_commits = otelmq_kafka_client_serves(client, consumer);
    otelmq_scope scope = otelmq_messaging_process_start(
        client->messaging, &operation,
        otelmq_kafka_headers_carrier(otelmq_kafka_received_headers(message)), options,
        has_commits ? &kept : NULL);
    if (kept != NULL) {
        keep(client, consumer, message, kept);
    }
    return scope;
}

otelmq_scope otelmq_kafka_process_start_with(rd_kafka_t *consumer,
                                             const rd_kafka_message_t *message,
                                             const otelmq_process_options *options)
{
    if (message == NULL || message->err != RD_KAFKA_RESP_ERR_NO_ERROR) {
        return NO_SCOPE;
    }
    otelmq_kafka_client *client = otelmq_kafka_client_of(consumer);
    if (client == NULL) {
        return NO_SCOPE;
    }
    otelmq_kafka_kept_expire(&client->partitions, client->messaging);
    otelmq_scope scope = start(client, consumer, message, options);
    remember(client, consumer, message, scope.span);
    return scope;
}

otelmq_scope otelmq_kafka_process_start(rd_kafka_t *consumer, const rd_kafka_message_t *message)
{
    return otelmq_kafka_process_start_with(consumer, message, NULL);
}

otelmq_scope otelmq_kafka_process_batch_start(rd_kafka_t *consumer,
                                              rd_kafka_message_t *const messages[], size_t count)
{
    otelmq_kafka_client *client = messages != NULL ? otelmq_kafka_client_of(consumer) : NULL;
    if (client == NULL || otelmq_messaging_is_off(client->messaging)) {
        return NO_SCOPE;
    }
    otelmq_kafka_kept_expire(&client->partitions, client->messaging);
    otelmq_kafka_received_batch batch;
    otelmq_kafka_received_batch_init(&batch, client, messages, count,
                                     otelmq_kafka_client_cluster_id(client, consumer));
    otelmq_messaging_operation operation = otelmq_kafka_received_batch_operation("process", &batch);
    otelmq_scope scope = otelmq_messaging_process_batch_start(client->messaging, &operation,
                                                              batch.messages, batch.count);
    otelmq_kafka_received_batch_clean(&batch);
    for (size_t i = 0; scope.span != NULL && i < count; i++) {
        if (messages[i]->err == RD_KAFKA_RESP_ERR_NO_ERROR) {
            remember(client, consumer, messages[i], scope.span);
        }
    }
    return scope;
}
