/* SPDX-License-Identifier: Apache-2.0 */
#include "trace/tick_scale.h"

#include <stdatomic.h>
#include <stdbool.h>

/* How old the base gets, half of it; and how far apart readings are that tell of a rate. */
static const uint64_t BASE_LIFETIME_NANO = UINT64_C(60000000000);
static const uint64_t TELLING_NANO = 100000000;

/* Clocks are set right by much less. */
static const double STEADY = 0.01;

static double rate(const otelmq_tick_reading *from, const otelmq_tick_reading *to)
{
    return (double)(to->monotonic_nano - from->monotonic_nano) / (double)(to->ticks - from->ticks);
}

static bool is_telling(const otelmq_tick_reading *from, const otelmq_tick_reading *to)
{
    return to->ticks > from->ticks && to->monotonic_nano - from->monotonic_nano >= TELLING_NANO;
}

/* Whether the counter has run from before to now as it did until before. */
static bool is_steady(const otelmq_tick_reading *base, const otelmq_tick_reading *before,
                      const otelmq_tick_reading *now)
{
    if (now->ticks <= before->ticks) {
        return false;
    }
    if (!is_telling(base, before) || !is_telling(before, now)) {
        return true;
    }
    double change = rate(before, now) / rate(base, before) - 1;
    return change < STEADY && change > -STEADY;
}

static unsigned char unused_slot(const otelmq_tick_scale *scale)
{
    unsigned char slot = 0;
    while (slot == scale->base || slot == scale->next_base || slot == scale->latest) {
        slot++;
    }
    return slot;
}

void otelmq_tick_scale_start(otelmq_tick_scale *scale, otelmq_tick_reading reading)
{
    *scale = (otelmq_tick_scale){.first_monotonic_nano = reading.monotonic_nano};
    scale->slots[0] = reading;
}

static void begin_anew(otelmq_tick_scale *scale)
{
    scale->base = scale->latest;
    scale->next_base = scale->latest;
}

static void go_on(otelmq_tick_scale *scale)
{
    const otelmq_tick_reading *now = &scale->slots[scale->latest];
    scale->nano_a_tick = rate(&scale->slots[scale->base], now);
    uint64_t next_base_nano = scale->slots[scale->next_base].monotonic_nano;
    if (now->monotonic_nano - next_base_nano > BASE_LIFETIME_NANO) {
        scale->base = scale->next_base;
        scale->next_base = scale->latest;
    }
}

void otelmq_tick_scale_add(otelmq_tick_scale *scale, otelmq_tick_reading reading)
{
    unsigned char slot = unused_slot(scale);
    bool is_going_on =
        is_steady(&scale->slots[scale->base], &scale->slots[scale->latest], &reading);
    scale->slots[slot] = reading;
    atomic_signal_fence(memory_order_seq_cst);
    scale->latest = slot;
    if (is_going_on) {
        go_on(scale);
    } else {
        begin_anew(scale);
    }
}

uint64_t otelmq_tick_scale_nano(const otelmq_tick_scale *scale, uint64_t ticks)
{
    const otelmq_tick_reading *latest = &scale->slots[scale->latest];
    if (ticks >= latest->ticks) {
        return latest->monotonic_nano;
    }
    double age = (double)(latest->ticks - ticks) * scale->nano_a_tick;
    double oldest = (double)(latest->monotonic_nano - scale->first_monotonic_nano);
    return latest->monotonic_nano - (uint64_t)(age < oldest ? age : oldest);
}
