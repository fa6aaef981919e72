/* SPDX-License-Identifier: Apache-2.0 */
#include "kafka/produce/awaited.h"

#include "base/clock.h"
#include "base/lock.h"

#include <stdatomic.h>

static struct {
    otelmq_lock lock;
    otelmq_kafka_awaited *first;
    unsigned fork_generation; /* of the process whose list it is */
} all;

/* Whether there are any, so that producers need no lock when there are none. */
static atomic_uint awaited_count;

/* What this thread produces next. */
static _Thread_local otelmq_kafka_awaited *begun;

static void create_condition(pthread_cond_t *condition)
{
    pthread_condattr_t attributes;
    (void)pthread_condattr_init(&attributes);
    (void)pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    (void)pthread_cond_init(condition, &attributes);
    (void)pthread_condattr_destroy(&attributes);
}

/* Those of a parent wait on threads that its child has not. */
static void take_list(void)
{
    otelmq_lock_take(&all.lock);
    if (all.fork_generation != otelmq_fork_generation()) {
        all.first = NULL;
        atomic_store(&awaited_count, 0);
        all.fork_generation = otelmq_fork_generation();
    }
}

void otelmq_kafka_awaited_begin(otelmq_kafka_awaited *awaited)
{
    *awaited = (otelmq_kafka_awaited){.message = NULL};
    (void)pthread_mutex_init(&awaited->lock, NULL);
    create_condition(&awaited->acknowledged);
    otelmq_fork_generation_watch();
    take_list();
    awaited->next = all.first;
    all.first = awaited;
    atomic_fetch_add(&awaited_count, 1);
    otelmq_lock_give(&all.lock);
    begun = awaited;
}

bool otelmq_kafka_awaited_wait(otelmq_kafka_awaited *awaited, int timeout_ms,
                               rd_kafka_resp_err_t *err)
{
    struct timespec until = otelmq_deadline_timespec(otelmq_deadline_after((uint32_t)timeout_ms));
    int status = 0;
    begun = NULL;
    (void)pthread_mutex_lock(&awaited->lock);
    while (!awaited->is_acknowledged && status == 0) {
        status = pthread_cond_timedwait(&awaited->acknowledged, &awaited->lock, &until);
    }
    bool is_acknowledged = awaited->is_acknowledged;
    *err = awaited->err;
    (void)pthread_mutex_unlock(&awaited->lock);
    return is_acknowledged;
}

void otelmq_kafka_awaited_end(otelmq_kafka_awaited *awaited)
{
    begun = NULL;
    take_list();
    otelmq_kafka_awaited **at = &all.first;
    while (*at != NULL && *at != awaited) {
        at = &(*at)->next;
    }
    if (*at != NULL) {
        *at = awaited->next;
        atomic_fetch_sub(&awaited_count, 1);
    }
    otelmq_lock_give(&all.lock);
    (void)pthread_cond_destroy(&awaited->acknowledged);
    (void)pthread_mutex_destroy(&awaited->lock);
}

void otelmq_kafka_awaited_on_send(const rd_kafka_message_t *message)
{
    if (begun == NULL) {
        return;
    }
    take_list();
    begun->message = message;
    otelmq_lock_give(&all.lock);
    begun = NULL;
}

/* With the list, so that it does not end meanwhile. */
static void acknowledge(otelmq_kafka_awaited *awaited, rd_kafka_resp_err_t err)
{
    awaited->message = NULL;
    (void)pthread_mutex_lock(&awaited->lock);
    awaited->is_acknowledged = true;
    awaited->err = err;
    (void)pthread_cond_signal(&awaited->acknowledged);
    (void)pthread_mutex_unlock(&awaited->lock);
}

void otelmq_kafka_awaited_on_acknowledgement(const rd_kafka_message_t *message)
{
    if (atomic_load(&awaited_count) == 0) {
        return;
    }
    take_list();
    for (otelmq_kafka_awaited *awaited = all.first; awaited != NULL; awaited = awaited->next) {
        if (awaited->message == message) {
            acknowledge(awaited, message->err);
        }
    }
    otelmq_lock_give(&all.lock);
}
