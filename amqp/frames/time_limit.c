/* SPDX-License-Identifier: Apache-2.0 */
#include "amqp/frames/time_limit.h"

#include <stdint.h>

static const uint64_t NANOS_PER_SECOND = 1000000000;
static const uint64_t NANOS_PER_MICRO = 1000;
static const uint64_t MICROS_PER_SECOND = 1000000;

/* A century and more would overflow, and comes to the same as no end. */
static const int64_t ENDLESS_SECONDS = 100LL * 365 * 24 * 3600;

otelmq_amqp_time_limit otelmq_amqp_time_limit_from(const struct timeval *timeout)
{
    if (timeout == NULL || timeout->tv_sec >= ENDLESS_SECONDS) {
        return (otelmq_amqp_time_limit){.is_endless = true};
    }
    uint64_t nanos = 0;
    if (timeout->tv_sec >= 0 && timeout->tv_usec >= 0) {
        nanos = (uint64_t)timeout->tv_sec * NANOS_PER_SECOND +
                (uint64_t)timeout->tv_usec * NANOS_PER_MICRO;
    }
    return (otelmq_amqp_time_limit){.deadline = {otelmq_clock_monotonic_nano() + nanos}};
}

otelmq_amqp_time_limit otelmq_amqp_time_limit_at_most(otelmq_amqp_time_limit limit,
                                                      otelmq_deadline deadline)
{
    if (limit.is_endless || deadline.monotonic_nano < limit.deadline.monotonic_nano) {
        return (otelmq_amqp_time_limit){.deadline = deadline};
    }
    return limit;
}

static uint64_t micros_left(const otelmq_amqp_time_limit *limit)
{
    uint64_t now = otelmq_clock_monotonic_nano();
    uint64_t end = limit->deadline.monotonic_nano;
    return now < end ? (end - now + NANOS_PER_MICRO - 1) / NANOS_PER_MICRO : 0;
}

bool otelmq_amqp_time_limit_has_passed(const otelmq_amqp_time_limit *limit)
{
    return !limit->is_endless && micros_left(limit) == 0;
}

struct timeval *otelmq_amqp_time_limit_left(const otelmq_amqp_time_limit *limit,
                                            struct timeval *left)
{
    if (limit->is_endless) {
        return NULL;
    }
    uint64_t micros = micros_left(limit);
    *left = (struct timeval){.tv_sec = (time_t)(micros / MICROS_PER_SECOND),
                             .tv_usec = (suseconds_t)(micros % MICROS_PER_SECOND)};
    return left;
}
