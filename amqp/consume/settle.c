/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is settled is forgotten, and its process spans end, only when the broker was told: a message
 * whose ack did not go out comes again, and ends with its connection.
 */
#include "amqp/attributes.h"
#include "amqp/connection_state.h"
#include "amqp/errors.h"
#include "amqp/frames/watch.h"

#include <stdlib.h>

/* What ack, nack and reject are told. */
typedef struct {
    amqp_method_number_t method;
    const char *name;
    const char *error_type; /* of the process spans that it ends; NULL: none */
    amqp_channel_t channel;
    uint64_t delivery_tag;
    bool multiple;
    amqp_boolean_t requeue;
} settlement;

static bool has_process_span(const otelmq_amqp_delivery *delivery)
{
    return otelmq_span_context_is_valid(&delivery->process);
}

/*
 * The delivery that was named, the newest one for "everything"; NULL when it is not remembered. Of
 * several messages it is the one that the span is about.
 */
static const otelmq_amqp_delivery *named_delivery(const otelmq_amqp_connection *connection,
                                                  const settlement *self)
{
    const otelmq_amqp_delivery_table *table = &connection->deliveries.unsettled;
    if (self->multiple && self->delivery_tag == 0) {
        return otelmq_amqp_delivery_table_last(table, self->channel);
    }
    return otelmq_amqp_delivery_table_find(table, self->channel, self->delivery_tag);
}

/* The next one that multiple settles; delivery NULL: the first. */
static const otelmq_amqp_delivery *next_settled(const otelmq_amqp_connection *connection,
                                                const settlement *self,
                                                const otelmq_amqp_delivery *delivery)
{
    const otelmq_amqp_delivery_table *table = &connection->deliveries.unsettled;
    const otelmq_amqp_delivery *next = delivery != NULL
                                           ? delivery->after[OTELMQ_AMQP_BY_TAG]
                                           : otelmq_amqp_delivery_table_first(table, self->channel);
    bool is_settled = next != NULL && (self->delivery_tag == 0 || next->tag <= self->delivery_tag);
    return is_settled ? next : NULL;
}

static size_t count_settled(const otelmq_amqp_connection *connection, const settlement *self)
{
    size_t count = 0;
    const otelmq_amqp_delivery *delivery = NULL;
    while ((delivery = next_settled(connection, self, delivery)) != NULL) {
        count++;
    }
    return count;
}

static bool reserve_links(otelmq_amqp_deliveries *deliveries, size_t count)
{
    if (count <= deliveries->link_capacity) {
        return true;
    }
    otelmq_link *links = calloc(count, sizeof(*links));
    if (links == NULL) {
        return false;
    }
    free(deliveries->links);
    deliveries->links = links;
    deliveries->link_capacity = count;
    return true;
}

/*
 * Links to the process spans of all that is settled beside the parent; how many. Without memory
 * there are none.
 */
static size_t link_others(otelmq_amqp_connection *connection, const settlement *self,
                          size_t settled, const otelmq_amqp_delivery *parent)
{
    size_t count = 0;
    const otelmq_amqp_delivery *delivery = NULL;
    if (settled == 0 || !reserve_links(&connection->deliveries, settled)) {
        return 0;
    }
    while ((delivery = next_settled(connection, self, delivery)) != NULL) {
        if (delivery != parent && has_process_span(delivery)) {
            connection->deliveries.links[count++] =
                (otelmq_link){.span_context = delivery->process};
        }
    }
    return count;
}

static void describe(const otelmq_amqp_connection *connection, const settlement *self,
                     const otelmq_amqp_delivery *named, otelmq_amqp_attributes *attributes)
{
    otelmq_amqp_attributes_add_delivery_tag(attributes, self->delivery_tag);
    if (!self->multiple && named != NULL) {
        otelmq_amqp_attributes_add_ids(attributes, named->ids.message_id,
                                       named->ids.conversation_id);
    }
    otelmq_amqp_attributes_add_client(attributes, &connection->own_names);
    otelmq_amqp_attributes_add_peer(attributes, &connection->peer);
}

static otelmq_span *start_span(otelmq_amqp_connection *connection, const settlement *self)
{
    if (otelmq_messaging_is_off(connection->client)) {
        return NULL;
    }
    const otelmq_amqp_delivery *named = named_delivery(connection, self);
    const otelmq_amqp_delivery *parent = named != NULL && has_process_span(named) ? named : NULL;
    size_t settled = self->multiple ? count_settled(connection, self) : 0;
    otelmq_amqp_attributes attributes;
    attributes.count = 0;
    describe(connection, self, named, &attributes);
    otelmq_messaging_operation operation = {
        .name = self->name,
        .attributes = attributes.items,
        .attribute_count = attributes.count,
        .message_count = settled,
    };
    if (named != NULL) {
        operation.destination = named->ids.destination;
        operation.is_anonymous = named->ids.is_anonymous;
        operation.is_temporary = named->ids.is_temporary;
    }
    size_t count = link_others(connection, self, settled, parent);
    return otelmq_messaging_settle_start(connection->client, &operation,
                                         parent != NULL ? &parent->process : NULL,
                                         connection->deliveries.links, count);
}

static int tell_broker(amqp_connection_state_t raw, const settlement *self)
{
    if (raw == NULL) {
        return AMQP_STATUS_CONNECTION_CLOSED;
    }
    switch (self->method) {
    case AMQP_BASIC_NACK_METHOD:
        return amqp_basic_nack(raw, self->channel, self->delivery_tag, self->multiple,
                               self->requeue);
    case AMQP_BASIC_REJECT_METHOD:
        return amqp_basic_reject(raw, self->channel, self->delivery_tag, self->requeue);
    default:
        return amqp_basic_ack(raw, self->channel, self->delivery_tag, self->multiple);
    }
}

static int settle(otelmq_amqp_connection *connection, const settlement *self)
{
    if (connection == NULL) {
        return AMQP_STATUS_INVALID_PARAMETER;
    }
    otelmq_amqp_deliveries_expire(connection);
    otelmq_span *span = start_span(connection, self);
    int status = tell_broker(connection->raw, self);
    otelmq_amqp_error error = otelmq_amqp_error_from_status(status);
    otelmq_messaging_operation_end(span, error.type, error.description);
    if (status == AMQP_STATUS_OK) {
        otelmq_amqp_deliveries_settle(connection, self->channel, self->delivery_tag, self->multiple,
                                      self->error_type);
    }
    return otelmq_amqp_watch_status(connection, status);
}

int otelmq_amqp_basic_ack(otelmq_amqp_connection *connection, amqp_channel_t channel,
                          uint64_t delivery_tag, amqp_boolean_t multiple)
{
    return settle(connection, &(settlement){.method = AMQP_BASIC_ACK_METHOD,
                                            .name = "ack",
                                            .channel = channel,
                                            .delivery_tag = delivery_tag,
                                            .multiple = multiple != 0});
}

int otelmq_amqp_basic_nack(otelmq_amqp_connection *connection, amqp_channel_t channel,
                           uint64_t delivery_tag, amqp_boolean_t multiple, amqp_boolean_t requeue)
{
    return settle(connection, &(settlement){.method = AMQP_BASIC_NACK_METHOD,
                                            .name = "nack",
                                            .error_type = "nack",
                                            .channel = channel,
                                            .delivery_tag = delivery_tag,
                                            .multiple = multiple != 0,
                                            .requeue = requeue});
}

int otelmq_amqp_basic_reject(otelmq_amqp_connection *connection, amqp_channel_t channel,
                             uint64_t delivery_tag, amqp_boolean_t requeue)
{
    return settle(connection, &(settlement){.method = AMQP_BASIC_REJECT_METHOD,
                                            .name = "reject",
                                            .error_type = "reject",
                                            .channel = channel,
                                            .delivery_tag = delivery_tag,
                                            .requeue = requeue});
}
