/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Traced RabbitMQ. A traced connection stands where the raw one stood, and every call keeps the
 * arguments, the order and the result of the call that it wraps:
 *
 *     otelmq_amqp_connection *connection;
 *     otelmq_amqp_connection_create(raw, NULL, &connection);
 *     otelmq_amqp_basic_publish(connection, 1, exchange, routing_key, 0, 0, &properties, body);
 *
 *     amqp_connection.h ..... the connection, its options, its channels
 *     amqp_publish.h ........ publish, publish a batch, transactions
 *     amqp_confirms.h ....... publisher confirms, and messages that come back
 *     amqp_consume.h ........ consume, get, process, ack, nack, reject
 *     amqp_run.h ............ a loop that calls your handler for each message
 *     amqp_rpc.h ............ a request and its reply
 *     amqp_frames.h ......... for programs that read frames themselves
 *
 * Tracing never changes what a call answers, and never breaks a connection. As with librabbitmq
 * itself, one connection belongs to one thread at a time. Calls on the raw connection stay
 * possible, and are not traced.
 */
#ifndef OTELMQ_AMQP_H
#define OTELMQ_AMQP_H

#include <otelmq/amqp_confirms.h>
#include <otelmq/amqp_connection.h>
#include <otelmq/amqp_consume.h>
#include <otelmq/amqp_frames.h>
#include <otelmq/amqp_publish.h>
#include <otelmq/amqp_rpc.h>
#include <otelmq/amqp_run.h>

#endif
