/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The memory of spans: blocks of one size, recycled. Freeing in one thread what another allocated
 * costs more than all the rest of a span, and spans do just that: a thread starts them, the export
 * worker lets them go. So each thread keeps a magazine of free blocks, and magazines exchange whole
 * batches through a depot, one short lock for 32 spans:
 *
 *     thread that starts spans              export worker
 *     +------------------------+            +------------------------+
 *     | loose: 0..32 blocks    |            | loose: 0..32 blocks    |
 *     | full:  a batch or none |            | full:  a batch or none |
 *     +-----------^------------+            +-----------+------------+
 *        a batch  |        +----------------+           | a batch when
 *        when out +--------| depot: batches |<----------+ both are full
 *                          +----------------+
 *                 malloc when empty      free beyond 4096 blocks
 *
 * There are two kinds of blocks, each with magazines and a depot of its own: whole ones, and heads,
 * for spans that most likely need no room of their own, and are then close together.
 *
 * A thread that exits leaves its magazines to the depots. Any thread.
 */
#ifndef OTELMQ_TRACE_SPAN_POOL_H
#define OTELMQ_TRACE_SPAN_POOL_H

typedef enum { OTELMQ_WHOLE_BLOCK, OTELMQ_HEAD_BLOCK, OTELMQ_BLOCK_KINDS } otelmq_block_kind;

enum {
    OTELMQ_CACHE_LINE_SIZE = 64,
    OTELMQ_WHOLE_BLOCK_SIZE = 36 * OTELMQ_CACHE_LINE_SIZE,
    OTELMQ_HEAD_BLOCK_SIZE = 6 * OTELMQ_CACHE_LINE_SIZE,
};

/* A block of that kind, undefined, at the beginning of a cache line; NULL without memory. */
void *otelmq_span_pool_take(otelmq_block_kind kind);

/* Gives a block back, on any thread. */
void otelmq_span_pool_give(otelmq_block_kind kind, void *block);

#endif
