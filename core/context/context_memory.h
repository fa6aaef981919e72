/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The memory of contexts: blocks of one size, of which each thread keeps a few that it let go for
 * the next that it makes, because every message makes some and lets them go again. A block may be
 * given back on another thread than the one that took it. Any thread.
 */
#ifndef OTELMQ_CONTEXT_CONTEXT_MEMORY_H
#define OTELMQ_CONTEXT_CONTEXT_MEMORY_H

enum { OTELMQ_CONTEXT_BLOCK_SIZE = 128 };

/* OTELMQ_CONTEXT_BLOCK_SIZE bytes, undefined, aligned as by malloc; NULL without memory. */
void *otelmq_context_memory_take(void);

/* Gives a block back. */
void otelmq_context_memory_give(void *block);

#endif
