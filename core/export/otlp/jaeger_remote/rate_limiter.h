/* SPDX-License-Identifier: Apache-2.0 */
/*
 * So many traces a second, with a burst of a second's worth, of one at least. Any thread, without
 * locks, so that it survives fork.
 */
#ifndef OTELMQ_JAEGER_REMOTE_RATE_LIMITER_H
#define OTELMQ_JAEGER_REMOTE_RATE_LIMITER_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

typedef struct {
    uint64_t nanos_per_trace; /* 0: no trace at all */
    uint64_t burst_nanos;
    atomic_uint_least64_t paid_until; /* on the monotonic clock */
} otelmq_rate_limiter;

/* per_second is finite and not negative. All of the burst is there at first. */
void otelmq_rate_limiter_init(otelmq_rate_limiter *limiter, double per_second);

/* Whether one more trace may go now; counts it then. */
bool otelmq_rate_limiter_take(otelmq_rate_limiter *limiter, uint64_t now_monotonic_nano);

/* Goes on where before stands, as far as one that has used up all of its burst. */
void otelmq_rate_limiter_continue(otelmq_rate_limiter *limiter, const otelmq_rate_limiter *before,
                                  uint64_t now_monotonic_nano);

#endif
