/* SPDX-License-Identifier: Apache-2.0 */
/* The two clocks of the system, and deadlines on the one that never jumps. Any thread. */
#ifndef OTELMQ_BASE_CLOCK_H
#define OTELMQ_BASE_CLOCK_H

#include <stdint.h>
#include <time.h>

/* Nanoseconds since 1970; may jump. */
uint64_t otelmq_clock_unix_nano(void);

/* Nanoseconds since some moment; never goes back. */
uint64_t otelmq_clock_monotonic_nano(void);

/* A moment on the monotonic clock. */
typedef struct {
    uint64_t monotonic_nano;
} otelmq_deadline;

otelmq_deadline otelmq_deadline_after(uint32_t timeout_ms);

/* Milliseconds until then, rounded up; 0 once it has passed. */
uint32_t otelmq_deadline_left_ms(otelmq_deadline deadline);

/* For pthread_cond_timedwait on a condition that uses CLOCK_MONOTONIC. */
struct timespec otelmq_deadline_timespec(otelmq_deadline deadline);

#endif
