/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Turns ticks of a counter into nanoseconds of a clock, by readings of both that were made at the
 * same time:
 *
 *     counter   base ------------- ticks ---- latest
 *     clock     base ------------- result --- latest
 *
 * How fast the counter runs is measured from base to latest. The base is at most two minutes old,
 * because the clock follows the time that it hears from others, a little faster or slower than
 * before. A reading that does not go with those before, as after a sleep of the machine, begins
 * anew, with the rate that was known.
 *
 * Not for two threads at once. A copy of it that is taken at any moment, as by a fork, is sound.
 */
#ifndef OTELMQ_TRACE_TICK_SCALE_H
#define OTELMQ_TRACE_TICK_SCALE_H

#include <stdint.h>

typedef struct {
    uint64_t ticks;
    uint64_t monotonic_nano;
} otelmq_tick_reading;

/* {0} is one without a reading. */
typedef struct {
    otelmq_tick_reading slots[4]; /* one is written where none stands, and put in place at once */
    unsigned char base;
    unsigned char next_base; /* it becomes base when it is old enough */
    unsigned char latest;
    double nano_a_tick; /* 0: not known yet */
    uint64_t first_monotonic_nano;
} otelmq_tick_scale;

/* The first reading, before all else. */
void otelmq_tick_scale_start(otelmq_tick_scale *scale, otelmq_tick_reading reading);

/* A later one. */
void otelmq_tick_scale_add(otelmq_tick_scale *scale, otelmq_tick_reading reading);

/*
 * The time of ticks; of later ones than the latest reading, the time of that. It is never before
 * the first reading.
 */
uint64_t otelmq_tick_scale_nano(const otelmq_tick_scale *scale, uint64_t ticks);

/* The ticks of the latest reading. */
static inline uint64_t otelmq_tick_scale_latest(const otelmq_tick_scale *scale)
{
    return scale->slots[scale->latest].ticks;
}

#endif
