/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The time of spans. One reading of the monotonic clock serves for both duration and date: what
 * the date is ahead of it is kept for each thread, and measured anew every second. So a span costs
 * two readings, and a folded one none; and the system's clock may be set back without a span that
 * ends before it started.
 */
#ifndef OTELMQ_TRACE_SPAN_CLOCK_H
#define OTELMQ_TRACE_SPAN_CLOCK_H

#include "base/hidden.h"
#include "base/likely.h"

#include <stdint.h>

/* The offset is a difference modulo 2^64; it was never measured while measured_at is 0. */
typedef struct {
    uint64_t measured_at;
    uint64_t offset;
} otelmq_clock_offset;

/* Both for otelmq_span_clock_unix_nano only. */
extern OTELMQ_HIDDEN _Thread_local otelmq_clock_offset otelmq_clock_offset_of_thread;
void otelmq_clock_offset_measure(otelmq_clock_offset *offset);

enum { OTELMQ_CLOCK_OFFSET_LIFETIME_NANO = 1000000000 };

/* The nanoseconds since 1970 at that moment of the monotonic clock, now or not long ago. */
static inline uint64_t otelmq_span_clock_unix_nano(uint64_t monotonic_nano)
{
    otelmq_clock_offset *mine = &otelmq_clock_offset_of_thread;
    int64_t age = (int64_t)(monotonic_nano - mine->measured_at);
    if (OTELMQ_UNLIKELY(mine->measured_at == 0 || age > OTELMQ_CLOCK_OFFSET_LIFETIME_NANO)) {
        otelmq_clock_offset_measure(mine);
    }
    return monotonic_nano + mine->offset;
}

#endif
