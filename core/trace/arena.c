/* SPDX-License-Identifier: Apache-2.0 */
#include "trace/arena.h"

#include "trace/span_pool.h"

#include <stdlib.h>

struct otelmq_arena_chunk {
    _Alignas(16) otelmq_arena_chunk *next;
    bool is_pooled;
};

static const size_t LARGEST_SIZE = SIZE_MAX / 4;

void otelmq_arena_init(otelmq_arena *arena, char *data, char *end)
{
    *arena = (otelmq_arena){.at = data, .end = end};
}

void otelmq_arena_clean(otelmq_arena *arena)
{
    otelmq_arena_chunk *chunk = arena->chunks;
    while (chunk != NULL) {
        otelmq_arena_chunk *next = chunk->next;
        if (chunk->is_pooled) {
            otelmq_span_pool_give(OTELMQ_WHOLE_BLOCK, chunk);
        } else {
            free(chunk);
        }
        chunk = next;
    }
    *arena = (otelmq_arena){0};
}

static void add_chunk(otelmq_arena *arena, otelmq_arena_chunk *chunk, bool is_pooled)
{
    *chunk = (otelmq_arena_chunk){.next = arena->chunks, .is_pooled = is_pooled};
    arena->chunks = chunk;
}

/* What is left in the chunk before is given up; it is less than what did not fit. */
static void *take_from_new_block(otelmq_arena *arena, size_t size)
{
    otelmq_arena_chunk *chunk = otelmq_span_pool_take(OTELMQ_WHOLE_BLOCK);
    if (chunk == NULL) {
        return NULL;
    }
    add_chunk(arena, chunk, true);
    arena->at = (char *)(chunk + 1) + size;
    arena->end = (char *)chunk + OTELMQ_WHOLE_BLOCK_SIZE;
    return chunk + 1;
}

static void *take_by_itself(otelmq_arena *arena, size_t size)
{
    otelmq_arena_chunk *chunk = malloc(sizeof(*chunk) + size);
    if (chunk == NULL) {
        return NULL;
    }
    add_chunk(arena, chunk, false);
    return chunk + 1;
}

void *otelmq_arena_take_from_chunk(otelmq_arena *arena, size_t size, size_t align)
{
    (void)align; /* A chunk begins at the largest. */
    if (size > LARGEST_SIZE) {
        return NULL;
    }
    if (size > (OTELMQ_WHOLE_BLOCK_SIZE - sizeof(otelmq_arena_chunk)) / 2) {
        return take_by_itself(arena, size);
    }
    return take_from_new_block(arena, size);
}

bool otelmq_room_reserve(otelmq_room *room, otelmq_arena *arena, size_t size, size_t align)
{
    bool is_aligned = ((uintptr_t)room->data & (align - 1)) == 0;
    if (room->data != NULL && size <= room->capacity && is_aligned) {
        return true;
    }
    size_t capacity = room->data != NULL && size <= LARGEST_SIZE ? 2 * size : size;
    char *data = otelmq_arena_take(arena, capacity, align);
    if (data == NULL) {
        return false;
    }
    *room = (otelmq_room){data, capacity};
    return true;
}
