/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A connection to the RabbitMQ at RABBITMQ_URL that publishes to an exchange without queues, with
 * otelmq or without.
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
    amqp_connection_state_t raw;
    otelmq_amqp_connection *traced; /* NULL: librabbitmq itself */
    otelmq_tracer_provider *provider; /* NULL: none */
    amqp_table_entry_t headers[PUBLISHER_HEADERS_MAX];
    amqp_basic_properties_t properties;
    bool confirms;
    uint64_t published; /* in confirm mode */
} publisher;

void publisher_open(publisher *self, const publisher_options *options);
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
