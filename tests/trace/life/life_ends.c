/* SPDX-License-Identifier: Apache-2.0 */
/* Lives that end with spans still queued. */
#include "trace/life/life_program.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>

enum { QUEUE_SIZE = 8, MORE_THAN_FITS = 20 };

/* Reachable to the end, so that it is no leak to have never shut it down. */
static otelmq_sdk *kept;

static atomic_bool is_exporting;

/* An export that never ends, so that the process ends in the middle of one. */
static void hang(void)
{
    atomic_store(&is_exporting, true);
    for (;;) {
        pause();
    }
}

static void wait_until_exporting(void)
{
    while (!atomic_load(&is_exporting)) {
        usleep(1000);
    }
}

/* A worker inside an export that hangs, and a full queue behind it. */
static void fill_up(void)
{
    kept = life_start(
        (life_options){.queue_size = QUEUE_SIZE, .batch_size = 1, .before_export = hang});
    life_record("first", 1);
    wait_until_exporting();
    life_record("queued", MORE_THAN_FITS);
}

int life_returns_with_a_full_queue(void)
{
    fill_up();
    return 3;
}

int life_exits_at_once_with_a_full_queue(void)
{
    fill_up();
    _exit(4);
}

static void *exit_with_5(void *unused)
{
    (void)unused;
    life_record("on the thread", 1);
    exit(5);
}

int life_exits_from_a_thread(void)
{
    pthread_t thread;
    fill_up();
    if (pthread_create(&thread, NULL, exit_with_5, NULL) != 0) {
        return 1;
    }
    pthread_join(thread, NULL);
    return 1;
}

static void exit_with_6(void)
{
    exit(6);
}

int life_exits_inside_the_exporter(void)
{
    kept = life_start((life_options){.before_export = exit_with_6});
    life_record("first", 3);
    (void)otelmq_sdk_force_flush(kept, 60000);
    return 1;
}

static void *outlive_main(void *main_thread)
{
    pthread_join(*(pthread_t *)main_thread, NULL);
    life_record("after main", 2);
    return otelmq_sdk_shutdown(kept, 60000) == OTELMQ_OK ? NULL : main_thread;
}

int life_ends_main_before_a_thread(void)
{
    static pthread_t main_thread;
    pthread_t thread;
    main_thread = pthread_self();
    kept = life_start((life_options){0});
    life_record("main", 2);
    if (pthread_create(&thread, NULL, outlive_main, &main_thread) != 0) {
        return 1;
    }
    pthread_exit(NULL);
}

static void shut_down(void)
{
    (void)otelmq_sdk_shutdown(kept, 60000);
    life_record("too late", 1);
}

int life_shuts_down_at_exit(void)
{
    kept = life_start((life_options){0});
    atexit(shut_down);
    life_record("queued", MORE_THAN_FITS);
    return 7;
}

static void *record_for_ever(void *unused)
{
    while (unused == NULL) {
        life_record("recorded", 1);
    }
    return NULL;
}

static void take_a_nap(void)
{
    usleep(1000);
}

int life_exits_while_others_record(void)
{
    pthread_t thread;
    kept = life_start(
        (life_options){.queue_size = QUEUE_SIZE, .batch_size = 1, .before_export = take_a_nap});
    for (int i = 0; i < 4; i++) {
        if (pthread_create(&thread, NULL, record_for_ever, NULL) != 0) {
            return 1;
        }
    }
    (void)otelmq_sdk_force_flush(kept, 60000);
    return 8;
}
