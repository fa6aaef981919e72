/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The C11 threads that librdkafka uses, made of POSIX threads. ThreadSanitizer knows only the
 * latter: a thread of thrd_create crashes in it, and it would not see what mtx_lock orders. Linked
 * into the tests in place of the C library's, where ThreadSanitizer is on.
 */
#include <errno.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <threads.h>

_Static_assert(sizeof(mtx_t) == sizeof(pthread_mutex_t), "both are the same in the GNU C library");
_Static_assert(sizeof(cnd_t) == sizeof(pthread_cond_t), "both are the same in the GNU C library");

/* <threads.h> declares these functions; this makes them visible to librdkafka. */
#pragma GCC visibility push(default)

typedef struct {
    thrd_start_t function;
    void *argument;
} thread_start;

static pthread_mutex_t *as_mutex(mtx_t *mutex)
{
    return (pthread_mutex_t *)(void *)mutex;
}

static pthread_cond_t *as_condition(cnd_t *condition)
{
    return (pthread_cond_t *)(void *)condition;
}

static int result_of(int error)
{
    if (error == ETIMEDOUT) {
        return thrd_timedout;
    }
    return error == 0 ? thrd_success : thrd_error;
}

static void *run(void *opaque)
{
    thread_start start = *(thread_start *)opaque;
    free(opaque);
    return (void *)(intptr_t)start.function(start.argument);
}

int thrd_create(thrd_t *thread, thrd_start_t function, void *argument)
{
    thread_start *start = malloc(sizeof(*start));
    if (start == NULL) {
        return thrd_nomem;
    }
    *start = (thread_start){function, argument};
    return result_of(pthread_create(thread, NULL, run, start));
}

int thrd_join(thrd_t thread, int *result)
{
    void *value = NULL;
    int error = pthread_join(thread, &value);
    if (result != NULL) {
        *result = (int)(intptr_t)value;
    }
    return result_of(error);
}

int mtx_init(mtx_t *mutex, int type)
{
    pthread_mutexattr_t attributes;
    pthread_mutexattr_init(&attributes);
    int kind = (type & mtx_recursive) != 0 ? PTHREAD_MUTEX_RECURSIVE : PTHREAD_MUTEX_NORMAL;
    pthread_mutexattr_settype(&attributes, kind);
    int error = pthread_mutex_init(as_mutex(mutex), &attributes);
    pthread_mutexattr_destroy(&attributes);
    return result_of(error);
}

int mtx_lock(mtx_t *mutex)
{
    return result_of(pthread_mutex_lock(as_mutex(mutex)));
}

int mtx_unlock(mtx_t *mutex)
{
    return result_of(pthread_mutex_unlock(as_mutex(mutex)));
}

void mtx_destroy(mtx_t *mutex)
{
    pthread_mutex_destroy(as_mutex(mutex));
}

int cnd_init(cnd_t *condition)
{
    return result_of(pthread_cond_init(as_condition(condition), NULL));
}

int cnd_wait(cnd_t *condition, mtx_t *mutex)
{
    return result_of(pthread_cond_wait(as_condition(condition), as_mutex(mutex)));
}

int cnd_timedwait(cnd_t *condition, mtx_t *mutex, const struct timespec *deadline)
{
    return result_of(pthread_cond_timedwait(as_condition(condition), as_mutex(mutex), deadline));
}

int cnd_signal(cnd_t *condition)
{
    return result_of(pthread_cond_signal(as_condition(condition)));
}

int cnd_broadcast(cnd_t *condition)
{
    return result_of(pthread_cond_broadcast(as_condition(condition)));
}

void cnd_destroy(cnd_t *condition)
{
    pthread_cond_destroy(as_condition(condition));
}

/* What librdkafka itself does with its memory is not seen whole, because it was built without. */
const char *__tsan_default_options(void);
const char *__tsan_default_options(void)
{
    return "ignore_noninstrumented_modules=1";
}

#pragma GCC visibility pop
