/* SPDX-License-Identifier: Apache-2.0 */
#include "retry.h"

#include "service.h"

#include <time.h>

enum { FIRST_PAUSE_MS = 250, LONGEST_PAUSE_MS = 4000, SLICE_MS = 50 };

/* In slices, because a signal just before a long sleep would not shorten it. */
static void sleep_ms(uint32_t pause_ms)
{
    struct timespec slice = {.tv_nsec = SLICE_MS * 1000000L};
    for (uint32_t slept = 0; slept < pause_ms && !service_is_stopping(); slept += SLICE_MS) {
        nanosleep(&slice, NULL);
    }
}

void retry_wait(retry *tries)
{
    sleep_ms(tries->pause_ms);
    tries->pause_ms = tries->pause_ms == 0 ? FIRST_PAUSE_MS : tries->pause_ms * 2;
    if (tries->pause_ms > LONGEST_PAUSE_MS) {
        tries->pause_ms = LONGEST_PAUSE_MS;
    }
}
