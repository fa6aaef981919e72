/* SPDX-License-Identifier: Apache-2.0 */
#include "base/fork_generation.h"

#include "base/module.h"

#include <pthread.h>

atomic_uint otelmq_fork_generation_now = 1;

static void enter_child(void)
{
    atomic_fetch_add_explicit(&otelmq_fork_generation_now, 1, memory_order_relaxed);
}

static void register_handler(void)
{
    otelmq_module_pin();
    pthread_atfork(NULL, NULL, enter_child);
}

void otelmq_fork_generation_watch(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, register_handler);
}
