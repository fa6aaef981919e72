/* SPDX-License-Identifier: Apache-2.0 */
#include "base/random.h"

#include "base/clock.h"
#include "base/fork_generation.h"

#include <sys/random.h>
#include <unistd.h>

/*
 * getrandom is a system call, a hundred times dearer than a step of xoshiro256** (Blackman and
 * Vigna); so it only seeds. A generation of 0 is that of no process: the thread has no seed yet.
 */
typedef struct {
    uint64_t words[4];
} xoshiro;

typedef struct {
    xoshiro state;
    unsigned generation;
} generator;

static _Thread_local generator thread_generator;

static uint64_t mix(uint64_t bits)
{
    bits = (bits ^ (bits >> 30)) * 0xbf58476d1ce4e5b9;
    bits = (bits ^ (bits >> 27)) * 0x94d049bb133111eb;
    return bits ^ (bits >> 31);
}

/* A sandbox may forbid getrandom: time, process and thread still make ids differ. */
static void seed_without_system(generator *random)
{
    uint64_t bits = otelmq_clock_unix_nano() ^ ((uint64_t)getpid() << 40);
    bits ^= mix(otelmq_clock_monotonic_nano()) ^ (uint64_t)(uintptr_t)random;
    for (int i = 0; i < 4; i++) {
        bits += 0x9e3779b97f4a7c15;
        random->state.words[i] = mix(bits);
    }
}

__attribute__((noinline)) static void seed(generator *random)
{
    otelmq_fork_generation_watch();
    random->generation = otelmq_fork_generation();
    ssize_t len = getrandom(&random->state, sizeof(random->state), GRND_NONBLOCK);
    if (len != (ssize_t)sizeof(random->state)) {
        seed_without_system(random);
    }
}

static inline uint64_t rotate_left(uint64_t bits, int count)
{
    return (bits << count) | (bits >> (64 - count));
}

static inline uint64_t next(xoshiro *state)
{
    uint64_t *words = state->words;
    uint64_t result = rotate_left(words[1] * 5, 7) * 9;
    uint64_t shifted = words[1] << 17;
    words[2] ^= words[0];
    words[3] ^= words[1];
    words[1] ^= words[2];
    words[0] ^= words[3];
    words[2] ^= shifted;
    words[3] = rotate_left(words[3], 45);
    return result;
}

__attribute__((hot)) void otelmq_random_fill(uint64_t words[], size_t count)
{
    generator *random = &thread_generator;
    if (random->generation != otelmq_fork_generation()) {
        seed(random);
    }
    /* In registers meanwhile: for all the compiler knows, words are the state itself. */
    xoshiro state = random->state;
    for (size_t i = 0; i < count; i++) {
        words[i] = next(&state);
    }
    random->state = state;
}

uint64_t otelmq_random_u64(void)
{
    uint64_t bits = 0;
    otelmq_random_fill(&bits, 1);
    return bits;
}
