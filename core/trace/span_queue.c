/* SPDX-License-Identifier: Apache-2.0 */
#include "trace/span_queue.h"

#include "base/likely.h"

#include <stdlib.h>
#include <time.h>

static const uint64_t CLOSED = UINT64_C(1) << 63;

enum { SPINS = 100, NAP_NANO = 20000 };

bool otelmq_span_queue_init(otelmq_span_queue *queue, uint32_t max_len)
{
    uint64_t slot_count = 1;
    while (slot_count < max_len) {
        slot_count *= 2;
    }
    atomic_init(&queue->head, 0);
    atomic_init(&queue->tail, 0);
    queue->slots = calloc(slot_count, sizeof(*queue->slots));
    queue->slot_mask = slot_count - 1;
    queue->max_len = max_len;
    return queue->slots != NULL;
}

void otelmq_span_queue_clean(otelmq_span_queue *queue)
{
    free(queue->slots);
    queue->slots = NULL;
}

/* Signed, because a head that was read before the tail may be behind it. */
static bool is_full(const otelmq_span_queue *queue, uint64_t head, uint64_t tail)
{
    return (int64_t)(head - tail) >= (int64_t)queue->max_len;
}

__attribute__((hot)) otelmq_push_result otelmq_span_queue_push(otelmq_span_queue *queue,
                                                               otelmq_span *span, uint64_t *len)
{
    uint64_t tail = otelmq_span_queue_tail(queue);
    uint64_t head = atomic_load_explicit(&queue->head, memory_order_acquire);
    do {
        if (OTELMQ_UNLIKELY((head & CLOSED) != 0)) {
            return OTELMQ_QUEUE_CLOSED;
        }
        if (OTELMQ_UNLIKELY(is_full(queue, head, tail))) {
            /* An old tail makes the queue look longer than it is. */
            tail = otelmq_span_queue_tail(queue);
            if (is_full(queue, head, tail)) {
                return OTELMQ_QUEUE_FULL;
            }
        }
    } while (!atomic_compare_exchange_weak_explicit(&queue->head, &head, head + 1,
                                                    memory_order_seq_cst, memory_order_acquire));
    atomic_store_explicit(&queue->slots[head & queue->slot_mask], span, memory_order_release);
    *len = head + 1 - tail;
    return OTELMQ_PUSHED;
}

/* The thread that pushed it may have been interrupted between its two steps. */
static otelmq_span *wait_for_slot(_Atomic(otelmq_span *) *slot)
{
    static const struct timespec nap = {.tv_nsec = NAP_NANO};
    for (unsigned spins = 0;; spins++) {
        otelmq_span *span = atomic_load_explicit(slot, memory_order_acquire);
        if (span != NULL) {
            return span;
        }
        if (spins > SPINS) {
            nanosleep(&nap, NULL);
        }
    }
}

size_t otelmq_span_queue_pop(otelmq_span_queue *queue, otelmq_span *spans[], size_t max)
{
    uint64_t tail = otelmq_span_queue_tail(queue);
    uint64_t len = otelmq_span_queue_head(queue) - tail;
    size_t count = len < max ? (size_t)len : max;
    for (size_t i = 0; i < count; i++) {
        _Atomic(otelmq_span *) *slot = &queue->slots[(tail + i) & queue->slot_mask];
        spans[i] = wait_for_slot(slot);
        atomic_store_explicit(slot, NULL, memory_order_relaxed);
    }
    /* In one order with the count of the threads that wait for room. */
    atomic_store_explicit(&queue->tail, tail + count, memory_order_seq_cst);
    return count;
}

void otelmq_span_queue_close(otelmq_span_queue *queue)
{
    atomic_fetch_or(&queue->head, CLOSED);
}

uint64_t otelmq_span_queue_head(const otelmq_span_queue *queue)
{
    return atomic_load(&queue->head) & ~CLOSED;
}

uint64_t otelmq_span_queue_tail(const otelmq_span_queue *queue)
{
    return atomic_load_explicit(&queue->tail, memory_order_acquire);
}

otelmq_span *otelmq_span_queue_take_inherited(otelmq_span_queue *queue, uint64_t *slot)
{
    while (*slot <= queue->slot_mask) {
        otelmq_span *span = atomic_exchange(&queue->slots[(*slot)++], NULL);
        if (span != NULL) {
            return span;
        }
    }
    return NULL;
}

void otelmq_span_queue_reset(otelmq_span_queue *queue)
{
    uint64_t closed = atomic_load(&queue->head) & CLOSED;
    atomic_store(&queue->tail, 0);
    atomic_store(&queue->head, closed);
}
