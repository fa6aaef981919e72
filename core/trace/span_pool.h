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
 * A thread that exits leaves its magazine to the depot. Any thread.
 */
#ifndef OTELMQ_TRACE_SPAN_POOL_H
#define OTELMQ_TRACE_SPAN_POOL_H

#include <stddef.h>

enum { OTELMQ_SPAN_BLOCK_SIZE = 2304, OTELMQ_CACHE_LINE_SIZE = 64 };

/*
 * A block of OTELMQ_SPAN_BLOCK_SIZE bytes, undefined, at the beginning of a cache line; NULL
 * without memory. So much of the next one is fetched meanwhile: what the caller fills in of each.
 */
void *otelmq_span_pool_take(size_t used_size);

/* Gives a block back, on any thread. */
void otelmq_span_pool_give(void *block);

#endif
