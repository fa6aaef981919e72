/* SPDX-License-Identifier: Apache-2.0 */
#include "kafka/produce/awaited.h"

#include "base/clock.h"

#include <pthread.h>
#include <stdatomic.h>

static struct {
    pthread_once_t once;
    pthread_mutex_t lock;
    pthread_cond_t acknowledged;
    otelmq_kafka_awaited *first;
} all = {.once = PTHREAD_ONCE_INIT, .lock = PTHREAD_MUTEX_INITIALIZER};

/* Whether there are any, so that producers need no lock when there are none. */
static atomic_uint awaited_count;

/* What this thread produces next. */
static _Thread_local otelmq_kafka_awaited *begun;

static void create_condition(void)
{
    pthread_condattr_t attributes;
    (void)pthread_condattr_init(&attributes);
    (void)pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    (void)pthread_cond_init(&all.acknowledged, &attributes);
    (void)pthread_condattr_destroy(&attributes);
}

void otelmq_kafka_awaited_begin(otelmq_kafka_awaited *awaited)
{
    *awaited = (otelmq_kafka_awaited){.message = NULL};
    (void)pthread_once(&all.once, create_condition);
    (void)pthread_mutex_lock(&all.lock);
    awaited->next = all.first;
    all.first = awaited;
    (void)pthread_mutex_unlock(&all.lock);
    atomic_fetch_add(&awaited_count, 1);
    begun = awaited;
}

bool otelmq_kafka_awaited_wait(otelmq_kafka_awaited *awaited, int timeout_ms,
                               rd_kafka_resp_err_t *err)
{
    struct timespec until = otelmq_deadline_timespec(otelmq_deadline_after((uint32_t)timeout_ms));
    int status = 0;
    begun = NULL;
    (void)pthread_mutex_lock(&all.lock);
    while (!awaited->is_acknowledged && awaited->message != NULL && status == 0) {
        status = pthread_cond_timedwait(&all.acknowledged, &all.lock, &until);
    }
    bool is_acknowledged = awaited->is_acknowledged;
    *err = awaited->err;
    (void)pthread_mutex_unlock(&all.lock);
    return is_acknowledged;
}

void otelmq_kafka_awaited_end(otelmq_kafka_awaited *awaited)
{
    begun = NULL;
    (void)pthread_mutex_lock(&all.lock);
    otelmq_kafka_awaited **at = &all.first;
    while (*at != awaited) {
        at = &(*at)->next;
    }
    *at = awaited->next;
    (void)pthread_mutex_unlock(&all.lock);
    atomic_fetch_sub(&awaited_count, 1);
}

void otelmq_kafka_awaited_on_send(const rd_kafka_message_t *message)
{
    if (begun == NULL) {
        return;
    }
    (void)pthread_mutex_lock(&all.lock);
    begun->message = message;
    (void)pthread_mutex_unlock(&all.lock);
    begun = NULL;
}

void otelmq_kafka_awaited_on_acknowledgement(const rd_kafka_message_t *message)
{
    if (atomic_load(&awaited_count) == 0) {
        return;
    }
    (void)pthread_mutex_lock(&all.lock);
    for (otelmq_kafka_awaited *awaited = all.first; awaited != NULL; awaited = awaited->next) {
        if (awaited->message == message) {
            awaited->message = NULL;
            awaited->is_acknowledged = true;
            awaited->err = message->err;
        }
    }
    (void)pthread_cond_broadcast(&all.acknowledged);
    (void)pthread_mutex_unlock(&all.lock);
}
