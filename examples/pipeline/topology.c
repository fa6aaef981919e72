/* SPDX-License-Identifier: Apache-2.0 */
#include "topology.h"

const char topology_exchange[] = "orders";
const char topology_new_orders[] = "orders.new";
const char topology_new_order[] = "order.new";
const char topology_paid_orders[] = "orders.paid";
const char topology_paid_order[] = "order.paid";
const char topology_rejected_orders[] = "orders.rejected";
const char topology_valid_orders[] = "valid-orders";

static bool declare_exchange(amqp_connection_state_t raw, amqp_channel_t channel, const char *name,
                             const char *type)
{
    return amqp_exchange_declare(raw, channel, amqp_cstring_bytes(name), amqp_cstring_bytes(type),
                                 0, 1, 0, 0, amqp_empty_table) != NULL;
}

static bool declare_queue(amqp_connection_state_t raw, amqp_channel_t channel, const char *name,
                          amqp_table_t arguments)
{
    return amqp_queue_declare(raw, channel, amqp_cstring_bytes(name), 0, 1, 0, 0, arguments) !=
           NULL;
}

static bool bind_queue(amqp_connection_state_t raw, amqp_channel_t channel, const char *queue,
                       const char *exchange, const char *routing_key)
{
    return amqp_queue_bind(raw, channel, amqp_cstring_bytes(queue), amqp_cstring_bytes(exchange),
                           amqp_cstring_bytes(routing_key), amqp_empty_table) != NULL;
}

/* What the validator rejects goes from its queue to the exchange for rejected orders. */
static bool declare_new_orders(amqp_connection_state_t raw, amqp_channel_t channel)
{
    amqp_table_entry_t dead_letter = {
        .key = amqp_cstring_bytes("x-dead-letter-exchange"),
        .value = {.kind = AMQP_FIELD_KIND_UTF8,
                  .value = {.bytes = amqp_cstring_bytes(topology_rejected_orders)}},
    };
    amqp_table_t arguments = {.num_entries = 1, .entries = &dead_letter};
    return declare_queue(raw, channel, topology_new_orders, arguments) &&
           bind_queue(raw, channel, topology_new_orders, topology_exchange, topology_new_order);
}

bool topology_declare(amqp_connection_state_t raw, amqp_channel_t channel)
{
    return declare_exchange(raw, channel, topology_exchange, "topic") &&
           declare_exchange(raw, channel, topology_rejected_orders, "fanout") &&
           declare_queue(raw, channel, topology_rejected_orders, amqp_empty_table) &&
           bind_queue(raw, channel, topology_rejected_orders, topology_rejected_orders, "") &&
           declare_new_orders(raw, channel) &&
           declare_queue(raw, channel, topology_paid_orders, amqp_empty_table) &&
           bind_queue(raw, channel, topology_paid_orders, topology_exchange, topology_paid_order);
}
