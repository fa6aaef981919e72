/* SPDX-License-Identifier: Apache-2.0 */
#include "kafka/plugin/process_lock.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <time.h>
#include <unistd.h>

enum { NAP_NANO = 1000000 };

/* The process that holds it: to a child, its parent's lock is none. */
static _Atomic(pid_t) holder;

static bool try_lock(pid_t own)
{
    pid_t found = 0;
    return atomic_compare_exchange_strong(&holder, &found, own) ||
           (found != own && atomic_compare_exchange_strong(&holder, &found, own));
}

void otelmq_plugin_lock(void)
{
    const struct timespec nap = {.tv_nsec = NAP_NANO};
    pid_t own = getpid();
    while (!try_lock(own)) {
        nanosleep(&nap, NULL);
    }
}

void otelmq_plugin_unlock(void)
{
    atomic_store(&holder, 0);
}
