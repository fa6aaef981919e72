/* SPDX-License-Identifier: Apache-2.0 */
/* librabbitmq's bytes and otelmq's text are the same thing: this makes one usable as the other. */
#ifndef OTELMQ_AMQP_TEXT_H
#define OTELMQ_AMQP_TEXT_H

#include <otelmq/rabbitmq.h>
#include <otelmq/str.h>

static inline otelmq_str otelmq_amqp_str(amqp_bytes_t bytes)
{
    return otelmq_str_from_bytes(bytes.bytes, bytes.len);
}

static inline bool otelmq_amqp_bytes_equal(amqp_bytes_t a, amqp_bytes_t b)
{
    return otelmq_str_equal(otelmq_amqp_str(a), otelmq_amqp_str(b));
}

#endif
