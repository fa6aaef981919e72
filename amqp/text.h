/* SPDX-License-Identifier: Apache-2.0 */
/* librabbitmq's bytes and otelmq's text are the same thing: this turns one into the other. */
#ifndef OTELMQ_AMQP_TEXT_H
#define OTELMQ_AMQP_TEXT_H

#include <otelmq/rabbitmq.h>
#include <otelmq/str.h>

static inline otelmq_str otelmq_amqp_str(amqp_bytes_t bytes)
{
    return otelmq_str_from_bytes(bytes.bytes, bytes.len);
}

#endif
