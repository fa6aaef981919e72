/* SPDX-License-Identifier: Apache-2.0 */
#include "trace/span_clock.h"

#include "base/clock.h"

_Thread_local otelmq_clock_offset otelmq_clock_offset_of_thread;

void otelmq_clock_offset_measure(otelmq_clock_offset *offset)
{
    offset->measured_at = otelmq_clock_monotonic_nano();
    offset->offset = otelmq_clock_unix_nano() - offset->measured_at;
}
