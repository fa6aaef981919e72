/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The spans of a batch: each message gets the context of its own create span, which ends at once,
 * and the one send span has links to them; or the context of the send span, when the options omit
 * create spans. The messages are told apart by their order: on_send sees them one after the other.
 */
#include <otelmq/kafka_produce.h>

#include "kafka/produce/arguments.h"
#include "kafka/produce/call.h"
#include "kafka/produce/produce.h"
#include "kafka/produce/untraced.h"

typedef struct {
    otelmq_kafka_client *client;
    rd_kafka_t *producer;
    rd_kafka_topic_t *topic;
    int32_t partition;
    int flags;
    rd_kafka_message_t *messages;
    size_t count;
    otelmq_kafka_batch *batch;
} batch_call;

/* As librdkafka will have it, for what describes it; its headers are not to be asked for. */
static rd_kafka_message_t message_at(const batch_call *self, size_t index)
{
    rd_kafka_message_t message = self->messages[index];
    bool has_own = (self->flags & RD_KAFKA_MSG_F_PARTITION) != 0;
    message.partition = has_own ? message.partition : self->partition;
    message.offset = RD_KAFKA_OFFSET_INVALID;
    message.len = message.payload != NULL ? message.len : 0;
    message.key_len = message.key != NULL ? message.key_len : 0;
    return message;
}

static void create(batch_call *self, size_t index)
{
    otelmq_kafka_described described;
    rd_kafka_message_t message = message_at(self, index);
    otelmq_kafka_describe_sent(&described, self->client, "create", rd_kafka_topic_name(self->topic),
                               &message, NULL);
    otelmq_messaging_send created = otelmq_messaging_create_start(
        self->client->messaging, &described.operation, (otelmq_carrier){NULL, NULL});
    self->batch->messages[index].created = otelmq_span_retain(created.span);
    self->batch->links[index] =
        (otelmq_link){.span_context = *otelmq_span_get_context(created.span)};
    otelmq_messaging_operation_end(created.span, NULL, NULL);
}

/* What all messages have in common. */
static void start_send(batch_call *self, uint64_t start_time_unix_nano, size_t link_count)
{
    static char nothing[1];
    const rd_kafka_message_t common = {
        .partition =
            (self->flags & RD_KAFKA_MSG_F_PARTITION) != 0 ? RD_KAFKA_PARTITION_UA : self->partition,
        .offset = RD_KAFKA_OFFSET_INVALID,
        .payload = nothing,
    };
    otelmq_kafka_described described;
    otelmq_kafka_describe_sent(&described, self->client, "send", rd_kafka_topic_name(self->topic),
                               &common, NULL);
    described.operation.message_count = self->count;
    described.operation.start_time_unix_nano = start_time_unix_nano;
    described.operation.links = self->batch->links;
    described.operation.link_count = link_count;
    self->batch->span = otelmq_messaging_send_start(self->client->messaging, &described.operation,
                                                    (otelmq_carrier){NULL, NULL})
                            .span;
}

static void start_spans(batch_call *self, uint64_t start_time_unix_nano)
{
    bool creates = !otelmq_messaging_client_options(self->client->messaging)->omits_create_spans;
    for (size_t i = 0; creates && i < self->count; i++) {
        create(self, i);
    }
    start_send(self, start_time_unix_nano, creates ? self->count : 0);
}

static int produce_raw(const batch_call *self)
{
    return rd_kafka_produce_batch(self->topic, self->partition, self->flags, self->messages,
                                  (int)self->count);
}

/*
 * After the call: counts a message that failed in it. One that on_send has seen is in flight still
 * when librdkafka has forgotten to acknowledge it.
 */
static void settle_failed(const batch_call *self, size_t index)
{
    otelmq_kafka_sent sent;
    const otelmq_kafka_batched *batched = &self->batch->messages[index];
    rd_kafka_resp_err_t err = self->messages[index].err;
    if (err == RD_KAFKA_RESP_ERR_NO_ERROR || batched->is_settled) {
        return;
    }
    otelmq_kafka_outcome outcome = otelmq_kafka_outcome_of(err);
    if (batched->message == NULL) {
        otelmq_kafka_settle_in_batch(self->client, self->batch, outcome.type);
    } else if (otelmq_kafka_in_flight_take(&self->client->producing.in_flight, batched->message,
                                           &sent)) {
        otelmq_kafka_finish_sent(self->client, &sent, NULL, outcome);
    }
}

/* Nobody waits for the broker: what the call returned is the outcome. */
static void settle_at_return(const batch_call *self)
{
    for (size_t i = 0; i < self->count; i++) {
        otelmq_kafka_settle_in_batch(self->client, self->batch,
                                     otelmq_kafka_outcome_of(self->messages[i].err).type);
    }
}

static void release_created(const batch_call *self)
{
    for (size_t i = 0; i < self->count; i++) {
        otelmq_span_release(self->batch->messages[i].created);
    }
}

static void clear_errors(const batch_call *self)
{
    for (size_t i = 0; i < self->count; i++) {
        self->messages[i].err = RD_KAFKA_RESP_ERR_NO_ERROR;
    }
}

static int produce_traced(batch_call *self)
{
    otelmq_kafka_call call;
    (void)otelmq_kafka_client_cluster_id(self->client, self->producer);
    otelmq_kafka_call_begin(&call, self->client);
    start_spans(self, call.start_time_unix_nano);
    call.batch = self->batch;
    call.messages = self->messages;
    clear_errors(self);
    int good = produce_raw(self);
    otelmq_kafka_call_end(&call);
    release_created(self);
    if (self->client->producing.ends_at_return) {
        settle_at_return(self);
    } else {
        for (size_t i = 0; i < self->count; i++) {
            settle_failed(self, i);
        }
    }
    otelmq_kafka_settle_in_batch(self->client, self->batch, NULL);
    return good;
}

static rd_kafka_resp_err_t produce_one_untraced(const batch_call *self, size_t index)
{
    rd_kafka_message_t message = message_at(self, index);
    otelmq_kafka_arguments arguments;
    otelmq_kafka_arguments_of_message(&arguments, self->topic,
                                      self->flags & ~RD_KAFKA_MSG_F_PARTITION, &message);
    const otelmq_span *created = self->batch->messages[index].created;
    return otelmq_kafka_arguments_answer(otelmq_kafka_untraced_produce_with(
        self->client, self->producer, &arguments,
        otelmq_span_get_context(created != NULL ? created : self->batch->span)));
}

/* rd_kafka_produce_batch takes no headers. As there, nothing is tried any more in a full queue. */
static int produce_untraced(batch_call *self)
{
    int good = 0;
    rd_kafka_resp_err_t all_err = RD_KAFKA_RESP_ERR_NO_ERROR;
    start_spans(self, 0);
    for (size_t i = 0; i < self->count; i++) {
        rd_kafka_resp_err_t err =
            all_err != RD_KAFKA_RESP_ERR_NO_ERROR ? all_err : produce_one_untraced(self, i);
        all_err = err == RD_KAFKA_RESP_ERR__QUEUE_FULL ? err : all_err;
        self->messages[i].err = err;
        good += err == RD_KAFKA_RESP_ERR_NO_ERROR;
    }
    release_created(self);
    settle_at_return(self);
    otelmq_kafka_settle_in_batch(self->client, self->batch, NULL);
    return good;
}

int otelmq_kafka_produce_batch(rd_kafka_t *producer, rd_kafka_topic_t *topic, int32_t partition,
                               int flags, rd_kafka_message_t messages[], int count)
{
    batch_call self = {.client = otelmq_kafka_client_of(producer),
                       .producer = producer,
                       .topic = topic,
                       .partition = partition,
                       .flags = flags,
                       .messages = messages,
                       .count = count > 0 ? (size_t)count : 0};
    if (self.client == NULL || self.count == 0 || otelmq_messaging_is_off(self.client->messaging)) {
        return rd_kafka_produce_batch(topic, partition, flags, messages, count);
    }
    self.batch = otelmq_kafka_batches_take(&self.client->producing.batches, self.count);
    if (self.batch == NULL) {
        return rd_kafka_produce_batch(topic, partition, flags, messages, count);
    }
    return otelmq_kafka_client_serves(self.client, producer) ? produce_traced(&self)
                                                             : produce_untraced(&self);
}
