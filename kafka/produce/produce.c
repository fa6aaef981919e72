/* SPDX-License-Identifier: Apache-2.0 */
#include "kafka/produce/produce.h"

#include "kafka/message_size.h"
#include "kafka/produce/call.h"
#include "kafka/produce/inject.h"

#include <otelmq/kafka_carrier.h>

typedef struct {
    const otelmq_kafka_client *client;
    const void *message;
} last_sent_message;

static _Thread_local last_sent_message last_sent;

/* A send that on_send begins. */
typedef struct {
    otelmq_kafka_client *client;
    rd_kafka_message_t *message;
    rd_kafka_headers_t *headers; /* NULL: it has none */
    otelmq_kafka_call *call; /* NULL: of librdkafka's own produce calls */
    const otelmq_span_context *context; /* to be injected; NULL: it keeps its own */
    otelmq_kafka_sent sent;
} begun_send;

/* prepared NULL: nothing is. */
static void describe(otelmq_kafka_described *described, const otelmq_kafka_client *client,
                     const char *name, const char *topic, otelmq_messaging_prepared *prepared,
                     const rd_kafka_message_t *message)
{
    otelmq_kafka_attributes_of_sent(&described->attributes, client, message, prepared != NULL);
    described->operation = (otelmq_messaging_operation){
        .name = name,
        .destination = otelmq_str_from(topic),
        .prepared = prepared,
        .attributes = described->attributes.items,
        .attribute_count = described->attributes.count,
        .body_size = message->len,
        .has_no_headers = client->producing.has_no_headers,
    };
}

static void add_size(otelmq_kafka_described *described, const otelmq_kafka_client *client,
                     const rd_kafka_message_t *message, const rd_kafka_headers_t *headers)
{
    if (client->producing.records_sizes) {
        described->operation.envelope_size = otelmq_kafka_message_size(message, headers);
    }
}

void otelmq_kafka_describe_sent(otelmq_kafka_described *described,
                                const otelmq_kafka_client *client, const char *name,
                                const char *topic, const rd_kafka_message_t *message,
                                const rd_kafka_headers_t *headers)
{
    describe(described, client, name, topic, NULL, message);
    add_size(described, client, message, headers);
}

void otelmq_kafka_describe_seed(otelmq_kafka_described *described,
                                const otelmq_kafka_client *client, const otelmq_kafka_sent *sent,
                                const rd_kafka_message_t *message)
{
    const otelmq_kafka_topic *topic = sent->topic;
    bool is_known = topic != NULL; /* no: there was no memory to keep it */
    describe(described, client, "send", is_known ? topic->name : NULL,
             is_known ? topic->prepared : NULL, message);
    described->operation.body_size = sent->body_size;
    described->operation.envelope_size = sent->envelope_size;
}

static uint64_t start_time(const begun_send *begun)
{
    return begun->call != NULL ? begun->call->start_time_unix_nano : 0;
}

/* Without headers, no look is taken at what may stand in them. */
static otelmq_carrier headers_of(const begun_send *begun)
{
    return begun->headers != NULL ? otelmq_kafka_headers_carrier(begun->headers)
                                  : (otelmq_carrier){NULL, NULL};
}

/* The span is started now, for a hook to see, or because it is over as the call returns. */
static void start_span(begun_send *begun)
{
    otelmq_kafka_described described;
    otelmq_kafka_describe_sent(&described, begun->client, "send",
                               rd_kafka_topic_name(begun->message->rkt), begun->message,
                               begun->headers);
    described.operation.start_time_unix_nano = start_time(begun);
    described.operation.message = begun->message;
    otelmq_messaging_send send = otelmq_messaging_send_start(
        begun->client->messaging, &described.operation, headers_of(begun));
    begun->sent.span = send.span;
    begun->context = send.keeps_creation_context ? NULL : otelmq_span_get_context(send.span);
}

/* Now, because later our headers are among the others, and the message may be gone. */
static void measure(begun_send *begun)
{
    const rd_kafka_message_t *message = begun->message;
    if (begun->client->producing.records_sizes) {
        begun->sent.body_size = (uint32_t)message->len;
        begun->sent.envelope_size = (uint32_t)otelmq_kafka_message_size(message, begun->headers);
    }
}

static bool begin_seed(begun_send *begun)
{
    otelmq_kafka_client *client = begun->client;
    otelmq_kafka_sent *sent = &begun->sent;
    if (client->producing.ends_at_return ||
        !otelmq_messaging_send_seed(client->messaging, start_time(begun), headers_of(begun),
                                    &sent->seed)) {
        return false;
    }
    begun->context = &sent->seed.span_context;
    if (sent->seed.is_recording) {
        measure(begun);
        sent->topic =
            otelmq_kafka_topics_keep(&client->producing.topics, client->messaging,
                                     client->client_id, rd_kafka_topic_name(begun->message->rkt));
    }
    return true;
}

static void begin_one(begun_send *begun)
{
    if (!begin_seed(begun)) {
        begun->sent.seed.is_recording = false;
        start_span(begun);
    }
}

static void begin_in_batch(begun_send *begun)
{
    otelmq_kafka_batch *batch = begun->call->batch;
    otelmq_kafka_batched *batched = otelmq_kafka_call_next_message(begun->call);
    const otelmq_span *created = batched != NULL ? batched->created : NULL;
    begun->context = otelmq_span_get_context(created != NULL ? created : batch->span);
    begun->sent.batch = begun->client->producing.ends_at_return ? NULL : batch;
    if (batched != NULL) {
        batched->message = begun->message;
    }
}

/*
 * Whether the acknowledgement has something to do: to make and end a span, to count for a batch, or
 * to clean a list of headers that the application gets back when the produce call fails.
 */
static bool needs_acknowledgement(const begun_send *begun)
{
    const otelmq_kafka_sent *sent = &begun->sent;
    return sent->seed.is_recording || otelmq_span_is_recording(sent->span) || sent->batch != NULL ||
           (begun->headers != NULL && sent->is_injected);
}

static void await_acknowledgement(begun_send *begun)
{
    otelmq_kafka_client *client = begun->client;
    const otelmq_kafka_outcome never = {"no-acknowledgement",
                                        "librdkafka gave no delivery report of this message"};
    const otelmq_kafka_outcome unknown = {NULL, NULL};
    otelmq_kafka_sent forgotten;
    if (otelmq_kafka_in_flight_add(&client->producing.in_flight, &begun->sent, &forgotten)) {
        last_sent = (last_sent_message){client, begun->message};
    } else {
        otelmq_kafka_finish_sent(client, &begun->sent, begun->message, unknown);
    }
    if (forgotten.message != NULL) {
        otelmq_kafka_finish_sent(client, &forgotten, NULL, never);
    }
}

/* The call ends its span with what it returns; without such a call, all is known already. */
static void end_at_return(begun_send *begun)
{
    if (begun->call != NULL) {
        begun->call->span = begun->sent.span;
    } else {
        otelmq_messaging_send_confirmed(begun->client->messaging, begun->sent.span, begun->message,
                                        NULL, NULL);
    }
    begun->sent.span = NULL;
}

static void begin(begun_send *begun)
{
    if (begun->call != NULL && begun->call->batch != NULL) {
        begin_in_batch(begun);
    } else {
        begin_one(begun);
    }
    if (begun->context != NULL) {
        otelmq_kafka_inject(begun->client, begun->context, begun->message, begun->headers,
                            &begun->sent);
    }
    if (begun->client->producing.ends_at_return) {
        end_at_return(begun);
    }
    last_sent = (last_sent_message){NULL, NULL};
    if (needs_acknowledgement(begun)) {
        await_acknowledgement(begun);
    } else {
        otelmq_span_seed_clean(&begun->sent.seed);
        otelmq_messaging_send_end(begun->client->messaging, begun->sent.span, NULL, NULL);
    }
}

/* Here and below field by field, because clearing all of it takes longer than the rest. */
void otelmq_kafka_on_send(otelmq_kafka_client *client, rd_kafka_message_t *message)
{
    begun_send begun;
    begun.client = client;
    begun.message = message;
    begun.headers = NULL;
    begun.call = otelmq_kafka_call_under_way(client);
    begun.context = NULL;
    otelmq_kafka_sent_init(&begun.sent, message);
    if (rd_kafka_message_headers(message, &begun.headers) != RD_KAFKA_RESP_ERR_NO_ERROR) {
        begun.headers = NULL;
    }
    if (begun.call != NULL) {
        begun.call->is_sent = true;
        begun.call->is_in_hook = true;
    }
    begin(&begun);
    if (begun.call != NULL) {
        begun.call->is_in_hook = false;
    }
}

const void *otelmq_kafka_last_sent(const otelmq_kafka_client *client)
{
    return last_sent.client == client ? last_sent.message : NULL;
}
