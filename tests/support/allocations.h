/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Counts allocations of otelmq and of the test between two calls, or lets one of them fail; those
 * of shared libraries, as librabbitmq, are left out. Link otelmq-allocations.
 */
#ifndef OTELMQ_TESTS_ALLOCATIONS_H
#define OTELMQ_TESTS_ALLOCATIONS_H

#include <stdbool.h>
#include <stddef.h>

void allocations_resume(void);
void allocations_pause(void);

/* How many there were between resume and pause, all taken together. */
size_t allocations_counted(void);

/* Between resume and pause, lets the allocation after count more fail. */
void allocations_fail_after(int count);

/* Pauses, and lets no more fail. Whether one did. */
bool allocations_end_failure(void);

#endif
