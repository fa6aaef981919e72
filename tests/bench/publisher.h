/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Publishes to an exchange without queues on the RabbitMQ at RABBITMQ_URL, with otelmq or without.
 * All publishers have one connection, each a channel of it: the same message takes some percent
 * more or less time on another connection.
 */
#ifndef OTELMQ_TESTS_BENCH_PUBLISHER_H
#define OTELMQ_TESTS_BENCH_PUBLISHER_H

#include <otelmq/amqp.h>

enum { PUBLISHER_HEADERS_MAX = 2 };

typedef struct {
    size_t header_count; /* static ones of the application, each as long as a traceparent */
    bool is_traced; /* false: librabbitmq itself */
    bool is_disabled;
    otelmq_tracer_provider *provider; /* that its spans go to; NULL: none */
    bool confirms;
} publisher_options;

typedef struct {
    amqp_connection_state_t raw; /* not its own */
    amqp_channel_t channel;
    otelmq_amqp_connection *traced; /* NULL: librabbitmq itself */
    otelmq_tracer_provider *provider; /* NULL: none */
    amqp_table_entry_t headers[PUBLISHER_HEADERS_MAX];
    amqp_basic_properties_t properties;
    bool confirms;
    uint64_t published; /* in confirm mode */
} publisher;

/* The connection, for any number of publishers. */
amqp_connection_state_t publisher_connect(void);
void publisher_disconnect(amqp_connection_state_t raw);

/* Takes a channel that no other one has. */
void publisher_open(publisher *self, amqp_connection_state_t raw, amqp_channel_t channel,
                    const publisher_options *options);
void publisher_close(publisher *self);

/*
 * These take a publisher, as bench_way has it. The provider is the global one for its turn, as in a
 * program that has called otelmq_sdk_start.
 */
void publisher_begin(void *self);
void publisher_publish(void *self, size_t count);

/* Waits until its spans are exported, and the broker has read all that was published. */
void publisher_rest(void *self);

#endif
