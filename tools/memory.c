/* SPDX-License-Identifier: Apache-2.0 */
#include "memory.h"

#include "subcommand.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

_Noreturn void otelmq_memory_exhausted(void)
{
    fputs("otelmq: out of memory\n", stderr);
    exit(OTELMQ_EXIT_TROUBLE);
}

void *otelmq_memory_zeroed(size_t count, size_t size)
{
    void *memory = calloc(count == 0 ? 1 : count, size);
    if (memory == NULL) {
        otelmq_memory_exhausted();
    }
    return memory;
}

void *otelmq_memory_grow(void *items, size_t count, size_t *capacity, size_t size)
{
    if (count < *capacity) {
        return items;
    }
    size_t wanted = *capacity == 0 ? 16 : *capacity * 2;
    if (wanted > SIZE_MAX / 2 / size) {
        otelmq_memory_exhausted();
    }
    void *grown = realloc(items, wanted * size);
    if (grown == NULL) {
        otelmq_memory_exhausted();
    }
    *capacity = wanted;
    return grown;
}

void otelmq_memory_check(const otelmq_buffer *buffer)
{
    if (!otelmq_buffer_is_complete(buffer)) {
        otelmq_memory_exhausted();
    }
}
