/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the pipeline has in RabbitMQ and Kafka. Every service declares the whole of RabbitMQ's part
 * when it connects, so that they may start in any order and no message finds nobody there.
 *
 *     shop --order.new--> [orders] --> orders.new --> validator --Kafka: valid-orders--> billing
 *                                          |                                               |
 *                                          | rejected                                 order.paid
 *                                          v                                               v
 *                                  [orders.rejected] --> orders.rejected               [orders]
 *                                                                                          |
 *                                                       notifier <-- orders.paid <---------+
 */
#ifndef PIPELINE_TOPOLOGY_H
#define PIPELINE_TOPOLOGY_H

#include <otelmq/rabbitmq.h>

#include <stdbool.h>

extern const char topology_exchange[];
extern const char topology_new_orders[]; /* queue */
extern const char topology_new_order[]; /* routing key */
extern const char topology_paid_orders[]; /* queue */
extern const char topology_paid_order[]; /* routing key */
extern const char topology_rejected_orders[]; /* exchange and queue */
extern const char topology_valid_orders[]; /* Kafka topic */

/* Declares all of it, durable. false: amqp_get_rpc_reply(raw) says what RabbitMQ refused. */
bool topology_declare(amqp_connection_state_t raw, amqp_channel_t channel);

#endif
