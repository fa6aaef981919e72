/* SPDX-License-Identifier: Apache-2.0 */
/* The steps of consuming from the RabbitMQ at RABBITMQ_URL, for tests with the label rabbitmq. */
#ifndef OTELMQ_TESTS_REAL_CONSUMING_H
#define OTELMQ_TESTS_REAL_CONSUMING_H

#include "amqp/real_broker.h"
#include "amqp/traced.h"

typedef struct {
    traced tracing; /* its fake broker is not used */
    amqp_connection_state_t raw;
    otelmq_amqp_connection *connection;
    char work[REAL_BROKER_NAME_SIZE]; /* the name of a queue, declared by the tests themselves */
    char other[REAL_BROKER_NAME_SIZE]; /* the same */
} real_consuming;

/* The set-up and the tear-down of a test whose state it is. */
int real_consuming_start(void **state);
int real_consuming_stop(void **state);

/* Traces self->raw, with queue times and the provider of self beside what the options say. */
void real_consuming_connect(real_consuming *self, otelmq_amqp_options options);

/* An exclusive queue, which goes with the connection. */
void real_consuming_declare(real_consuming *self, const char *queue, amqp_table_t arguments);

/* A queue of a type that cannot be exclusive: delete it at the end. */
void real_consuming_declare_durable(real_consuming *self, const char *queue, const char *type);
void real_consuming_delete(real_consuming *self, const char *queue);

void real_consuming_consume(real_consuming *self, const char *queue);
void real_consuming_consume_with(real_consuming *self, const char *queue, bool no_ack,
                                 amqp_table_t arguments);

/* Publishes "hello" through the default exchange; properties may be NULL. */
void real_consuming_publish(real_consuming *self, const char *queue);
void real_consuming_publish_with(real_consuming *self, const char *queue,
                                 const amqp_basic_properties_t *properties);

/* Consumes one message and processes it; its delivery tag. */
uint64_t real_consuming_take(real_consuming *self);

void real_consuming_ack(real_consuming *self, uint64_t tag);
void real_consuming_reject(real_consuming *self, uint64_t tag, bool requeues);

/* The newest span of the operation: temporary queues leave no destination in its name. */
const otelmq_span_data *real_consuming_last_span(const real_consuming *self, const char *operation);

#endif
