/* SPDX-License-Identifier: Apache-2.0 */
#include "trace/ticks.h"

#include "base/lock.h"
#include "trace/tick_scale.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>

atomic_bool otelmq_ticks_are_cycles;

#if defined(__x86_64__)

enum { ATTEMPTS = 4 };

static struct {
    otelmq_lock lock;
    otelmq_tick_scale scale;
} shared;

/* The kernel makes its clock of the counter only where that runs evenly on all processors. */
static bool is_clock_made_of_counter(void)
{
    char name[16] = "";
    FILE *file = fopen("/sys/devices/system/clocksource/clocksource0/current_clocksource", "re");
    if (file == NULL) {
        return false;
    }
    bool is_read = fgets(name, sizeof(name), file) != NULL;
    (void)fclose(file);
    return is_read && strcmp(name, "tsc\n") == 0;
}

/* An interrupt between the two would set them apart: the closest of some is taken. */
static otelmq_tick_reading read_both(void)
{
    otelmq_tick_reading closest = {0, 0};
    uint64_t closest_apart = UINT64_MAX;
    for (int i = 0; i < ATTEMPTS; i++) {
        uint64_t before = __builtin_ia32_rdtsc();
        uint64_t now = otelmq_clock_monotonic_nano();
        uint64_t apart = __builtin_ia32_rdtsc() - before;
        if (apart < closest_apart) {
            closest_apart = apart;
            closest = (otelmq_tick_reading){before + apart / 2, now};
        }
    }
    return closest;
}

static void start(void)
{
    if (is_clock_made_of_counter()) {
        otelmq_tick_scale_start(&shared.scale, read_both());
        atomic_store(&otelmq_ticks_are_cycles, true);
    }
}

/* A counter that is behind the latest reading was set back. */
uint64_t otelmq_ticks_monotonic_nano(uint64_t ticks)
{
    if (!atomic_load_explicit(&otelmq_ticks_are_cycles, memory_order_relaxed)) {
        return ticks;
    }
    otelmq_lock_take(&shared.lock);
    uint64_t latest = otelmq_tick_scale_latest(&shared.scale);
    if (ticks >= latest || __builtin_ia32_rdtsc() < latest) {
        otelmq_tick_scale_add(&shared.scale, read_both());
    }
    uint64_t monotonic_nano = otelmq_tick_scale_nano(&shared.scale, ticks);
    otelmq_lock_give(&shared.lock);
    return monotonic_nano;
}

#else

static void start(void)
{
}

uint64_t otelmq_ticks_monotonic_nano(uint64_t ticks)
{
    return ticks;
}

#endif

void otelmq_ticks_start(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, start);
}
