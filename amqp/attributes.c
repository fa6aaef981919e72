/* SPDX-License-Identifier: Apache-2.0 */
#include "amqp/attributes.h"

#include "amqp/text.h"
#include "base/utf8.h"

static void add(otelmq_amqp_attributes *attributes, otelmq_attribute attribute)
{
    if (attributes->count < OTELMQ_AMQP_MAX_ATTRIBUTES) {
        attributes->items[attributes->count++] = attribute;
    }
}

void otelmq_amqp_attributes_add_string(otelmq_amqp_attributes *attributes, const char *key,
                                       otelmq_str value)
{
    if (!otelmq_str_is_empty(value) && otelmq_utf8_is_valid(value)) {
        add(attributes, otelmq_attribute_string(key, value));
    }
}

void otelmq_amqp_attributes_add_int(otelmq_amqp_attributes *attributes, const char *key,
                                    int64_t value)
{
    add(attributes, otelmq_attribute_int(key, value));
}

void otelmq_amqp_attributes_add_true(otelmq_amqp_attributes *attributes, const char *key,
                                     bool value)
{
    if (value) {
        add(attributes, otelmq_attribute_bool(key, true));
    }
}

void otelmq_amqp_attributes_add_client(otelmq_amqp_attributes *attributes,
                                       const otelmq_amqp_own_names *names)
{
    otelmq_amqp_attributes_add_string(attributes, "messaging.client.id",
                                      otelmq_str_from(names->client_id));
    otelmq_amqp_attributes_add_string(attributes, "messaging.rabbitmq.vhost.name",
                                      otelmq_str_from(names->virtual_host));
}

void otelmq_amqp_attributes_add_peer(otelmq_amqp_attributes *attributes,
                                     const otelmq_amqp_peer *peer)
{
    if (peer->address[0] == '\0') {
        return;
    }
    otelmq_amqp_attributes_add_string(attributes, "network.peer.address",
                                      otelmq_str_from(peer->address));
    otelmq_amqp_attributes_add_int(attributes, "network.peer.port", peer->port);
}

void otelmq_amqp_attributes_add_ids(otelmq_amqp_attributes *attributes, otelmq_str message_id,
                                    otelmq_str conversation_id)
{
    otelmq_amqp_attributes_add_string(attributes, "messaging.message.id", message_id);
    otelmq_amqp_attributes_add_string(attributes, "messaging.message.conversation_id",
                                      conversation_id);
}

void otelmq_amqp_attributes_add_routing_key(otelmq_amqp_attributes *attributes,
                                            amqp_bytes_t routing_key)
{
    otelmq_amqp_attributes_add_string(attributes, "messaging.rabbitmq.destination.routing_key",
                                      otelmq_amqp_str(routing_key));
}

void otelmq_amqp_attributes_add_delivery_tag(otelmq_amqp_attributes *attributes, uint64_t tag)
{
    otelmq_amqp_attributes_add_int(attributes, "messaging.rabbitmq.message.delivery_tag",
                                   (int64_t)tag);
}
