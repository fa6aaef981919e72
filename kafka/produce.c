/* SPDX-License-Identifier: Apache-2.0 */
#include "kafka/produce.h"

#include "kafka/attributes.h"
#include "kafka/inject.h"

#include <otelmq/kafka_carrier.h>

typedef struct {
    const otelmq_kafka_client *client;
    const void *message;
} last_sent_message;

static _Thread_local last_sent_message last_sent;

static otelmq_messaging_send start_send(const otelmq_kafka_client *client,
                                        const rd_kafka_message_t *message,
                                        rd_kafka_headers_t *headers)
{
    otelmq_kafka_attributes attributes;
    otelmq_kafka_attributes_of_sent(&attributes, client, message);
    otelmq_messaging_operation operation = {
        .name = "send",
        .destination = otelmq_str_from(rd_kafka_topic_name(message->rkt)),
        .attributes = attributes.items,
        .attribute_count = attributes.count,
        .body_size = message->len,
    };
    return otelmq_messaging_send_start(client->messaging, &operation,
                                       otelmq_kafka_headers_carrier(headers));
}

/*
 * Whether the acknowledgement has something to do: end a span that records, or clean a list of
 * headers that the application gets back when the produce call fails.
 */
static bool needs_acknowledgement(const otelmq_kafka_sent *sent, const rd_kafka_headers_t *headers)
{
    return otelmq_span_is_recording(sent->span) || (headers != NULL && sent->injected_fields != 0);
}

static void await_acknowledgement(otelmq_kafka_client *client, const otelmq_kafka_sent *sent)
{
    otelmq_span *forgotten = NULL;
    if (otelmq_kafka_in_flight_add(&client->in_flight, sent, &forgotten)) {
        last_sent = (last_sent_message){client, sent->message};
    } else {
        otelmq_span_end(sent->span);
    }
    otelmq_kafka_end_unacknowledged(forgotten);
}

void otelmq_kafka_on_send(otelmq_kafka_client *client, rd_kafka_message_t *message)
{
    rd_kafka_headers_t *headers = NULL;
    if (rd_kafka_message_headers(message, &headers) != RD_KAFKA_RESP_ERR_NO_ERROR) {
        headers = NULL;
    }
    otelmq_messaging_send send = start_send(client, message, headers);
    otelmq_kafka_sent sent = {
        .message = message,
        .span = send.span,
        .injected_fields = otelmq_kafka_inject(client, &send, message, headers),
    };
    last_sent = (last_sent_message){NULL, NULL};
    if (needs_acknowledgement(&sent, headers)) {
        await_acknowledgement(client, &sent);
    } else {
        otelmq_span_end(send.span);
    }
}

const void *otelmq_kafka_last_sent(const otelmq_kafka_client *client)
{
    return last_sent.client == client ? last_sent.message : NULL;
}
