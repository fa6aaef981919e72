/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Traced RabbitMQ. A traced connection stands where the raw one stood; calls keep the arguments,
 * the order and the result of those that they wrap, but for otelmq_amqp_basic_get, which takes an
 * envelope too and reads the message into it:
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
 * No call fails because of its spans. For want of memory a few do that need it for more:
 * otelmq_amqp_confirm_select to count messages, otelmq_amqp_basic_get to fill its envelope, and
 * otelmq_amqp_wait_confirms, _call and _run to keep what comes for other calls. As with librabbitmq
 * itself, one connection belongs to one thread at a time. Calls on the raw connection stay
 * possible, and are not traced; only publishing on a channel in confirm mode is for the traced
 * calls alone (amqp_confirms.h).
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
