/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Includes librabbitmq's own header from where its version has it: <rabbitmq-c/amqp.h> from 0.12,
 * <amqp.h> before.
 */
#ifndef OTELMQ_RABBITMQ_H
#define OTELMQ_RABBITMQ_H

#include <sys/time.h>

#if defined(__has_include)
#if __has_include(<rabbitmq-c/amqp.h>)
#include <rabbitmq-c/amqp.h>
#include <rabbitmq-c/tcp_socket.h>
#else
#include <amqp.h>
#include <amqp_tcp_socket.h>
#endif
#else
#include <amqp.h>
#include <amqp_tcp_socket.h>
#endif

#endif
