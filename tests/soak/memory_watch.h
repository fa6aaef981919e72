/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whether memory stays flat: the median of the second minute against that of the last one. In the
 * first minute queues, pools and caches grow to their sizes.
 */
#ifndef OTELMQ_TESTS_MEMORY_WATCH_H
#define OTELMQ_TESTS_MEMORY_WATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { MEMORY_WATCH_MINUTE = 60 };

/* {0}: nothing seen yet. */
typedef struct {
    uint64_t second_minute[MEMORY_WATCH_MINUTE];
    uint64_t last_minute[MEMORY_WATCH_MINUTE]; /* by second, round and round */
    size_t seconds;
} memory_watch;

/* To be called every second. */
void memory_watch_add(memory_watch *self, uint64_t resident_bytes);

/* Says what it found. True as well when it was too short to find anything: less than 3 minutes. */
bool memory_watch_is_flat(const memory_watch *self);

#endif
