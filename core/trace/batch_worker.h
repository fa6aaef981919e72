/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The inside of the batch processor. The threads that end spans only push into the queue, and look
 * at wake_len: a worker that sleeps has set it to the length at which it wants to be woken, and one
 * that is awake to NEVER. So one wake-up, which costs as much as 50 spans, serves a whole batch.
 *
 *     sleeps --- a full batch, or the schedule delay, or a flush, or the shutdown --> exports
 *       ^                                                                               |
 *       +------------------- nothing due: wake_len = a full batch ----------------------+
 */
#ifndef OTELMQ_TRACE_BATCH_WORKER_H
#define OTELMQ_TRACE_BATCH_WORKER_H

#include "base/clock.h"
#include "base/refcount.h"
#include "trace/lock.h"
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
    otelmq_span **spans; /* the worker's: the batch under way */
    const otelmq_span_data **data;

    pthread_mutex_t mutex; /* of all below */
    pthread_cond_t work; /* the worker waits for it */
    pthread_cond_t progress; /* flush, shutdown and a full queue wait for it */
    pthread_t thread;
    bool has_thread;
    bool is_running;
    bool stops;
    bool is_interrupted; /* the deadline of the shutdown has passed */
    otelmq_deadline stop_deadline;
    otelmq_deadline flush_deadline;
    uint64_t due; /* spans before this position are exported without waiting for a full batch */
    uint64_t flush_wanted; /* and before this one, the exporter is flushed too */
    uint64_t flushed;
    uint64_t failures;
    otelmq_status last_failure;
    uint64_t dropped_at_stop;
} otelmq_batch;

/* Starts the worker; false when there can be no thread. */
bool otelmq_batch_start_worker(otelmq_batch *batch);

/* Wakes the worker when the queue has grown to len and it wants to know. */
void otelmq_batch_notify(otelmq_batch *batch, uint64_t len);

/* Whether this thread is the worker. */
bool otelmq_batch_is_worker(const otelmq_batch *batch);

/* Drops all that is queued; for when the queue is closed and there is no worker. */
void otelmq_batch_drop_queued(otelmq_batch *batch);

/* The two conditions and the mutex, new. */
void otelmq_batch_init_waiting(otelmq_batch *batch);

/* Gives one reference back; the last one frees batch and exporter. */
void otelmq_batch_release(otelmq_batch *batch);

#endif
