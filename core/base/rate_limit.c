/* SPDX-License-Identifier: Apache-2.0 */
#include "base/rate_limit.h"

#include "base/clock.h"

#include <stdatomic.h>
#include <stddef.h>

enum { SLOT_COUNT = 128, PROBES = 8, NANOS_PER_SECOND = 1000000000 };

/*
 * A report may come from any thread, also in a child that was forked while another thread was in
 * the middle of one: a mutex could then stay locked for ever. So each key has a slot that changes
 * by compare-and-swap only. The start of its window and the messages in it share one word:
 *
 *     63              32 31               0
 *     +-----------------+-----------------+
 *     | second, or 0    | messages so far |
 *     +-----------------+-----------------+
 */
typedef struct {
    _Atomic(const void *) key;
    atomic_uint_least64_t window;
} slot;

static slot slots[SLOT_COUNT];

static bool take(slot *candidate, const void *key)
{
    const void *owner = NULL;
    return atomic_compare_exchange_strong(&candidate->key, &owner, key) || owner == key;
}

/* Keys past the capacity share the slot where their search began: limited too, only together. */
static slot *slot_of(const void *key)
{
    size_t start = (size_t)(((uintptr_t)key * 0x9e3779b97f4a7c15u) >> 20);
    for (size_t i = 0; i < PROBES; i++) {
        slot *candidate = &slots[(start + i) % SLOT_COUNT];
        if (take(candidate, key)) {
            return candidate;
        }
    }
    return &slots[start % SLOT_COUNT];
}

static uint32_t start_of(uint64_t window)
{
    return (uint32_t)(window >> 32);
}

static uint32_t messages_of(uint64_t window)
{
    return (uint32_t)window;
}

/* The window after one more message at second now. The count stops where it would overflow. */
static uint64_t window_after(uint64_t window, uint32_t now)
{
    /* Signed, because another thread may have read its clock later and stored it earlier. */
    int32_t age = (int32_t)(now - start_of(window));
    if (window == 0 || age >= OTELMQ_RATE_LIMIT_SECONDS) {
        return ((uint64_t)now << 32) | 1;
    }
    return messages_of(window) == UINT32_MAX ? window : window + 1;
}

static uint32_t over_limit(uint64_t window)
{
    uint32_t messages = messages_of(window);
    return messages > OTELMQ_RATE_LIMIT_MESSAGES ? messages - OTELMQ_RATE_LIMIT_MESSAGES : 0;
}

bool otelmq_rate_limit_allows(const void *key, uint32_t *left_out)
{
    slot *mine = slot_of(key);
    uint32_t now = (uint32_t)(otelmq_clock_monotonic_nano() / NANOS_PER_SECOND);
    uint64_t before = atomic_load(&mine->window);
    uint64_t after = window_after(before, now);
    while (!atomic_compare_exchange_weak(&mine->window, &before, after)) {
        after = window_after(before, now);
    }
    *left_out = messages_of(after) == 1 ? over_limit(before) : 0;
    return over_limit(after) == 0;
}
