/* SPDX-License-Identifier: Apache-2.0 */
#include "soak/memory_watch.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Of a process of some 20 MB, a leak of one byte for each message shows within minutes. */
enum { ALLOWED_GROWTH_PERCENT = 5, MINUTE = MEMORY_WATCH_MINUTE, SHORTEST = 3 * MINUTE };

void memory_watch_add(memory_watch *self, uint64_t resident_bytes)
{
    if (self->seconds >= MINUTE && self->seconds < 2 * MINUTE) {
        self->second_minute[self->seconds - MINUTE] = resident_bytes;
    }
    self->last_minute[self->seconds % MINUTE] = resident_bytes;
    self->seconds++;
}

static int compare(const void *a, const void *b)
{
    const uint64_t *first = a;
    const uint64_t *second = b;
    return (*first > *second) - (*first < *second);
}

static uint64_t median(const uint64_t samples[MINUTE])
{
    uint64_t sorted[MINUTE];
    memcpy(sorted, samples, sizeof(sorted));
    qsort(sorted, MINUTE, sizeof(sorted[0]), compare);
    return sorted[MINUTE / 2];
}

bool memory_watch_is_flat(const memory_watch *self)
{
    if (self->seconds < SHORTEST) {
        printf("memory: not judged in less than %d minutes\n", SHORTEST / MINUTE);
        return true;
    }
    uint64_t before = median(self->second_minute);
    uint64_t after = median(self->last_minute);
    double growth = 100.0 * ((double)after - (double)before) / (double)before;
    printf("memory: %" PRIu64 " kB in the second minute, %" PRIu64 " kB in the last: %+.1f %% "
           "(allowed: %d %%)\n",
           before / 1024, after / 1024, growth, ALLOWED_GROWTH_PERCENT);
    return growth <= ALLOWED_GROWTH_PERCENT;
}
