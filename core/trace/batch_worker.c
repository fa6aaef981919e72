/* SPDX-License-Identifier: Apache-2.0 */
#include "trace/batch_worker.h"

#include "trace/span_object.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>

static const uint64_t NEVER = UINT64_MAX;

/* How long the exporter is let work before the queue is looked at again. */
enum { DRIVE_MS = 20 };

typedef enum { STEP_EXPORT, STEP_FLUSH, STEP_DRIVE, STEP_NONE } step;

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

void otelmq_batch_destroy_idle_exporter(otelmq_batch *batch)
{
    if (batch->is_closed && !batch->is_running) {
        otelmq_exporter_destroy(batch->exporter);
        batch->exporter = (otelmq_exporter){0};
    }
}

void otelmq_batch_release(otelmq_batch *batch)
{
    if (!otelmq_refcount_release(&batch->refcount)) {
        return;
    }
    otelmq_observed_queue_end(&batch->observed);
    otelmq_exporter_destroy(batch->exporter);
    pthread_cond_destroy(&batch->progress);
    pthread_cond_destroy(&batch->work);
    pthread_mutex_destroy(&batch->mutex);
    otelmq_span_queue_clean(&batch->queue);
    otelmq_given_spans_clean(&batch->given);
    free(batch);
}

bool otelmq_batch_is_worker(const otelmq_batch *batch)
{
    return thread_works_for == batch;
}

const otelmq_batch *otelmq_batch_begin_work(const otelmq_batch *batch)
{
    const otelmq_batch *outer = thread_works_for;
    thread_works_for = batch;
    return outer;
}

void otelmq_batch_end_work(const otelmq_batch *outer)
{
    thread_works_for = outer;
}

/* Of all that see the queue long enough, the one that exchanges wakes. */
void otelmq_batch_wake(otelmq_batch *batch)
{
    if (atomic_exchange(&batch->wake_len, NEVER) == NEVER) {
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

void otelmq_batch_restart_schedule(otelmq_batch *batch)
{
    batch->schedule = otelmq_deadline_after(batch->options.schedule_delay_ms);
}

static void keep_schedule(otelmq_batch *batch)
{
    if (otelmq_deadline_left_ms(batch->schedule) == 0) {
        batch->due = otelmq_span_queue_head(&batch->queue);
        otelmq_batch_restart_schedule(batch);
    }
}

/* Whether the exporter has spans under way and there is time to wait for them. */
static bool may_drive(const otelmq_batch *batch)
{
    return batch->given.count > 0 &&
           (!batch->stops || otelmq_deadline_left_ms(batch->stop_deadline) > 0);
}

/*
 * wake_len is set before the length is looked at, and a pusher does it the other way round: one of
 * the two sees the other.
 */
static void sleep_until_due(otelmq_batch *batch)
{
    atomic_store(&batch->wake_len, batch->options.max_export_batch_size);
    if (queue_len(batch) < batch->options.max_export_batch_size) {
        struct timespec until = otelmq_deadline_timespec(batch->schedule);
        (void)pthread_cond_timedwait(&batch->work, &batch->mutex, &until);
    }
    atomic_store(&batch->wake_len, NEVER);
}

bool otelmq_batch_has_due(const otelmq_batch *batch)
{
    return has_due_flush(batch) || has_due_spans(batch) || may_drive(batch);
}

static step due_step(otelmq_batch *batch)
{
    if (batch->is_interrupted) {
        return STEP_NONE;
    }
    keep_schedule(batch);
    if (has_due_flush(batch)) {
        return STEP_FLUSH;
    }
    if (has_due_spans(batch)) {
        return STEP_EXPORT;
    }
    return may_drive(batch) ? STEP_DRIVE : STEP_NONE;
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

/* What the shutdown, or the thread that pumps, leaves of a time. */
static uint32_t within_limits(const otelmq_batch *batch, uint32_t timeout_ms)
{
    uint32_t left = timeout_ms;
    if (batch->options.pumped) {
        left = otelmq_deadline_left_ms(batch->seat_deadline);
    } else if (batch->stops) {
        left = otelmq_deadline_left_ms(batch->stop_deadline);
    }
    return left < timeout_ms ? left : timeout_ms;
}

static uint32_t export_timeout_ms(const otelmq_batch *batch)
{
    return within_limits(batch, batch->options.export_timeout_ms);
}

static otelmq_status flush_exporter(otelmq_batch *batch, uint32_t timeout_ms, size_t *failed)
{
    const otelmq_exporter *exporter = &batch->exporter;
    otelmq_export_result result = {0};
    otelmq_status status = OTELMQ_OK;
    if (exporter->ops->force_flush != NULL) {
        status = exporter->ops->force_flush(exporter->self, timeout_ms, &result);
    }
    otelmq_given_spans_settle(&batch->given, result.under_way, result.failed);
    *failed = result.failed;
    return status;
}

/* An exporter that says that it failed, and not how much of it, failed with all. */
static otelmq_status give_to_exporter(otelmq_batch *batch, size_t count, uint32_t timeout_ms)
{
    const otelmq_exporter *exporter = &batch->exporter;
    const otelmq_span_data *const *data = otelmq_given_spans_add(&batch->given, count);
    otelmq_export_result result = {0};
    otelmq_status status =
        exporter->ops->export_spans(exporter->self, data, count, timeout_ms, &result);
    bool is_all = status != OTELMQ_OK && result.failed == 0;
    otelmq_given_spans_settle(&batch->given, result.under_way, is_all ? SIZE_MAX : result.failed);
    return status;
}

static otelmq_status export_batch(otelmq_batch *batch, uint32_t timeout_ms)
{
    size_t failed = 0;
    if (!otelmq_given_spans_reserve(&batch->given)) {
        return flush_exporter(batch, timeout_ms, &failed);
    }
    size_t count = otelmq_span_queue_pop(&batch->queue, batch->given.spans + batch->given.count,
                                         batch->given.batch_size);
    admit_waiting(batch);
    return give_to_exporter(batch, count, timeout_ms);
}

/* Each with the mutex taken, which is free while the exporter works. */
static void do_export(otelmq_batch *batch)
{
    uint32_t timeout_ms = export_timeout_ms(batch);
    pthread_mutex_unlock(&batch->mutex);
    otelmq_status status = export_batch(batch, timeout_ms);
    pthread_mutex_lock(&batch->mutex);
    note(batch, status);
    otelmq_batch_restart_schedule(batch);
}

/*
 * Spans that are still under way are not flushed: who asks for them next must not be told that they
 * are. Once the deadline has passed, nobody waits for this flush any more: its caller has said so
 * itself, and the next one must not be told of it.
 */
static void note_flush(otelmq_batch *batch, uint64_t wanted)
{
    if (batch->given.count == 0) {
        batch->flushed = wanted;
    } else if (batch->stops || otelmq_deadline_left_ms(batch->flush_deadline) == 0) {
        batch->flush_wanted = batch->flushed;
    }
}

static void do_flush(otelmq_batch *batch)
{
    uint64_t wanted = batch->flush_wanted;
    uint32_t timeout_ms = within_limits(batch, otelmq_deadline_left_ms(batch->flush_deadline));
    size_t failed = 0;
    pthread_mutex_unlock(&batch->mutex);
    otelmq_status status = flush_exporter(batch, timeout_ms, &failed);
    pthread_mutex_lock(&batch->mutex);
    note_flush(batch, wanted);
    bool is_late_only = batch->given.count > 0 && failed == 0;
    note(batch, is_late_only ? OTELMQ_OK : status);
    otelmq_batch_restart_schedule(batch);
}

/* That not all is done in a moment is no failure; that spans were lost is. */
static void do_drive(otelmq_batch *batch)
{
    uint32_t left_ms = export_timeout_ms(batch);
    size_t failed = 0;
    pthread_mutex_unlock(&batch->mutex);
    otelmq_status status = flush_exporter(batch, left_ms < DRIVE_MS ? left_ms : DRIVE_MS, &failed);
    pthread_mutex_lock(&batch->mutex);
    note(batch, failed > 0 ? status : OTELMQ_OK);
}

bool otelmq_batch_do_next(otelmq_batch *batch)
{
    switch (due_step(batch)) {
    case STEP_EXPORT:
        do_export(batch);
        return true;
    case STEP_FLUSH:
        do_flush(batch);
        return true;
    case STEP_DRIVE:
        do_drive(batch);
        return true;
    case STEP_NONE:
        break;
    }
    return false;
}

static size_t drop_queued(otelmq_batch *batch)
{
    size_t dropped = 0;
    size_t count;
    otelmq_span **spans = batch->given.spans;
    while ((count = otelmq_span_queue_pop(&batch->queue, spans, batch->given.batch_size)) > 0) {
        otelmq_spans_settle(spans, count, OTELMQ_STAT_SPANS_DROPPED_SHUT_DOWN);
        otelmq_spans_release(spans, count);
        dropped += count;
    }
    return dropped;
}

/* Without the mutex: the last span may let the provider go, and that this processor. */
void otelmq_batch_drop_all(otelmq_batch *batch)
{
    pthread_mutex_unlock(&batch->mutex);
    size_t lost = batch->given.count; /* under way, and nobody waits for them any more */
    otelmq_given_spans_settle(&batch->given, 0, SIZE_MAX);
    lost += drop_queued(batch);
    pthread_mutex_lock(&batch->mutex);
    batch->dropped_at_stop += lost;
}

static void work_until_stopped(otelmq_batch *batch)
{
    while (!batch->is_interrupted) {
        if (otelmq_batch_do_next(batch)) {
            continue;
        }
        if (batch->stops) {
            break;
        }
        sleep_until_due(batch);
    }
}

static void *run(void *of_batch)
{
    otelmq_batch *batch = of_batch;
    thread_works_for = batch;
    pthread_mutex_lock(&batch->mutex);
    otelmq_batch_restart_schedule(batch);
    work_until_stopped(batch);
    otelmq_batch_drop_all(batch);
    batch->is_running = false;
    otelmq_batch_destroy_idle_exporter(batch);
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
