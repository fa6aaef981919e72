/* SPDX-License-Identifier: Apache-2.0 */
#include "config/memory.h"

#include <stdalign.h>
#include <stdlib.h>

enum { BLOCK_SIZE = 8 * 1024 };

struct otelmq_config_block {
    otelmq_config_block *next;
    alignas(max_align_t) char data[];
};

static bool add_block(otelmq_config_memory *memory, size_t size)
{
    size_t capacity = size > BLOCK_SIZE ? size : BLOCK_SIZE;
    if (capacity > OTELMQ_CONFIG_MEMORY_MAX - memory->taken) {
        return false;
    }
    otelmq_config_block *block = calloc(1, sizeof(*block) + capacity);
    if (block == NULL) {
        return false;
    }
    block->next = memory->blocks;
    memory->blocks = block;
    memory->at = block->data;
    memory->left = capacity;
    memory->taken += capacity;
    return true;
}

void *otelmq_config_memory_take(otelmq_config_memory *memory, size_t size)
{
    if (size > OTELMQ_CONFIG_MEMORY_MAX) {
        return NULL;
    }
    size_t rounded = (size + alignof(max_align_t) - 1) & ~(alignof(max_align_t) - 1);
    if (rounded > memory->left && !add_block(memory, rounded)) {
        return NULL;
    }
    char *taken = memory->at;
    memory->at += rounded;
    memory->left -= rounded;
    return taken;
}

otelmq_str otelmq_config_memory_copy(otelmq_config_memory *memory, otelmq_str text)
{
    char *copy = otelmq_config_memory_take(memory, text.len + 1);
    if (copy != NULL && text.len > 0) {
        memcpy(copy, text.data, text.len);
    }
    return otelmq_str_from_bytes(copy, copy != NULL ? text.len : 0);
}

void otelmq_config_memory_clean(otelmq_config_memory *memory)
{
    otelmq_config_block *block = memory->blocks;
    while (block != NULL) {
        otelmq_config_block *next = block->next;
        free(block);
        block = next;
    }
    *memory = (otelmq_config_memory){0};
}
