/* SPDX-License-Identifier: Apache-2.0 */
#include "base/clock.h"

static const uint64_t NANOS_PER_SECOND = 1000000000;
static const uint64_t NANOS_PER_MS = 1000000;

static uint64_t read_clock(clockid_t clock)
{
    struct timespec now;
    clock_gettime(clock, &now);
    return (uint64_t)now.tv_sec * NANOS_PER_SECOND + (uint64_t)now.tv_nsec;
}

uint64_t otelmq_clock_unix_nano(void)
{
    return read_clock(CLOCK_REALTIME);
}

__attribute__((hot)) uint64_t otelmq_clock_monotonic_nano(void)
{
    return read_clock(CLOCK_MONOTONIC);
}

otelmq_deadline otelmq_deadline_after(uint32_t timeout_ms)
{
    return (otelmq_deadline){otelmq_clock_monotonic_nano() + timeout_ms * NANOS_PER_MS};
}

uint32_t otelmq_deadline_left_ms(otelmq_deadline deadline)
{
    uint64_t now = otelmq_clock_monotonic_nano();
    if (now >= deadline.monotonic_nano) {
        return 0;
    }
    return (uint32_t)((deadline.monotonic_nano - now + NANOS_PER_MS - 1) / NANOS_PER_MS);
}

struct timespec otelmq_deadline_timespec(otelmq_deadline deadline)
{
    return (struct timespec){
        .tv_sec = (time_t)(deadline.monotonic_nano / NANOS_PER_SECOND),
        .tv_nsec = (long)(deadline.monotonic_nano % NANOS_PER_SECOND),
    };
}
