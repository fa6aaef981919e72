/* SPDX-License-Identifier: Apache-2.0 */
#include "kafka/consume/receive.h"

#include "kafka/consume/kept.h"
#include "kafka/message_size.h"

#include <otelmq/kafka_carrier.h>

/* Whose receiving call this thread is in. */
static _Thread_local const rd_kafka_t *receiving;

rd_kafka_headers_t *otelmq_kafka_received_headers(const rd_kafka_message_t *message)
{
    rd_kafka_headers_t *headers = NULL;
    rd_kafka_resp_err_t err = rd_kafka_message_headers(message, &headers);
    return err == RD_KAFKA_RESP_ERR_NO_ERROR ? headers : NULL;
}

otelmq_messaging_operation
otelmq_kafka_received_operation(const char *name, const otelmq_kafka_client *client,
                                const otelmq_kafka_attributes *attributes,
                                const rd_kafka_message_t *message)
{
    otelmq_messaging_operation operation = {
        .name = name,
        .destination = otelmq_str_from(rd_kafka_topic_name(message->rkt)),
        .attributes = attributes->items,
        .attribute_count = attributes->count,
        .body_size = message->len,
        .message = message,
    };
    if (otelmq_messaging_client_options(client->messaging)->records_sizes) {
        operation.envelope_size =
            otelmq_kafka_message_size(message, otelmq_kafka_received_headers(message));
    }
    return operation;
}

void otelmq_kafka_receive_record(otelmq_kafka_client *client, const rd_kafka_message_t *message,
                                 otelmq_str cluster_id, uint64_t start_time_unix_nano)
{
    otelmq_kafka_attributes attributes;
    otelmq_kafka_attributes_of_received(&attributes, client, message, cluster_id);
    otelmq_messaging_operation operation =
        otelmq_kafka_received_operation("poll", client, &attributes, message);
    operation.start_time_unix_nano = start_time_unix_nano;
    otelmq_messaging_receive(client->messaging, &operation,
                             otelmq_kafka_headers_carrier(otelmq_kafka_received_headers(message)));
}

void otelmq_kafka_on_consume(otelmq_kafka_client *client, const rd_kafka_t *rk,
                             const rd_kafka_message_t *message)
{
    otelmq_kafka_kept_expire(&client->partitions, client->messaging);
    if (receiving == rk || message->err != RD_KAFKA_RESP_ERR_NO_ERROR ||
        otelmq_messaging_client_options(client->messaging)->omits_receive_spans) {
        return;
    }
    otelmq_kafka_receive_record(client, message, otelmq_str_from(atomic_load(&client->cluster_id)),
                                0);
}

const rd_kafka_t *otelmq_kafka_receive_begin(const rd_kafka_t *consumer)
{
    const rd_kafka_t *outer = receiving;
    receiving = consumer;
    return outer;
}

void otelmq_kafka_receive_end(const rd_kafka_t *outer)
{
    receiving = outer;
}
