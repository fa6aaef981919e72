/* SPDX-License-Identifier: Apache-2.0 */
/* Lives with children. What the parent had queued is the parent's; a child exports its own. */
#include "trace/life/life_program.h"

#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

enum { CHILDREN = 100, AT_ONCE = 10, SPANS_EACH = 3, PARENT_SPANS = 5, HANG_MS = 60000 };

/* Whether one more child ended as it should. */
static bool reap(void)
{
    int status = 0;
    return wait(&status) > 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static void live_as_child(otelmq_sdk *sdk)
{
    life_record("child", SPANS_EACH);
    otelmq_status flushed = otelmq_sdk_force_flush(sdk, HANG_MS);
    otelmq_status stopped = otelmq_sdk_shutdown(sdk, HANG_MS);
    _exit(flushed == OTELMQ_OK && stopped == OTELMQ_OK ? 0 : 1);
}

static bool fork_children(otelmq_sdk *sdk)
{
    bool is_well = true;
    for (int i = 0; i < CHILDREN; i++) {
        pid_t child = fork();
        if (child == 0) {
            live_as_child(sdk);
        }
        is_well = child > 0 && is_well;
        is_well = (i < AT_ONCE || reap()) && is_well;
    }
    for (int i = 0; i < AT_ONCE; i++) {
        is_well = reap() && is_well;
    }
    return is_well;
}

static int fork_with(life_options options)
{
    otelmq_sdk *sdk = life_start(options);
    life_record("parent", PARENT_SPANS);
    bool is_well = fork_children(sdk);
    life_record("parent", 1);
    return is_well && otelmq_sdk_shutdown(sdk, HANG_MS) == OTELMQ_OK ? 0 : 1;
}

int life_forks_100_children(void)
{
    return fork_with((life_options){.pumped = false});
}

int life_forks_pumped_children(void)
{
    return fork_with((life_options){.pumped = true});
}

/* Each process forks the next one while its own spans are queued, and exports them only then. */
int life_forks_children_of_children(void)
{
    enum { GENERATIONS = 5 };
    otelmq_sdk *sdk = life_start((life_options){0});
    bool is_child = false;
    for (int i = 0; i < GENERATIONS; i++) {
        life_record("generation", 1);
        pid_t child = fork();
        if (child > 0) {
            bool is_well = reap() && otelmq_sdk_shutdown(sdk, HANG_MS) == OTELMQ_OK;
            exit(is_well ? 0 : 1);
        }
        is_child = child == 0;
    }
    return is_child && otelmq_sdk_shutdown(sdk, HANG_MS) == OTELMQ_OK ? 0 : 1;
}

/* The double fork of a daemon, after the SDK was started, which it should not be and may be. */
int life_becomes_a_daemon(void)
{
    otelmq_sdk *sdk = life_start((life_options){0});
    life_record("before", PARENT_SPANS);
    if (fork() != 0) {
        _exit(0);
    }
    if (setsid() < 0 || fork() != 0) {
        _exit(0);
    }
    life_record("daemon", SPANS_EACH);
    return otelmq_sdk_shutdown(sdk, HANG_MS) == OTELMQ_OK ? 0 : 1;
}
