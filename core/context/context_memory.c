/* SPDX-License-Identifier: Apache-2.0 */
#include "context/context_memory.h"

#include "base/module.h"
#include "base/poison.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>

/* More than are alive at once in the deepest use; a thread that only gives keeps no more. */
enum { KEPT_MAX = 32 };

typedef enum { STORE_NEW, STORE_READY, STORE_CLOSED } store_state;

/* The list is not in the blocks themselves, all of whose bytes can so be poisoned. */
typedef struct {
    void *blocks[KEPT_MAX];
    size_t count;
    store_state state;
} store;

static _Thread_local store thread_store;

static pthread_once_t exit_key_once = PTHREAD_ONCE_INIT;
static pthread_key_t exit_key;
static bool has_exit_key;

static void *pop(store *mine)
{
    void *block = mine->blocks[--mine->count];
    otelmq_unpoison(block, OTELMQ_CONTEXT_BLOCK_SIZE);
    return block;
}

/* Contexts may still be released on this thread after this ran: a closed store keeps nothing. */
static void close_store(void *of_thread)
{
    store *mine = of_thread;
    while (mine->count > 0) {
        free(pop(mine));
    }
    mine->state = STORE_CLOSED;
}

static void create_exit_key(void)
{
    otelmq_module_pin();
    has_exit_key = pthread_key_create(&exit_key, close_store) == 0;
}

/* A thread that could not promise to empty its store keeps nothing. */
static void open_store(store *mine)
{
    pthread_once(&exit_key_once, create_exit_key);
    bool is_ready = has_exit_key && pthread_setspecific(exit_key, mine) == 0;
    mine->state = is_ready ? STORE_READY : STORE_CLOSED;
}

void *otelmq_context_memory_take(void)
{
    store *mine = &thread_store;
    return mine->count > 0 ? pop(mine) : malloc(OTELMQ_CONTEXT_BLOCK_SIZE);
}

void otelmq_context_memory_give(void *block)
{
    store *mine = &thread_store;
    if (mine->state == STORE_NEW) {
        open_store(mine);
    }
    if (mine->state == STORE_CLOSED || mine->count == KEPT_MAX) {
        free(block);
        return;
    }
    otelmq_poison(block, OTELMQ_CONTEXT_BLOCK_SIZE);
    mine->blocks[mine->count++] = block;
}
