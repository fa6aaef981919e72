/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The bounded queue between the threads that end spans and the one that exports them. Positions
 * count up for ever; a span at position p stands in slot p modulo the number of slots.
 *
 *        tail: next to pop               head: next to push
 *         v                               v
 *     +---+---+---+---+---+---+---+---+---+---+---+
 *     |   | S | S | S | S | S | - | S | S |   |   |     - pushed, but its slot not yet written
 *     +---+---+---+---+---+---+---+---+---+---+---+
 *
 * Pushing: any thread, without a lock. Popping: one thread at a time.
 */
#ifndef OTELMQ_TRACE_SPAN_QUEUE_H
#define OTELMQ_TRACE_SPAN_QUEUE_H

#include <otelmq/span.h>

#include <stdatomic.h>

typedef struct {
    _Alignas(64) atomic_uint_least64_t head; /* with a bit for "closed" on top */
    _Atomic(otelmq_span *) *slots; /* who pushes needs these together */
    uint64_t slot_mask;
    uint64_t max_len;
    _Alignas(64) atomic_uint_least64_t tail;
} otelmq_span_queue;

typedef enum { OTELMQ_PUSHED, OTELMQ_QUEUE_FULL, OTELMQ_QUEUE_CLOSED } otelmq_push_result;

/* A queue for at most max_len spans; false without memory. */
bool otelmq_span_queue_init(otelmq_span_queue *queue, uint32_t max_len);

/* Frees its memory; the spans in it must have been popped. */
void otelmq_span_queue_clean(otelmq_span_queue *queue);

/* On OTELMQ_PUSHED the reference moves in, and *len is the length with this span, or a bit more. */
otelmq_push_result otelmq_span_queue_push(otelmq_span_queue *queue, otelmq_span *span,
                                          uint64_t *len);

/* Moves at most max spans out, in order; waits for one that is pushed but not yet written. */
size_t otelmq_span_queue_pop(otelmq_span_queue *queue, otelmq_span *spans[], size_t max);

/* From now on nothing is pushed. */
void otelmq_span_queue_close(otelmq_span_queue *queue);

/* The positions behind the last span pushed, and of the next one to pop. */
uint64_t otelmq_span_queue_head(const otelmq_span_queue *queue);
uint64_t otelmq_span_queue_tail(const otelmq_span_queue *queue);

/*
 * In a forked child: moves out one of the spans that the parent had queued, NULL when there is none
 * left; *slot starts at 0. Then the queue can be used anew.
 */
otelmq_span *otelmq_span_queue_take_inherited(otelmq_span_queue *queue, uint64_t *slot);
void otelmq_span_queue_reset(otelmq_span_queue *queue);

#endif
