/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A keyed hash of 128 bits, sixteen bytes at a step, and the hash of a table of headers. Not for
 * cryptography. Any thread.
 */
#ifndef OTELMQ_AMQP_DIGEST_H
#define OTELMQ_AMQP_DIGEST_H

#include <otelmq/rabbitmq.h>

#include <stdbool.h>
#include <stdint.h>

/* Start with two numbers that nobody else knows. */
typedef struct {
    uint64_t high;
    uint64_t low;
} otelmq_amqp_digest;

void otelmq_amqp_digest_add_number(otelmq_amqp_digest *digest, uint64_t number);

/* With their length, so that "a", "bc" is another text than "ab", "c". */
void otelmq_amqp_digest_add_bytes(otelmq_amqp_digest *digest, amqp_bytes_t bytes);

/*
 * Adds the entries of a table in whatever order they are, because brokers sort them; those that
 * is_left_out tells are not counted. Numbers count by value, because brokers may widen them. False
 * for a table that has a kind that nobody knows, and without memory for one that nests deeply.
 */
bool otelmq_amqp_digest_add_table(otelmq_amqp_digest *digest, const amqp_table_t *table,
                                  bool (*is_left_out)(amqp_bytes_t key));

#endif
