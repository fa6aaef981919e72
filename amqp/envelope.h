/* SPDX-License-Identifier: Apache-2.0 */
/* The texts of an envelope that are its own, as those that amqp_consume_message fills in are. */
#ifndef OTELMQ_AMQP_ENVELOPE_H
#define OTELMQ_AMQP_ENVELOPE_H

#include <otelmq/rabbitmq.h>

#include <stdbool.h>

/* Copies. False without memory: what was copied is there nevertheless. */
bool otelmq_amqp_envelope_set_names(amqp_envelope_t *envelope, amqp_bytes_t consumer_tag,
                                    amqp_bytes_t exchange, amqp_bytes_t routing_key);

/* Frees them, and leaves an envelope that is all zero; its message is gone already. */
void otelmq_amqp_envelope_clean_names(amqp_envelope_t *envelope);

#endif
