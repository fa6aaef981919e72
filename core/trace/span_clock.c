/* SPDX-License-Identifier: Apache-2.0 */
#include "trace/span_clock.h"

#include "base/clock.h"

enum { ATTEMPTS = 4 };

/* A machine that does nothing else takes much less for three readings. */
static const uint64_t UNDISTURBED_NANO = 2000;

_Thread_local otelmq_clock_offset otelmq_clock_offset_of_thread;

/* What comes between the readings is an error of all dates that follow: the closest are taken. */
void otelmq_clock_offset_measure(otelmq_clock_offset *offset)
{
    uint64_t closest_apart = UINT64_MAX;
    for (int i = 0; i < ATTEMPTS && closest_apart > UNDISTURBED_NANO; i++) {
        uint64_t before = otelmq_clock_monotonic_nano();
        uint64_t now = otelmq_clock_unix_nano();
        uint64_t apart = otelmq_clock_monotonic_nano() - before;
        if (apart < closest_apart) {
            closest_apart = apart;
            offset->measured_at = before + apart / 2;
            offset->offset = now - offset->measured_at;
        }
    }
}
