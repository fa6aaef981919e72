/* SPDX-License-Identifier: Apache-2.0 */
/* A program that does not know otelmq closes a shared object that carries it: its argument. */
#include "support/test.h"
#include "trace/life/life_module.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

enum { THREADS = 4, SPANS_EACH = 10 };

static const char *module_path;
static atomic_uint exported;

typedef struct {
    void *handle;
    __typeof__(life_module_start) *start;
    __typeof__(life_module_record) *record;
    __typeof__(life_module_attach) *attach;
    __typeof__(life_module_stop) *stop;
} module;

static void *find(const module *opened, const char *name)
{
    void *found = dlsym(opened->handle, name);
    assert_non_null(found);
    return found;
}

static module open_module(void)
{
    module opened = {.handle = dlopen(module_path, RTLD_NOW | RTLD_LOCAL)};
    assert_non_null(opened.handle);
    *(void **)&opened.start = find(&opened, "life_module_start");
    *(void **)&opened.record = find(&opened, "life_module_record");
    *(void **)&opened.attach = find(&opened, "life_module_attach");
    *(void **)&opened.stop = find(&opened, "life_module_stop");
    atomic_store(&exported, 0);
    assert_true(opened.start(&exported));
    return opened;
}

static pthread_barrier_t recorded;
static pthread_barrier_t closed;

static void *record_and_outlive(void *argument)
{
    const module *opened = argument;
    opened->record(SPANS_EACH);
    opened->attach();
    pthread_barrier_wait(&recorded);
    pthread_barrier_wait(&closed);
    return NULL;
}

/* Threads that used the module end after it was closed. */
static void close_under_threads(module *opened, bool stops)
{
    pthread_t threads[THREADS];
    assert_int_equal(pthread_barrier_init(&recorded, NULL, THREADS + 1), 0);
    assert_int_equal(pthread_barrier_init(&closed, NULL, THREADS + 1), 0);
    for (size_t i = 0; i < THREADS; i++) {
        assert_int_equal(pthread_create(&threads[i], NULL, record_and_outlive, opened), 0);
    }
    pthread_barrier_wait(&recorded);
    assert_true(!stops || opened->stop());
    assert_int_equal(dlclose(opened->handle), 0);
    pthread_barrier_wait(&closed);
    for (size_t i = 0; i < THREADS; i++) {
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    }
    pthread_barrier_destroy(&recorded);
    pthread_barrier_destroy(&closed);
}

static void threads_may_end_after_a_module_was_shut_down_and_closed(void **state)
{
    (void)state;
    module opened = open_module();
    close_under_threads(&opened, true);
    assert_int_equal(atomic_load(&exported), THREADS * SPANS_EACH);
}

static void a_module_that_is_closed_without_a_shutdown_exports_all_the_same(void **state)
{
    (void)state;
    module opened = open_module();
    close_under_threads(&opened, false);
    while (atomic_load(&exported) < THREADS * SPANS_EACH) {
        usleep(1000);
    }
    opened = open_module();
    opened.record(1);
    assert_true(opened.stop());
    assert_int_equal(dlclose(opened.handle), 0);
}

static void the_process_may_fork_after_a_module_was_closed(void **state)
{
    (void)state;
    module opened = open_module();
    opened.record(1);
    assert_true(opened.stop());
    assert_int_equal(dlclose(opened.handle), 0);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        _exit(0);
    }
    int status = 1;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
}

int main(int argc, char *argv[])
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(threads_may_end_after_a_module_was_shut_down_and_closed),
        cmocka_unit_test(a_module_that_is_closed_without_a_shutdown_exports_all_the_same),
        cmocka_unit_test(the_process_may_fork_after_a_module_was_closed),
    };
    if (argc != 2) {
        return 64;
    }
    module_path = argv[1];
    return cmocka_run_group_tests(tests, NULL, NULL);
}
