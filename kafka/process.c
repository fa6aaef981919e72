/* SPDX-License-Identifier: Apache-2.0 */
#include "kafka/attributes.h"
#include "kafka/consume.h"

#include <otelmq/kafka_carrier.h>

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
    otelmq_kafka_processed_add(&client->processed, &processed);
}

static otelmq_scope start(otelmq_kafka_client *client, rd_kafka_t *consumer,
                          const rd_kafka_message_t *message)
{
    otelmq_kafka_attributes attributes;
    otelmq_kafka_attributes_of_received(&attributes, client, message,
                                        otelmq_kafka_client_cluster_id(client, consumer));
    otelmq_messaging_operation operation = {
        .name = "process",
        .destination = otelmq_str_from(rd_kafka_topic_name(message->rkt)),
        .attributes = attributes.items,
        .attribute_count = attributes.count,
        .body_size = message->len,
    };
    return otelmq_messaging_process_start(
        client->messaging, &operation,
        otelmq_kafka_headers_carrier(otelmq_kafka_received_headers(message)));
}

otelmq_scope otelmq_kafka_process_start(rd_kafka_t *consumer, const rd_kafka_message_t *message)
{
    otelmq_scope none = {0};
    if (consumer == NULL || message == NULL || message->err != RD_KAFKA_RESP_ERR_NO_ERROR) {
        return none;
    }
    otelmq_kafka_client *client = otelmq_kafka_client_of(consumer);
    if (client == NULL) {
        return none;
    }
    otelmq_scope scope = start(client, consumer, message);
    remember(client, consumer, message, scope.span);
    return scope;
}
