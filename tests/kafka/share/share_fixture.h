/* SPDX-License-Identifier: Apache-2.0 */
/* A mock cluster with share groups, and share consumers of it. */
#ifndef OTELMQ_TESTS_SHARE_FIXTURE_H
#define OTELMQ_TESTS_SHARE_FIXTURE_H

#include "received.h"

#include <librdkafka/rdkafka_mock.h>

/* What kafka_fixture_setup does; the share groups begin with the first message. */
int share_fixture_setup(void **state);

/* A conf of the group "billing" and the client "billing-1". mode: implicit or explicit. */
rd_kafka_conf_t *share_conf(const kafka_fixture *fixture, const char *mode);

/*
 * The mock cluster closes all share sessions of a broker whenever it sees that a client is gone. So
 * it is made to see that of the clients before, by two answers that another client gets.
 */
void share_let_clients_go(const kafka_fixture *fixture);

/* A traced consumer of the topic, whose only member it is. */
rd_kafka_share_t *share_consumer(const kafka_fixture *fixture, const char *topic, const char *mode,
                                 const otelmq_kafka_options *options);

void share_subscribe(rd_kafka_share_t *consumer, const char *topic);

/* Polls with tracing until messages come, exactly so many; the caller's to destroy. */
rd_kafka_messages_t *share_take(rd_kafka_share_t *consumer, size_t count);

/* Polls with tracing, and nothing comes. */
void share_take_none(rd_kafka_share_t *consumer);

/* The calls that answer with an error have none. */
void assert_well(rd_kafka_error_t *error);

/* Starts a process span and ends its scope. */
void share_process(rd_kafka_share_t *consumer, const rd_kafka_message_t *message);

/* What belongs to the group. */
void assert_of_group(const otelmq_span_data *span, const char *operation, const char *topic);

#endif
