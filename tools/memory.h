/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Memory for a command, which without any can only say so and stop: these never return NULL. What
 * they return is freed with free.
 */
#ifndef OTELMQ_TOOLS_MEMORY_H
#define OTELMQ_TOOLS_MEMORY_H

#include "base/buffer.h"

/* Says that there is none, and exits. */
_Noreturn void otelmq_memory_exhausted(void);

/* count items of size bytes, all zero; not NULL for none either. */
void *otelmq_memory_zeroed(size_t count, size_t size);

/*
 * Room for one more item behind count of them: returns items, or where they are now, and keeps
 * capacity (in items) up to date.
 */
void *otelmq_memory_grow(void *items, size_t count, size_t *capacity, size_t size);

/* Stops the program unless the buffer holds all that was written to it. */
void otelmq_memory_check(const otelmq_buffer *buffer);

#endif
