/* SPDX-License-Identifier: Apache-2.0 */
#include "amqp/envelope.h"

#include <string.h>

static bool copy(amqp_bytes_t bytes, amqp_bytes_t *copied)
{
    *copied = bytes.len > 0 ? amqp_bytes_malloc_dup(bytes) : amqp_empty_bytes;
    return copied->bytes != NULL || bytes.len == 0;
}

bool otelmq_amqp_envelope_set_names(amqp_envelope_t *envelope, amqp_bytes_t consumer_tag,
                                    amqp_bytes_t exchange, amqp_bytes_t routing_key)
{
    bool has_tag = copy(consumer_tag, &envelope->consumer_tag);
    bool has_exchange = copy(exchange, &envelope->exchange);
    bool has_key = copy(routing_key, &envelope->routing_key);
    return has_tag && has_exchange && has_key;
}

void otelmq_amqp_envelope_clean_names(amqp_envelope_t *envelope)
{
    amqp_bytes_free(envelope->consumer_tag);
    amqp_bytes_free(envelope->exchange);
    amqp_bytes_free(envelope->routing_key);
    memset(envelope, 0, sizeof(*envelope));
}
