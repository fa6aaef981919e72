/* SPDX-License-Identifier: Apache-2.0 */
#include "trace/span_pool.h"

#include "base/likely.h"
#include "base/lock.h"

#include <pthread.h>
#include <stdlib.h>

/*
 * Compilers fetch for reading unless they may take the instruction for granted, and then the line
 * is waited for after all. Processors without it do nothing at this place.
 */
#if defined(__x86_64__)
#define FETCHES_FOR_WRITING __attribute__((target("prfchw")))
#else
#define FETCHES_FOR_WRITING
#endif

enum { BATCH_SIZE = 32, DEPOT_BLOCKS_MAX = 128 * BATCH_SIZE };

/* How large blocks are, and what a span fills in of each as it starts. */
static const size_t SIZES[OTELMQ_BLOCK_KINDS] = {OTELMQ_WHOLE_BLOCK_SIZE, OTELMQ_HEAD_BLOCK_SIZE};
static const size_t USED_SIZES[OTELMQ_BLOCK_KINDS] = {7 * OTELMQ_CACHE_LINE_SIZE,
                                                      3 * OTELMQ_CACHE_LINE_SIZE};

/* What a block holds while nobody uses it; all but next only in the first block of a batch. */
typedef struct free_block {
    struct free_block *next;
    struct free_block *next_batch;
    unsigned batch_len;
} free_block;

typedef enum { MAGAZINE_NEW, MAGAZINE_READY, MAGAZINE_CLOSED } magazine_state;

typedef struct {
    free_block *loose;
    free_block *full;
    unsigned loose_len;
    magazine_state state;
} magazine;

static _Thread_local magazine thread_magazines[OTELMQ_BLOCK_KINDS];

typedef struct {
    otelmq_lock lock;
    free_block *batches;
    unsigned block_count;
} block_depot;

static block_depot depots[OTELMQ_BLOCK_KINDS];

static pthread_key_t exit_key;
static bool has_exit_key;

static void free_batch(free_block *block)
{
    while (block != NULL) {
        free_block *next = block->next;
        free(block);
        block = next;
    }
}

/* A batch joins the list only when it is linked itself: a fork may happen between two stores. */
static void leave_to_depot(block_depot *depot, free_block *batch)
{
    if (batch == NULL) {
        return;
    }
    otelmq_lock_take(&depot->lock);
    bool has_room = depot->block_count < DEPOT_BLOCKS_MAX;
    if (has_room) {
        depot->block_count += batch->batch_len;
        batch->next_batch = depot->batches;
        atomic_signal_fence(memory_order_seq_cst);
        depot->batches = batch;
    }
    otelmq_lock_give(&depot->lock);
    if (!has_room) {
        free_batch(batch);
    }
}

static free_block *take_from_depot(block_depot *depot)
{
    otelmq_lock_take(&depot->lock);
    free_block *batch = depot->batches;
    if (batch != NULL) {
        depot->batches = batch->next_batch;
        depot->block_count -= batch->batch_len;
    }
    otelmq_lock_give(&depot->lock);
    return batch;
}

static free_block *loose_as_batch(magazine *mine)
{
    free_block *batch = mine->loose;
    if (batch != NULL) {
        batch->batch_len = mine->loose_len;
    }
    mine->loose = NULL;
    mine->loose_len = 0;
    return batch;
}

/*
 * Destructors of other libraries may still end spans on this thread after this one ran: a closed
 * magazine takes nothing in any more.
 */
static void close_magazines(void *of_thread)
{
    magazine *mine = of_thread;
    for (size_t i = 0; i < OTELMQ_BLOCK_KINDS; i++) {
        leave_to_depot(&depots[i], mine[i].full);
        leave_to_depot(&depots[i], loose_as_batch(&mine[i]));
        mine[i] = (magazine){.state = MAGAZINE_CLOSED};
    }
}

static void create_exit_key(void)
{
    otelmq_fork_generation_watch();
    has_exit_key = pthread_key_create(&exit_key, close_magazines) == 0;
}

/* A thread that could not promise to empty its magazine gets none. */
__attribute__((noinline)) static void open_magazine(magazine *mine)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, create_exit_key);
    bool is_ready = has_exit_key && pthread_setspecific(exit_key, thread_magazines) == 0;
    mine->state = is_ready ? MAGAZINE_READY : MAGAZINE_CLOSED;
}

__attribute__((noinline)) static bool refill(magazine *mine, block_depot *depot)
{
    if (mine->state == MAGAZINE_NEW) {
        open_magazine(mine);
    }
    if (mine->state == MAGAZINE_CLOSED) {
        return false;
    }
    free_block *batch = mine->full != NULL ? mine->full : take_from_depot(depot);
    mine->full = NULL;
    mine->loose = batch;
    mine->loose_len = batch != NULL ? batch->batch_len : 0;
    return batch != NULL;
}

/*
 * The block that is taken next was last written to by the export worker, on another processor: its
 * beginning, which every span fills in, is fetched while the present span is at work.
 */
static inline void prefetch(const free_block *block, size_t size)
{
    for (size_t at = 0; block != NULL && at < size; at += OTELMQ_CACHE_LINE_SIZE) {
        __builtin_prefetch((const char *)block + at, 1);
    }
}

__attribute__((hot)) FETCHES_FOR_WRITING void *otelmq_span_pool_take(otelmq_block_kind kind)
{
    magazine *mine = &thread_magazines[kind];
    if (OTELMQ_UNLIKELY(mine->loose == NULL) && !refill(mine, &depots[kind])) {
        return aligned_alloc(OTELMQ_CACHE_LINE_SIZE, SIZES[kind]);
    }
    free_block *block = mine->loose;
    mine->loose = block->next;
    mine->loose_len--;
    prefetch(mine->loose, USED_SIZES[kind]);
    return block;
}

__attribute__((noinline)) static void set_batch_aside(magazine *mine, block_depot *depot)
{
    leave_to_depot(depot, mine->full);
    mine->full = loose_as_batch(mine);
}

void otelmq_span_pool_give(otelmq_block_kind kind, void *memory)
{
    magazine *mine = &thread_magazines[kind];
    if (mine->state == MAGAZINE_NEW) {
        open_magazine(mine);
    }
    if (mine->state == MAGAZINE_CLOSED) {
        free(memory);
        return;
    }
    if (mine->loose_len >= BATCH_SIZE) {
        set_batch_aside(mine, &depots[kind]);
    }
    free_block *block = memory;
    block->next = mine->loose;
    mine->loose = block;
    mine->loose_len++;
}
