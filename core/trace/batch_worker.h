/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The inside of the batch processor. The threads that end spans only push into the queue, and look
 * at wake_len: a worker that sleeps has set it to the length at which it wants to be woken, and one
 * that is awake to NEVER. So one wake-up, which costs as much as 50 spans, serves a whole batch.
 *
 *     sleeps --- a full batch, or the schedule delay, or a flush, or the shutdown --> exports
 *       ^                                                                               |
 *       +------------------- nothing due: wake_len = a full batch ----------------------+
 *
 * An exporter that leaves spans under way works only while it is called: the worker does not sleep
 * then, but lets it work for a moment at a time, and looks at the queue in between.
 */
#ifndef OTELMQ_TRACE_BATCH_WORKER_H
#define OTELMQ_TRACE_BATCH_WORKER_H

#include "base/clock.h"
#include "base/likely.h"
#include "base/lock.h"
#include "base/refcount.h"
#include "trace/given_spans.h"
#include "trace/self_observation.h"
#include "trace/span_queue.h"

#include <otelmq/processor.h>
#include <otelmq/stats.h>

#include <pthread.h>

typedef struct {
    otelmq_refcount refcount; /* the owner's, and the worker's while it runs */
    otelmq_exporter exporter;
    otelmq_batch_options options; /* none is 0 */
    otelmq_span_queue queue;
    atomic_uint_least64_t wake_len;
    atomic_uint waiting_for_room;
    atomic_uint generation; /* the fork generation that the worker belongs to */
    otelmq_lock reviving;
    otelmq_given_spans given; /* the worker's, as is the next one */
    otelmq_deadline schedule; /* when what is queued becomes due */
    otelmq_deadline seat_deadline; /* pumped: when who works now must be done */
    otelmq_observed_queue observed;

    pthread_mutex_t mutex; /* of all below */
    pthread_cond_t work; /* the worker waits for it */
    pthread_cond_t progress; /* flush, shutdown and a full queue wait for it */
    pthread_t thread;
    bool has_thread;
    bool is_running;
    bool stops;
    bool is_interrupted; /* the deadline of the shutdown has passed */
    bool is_closed; /* the exporter goes as soon as there is no worker */
    otelmq_deadline stop_deadline;
    otelmq_deadline flush_deadline;
    uint64_t due; /* spans before this position are exported without waiting for a full batch */
    uint64_t flush_wanted; /* and before this one, the exporter is flushed too */
    uint64_t flushed;
    uint64_t failures;
    otelmq_status last_failure;
    uint64_t failures_at_start; /* of the first flush that was started and is not waited for yet */
    uint32_t started_flushes;
    uint64_t dropped_at_stop;
} otelmq_batch;

/* Starts the worker; false when there can be no thread. */
bool otelmq_batch_start_worker(otelmq_batch *batch);

/* Wakes the worker, unless another thread does so already. */
void otelmq_batch_wake(otelmq_batch *batch);

/* Wakes the worker when the queue has grown to len and it wants to know. */
static inline void otelmq_batch_notify(otelmq_batch *batch, uint64_t len)
{
    if (OTELMQ_UNLIKELY(len >= atomic_load(&batch->wake_len))) {
        otelmq_batch_wake(batch);
    }
}

/* Whether this thread is the worker, or does its work. */
bool otelmq_batch_is_worker(const otelmq_batch *batch);

/* Around work that is done by another thread than the worker; begin returns what end is given. */
const otelmq_batch *otelmq_batch_begin_work(const otelmq_batch *batch);
void otelmq_batch_end_work(const otelmq_batch *outer);

/*
 * With the mutex taken, which is free while the exporter works: does what is due next. False when
 * nothing is.
 */
bool otelmq_batch_do_next(otelmq_batch *batch);

/* With the mutex taken: whether something is. */
bool otelmq_batch_has_due(const otelmq_batch *batch);

/* With the mutex taken: counts all that is left as lost. By the worker, or without one. */
void otelmq_batch_drop_all(otelmq_batch *batch);

/* What is queued now is due after the schedule delay. */
void otelmq_batch_restart_schedule(otelmq_batch *batch);

/* The two conditions and the mutex, new. */
void otelmq_batch_init_waiting(otelmq_batch *batch);

/* With the mutex taken: destroys the exporter if the batch is closed and has no worker. */
void otelmq_batch_destroy_idle_exporter(otelmq_batch *batch);

/* Gives one reference back; the last one frees. */
void otelmq_batch_release(otelmq_batch *batch);

#endif
