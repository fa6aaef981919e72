/* SPDX-License-Identifier: Apache-2.0 */
/*
 * otelmq_amqp_basic_consume and _cancel for calls that tell why they failed. What a failure ends
 * calls hooks, and after a hook that calls librabbitmq, amqp_get_rpc_reply speaks of that call.
 */
#ifndef OTELMQ_AMQP_QUEUES_H
#define OTELMQ_AMQP_QUEUES_H

#include <otelmq/amqp_connection.h>

/* The arguments of amqp_basic_consume. */
typedef struct {
    amqp_bytes_t queue;
    amqp_bytes_t consumer_tag;
    amqp_boolean_t no_local;
    amqp_boolean_t no_ack;
    amqp_boolean_t exclusive;
    amqp_table_t arguments;
} otelmq_amqp_new_consumer;

/* NULL with *failure, which was watched already, and whose method is librabbitmq's. */
amqp_basic_consume_ok_t *otelmq_amqp_consume_as(otelmq_amqp_connection *connection,
                                                amqp_channel_t channel,
                                                const otelmq_amqp_new_consumer *consumer,
                                                amqp_rpc_reply_t *failure);
amqp_basic_cancel_ok_t *otelmq_amqp_cancel_as(otelmq_amqp_connection *connection,
                                              amqp_channel_t channel, amqp_bytes_t consumer_tag,
                                              amqp_rpc_reply_t *failure);

#endif
