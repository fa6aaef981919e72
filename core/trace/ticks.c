/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How fast the counter runs is measured between two readings of both, the older of which is at most
 * two minutes old: the system's clock follows the time that it hears from others, a little faster
 * or slower than before.
 */
#include "trace/ticks.h"

#include "base/lock.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>

static const uint64_t BASE_LIFETIME_NANO = UINT64_C(60000000000);

enum { ATTEMPTS = 4 };

/* Both were read at the same time. */
typedef struct {
    uint64_t ticks;
    uint64_t monotonic_nano;
} anchor;

atomic_bool otelmq_ticks_are_cycles;

/* A reading is written where none stands, and put in place by one store: for a fork in between. */
static struct {
    otelmq_lock lock;
    anchor slots[4];
    unsigned char base; /* the rate is that since then */
    unsigned char next_base; /* it becomes base when it is old enough */
    unsigned char latest;
    uint64_t first_monotonic_nano;
} anchors;

#if defined(__x86_64__)

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

/* An interrupt between the two readings would set them apart: the closest of some is taken. */
static anchor read_anchor(void)
{
    anchor closest = {0, 0};
    uint64_t closest_span = UINT64_MAX;
    for (int i = 0; i < ATTEMPTS; i++) {
        uint64_t before = __builtin_ia32_rdtsc();
        uint64_t now = otelmq_clock_monotonic_nano();
        uint64_t span = __builtin_ia32_rdtsc() - before;
        if (span < closest_span) {
            closest_span = span;
            closest = (anchor){before + span / 2, now};
        }
    }
    return closest;
}

static void start(void)
{
    if (is_clock_made_of_counter()) {
        anchors.slots[0] = read_anchor();
        anchors.first_monotonic_nano = anchors.slots[0].monotonic_nano;
        atomic_store(&otelmq_ticks_are_cycles, true);
    }
}

#else

static anchor read_anchor(void)
{
    uint64_t now = otelmq_clock_monotonic_nano();
    return (anchor){now, now};
}

static void start(void)
{
}

#endif

void otelmq_ticks_start(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, start);
}

static unsigned char unused_slot(void)
{
    unsigned char slot = 0;
    while (slot == anchors.base || slot == anchors.next_base || slot == anchors.latest) {
        slot++;
    }
    return slot;
}

/* With the lock taken. */
static void renew(void)
{
    unsigned char slot = unused_slot();
    anchors.slots[slot] = read_anchor();
    atomic_signal_fence(memory_order_seq_cst);
    anchors.latest = slot;
    uint64_t now = anchors.slots[slot].monotonic_nano;
    if (now - anchors.slots[anchors.next_base].monotonic_nano > BASE_LIFETIME_NANO) {
        anchors.base = anchors.next_base;
        anchors.next_base = slot;
    }
}

/* With the lock taken. A counter that was set back, or forth, gives a time in between even so. */
static uint64_t convert(uint64_t ticks)
{
    const anchor *base = &anchors.slots[anchors.base];
    const anchor *latest = &anchors.slots[anchors.latest];
    if (ticks >= latest->ticks || latest->ticks <= base->ticks) {
        return latest->monotonic_nano;
    }
    double nano_a_tick = (double)(latest->monotonic_nano - base->monotonic_nano) /
                         (double)(latest->ticks - base->ticks);
    uint64_t age = (uint64_t)((double)(latest->ticks - ticks) * nano_a_tick);
    uint64_t oldest = anchors.first_monotonic_nano;
    return age < latest->monotonic_nano - oldest ? latest->monotonic_nano - age : oldest;
}

uint64_t otelmq_ticks_monotonic_nano(uint64_t ticks)
{
    if (!atomic_load_explicit(&otelmq_ticks_are_cycles, memory_order_relaxed)) {
        return ticks;
    }
    otelmq_lock_take(&anchors.lock);
    if (ticks >= anchors.slots[anchors.latest].ticks) {
        renew();
    }
    uint64_t monotonic_nano = convert(ticks);
    otelmq_lock_give(&anchors.lock);
    return monotonic_nano;
}
