/* SPDX-License-Identifier: Apache-2.0 */
/* Lives that go on: signals, and many starts. Each says what it saw in its exit status. */
#include "trace/life/life_program.h"

#include <dirent.h>
#include <malloc.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <unistd.h>

enum { SIGNALS = 500, HANG_MS = 60000 };

static _Thread_local volatile sig_atomic_t thread_exports;
static atomic_uint handled;
static atomic_uint handled_by_worker;

static void count_signal(int number)
{
    (void)number;
    atomic_fetch_add(&handled, 1);
    atomic_fetch_add(&handled_by_worker, (unsigned)thread_exports);
}

/* The worker marks itself, and stays long enough to be hit if it could be. */
static void mark_exporting(void)
{
    thread_exports = 1;
    usleep(1000);
}

static atomic_bool is_over;

static void *record_until_over(void *unused)
{
    (void)unused;
    while (!atomic_load(&is_over)) {
        life_record("recorded", 1);
    }
    return NULL;
}

/* Its handler runs on threads of the program, interrupts them anywhere, and never the worker. */
int life_gets_signals(void)
{
    struct sigaction action = {.sa_handler = count_signal};
    pthread_t thread;
    sigaction(SIGUSR1, &action, NULL);
    otelmq_sdk *sdk = life_start(
        (life_options){.queue_size = 64, .batch_size = 4, .before_export = mark_exporting});
    if (pthread_create(&thread, NULL, record_until_over, NULL) != 0) {
        return 1;
    }
    for (int i = 0; i < SIGNALS; i++) {
        kill(getpid(), SIGUSR1);
        pthread_kill(thread, SIGUSR1);
        life_record("recorded", 1);
    }
    atomic_store(&is_over, true);
    pthread_join(thread, NULL);
    if (otelmq_sdk_shutdown(sdk, HANG_MS) != OTELMQ_OK) {
        return 2;
    }
    return atomic_load(&handled) == 0 || atomic_load(&handled_by_worker) > 0 ? 3 : 0;
}

static size_t count_entries(const char *folder)
{
    DIR *entries = opendir(folder);
    size_t count = 0;
    while (entries != NULL && readdir(entries) != NULL) {
        count++;
    }
    if (entries != NULL) {
        closedir(entries);
    }
    return count;
}

typedef struct {
    size_t threads;
    size_t files;
    size_t heap;
} footprint;

static footprint measure(void)
{
    return (footprint){count_entries("/proc/self/task"), count_entries("/proc/self/fd"),
                       mallinfo2().uordblks};
}

static bool live_once(bool pumped)
{
    otelmq_sdk *sdk = life_start((life_options){.pumped = pumped});
    life_record("recorded", 2);
    return otelmq_sdk_shutdown(sdk, HANG_MS) == OTELMQ_OK;
}

/* Some slack for what the C library keeps; a leak of one object each time would be far more. */
static int start_many_times(bool pumped)
{
    enum { TO_WARM_UP = 20, TIMES = 300, HEAP_SLACK = 32 * 1024 };
    footprint before = {0};
    for (int i = 0; i < TO_WARM_UP + TIMES; i++) {
        before = i == TO_WARM_UP ? measure() : before;
        if (!live_once(pumped)) {
            return 1;
        }
    }
    footprint after = measure();
    if (after.threads != before.threads || after.files != before.files) {
        return 2;
    }
    return after.heap > before.heap + HEAP_SLACK ? 3 : 0;
}

int life_starts_again_and_again(void)
{
    return start_many_times(false);
}

int life_pumps_again_and_again(void)
{
    return start_many_times(true);
}
