/* SPDX-License-Identifier: Apache-2.0 */
#include "trace/span_clock.h"

#include "base/clock.h"

static const uint64_t OFFSET_LIFETIME_NANO = 1000000000;

/* The offset is a difference modulo 2^64; it was never measured while measured_at is 0. */
typedef struct {
    uint64_t measured_at;
    uint64_t offset;
} clock_offset;

static _Thread_local clock_offset thread_offset;

__attribute__((hot)) uint64_t otelmq_span_clock_unix_nano(uint64_t monotonic_nano)
{
    clock_offset *mine = &thread_offset;
    if (mine->measured_at == 0 || monotonic_nano - mine->measured_at > OFFSET_LIFETIME_NANO) {
        mine->measured_at = monotonic_nano;
        mine->offset = otelmq_clock_unix_nano() - monotonic_nano;
    }
    return monotonic_nano + mine->offset;
}
