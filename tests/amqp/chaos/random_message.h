/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Messages that nobody would think of, each the same for the same seed: any properties, headers of
 * any kind and depth, bodies of nothing to a megabyte. Left out is what RabbitMQ refuses, and names
 * without a letter, which librabbitmq cannot copy.
 */
#ifndef OTELMQ_TESTS_CHAOS_RANDOM_MESSAGE_H
#define OTELMQ_TESTS_CHAOS_RANDOM_MESSAGE_H

#include <otelmq/rabbitmq.h>

#include <stdbool.h>

enum { RANDOM_MESSAGE_MAX_HEADERS = 100000 /* bytes */, RANDOM_MESSAGE_MAX_BODY = 1 << 20 };

/* Clean it. */
typedef struct {
    amqp_basic_properties_t properties;
    amqp_bytes_t body;
    amqp_pool_t pool; /* what the properties point to */
} random_message;

/* may_be_huge: it is one of those with a megabyte. */
void random_message_init(random_message *self, uint64_t seed, bool may_be_huge);
void random_message_clean(random_message *self);

/* A number for a run: that of OTELMQ_TEST_SEED, or else one that nobody has had. */
uint64_t random_message_choose_seed(void);

#endif
