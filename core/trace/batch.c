/* SPDX-License-Identifier: Apache-2.0 */
#include "trace/batch.h"

#include "base/likely.h"
#include "trace/batch_pump.h"
#include "trace/batch_stop.h"
#include "trace/span_object.h"

#include <otelmq/diagnostics.h>

#include <errno.h>
#include <stdlib.h>

enum {
    DEFAULT_QUEUE_SIZE = 2048,
    DEFAULT_SCHEDULE_DELAY_MS = 5000,
    DEFAULT_EXPORT_TIMEOUT_MS = 30000,
    DEFAULT_EXPORT_BATCH_SIZE = 512,
};

/* The parent exports what it had queued: here these spans were never meant for an exporter. */
static void forget_inherited(otelmq_batch *batch)
{
    uint64_t slot = 0;
    otelmq_span *span;
    while ((span = otelmq_span_queue_take_inherited(&batch->queue, &slot)) != NULL) {
        otelmq_spans_settle(&span, 1, OTELMQ_STAT_SPANS_UNSAMPLED);
        otelmq_span_release(span);
    }
    otelmq_span_queue_reset(&batch->queue);
    otelmq_given_spans_forget(&batch->given);
    batch->due = 0;
    batch->flush_wanted = 0;
    batch->flushed = 0;
    batch->started_flushes = 0;
}

/* False when there can be no thread where one is wanted. */
static bool start_working(otelmq_batch *batch)
{
    otelmq_batch_restart_schedule(batch);
    return batch->options.pumped || otelmq_batch_start_worker(batch);
}

/*
 * A fork copies the queue, but not the worker, and copies the mutex as some other thread of the
 * parent perhaps held it.
 */
static void revive(otelmq_batch *batch)
{
    otelmq_lock_take(&batch->reviving);
    if (atomic_load(&batch->generation) != otelmq_fork_generation()) {
        otelmq_batch_init_waiting(batch);
        forget_inherited(batch);
        atomic_store(&batch->waiting_for_room, 0);
        atomic_store(&batch->refcount.count, 1);
        batch->has_thread = false;
        batch->is_running = false;
        if (!batch->stops && !start_working(batch)) {
            otelmq_diagnostics_report(OTELMQ_SEVERITY_ERROR,
                                      "Spans of this forked process are not exported: its export "
                                      "thread could not be started.");
        }
        atomic_store(&batch->generation, otelmq_fork_generation());
    }
    otelmq_lock_give(&batch->reviving);
}

static void revive_if_forked(otelmq_batch *batch)
{
    if (OTELMQ_UNLIKELY(atomic_load_explicit(&batch->generation, memory_order_acquire) !=
                        otelmq_fork_generation())) {
        revive(batch);
    }
}

/* With the mutex taken. */
static otelmq_push_result wait_and_push(otelmq_batch *batch, otelmq_span *span, uint64_t *len)
{
    struct timespec until =
        otelmq_deadline_timespec(otelmq_deadline_after(batch->options.export_timeout_ms));
    bool is_late = false;
    otelmq_push_result result;
    atomic_fetch_add(&batch->waiting_for_room, 1);
    while ((result = otelmq_span_queue_push(&batch->queue, span, len)) == OTELMQ_QUEUE_FULL &&
           !is_late) {
        is_late = pthread_cond_timedwait(&batch->progress, &batch->mutex, &until) == ETIMEDOUT;
    }
    atomic_fetch_sub(&batch->waiting_for_room, 1);
    return result;
}

static otelmq_push_result push_within_timeout(otelmq_batch *batch, otelmq_span *span, uint64_t *len)
{
    pthread_mutex_lock(&batch->mutex);
    otelmq_push_result result = batch->options.pumped ? otelmq_batch_push_pumping(batch, span, len)
                                                      : wait_and_push(batch, span, len);
    pthread_mutex_unlock(&batch->mutex);
    return result;
}

static void drop(const otelmq_batch *batch, otelmq_span *span, otelmq_push_result why)
{
    if (why == OTELMQ_QUEUE_FULL) {
        otelmq_diagnostics_report(OTELMQ_SEVERITY_WARNING,
                                  "A span was dropped, because %u spans wait for export already.",
                                  (unsigned)batch->options.max_queue_size);
    }
    otelmq_spans_settle(&span, 1,
                        why == OTELMQ_QUEUE_FULL ? OTELMQ_STAT_SPANS_DROPPED_QUEUE_FULL
                                                 : OTELMQ_STAT_SPANS_DROPPED_SHUT_DOWN);
    otelmq_span_release(span);
}

__attribute__((hot)) void otelmq_batch_take(void *self, otelmq_span *span)
{
    otelmq_batch *batch = self;
    if (OTELMQ_UNLIKELY(!otelmq_span_is_sampled(span))) {
        otelmq_span_release(span);
        return;
    }
    revive_if_forked(batch);
    uint64_t len = 0;
    otelmq_push_result result = otelmq_span_queue_push(&batch->queue, span, &len);
    if (OTELMQ_UNLIKELY(result == OTELMQ_QUEUE_FULL) && batch->options.blocks_when_full &&
        !otelmq_batch_is_worker(batch)) {
        result = push_within_timeout(batch, span, &len);
    }
    if (OTELMQ_LIKELY(result == OTELMQ_PUSHED)) {
        otelmq_batch_notify(batch, len);
    } else {
        drop(batch, span, result);
    }
}

static void on_end(void *self, otelmq_span *span)
{
    otelmq_batch_take(self, otelmq_span_retain(span));
}

/* With the mutex taken; whether it is so before the deadline. */
static bool wait_until_flushed(otelmq_batch *batch, uint64_t wanted, otelmq_deadline deadline)
{
    struct timespec until = otelmq_deadline_timespec(deadline);
    while (batch->flushed < wanted && batch->is_running) {
        if (pthread_cond_timedwait(&batch->progress, &batch->mutex, &until) == ETIMEDOUT) {
            break;
        }
    }
    return batch->flushed >= wanted;
}

/*
 * With the mutex taken: asks the worker for all that was pushed so far. Returns up to where. It is
 * to go on for the one of several threads that waits longest.
 */
static uint64_t want_all(otelmq_batch *batch, otelmq_deadline deadline)
{
    uint64_t head = otelmq_span_queue_head(&batch->queue);
    bool is_wanted = batch->flushed < batch->flush_wanted;
    if (!is_wanted || deadline.monotonic_nano > batch->flush_deadline.monotonic_nano) {
        batch->flush_deadline = deadline;
    }
    batch->due = head;
    batch->flush_wanted = head;
    pthread_cond_signal(&batch->work);
    return head;
}

void otelmq_batch_start_flush(void *self, uint32_t timeout_ms)
{
    otelmq_batch *batch = self;
    revive_if_forked(batch);
    pthread_mutex_lock(&batch->mutex);
    if (!batch->stops) {
        if (batch->started_flushes++ == 0) {
            batch->failures_at_start = batch->failures;
        }
        (void)want_all(batch, otelmq_deadline_after(timeout_ms));
    }
    pthread_mutex_unlock(&batch->mutex);
}

/* With the mutex taken: how many there were when this flush, or shutdown, was started. */
static uint64_t failures_before(otelmq_batch *batch)
{
    if (batch->started_flushes == 0) {
        return batch->failures;
    }
    batch->started_flushes--;
    return batch->failures_at_start;
}

static otelmq_status force_flush(void *self, uint32_t timeout_ms)
{
    otelmq_batch *batch = self;
    otelmq_deadline deadline = otelmq_deadline_after(timeout_ms);
    revive_if_forked(batch);
    pthread_mutex_lock(&batch->mutex);
    uint64_t failures = failures_before(batch);
    otelmq_status status = OTELMQ_ERROR_SHUT_DOWN;
    if (!batch->stops) {
        uint64_t wanted = want_all(batch, deadline);
        if (batch->options.pumped) {
            (void)otelmq_batch_pump_until(batch, deadline);
        }
        status = wait_until_flushed(batch, wanted, deadline) ? OTELMQ_OK : OTELMQ_ERROR_TIMEOUT;
        if (status == OTELMQ_OK && batch->failures != failures) {
            status = batch->last_failure;
        }
    }
    pthread_mutex_unlock(&batch->mutex);
    return status;
}

static otelmq_status pump_failure(const otelmq_batch *batch, uint64_t failures_before)
{
    if (batch->failures != failures_before) {
        return batch->last_failure;
    }
    return otelmq_batch_has_due(batch) ? OTELMQ_ERROR_TIMEOUT : OTELMQ_OK;
}

static otelmq_status pump(void *self, uint32_t timeout_ms)
{
    otelmq_batch *batch = self;
    otelmq_deadline deadline = otelmq_deadline_after(timeout_ms);
    if (!batch->options.pumped) {
        return OTELMQ_OK;
    }
    revive_if_forked(batch);
    pthread_mutex_lock(&batch->mutex);
    uint64_t failures = batch->failures;
    otelmq_status status = OTELMQ_ERROR_SHUT_DOWN;
    if (!batch->stops) {
        bool has_worked = otelmq_batch_pump_until(batch, deadline);
        status = has_worked ? pump_failure(batch, failures) : OTELMQ_ERROR_TIMEOUT;
    }
    pthread_mutex_unlock(&batch->mutex);
    return status;
}

static otelmq_status stop_status(const otelmq_batch *batch, uint64_t failures_before)
{
    bool has_failed = batch->failures != failures_before;
    if (batch->is_running || batch->dropped_at_stop > 0 || (batch->is_interrupted && has_failed)) {
        return OTELMQ_ERROR_TIMEOUT;
    }
    return has_failed ? batch->last_failure : OTELMQ_OK;
}

static otelmq_status shut_down(void *self, uint32_t timeout_ms)
{
    otelmq_batch *batch = self;
    otelmq_deadline deadline = otelmq_deadline_after(timeout_ms);
    revive_if_forked(batch);
    pthread_mutex_lock(&batch->mutex);
    otelmq_status status = OTELMQ_ERROR_SHUT_DOWN;
    if (!batch->stops) {
        uint64_t failures = failures_before(batch);
        batch->stops = true;
        batch->stop_deadline = deadline;
        otelmq_span_queue_close(&batch->queue);
        (void)want_all(batch, deadline);
        pthread_cond_broadcast(&batch->progress);
        otelmq_batch_stop(batch);
        otelmq_observed_queue_end(&batch->observed);
        status = stop_status(batch, failures);
    }
    pthread_mutex_unlock(&batch->mutex);
    return status;
}

void otelmq_batch_close(void *self)
{
    otelmq_batch *batch = self;
    revive_if_forked(batch);
    pthread_mutex_lock(&batch->mutex);
    batch->is_closed = true;
    otelmq_batch_destroy_idle_exporter(batch);
    pthread_mutex_unlock(&batch->mutex);
}

static void destroy(void *self)
{
    otelmq_batch *batch = self;
    if (!batch->is_closed) {
        otelmq_batch_close(batch);
    }
    otelmq_batch_release(batch);
}

const otelmq_processor_ops otelmq_batch_ops = {
    .on_end = on_end,
    .force_flush = force_flush,
    .pump = pump,
    .shutdown = shut_down,
    .destroy = destroy,
};

static uint32_t either(uint32_t chosen, uint32_t usual)
{
    return chosen != 0 ? chosen : usual;
}

static otelmq_batch_options resolve(const otelmq_batch_options *options)
{
    otelmq_batch_options chosen = {0};
    if (options != NULL) {
        chosen = *options;
    }
    chosen.max_queue_size = either(chosen.max_queue_size, DEFAULT_QUEUE_SIZE);
    chosen.schedule_delay_ms = either(chosen.schedule_delay_ms, DEFAULT_SCHEDULE_DELAY_MS);
    chosen.export_timeout_ms = either(chosen.export_timeout_ms, DEFAULT_EXPORT_TIMEOUT_MS);
    chosen.max_export_batch_size = either(chosen.max_export_batch_size, DEFAULT_EXPORT_BATCH_SIZE);
    if (chosen.max_export_batch_size > chosen.max_queue_size) {
        chosen.max_export_batch_size = chosen.max_queue_size;
    }
    return chosen;
}

static otelmq_batch *create(otelmq_exporter exporter, const otelmq_batch_options *options)
{
    otelmq_batch *batch = aligned_alloc(_Alignof(otelmq_batch), sizeof(*batch));
    if (batch == NULL) {
        otelmq_exporter_destroy(exporter);
        return NULL;
    }
    memset(batch, 0, sizeof(*batch));
    otelmq_refcount_init(&batch->refcount);
    batch->exporter = exporter;
    batch->options = resolve(options);
    otelmq_batch_init_waiting(batch);
    atomic_store(&batch->generation, otelmq_fork_generation());
    bool has_room = otelmq_given_spans_init(&batch->given, batch->options.max_export_batch_size);
    bool has_queue = otelmq_span_queue_init(&batch->queue, batch->options.max_queue_size);
    if (!has_queue || !has_room) {
        otelmq_batch_release(batch);
        return NULL;
    }
    return batch;
}

otelmq_processor otelmq_processor_batch(otelmq_exporter exporter,
                                        const otelmq_batch_options *options)
{
    if (exporter.ops == NULL) {
        return (otelmq_processor){0};
    }
    otelmq_fork_generation_watch();
    otelmq_batch *batch = create(exporter, options);
    if (batch == NULL) {
        return (otelmq_processor){0};
    }
    if (!start_working(batch)) {
        otelmq_diagnostics_report(
            OTELMQ_SEVERITY_ERROR,
            "Spans are not exported: the export thread could not be started.");
        otelmq_batch_release(batch);
        return (otelmq_processor){0};
    }
    otelmq_observed_queue_start(&batch->observed, &batch->queue);
    return (otelmq_processor){&otelmq_batch_ops, batch};
}
