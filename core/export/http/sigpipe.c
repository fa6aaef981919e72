/* SPDX-License-Identifier: Apache-2.0 */
#include "export/http/sigpipe.h"

#include <time.h>

static sigset_t only_sigpipe(void)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGPIPE);
    return set;
}

static bool is_pending(void)
{
    sigset_t pending;
    sigemptyset(&pending);
    sigpending(&pending);
    return sigismember(&pending, SIGPIPE) == 1;
}

void otelmq_sigpipe_hold_start(otelmq_sigpipe_hold *hold)
{
    sigset_t set = only_sigpipe();
    pthread_sigmask(SIG_BLOCK, &set, &hold->mask_before);
    hold->was_pending = is_pending();
}

void otelmq_sigpipe_hold_end(otelmq_sigpipe_hold *hold)
{
    /* One that was pending before belongs to the program, which may be waiting for it. */
    if (!hold->was_pending && is_pending()) {
        sigset_t set = only_sigpipe();
        struct timespec at_once = {0, 0};
        sigtimedwait(&set, NULL, &at_once);
    }
    pthread_sigmask(SIG_SETMASK, &hold->mask_before, NULL);
}
