/* SPDX-License-Identifier: Apache-2.0 */
/* FNV-1a, for names that a program chose itself: short, and good enough for those. */
#ifndef OTELMQ_AMQP_HASH_H
#define OTELMQ_AMQP_HASH_H

#include <otelmq/rabbitmq.h>

#include <stdint.h>

#define OTELMQ_AMQP_HASH_START UINT32_C(2166136261)

/* Goes on from hash, which is OTELMQ_AMQP_HASH_START in the beginning. */
static inline uint32_t otelmq_amqp_hash(uint32_t hash, amqp_bytes_t bytes)
{
    const uint8_t *byte = bytes.bytes;
    for (size_t i = 0; i < bytes.len; i++) {
        hash = (hash ^ byte[i]) * UINT32_C(16777619);
    }
    return hash;
}

#endif
