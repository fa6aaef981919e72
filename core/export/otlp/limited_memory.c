/* SPDX-License-Identifier: Apache-2.0 */
#include "export/otlp/limited_memory.h"

#include <stdlib.h>

enum { MEMORY_MAX = 16 * 1024 * 1024 };

static void *allocate(void *memory, size_t size)
{
    otelmq_limited_memory *limited = memory;
    if (size > limited->left) {
        return NULL;
    }
    limited->left -= size;
    return malloc(size);
}

static void release(void *memory, void *block)
{
    (void)memory;
    free(block);
}

void otelmq_limited_memory_init(otelmq_limited_memory *memory)
{
    memory->allocator = (ProtobufCAllocator){allocate, release, memory};
    memory->left = MEMORY_MAX;
}
