/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The attributes that RabbitMQ's spans have beside those of every messaging span, collected for one
 * operation. What is empty, unknown or not UTF-8 is left out. Borrows all that is added.
 * (Semantic conventions 1.44, rabbitmq.md.)
 */
#ifndef OTELMQ_AMQP_ATTRIBUTES_H
#define OTELMQ_AMQP_ATTRIBUTES_H

#include <otelmq/attribute.h>
#include <otelmq/rabbitmq.h>

#include "amqp/own_names.h"
#include "amqp/peer.h"

/* More than any operation has. */
enum { OTELMQ_AMQP_MAX_ATTRIBUTES = 20 };

/* {.count = 0} is an empty one. */
typedef struct {
    size_t count;
    otelmq_attribute items[OTELMQ_AMQP_MAX_ATTRIBUTES];
} otelmq_amqp_attributes;

void otelmq_amqp_attributes_add_string(otelmq_amqp_attributes *attributes, const char *key,
                                       otelmq_str value);
void otelmq_amqp_attributes_add_int(otelmq_amqp_attributes *attributes, const char *key,
                                    int64_t value);

/* Only true is worth telling. */
void otelmq_amqp_attributes_add_true(otelmq_amqp_attributes *attributes, const char *key,
                                     bool value);

/* messaging.client.id and messaging.rabbitmq.vhost.name, which the conventions do not have yet. */
void otelmq_amqp_attributes_add_client(otelmq_amqp_attributes *attributes,
                                       const otelmq_amqp_own_names *names);

/* network.peer.address and network.peer.port. */
void otelmq_amqp_attributes_add_peer(otelmq_amqp_attributes *attributes,
                                     const otelmq_amqp_peer *peer);

/* messaging.message.id and messaging.message.conversation_id. */
void otelmq_amqp_attributes_add_ids(otelmq_amqp_attributes *attributes, otelmq_str message_id,
                                    otelmq_str conversation_id);

/* messaging.rabbitmq.destination.routing_key */
void otelmq_amqp_attributes_add_routing_key(otelmq_amqp_attributes *attributes,
                                            amqp_bytes_t routing_key);

/* messaging.rabbitmq.message.delivery_tag */
void otelmq_amqp_attributes_add_delivery_tag(otelmq_amqp_attributes *attributes, uint64_t tag);

#endif
