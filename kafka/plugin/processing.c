/* SPDX-License-Identifier: Apache-2.0 */
/*
 * librdkafka destroys a consumer on a thread of its own, so that the spans are in a list that any
 * thread can walk. One that a thread has left goes to the next thread; none is ever freed.
 */
#include "kafka/plugin/processing.h"

#include <otelmq/kafka.h>

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>

typedef struct processing processing;
struct processing {
    processing *next; /* set once */
    atomic_bool is_taken; /* by a thread */
    _Atomic(const rd_kafka_t *) consumer;
    _Atomic(otelmq_span *) span; /* who takes it out ends it; NULL: none */
    pid_t pid; /* a child does not end what its parent started */
    otelmq_context_token token; /* of the owning thread's context */
};

static _Atomic(processing *) all;

static _Thread_local processing *own;

static pthread_key_t exit_key;

static void end_span(processing *of)
{
    otelmq_span *span = atomic_exchange(&of->span, NULL);
    if (span != NULL && of->pid == getpid()) {
        otelmq_span_end(span);
    }
}

/* On the owning thread. */
static void end(processing *mine)
{
    if (atomic_exchange(&mine->consumer, NULL) != NULL) {
        otelmq_context_detach(mine->token);
        end_span(mine);
    }
}

static void leave(void *of_thread)
{
    processing *mine = of_thread;
    end(mine);
    own = NULL;
    atomic_store(&mine->is_taken, false);
}

static void create_exit_key(void)
{
    (void)pthread_key_create(&exit_key, leave);
}

static processing *take_left(void)
{
    for (processing *at = atomic_load(&all); at != NULL; at = at->next) {
        bool is_taken = false;
        if (atomic_compare_exchange_strong(&at->is_taken, &is_taken, true)) {
            return at;
        }
    }
    return NULL;
}

static processing *add(void)
{
    processing *added = calloc(1, sizeof(*added));
    if (added == NULL) {
        return NULL;
    }
    atomic_store(&added->is_taken, true);
    added->next = atomic_load(&all);
    while (!atomic_compare_exchange_weak(&all, &added->next, added)) {
    }
    return added;
}

/* The one of this thread; NULL without memory. */
static processing *find_own(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    if (own == NULL) {
        (void)pthread_once(&once, create_exit_key);
        own = take_left();
        own = own != NULL ? own : add();
        (void)pthread_setspecific(exit_key, own);
    }
    return own;
}

void otelmq_plugin_process_end_own(void)
{
    if (own != NULL) {
        end(own);
    }
}

void otelmq_plugin_process_leave_ended(void)
{
    if (own != NULL && atomic_load_explicit(&own->span, memory_order_acquire) == NULL) {
        end(own);
    }
}

void otelmq_plugin_process_start(rd_kafka_t *consumer, const rd_kafka_message_t *message)
{
    processing *mine = find_own();
    if (mine == NULL) {
        return;
    }
    otelmq_scope scope = otelmq_kafka_process_start(consumer, message);
    if (scope.span != NULL) {
        mine->token = scope.token;
        mine->pid = getpid();
        atomic_store(&mine->span, scope.span);
        atomic_store(&mine->consumer, consumer);
    }
}

void otelmq_plugin_process_end(const rd_kafka_t *consumer)
{
    for (processing *at = atomic_load(&all); at != NULL; at = at->next) {
        if (consumer == NULL || atomic_load(&at->consumer) == consumer) {
            end_span(at);
        }
    }
}
