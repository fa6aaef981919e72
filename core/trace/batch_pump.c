/* SPDX-License-Identifier: Apache-2.0 */
#include "trace/batch_pump.h"

#include <errno.h>

/*
 * The seat is taken while is_running. A thread that sits there already, because an exporter calls
 * back, must not wait for itself.
 */
static bool sit_down(otelmq_batch *batch, otelmq_deadline deadline)
{
    struct timespec until = otelmq_deadline_timespec(deadline);
    bool is_late = otelmq_batch_is_worker(batch);
    while (batch->is_running && !is_late) {
        is_late = pthread_cond_timedwait(&batch->progress, &batch->mutex, &until) == ETIMEDOUT;
    }
    if (batch->is_running) {
        return false;
    }
    batch->is_running = true;
    batch->seat_deadline = deadline;
    return true;
}

/* When a shutdown gave up waiting for this thread, what is left is this thread's to drop. */
static void stand_up(otelmq_batch *batch)
{
    if (batch->is_interrupted) {
        otelmq_batch_drop_all(batch);
    }
    batch->is_running = false;
    otelmq_batch_destroy_idle_exporter(batch);
    pthread_cond_broadcast(&batch->progress);
}

bool otelmq_batch_pump_until(otelmq_batch *batch, otelmq_deadline deadline)
{
    if (!sit_down(batch, deadline)) {
        return false;
    }
    const otelmq_batch *outer = otelmq_batch_begin_work(batch);
    while (otelmq_deadline_left_ms(deadline) > 0 && otelmq_batch_do_next(batch)) {
    }
    otelmq_batch_end_work(outer);
    stand_up(batch);
    return true;
}

otelmq_push_result otelmq_batch_push_pumping(otelmq_batch *batch, otelmq_span *span, uint64_t *len)
{
    otelmq_deadline deadline = otelmq_deadline_after(batch->options.export_timeout_ms);
    otelmq_push_result result;
    bool has_worked;
    do {
        batch->due = otelmq_span_queue_head(&batch->queue);
        has_worked = otelmq_batch_pump_until(batch, deadline);
        result = otelmq_span_queue_push(&batch->queue, span, len);
    } while (result == OTELMQ_QUEUE_FULL && has_worked && otelmq_deadline_left_ms(deadline) > 0);
    return result;
}

bool otelmq_batch_drop_rest(otelmq_batch *batch, otelmq_deadline deadline)
{
    if (!sit_down(batch, deadline)) {
        return false;
    }
    otelmq_batch_drop_all(batch);
    stand_up(batch);
    return true;
}
