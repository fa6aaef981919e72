/* SPDX-License-Identifier: Apache-2.0 */
#include "trace/batch_stop.h"

#include "trace/batch_pump.h"

#include <otelmq/diagnostics.h>

#include <errno.h>

/* How long an exporter may take to return after its shutdown before its thread is given up. */
enum { INTERRUPTION_MS = 1000 };

static bool wait_until_stopped(otelmq_batch *batch, otelmq_deadline deadline)
{
    struct timespec until = otelmq_deadline_timespec(deadline);
    while (batch->is_running) {
        if (pthread_cond_timedwait(&batch->progress, &batch->mutex, &until) == ETIMEDOUT) {
            break;
        }
    }
    return !batch->is_running;
}

/* The exporter's own function, outside the mutex: the worker may be waiting for that. */
static void shut_exporter_down(otelmq_batch *batch)
{
    if (batch->exporter.ops->shutdown != NULL) {
        pthread_mutex_unlock(&batch->mutex);
        batch->exporter.ops->shutdown(batch->exporter.self);
        pthread_mutex_lock(&batch->mutex);
    }
}

/*
 * The deadline comes first: once it has passed, the export under way is interrupted. An exporter
 * that ignores even that keeps its thread, and the memory of both, until it returns.
 */
static void stop_worker(otelmq_batch *batch)
{
    bool has_stopped = wait_until_stopped(batch, batch->stop_deadline);
    batch->is_interrupted = !has_stopped;
    shut_exporter_down(batch);
    if (!has_stopped) {
        pthread_cond_signal(&batch->work);
        has_stopped = wait_until_stopped(batch, otelmq_deadline_after(INTERRUPTION_MS));
    }
    if (batch->has_thread && has_stopped) {
        pthread_join(batch->thread, NULL);
    } else if (batch->has_thread) {
        pthread_detach(batch->thread);
        otelmq_diagnostics_report(OTELMQ_SEVERITY_ERROR,
                                  "The exporter did not return after its shutdown: its thread "
                                  "was left behind.");
    } else {
        otelmq_batch_drop_all(batch);
    }
    batch->has_thread = false;
}

/* The same where other threads of the program may be at it. */
static void stop_pumped(otelmq_batch *batch)
{
    batch->is_interrupted = !otelmq_batch_pump_until(batch, batch->stop_deadline);
    shut_exporter_down(batch);
    if (!otelmq_batch_drop_rest(batch, otelmq_deadline_after(INTERRUPTION_MS))) {
        otelmq_diagnostics_report(OTELMQ_SEVERITY_ERROR,
                                  "The exporter did not return after its shutdown to the thread "
                                  "that pumps it.");
    }
}

void otelmq_batch_stop(otelmq_batch *batch)
{
    if (batch->options.pumped) {
        stop_pumped(batch);
    } else {
        stop_worker(batch);
    }
}
