/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the SDK measures of itself beside its counters: the queues, which are looked at when
 * somebody asks, and the exporters. Any thread.
 */
#ifndef OTELMQ_TRACE_SELF_OBSERVATION_H
#define OTELMQ_TRACE_SELF_OBSERVATION_H

#include "trace/span_queue.h"

/* A queue that counts into otelmq_stats; it stands in what has the queue, and is {0} at first. */
typedef struct otelmq_observed_queue otelmq_observed_queue;
struct otelmq_observed_queue {
    const otelmq_span_queue *queue;
    otelmq_observed_queue *next;
};

/* From now on, until the end, the queue counts. An end without a start does nothing. */
void otelmq_observed_queue_start(otelmq_observed_queue *observed, const otelmq_span_queue *queue);
void otelmq_observed_queue_end(otelmq_observed_queue *observed);

/* Exporters have count spans more, or know what became of count of theirs. */
void otelmq_observe_given(size_t count);
void otelmq_observe_told(size_t count);

/* An exporter had a batch for as long. */
void otelmq_observe_export(uint64_t nanos);

#endif
