/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Counts allocations of otelmq and of the test between two calls, or lets one of them fail. The
 * program is linked with -Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc, which leaves librabbitmq's
 * own out.
 */
#ifndef OTELMQ_TESTS_ALLOCATIONS_H
#define OTELMQ_TESTS_ALLOCATIONS_H

#include <stdbool.h>
#include <stddef.h>

void allocations_resume(void);
void allocations_pause(void);

/* How many there were between resume and pause, all taken together. */
size_t allocations_counted(void);

/* Between resume and pause, lets the allocation after count more fail; negative: none. */
void allocations_fail_after(int count);

/* Whether the one that was to fail is still to come. */
bool allocations_is_failure_ahead(void);

#endif
