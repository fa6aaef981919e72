/* SPDX-License-Identifier: Apache-2.0 */
#include "attributes.h"
#include "connection.h"
#include "errors.h"

#include <stdlib.h>

/* What ack, nack and reject are told, and what they settle of all that is remembered. */
typedef struct {
    const char *name;
    amqp_channel_t channel;
    uint64_t delivery_tag;
    bool multiple;
    otelmq_amqp_deliveries settled;
} settlement;

static bool has_process_span(const otelmq_amqp_delivery *delivery)
{
    return otelmq_span_context_is_valid(&delivery->process);
}

/*
 * The delivery that was named, the newest one for "everything"; NULL when it is not remembered. Of
 * several messages it is the one that the span is about.
 */
static const otelmq_amqp_delivery *named_delivery(const settlement *self)
{
    if (self->multiple && self->delivery_tag == 0) {
        return self->settled.newest;
    }
    return otelmq_amqp_deliveries_find(&self->settled, self->channel, self->delivery_tag);
}

/*
 * Links to the process spans of all that is settled beside the parent. Without memory there are
 * none. The array is yours.
 */
static otelmq_link *link_others(const settlement *self, const otelmq_amqp_delivery *parent,
                                size_t *count)
{
    *count = 0;
    if (!self->multiple || self->settled.count == 0) {
        return NULL;
    }
    otelmq_link *links = calloc(self->settled.count, sizeof(*links));
    const otelmq_amqp_delivery *delivery = links != NULL ? self->settled.oldest : NULL;
    for (; delivery != NULL; delivery = delivery->newer) {
        if (delivery != parent && has_process_span(delivery)) {
            links[(*count)++].span_context = delivery->process;
        }
    }
    return links;
}

static void describe(const settlement *self, const otelmq_amqp_delivery *named,
                     otelmq_amqp_attributes *attributes)
{
    otelmq_amqp_attributes_add_delivery_tag(attributes, self->delivery_tag);
    if (self->multiple && self->settled.count > 0) {
        otelmq_amqp_attributes_add_int(attributes, "messaging.batch.message_count",
                                       (int64_t)self->settled.count);
    }
    if (!self->multiple && named != NULL) {
        otelmq_amqp_attributes_add_ids(attributes, named->ids.message_id,
                                       named->ids.conversation_id);
    }
}

static otelmq_span *start_span(const otelmq_amqp_connection *connection, const settlement *self)
{
    const otelmq_amqp_delivery *named = named_delivery(self);
    const otelmq_amqp_delivery *parent = named != NULL && has_process_span(named) ? named : NULL;
    otelmq_amqp_attributes attributes = {.count = 0};
    describe(self, named, &attributes);
    otelmq_amqp_attributes_add_peer(&attributes, &connection->peer);
    otelmq_messaging_operation operation = {
        .name = self->name,
        .destination = named != NULL ? named->ids.destination : (otelmq_str){NULL, 0},
        .attributes = attributes.items,
        .attribute_count = attributes.count,
    };
    size_t count;
    otelmq_link *links = link_others(self, parent, &count);
    otelmq_span *span = otelmq_messaging_settle_start(
        connection->client, &operation, parent != NULL ? &parent->process : NULL, links, count);
    free(links);
    return span;
}

static otelmq_span *start(otelmq_amqp_connection *connection, settlement self)
{
    self.settled = otelmq_amqp_deliveries_take(&connection->deliveries, self.channel,
                                               self.delivery_tag, self.multiple);
    otelmq_span *span = start_span(connection, &self);
    otelmq_amqp_deliveries_clean(&self.settled);
    return span;
}

static int end(otelmq_span *span, int status)
{
    otelmq_amqp_error error = otelmq_amqp_error_from_status(status);
    otelmq_messaging_operation_end(span, error.type, error.description);
    return status;
}

int otelmq_amqp_basic_ack(otelmq_amqp_connection *connection, amqp_channel_t channel,
                          uint64_t delivery_tag, amqp_boolean_t multiple)
{
    if (connection == NULL) {
        return AMQP_STATUS_INVALID_PARAMETER;
    }
    otelmq_span *span = start(connection, (settlement){.name = "ack",
                                                       .channel = channel,
                                                       .delivery_tag = delivery_tag,
                                                       .multiple = multiple != 0});
    return end(span, amqp_basic_ack(connection->raw, channel, delivery_tag, multiple));
}

int otelmq_amqp_basic_nack(otelmq_amqp_connection *connection, amqp_channel_t channel,
                           uint64_t delivery_tag, amqp_boolean_t multiple, amqp_boolean_t requeue)
{
    if (connection == NULL) {
        return AMQP_STATUS_INVALID_PARAMETER;
    }
    otelmq_span *span = start(connection, (settlement){.name = "nack",
                                                       .channel = channel,
                                                       .delivery_tag = delivery_tag,
                                                       .multiple = multiple != 0});
    return end(span, amqp_basic_nack(connection->raw, channel, delivery_tag, multiple, requeue));
}

int otelmq_amqp_basic_reject(otelmq_amqp_connection *connection, amqp_channel_t channel,
                             uint64_t delivery_tag, amqp_boolean_t requeue)
{
    if (connection == NULL) {
        return AMQP_STATUS_INVALID_PARAMETER;
    }
    otelmq_span *span =
        start(connection,
              (settlement){.name = "reject", .channel = channel, .delivery_tag = delivery_tag});
    return end(span, amqp_basic_reject(connection->raw, channel, delivery_tag, requeue));
}
