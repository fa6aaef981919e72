/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The memory that a span's names, keys, values, events and links are copied into: first the room
 * inside the span's own block, then further blocks of the span pool. Nothing is given back one by
 * one; a value that is replaced again and again uses a room, which grows instead. Not for two
 * threads at once.
 */
#ifndef OTELMQ_TRACE_ARENA_H
#define OTELMQ_TRACE_ARENA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct otelmq_arena_chunk otelmq_arena_chunk;

typedef struct {
    char *at;
    char *end;
    otelmq_arena_chunk *chunks;
} otelmq_arena;

/* The memory of a value that may be replaced; {0} has none yet. */
typedef struct {
    char *data;
    size_t capacity;
} otelmq_room;

/* Over the caller's memory, from data to end, before any chunk is needed. */
void otelmq_arena_init(otelmq_arena *arena, char *data, char *end);

/* Gives the chunks back. */
void otelmq_arena_clean(otelmq_arena *arena);

/* For otelmq_arena_take only. */
void *otelmq_arena_take_from_chunk(otelmq_arena *arena, size_t size, size_t align);

/* size bytes, undefined; align is a power of two up to 16. NULL without memory. */
static inline void *otelmq_arena_take(otelmq_arena *arena, size_t size, size_t align)
{
    size_t padding = (size_t)(-(uintptr_t)arena->at & (align - 1));
    size_t left = (size_t)(arena->end - arena->at);
    if (padding > left || size > left - padding) {
        return otelmq_arena_take_from_chunk(arena, size, align);
    }
    char *taken = arena->at + padding;
    arena->at = taken + size;
    return taken;
}

/*
 * Makes room hold size bytes at that alignment, in place of what it held; false without memory,
 * and the room is as it was. A room that has to grow doubles, so that replacing costs memory in
 * proportion to the longest value only.
 */
bool otelmq_room_reserve(otelmq_room *room, otelmq_arena *arena, size_t size, size_t align);

#endif
