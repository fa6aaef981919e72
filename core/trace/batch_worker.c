/* SPDX-License-Identifier: Apache-2.0 */
#include "trace/batch_worker.h"

#include "trace/span_object.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>

static const uint64_t NEVER = UINT64_MAX;

typedef enum { STEP_EXPORT, STEP_FLUSH, STEP_STOP } step;

static _Thread_local const otelmq_batch *thread_works_for;

void otelmq_batch_init_waiting(otelmq_batch *batch)
{
    pthread_condattr_t attributes;
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_mutex_init(&batch->mutex, NULL);
    pthread_cond_init(&batch->work, &attributes);
    pthread_cond_init(&batch->progress, &attributes);
    pthread_condattr_destroy(&attributes);
    atomic_store(&batch->wake_len, NEVER);
}

void otelmq_batch_release(otelmq_batch *batch)
{
    if (!otelmq_refcount_release(&batch->refcount)) {
        return;
    }
    otelmq_exporter_destroy(batch->exporter);
    pthread_cond_destroy(&batch->progress);
    pthread_cond_destroy(&batch->work);
    pthread_mutex_destroy(&batch->mutex);
    otelmq_span_queue_clean(&batch->queue);
    free(batch->spans);
    free(batch->data);
    free(batch);
}

bool otelmq_batch_is_worker(const otelmq_batch *batch)
{
    return thread_works_for == batch;
}

void otelmq_batch_notify(otelmq_batch *batch, uint64_t len)
{
    /* Of all that see it long enough, the one that exchanges wakes. */
    if (len < atomic_load(&batch->wake_len) || atomic_exchange(&batch->wake_len, NEVER) == NEVER) {
        return;
    }
    pthread_mutex_lock(&batch->mutex);
    pthread_cond_signal(&batch->work);
    pthread_mutex_unlock(&batch->mutex);
}

static uint64_t queue_len(const otelmq_batch *batch)
{
    /* The tail is this thread's own. */
    return otelmq_span_queue_head(&batch->queue) - otelmq_span_queue_tail(&batch->queue);
}

static bool has_due_spans(const otelmq_batch *batch)
{
    uint64_t len = queue_len(batch);
    return len >= batch->options.max_export_batch_size ||
           (len > 0 && (batch->stops || otelmq_span_queue_tail(&batch->queue) < batch->due));
}

static bool has_due_flush(const otelmq_batch *batch)
{
    return batch->flushed < batch->flush_wanted &&
           batch->flush_wanted <= otelmq_span_queue_tail(&batch->queue);
}

/*
 * wake_len is set before the length is looked at, and a pusher does it the other way round: one of
 * the two sees the other.
 */
static void sleep_until(otelmq_batch *batch, otelmq_deadline *deadline)
{
    atomic_store(&batch->wake_len, batch->options.max_export_batch_size);
    if (queue_len(batch) < batch->options.max_export_batch_size) {
        struct timespec until = otelmq_deadline_timespec(*deadline);
        if (pthread_cond_timedwait(&batch->work, &batch->mutex, &until) == ETIMEDOUT) {
            batch->due = otelmq_span_queue_head(&batch->queue);
            *deadline = otelmq_deadline_after(batch->options.schedule_delay_ms);
        }
    }
    atomic_store(&batch->wake_len, NEVER);
}

static step next_step(otelmq_batch *batch)
{
    otelmq_deadline deadline = otelmq_deadline_after(batch->options.schedule_delay_ms);
    while (!batch->is_interrupted) {
        if (has_due_flush(batch)) {
            return STEP_FLUSH;
        }
        if (has_due_spans(batch)) {
            return STEP_EXPORT;
        }
        if (batch->stops) {
            return STEP_STOP;
        }
        sleep_until(batch, &deadline);
    }
    return STEP_STOP;
}

static void note(otelmq_batch *batch, otelmq_status status)
{
    if (status != OTELMQ_OK) {
        batch->failures++;
        batch->last_failure = status;
    }
    pthread_cond_broadcast(&batch->progress);
}

/* A thread that waits for room counts itself before it looks at the tail once more. */
static void admit_waiting(otelmq_batch *batch)
{
    if (atomic_load(&batch->waiting_for_room) > 0) {
        pthread_mutex_lock(&batch->mutex);
        pthread_cond_broadcast(&batch->progress);
        pthread_mutex_unlock(&batch->mutex);
    }
}

static uint32_t export_timeout_ms(const otelmq_batch *batch)
{
    uint32_t timeout = batch->options.export_timeout_ms;
    uint32_t left = batch->stops ? otelmq_deadline_left_ms(batch->stop_deadline) : timeout;
    return left < timeout ? left : timeout;
}

static otelmq_status export_batch(otelmq_batch *batch, uint32_t timeout_ms)
{
    size_t count =
        otelmq_span_queue_pop(&batch->queue, batch->spans, batch->options.max_export_batch_size);
    admit_waiting(batch);
    for (size_t i = 0; i < count; i++) {
        batch->data[i] = &batch->spans[i]->data;
    }
    const otelmq_exporter *exporter = &batch->exporter;
    otelmq_status status =
        exporter->ops->export_spans(exporter->self, batch->data, count, timeout_ms);
    otelmq_spans_settle(batch->spans, count,
                        status == OTELMQ_OK ? OTELMQ_STAT_SPANS_EXPORTED
                                            : OTELMQ_STAT_SPANS_FAILED);
    otelmq_spans_release(batch->spans, count);
    return status;
}

static otelmq_status flush_exporter(const otelmq_batch *batch, otelmq_deadline deadline)
{
    const otelmq_exporter *exporter = &batch->exporter;
    return exporter->ops->force_flush != NULL
               ? exporter->ops->force_flush(exporter->self, otelmq_deadline_left_ms(deadline))
               : OTELMQ_OK;
}

/* Both with the mutex taken, which is free while the exporter works. */
static void do_export(otelmq_batch *batch)
{
    uint32_t timeout_ms = export_timeout_ms(batch);
    pthread_mutex_unlock(&batch->mutex);
    otelmq_status status = export_batch(batch, timeout_ms);
    pthread_mutex_lock(&batch->mutex);
    note(batch, status);
}

static void do_flush(otelmq_batch *batch)
{
    uint64_t wanted = batch->flush_wanted;
    otelmq_deadline deadline = batch->flush_deadline;
    pthread_mutex_unlock(&batch->mutex);
    otelmq_status status = flush_exporter(batch, deadline);
    pthread_mutex_lock(&batch->mutex);
    batch->flushed = wanted;
    note(batch, status);
}

void otelmq_batch_drop_queued(otelmq_batch *batch)
{
    size_t count;
    while ((count = otelmq_span_queue_pop(&batch->queue, batch->spans,
                                          batch->options.max_export_batch_size)) > 0) {
        otelmq_spans_settle(batch->spans, count, OTELMQ_STAT_SPANS_DROPPED_SHUT_DOWN);
        otelmq_spans_release(batch->spans, count);
        batch->dropped_at_stop += count;
    }
}

static void *run(void *of_batch)
{
    otelmq_batch *batch = of_batch;
    thread_works_for = batch;
    pthread_mutex_lock(&batch->mutex);
    step next;
    while ((next = next_step(batch)) != STEP_STOP) {
        if (next == STEP_EXPORT) {
            do_export(batch);
        } else {
            do_flush(batch);
        }
    }
    otelmq_batch_drop_queued(batch);
    batch->is_running = false;
    pthread_cond_broadcast(&batch->progress);
    pthread_mutex_unlock(&batch->mutex);
    otelmq_batch_release(batch);
    return NULL;
}

bool otelmq_batch_start_worker(otelmq_batch *batch)
{
    sigset_t all;
    sigset_t before;
    sigfillset(&all);
    otelmq_refcount_retain(&batch->refcount);
    batch->is_running = true;
    /* A new thread inherits the mask: the application's handlers never run on the worker. */
    pthread_sigmask(SIG_SETMASK, &all, &before);
    batch->has_thread = pthread_create(&batch->thread, NULL, run, batch) == 0;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (!batch->has_thread) {
        batch->is_running = false;
        (void)otelmq_refcount_release(&batch->refcount);
        return false;
    }
    pthread_setname_np(batch->thread, "otelmq-export");
    return true;
}
