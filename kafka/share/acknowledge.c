/* SPDX-License-Identifier: Apache-2.0 */
#include "kafka/attributes.h"
#include "kafka/share/settled.h"

/* What is acknowledged, and by which call. */
typedef struct {
    rd_kafka_share_t *consumer;
    const rd_kafka_message_t *message; /* NULL: by position */
    bool has_type; /* else it is accepted */
    rd_kafka_share_AcknowledgeType_t type;
    const char *topic;
    otelmq_kafka_position position;
} acknowledgement;

/* Kafka's own words; one that it may learn later is called what all of them are. */
static const char *name_of(rd_kafka_share_AcknowledgeType_t type)
{
    switch (type) {
    case RD_KAFKA_SHARE_ACKNOWLEDGE_TYPE_ACCEPT:
        return "accept";
    case RD_KAFKA_SHARE_ACKNOWLEDGE_TYPE_RELEASE:
        return "release";
    case RD_KAFKA_SHARE_ACKNOWLEDGE_TYPE_REJECT:
        return "reject";
    default:
        return "acknowledge";
    }
}

static otelmq_span *start_span(otelmq_kafka_share *share, otelmq_kafka_client *client,
                               const acknowledgement *self)
{
    otelmq_span_context process = {.tracestate = NULL};
    bool has_process = share != NULL && otelmq_kafka_acquired_get_process(
                                            &share->acquired, &self->position, &process);
    otelmq_kafka_attributes attributes;
    otelmq_kafka_attributes_of_settled(&attributes, client, otelmq_kafka_share_cluster_id(share));
    otelmq_kafka_attributes_add_partition(&attributes, self->position.partition);
    otelmq_kafka_attributes_add_offset(&attributes, self->position.offset);
    otelmq_messaging_operation operation = {
        .name = name_of(self->type),
        .destination = self->position.topic,
        .attributes = attributes.items,
        .attribute_count = attributes.count,
    };
    otelmq_span *span = otelmq_messaging_settle_start(client->messaging, &operation,
                                                      has_process ? &process : NULL, NULL, 0);
    otelmq_tracestate_release(process.tracestate);
    return span;
}

static rd_kafka_resp_err_t call(const acknowledgement *self)
{
    if (self->message == NULL) {
        return rd_kafka_share_acknowledge_offset(self->consumer, self->topic,
                                                 self->position.partition, self->position.offset,
                                                 self->type);
    }
    return self->has_type
               ? rd_kafka_share_acknowledge_type(self->consumer, self->message, self->type)
               : rd_kafka_share_acknowledge(self->consumer, self->message);
}

static rd_kafka_resp_err_t acknowledge(const acknowledgement *self)
{
    otelmq_kafka_share *share = otelmq_kafka_share_find(self->consumer);
    otelmq_kafka_client *client = otelmq_kafka_share_client(share);
    otelmq_kafka_share_expire(share);
    otelmq_span *span = client != NULL ? start_span(share, client, self) : NULL;
    rd_kafka_resp_err_t err = call(self);
    otelmq_kafka_share_end_span(span, err);
    if (share != NULL && err == RD_KAFKA_RESP_ERR_NO_ERROR) {
        otelmq_kafka_share_settle(share, &self->position, self->type);
    }
    return err;
}

static rd_kafka_resp_err_t acknowledge_message(acknowledgement *self)
{
    if (self->message == NULL) {
        return rd_kafka_share_acknowledge_type(self->consumer, NULL, self->type);
    }
    if (self->message->rkt == NULL) {
        return call(self);
    }
    self->position = otelmq_kafka_share_position(self->message);
    return acknowledge(self);
}

rd_kafka_resp_err_t otelmq_kafka_share_acknowledge(rd_kafka_share_t *consumer,
                                                   const rd_kafka_message_t *message)
{
    return acknowledge_message(&(acknowledgement){
        .consumer = consumer, .message = message, .type = RD_KAFKA_SHARE_ACKNOWLEDGE_TYPE_ACCEPT});
}

rd_kafka_resp_err_t otelmq_kafka_share_acknowledge_type(rd_kafka_share_t *consumer,
                                                        const rd_kafka_message_t *message,
                                                        rd_kafka_share_AcknowledgeType_t type)
{
    return acknowledge_message(&(acknowledgement){
        .consumer = consumer, .message = message, .has_type = true, .type = type});
}

rd_kafka_resp_err_t otelmq_kafka_share_acknowledge_offset(rd_kafka_share_t *consumer,
                                                          const char *topic, int32_t partition,
                                                          int64_t offset,
                                                          rd_kafka_share_AcknowledgeType_t type)
{
    return acknowledge(&(acknowledgement){.consumer = consumer,
                                          .topic = topic,
                                          .type = type,
                                          .position = {otelmq_str_from(topic), partition, offset}});
}
