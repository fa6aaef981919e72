/* SPDX-License-Identifier: Apache-2.0 */
#include <otelmq/context.h>

#include "base/module.h"

#include <otelmq/diagnostics.h>

#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>

enum { FIRST_CAPACITY = 16 };

/* One attach that was not taken back yet. */
typedef struct {
    const otelmq_context *context; /* owns one reference */
    uint64_t serial;
} frame;

/*
 * The contexts that are attached to a thread, the current one last. The references stand here and
 * not in the tokens, so that no misuse of a token, which the caller can copy and detach twice, can
 * touch memory that is gone. The serial number tells a token whose attach was taken back already
 * from the newer one that stands at the same depth now.
 */
typedef struct {
    frame *frames;
    size_t depth;
    size_t capacity;
    uint64_t last_serial;
    bool is_watched;
} thread_contexts;

static _Thread_local thread_contexts thread;

static pthread_once_t exit_key_once = PTHREAD_ONCE_INIT;
static pthread_key_t exit_key;
static bool has_exit_key;

static void pop_to(size_t depth)
{
    while (thread.depth > depth) {
        thread.depth--;
        otelmq_context_release(thread.frames[thread.depth].context);
    }
}

/* A destructor of the application that runs later may attach again: that starts from nothing. */
static void clean_thread(void *unused)
{
    (void)unused;
    pop_to(0);
    free(thread.frames);
    thread.frames = NULL;
    thread.capacity = 0;
    thread.is_watched = false;
}

static void create_exit_key(void)
{
    otelmq_module_pin();
    has_exit_key = pthread_key_create(&exit_key, clean_thread) == 0;
}

static void watch_thread_exit(void)
{
    pthread_once(&exit_key_once, create_exit_key);
    if (has_exit_key) {
        pthread_setspecific(exit_key, &thread);
    }
    thread.is_watched = true;
}

static bool reserve_frame(void)
{
    if (thread.depth < thread.capacity) {
        return true;
    }
    size_t capacity = thread.capacity > 0 ? 2 * thread.capacity : FIRST_CAPACITY;
    frame *frames = realloc(thread.frames, capacity * sizeof(*frames));
    if (frames == NULL) {
        return false;
    }
    thread.frames = frames;
    thread.capacity = capacity;
    if (!thread.is_watched) {
        watch_thread_exit();
    }
    return true;
}

__attribute__((hot)) const otelmq_context *otelmq_context_current(void)
{
    return thread.depth > 0 ? thread.frames[thread.depth - 1].context : otelmq_context_root();
}

otelmq_context_token otelmq_context_attach(const otelmq_context *context)
{
    if (!reserve_frame()) {
        otelmq_diagnostics_report(OTELMQ_SEVERITY_ERROR,
                                  "No memory to attach a context: the thread keeps its old one.");
        return (otelmq_context_token){0};
    }
    thread.last_serial++;
    thread.frames[thread.depth] = (frame){otelmq_context_retain(context), thread.last_serial};
    thread.depth++;
    return (otelmq_context_token){&thread, thread.depth, thread.last_serial};
}

static bool is_attached(otelmq_context_token token)
{
    return token.depth > 0 && token.depth <= thread.depth &&
           thread.frames[token.depth - 1].serial == token.serial;
}

void otelmq_context_detach(otelmq_context_token token)
{
    if (token.thread == NULL) {
        return; /* The attach had no memory, and has said so. */
    }
    if (token.thread != &thread) {
        otelmq_diagnostics_report(OTELMQ_SEVERITY_WARNING,
                                  "A context was detached on another thread than it was attached "
                                  "on; the current context stays as it is.");
        return;
    }
    if (!is_attached(token)) {
        otelmq_diagnostics_report(OTELMQ_SEVERITY_WARNING,
                                  "A context was detached that is not attached any more; the "
                                  "current context stays as it is.");
        return;
    }
    if (token.depth < thread.depth) {
        otelmq_diagnostics_report(OTELMQ_SEVERITY_WARNING,
                                  "A context was detached before %zu contexts that were attached "
                                  "after it; all of them are detached.",
                                  thread.depth - token.depth);
    }
    pop_to(token.depth - 1);
}
