/* SPDX-License-Identifier: Apache-2.0 */
/* Connections to the RabbitMQ at RABBITMQ_URL, for tests with the label rabbitmq. */
#ifndef OTELMQ_TESTS_REAL_BROKER_H
#define OTELMQ_TESTS_REAL_BROKER_H

#include <otelmq/rabbitmq.h>

enum { REAL_BROKER_CHANNEL = 1, REAL_BROKER_NAME_SIZE = 128 };

/* RABBITMQ_URL; fails the test when it is not set. */
const char *real_broker_url(void);

/* Fails the test unless the call that answered reply went well. */
void real_broker_expect_ok(amqp_rpc_reply_t reply, const char *what);

/* A connection with channel 1, logged in. */
amqp_connection_state_t real_broker_log_in(void);

/*
 * The same by TLS, to RABBITMQ_TLS_URL, whose certificate RABBITMQ_TLS_CA must have signed when it
 * is set. Skips the test when the URL is "none".
 */
amqp_connection_state_t real_broker_log_in_by_tls(void);

void real_broker_log_out(amqp_connection_state_t raw);

/* A name that no other test has, with this ending. */
void real_broker_make_name(char name[REAL_BROKER_NAME_SIZE], const char *ending);

#endif
