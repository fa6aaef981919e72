/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Random numbers for ids, samplers and jitter: one generator a thread, so that nothing is locked,
 * seeded by the system and seeded anew in a forked child. Not for secrets. Any thread.
 */
#ifndef OTELMQ_BASE_RANDOM_H
#define OTELMQ_BASE_RANDOM_H

#include <stddef.h>
#include <stdint.h>

/* 64 random bits. */
uint64_t otelmq_random_u64(void);

/* So many times 64 of them, which is quicker than one by one. */
void otelmq_random_fill(uint64_t words[], size_t count);

#endif
