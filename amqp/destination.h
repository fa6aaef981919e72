/* SPDX-License-Identifier: Apache-2.0 */
/*
 * messaging.destination.name of RabbitMQ: exchange, routing key and queue, joined by colons. A part
 * that is not UTF-8 is left out, as is one that is longer than AMQP allows. Any thread.
 * (Semantic conventions 1.44, rabbitmq.md.)
 */
#ifndef OTELMQ_AMQP_DESTINATION_H
#define OTELMQ_AMQP_DESTINATION_H

#include <otelmq/rabbitmq.h>
#include <otelmq/str.h>

/* Three short strings of AMQP and two colons. */
enum { OTELMQ_AMQP_DESTINATION_SIZE = 3 * 255 + 2 };

/* Plain data. */
typedef struct {
    size_t len;
    char text[OTELMQ_AMQP_DESTINATION_SIZE];
} otelmq_amqp_destination;

/* {exchange}:{routing key}, one of them, or "amq.default" when both are empty. */
void otelmq_amqp_destination_published(otelmq_amqp_destination *destination, amqp_bytes_t exchange,
                                       amqp_bytes_t routing_key);

/* {exchange}:{routing key}:{queue} without what is empty; an equal queue is not said twice. */
void otelmq_amqp_destination_received(otelmq_amqp_destination *destination, amqp_bytes_t exchange,
                                      amqp_bytes_t routing_key, amqp_bytes_t queue);

/* Borrows. */
static inline otelmq_str otelmq_amqp_destination_str(const otelmq_amqp_destination *destination)
{
    return otelmq_str_from_bytes(destination->text, destination->len);
}

#endif
