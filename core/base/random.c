/* SPDX-License-Identifier: Apache-2.0 */
#include "base/random.h"

#include "base/clock.h"

#include <sys/random.h>
#include <unistd.h>

_Thread_local otelmq_random otelmq_random_of_thread;

static uint64_t mix(uint64_t bits)
{
    bits = (bits ^ (bits >> 30)) * 0xbf58476d1ce4e5b9;
    bits = (bits ^ (bits >> 27)) * 0x94d049bb133111eb;
    return bits ^ (bits >> 31);
}

/* A sandbox may forbid getrandom: time, process and thread still make ids differ. */
static void seed_without_system(otelmq_random *random)
{
    uint64_t bits = otelmq_clock_unix_nano() ^ ((uint64_t)getpid() << 40);
    bits ^= mix(otelmq_clock_monotonic_nano()) ^ (uint64_t)(uintptr_t)random;
    for (int i = 0; i < 4; i++) {
        bits += 0x9e3779b97f4a7c15;
        random->words[i] = mix(bits);
    }
}

/* getrandom is a system call, a hundred times dearer than a number: so it only seeds. */
void otelmq_random_seed(otelmq_random *random)
{
    otelmq_fork_generation_watch();
    random->generation = otelmq_fork_generation();
    ssize_t len = getrandom(random->words, sizeof(random->words), GRND_NONBLOCK);
    if (len != (ssize_t)sizeof(random->words)) {
        seed_without_system(random);
    }
}

uint64_t otelmq_random_u64(void)
{
    uint64_t bits = 0;
    otelmq_random_fill(&bits, 1);
    return bits;
}
