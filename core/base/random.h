/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Random numbers for ids, samplers and jitter: one generator a thread, so that nothing is locked,
 * seeded by the system and seeded anew in a forked child. Not for secrets. Any thread.
 */
#ifndef OTELMQ_BASE_RANDOM_H
#define OTELMQ_BASE_RANDOM_H

#include "base/fork_generation.h"
#include "base/hidden.h"
#include "base/likely.h"

#include <stddef.h>
#include <stdint.h>

/*
 * The state of a thread, for otelmq_random_fill only: that of xoshiro256** (Blackman and Vigna). A
 * generation of 0 is that of no process: the thread has no seed yet.
 */
typedef struct {
    uint64_t words[4];
    unsigned generation;
} otelmq_random;

extern OTELMQ_HIDDEN _Thread_local otelmq_random otelmq_random_of_thread;

void otelmq_random_seed(otelmq_random *random);

/* 64 random bits. */
uint64_t otelmq_random_u64(void);

static inline uint64_t otelmq_random_rotate_left(uint64_t bits, int count)
{
    return (bits << count) | (bits >> (64 - count));
}

/* So many times 64 of them, in line, because each span takes some. */
static inline void otelmq_random_fill(uint64_t words[], size_t count)
{
    otelmq_random *random = &otelmq_random_of_thread;
    if (OTELMQ_UNLIKELY(random->generation != otelmq_fork_generation())) {
        otelmq_random_seed(random);
    }
    /* In registers meanwhile: for all the compiler knows, words are the state itself. */
    uint64_t state[4] = {random->words[0], random->words[1], random->words[2], random->words[3]};
    for (size_t i = 0; i < count; i++) {
        words[i] = otelmq_random_rotate_left(state[1] * 5, 7) * 9;
        uint64_t shifted = state[1] << 17;
        state[2] ^= state[0];
        state[3] ^= state[1];
        state[1] ^= state[2];
        state[0] ^= state[3];
        state[2] ^= shifted;
        state[3] = otelmq_random_rotate_left(state[3], 45);
    }
    for (size_t i = 0; i < 4; i++) {
        random->words[i] = state[i];
    }
}

#endif
