/* SPDX-License-Identifier: Apache-2.0 */
#include "context/attached.h"

#include "base/module.h"

#include <otelmq/diagnostics.h>

#include <pthread.h>
#include <stdlib.h>

enum { FIRST_CAPACITY = 16 };

_Thread_local otelmq_attached_contexts otelmq_attached;

static pthread_once_t exit_key_once = PTHREAD_ONCE_INIT;
static pthread_key_t exit_key;
static bool has_exit_key;

static void pop_to(size_t depth)
{
    while (otelmq_attached.depth > depth) {
        otelmq_attached.depth--;
        otelmq_context_release(otelmq_attached.frames[otelmq_attached.depth].context);
    }
}

/* A destructor of the application that runs later may attach again: that starts from nothing. */
static void clean_thread(void *unused)
{
    (void)unused;
    pop_to(0);
    free(otelmq_attached.frames);
    otelmq_attached.frames = NULL;
    otelmq_attached.capacity = 0;
    otelmq_attached.is_watched = false;
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
        pthread_setspecific(exit_key, &otelmq_attached);
    }
    otelmq_attached.is_watched = true;
}

static bool reserve_frame(void)
{
    if (otelmq_attached.depth < otelmq_attached.capacity) {
        return true;
    }
    size_t capacity = otelmq_attached.capacity > 0 ? 2 * otelmq_attached.capacity : FIRST_CAPACITY;
    otelmq_attached_context *frames = realloc(otelmq_attached.frames, capacity * sizeof(*frames));
    if (frames == NULL) {
        return false;
    }
    otelmq_attached.frames = frames;
    otelmq_attached.capacity = capacity;
    if (!otelmq_attached.is_watched) {
        watch_thread_exit();
    }
    return true;
}

__attribute__((hot)) const otelmq_context *otelmq_context_current(void)
{
    const otelmq_context *attached = otelmq_context_attached();
    return attached != NULL ? attached : otelmq_context_root();
}

otelmq_context_token otelmq_context_attach(const otelmq_context *context)
{
    if (!reserve_frame()) {
        otelmq_diagnostics_report(OTELMQ_SEVERITY_ERROR,
                                  "No memory to attach a context: the thread keeps its old one.");
        return (otelmq_context_token){0};
    }
    otelmq_attached.last_serial++;
    otelmq_attached.frames[otelmq_attached.depth] =
        (otelmq_attached_context){otelmq_context_retain(context), otelmq_attached.last_serial};
    otelmq_attached.depth++;
    return (otelmq_context_token){&otelmq_attached, otelmq_attached.depth,
                                  otelmq_attached.last_serial};
}

static bool is_attached(otelmq_context_token token)
{
    return token.depth > 0 && token.depth <= otelmq_attached.depth &&
           otelmq_attached.frames[token.depth - 1].serial == token.serial;
}

void otelmq_context_detach(otelmq_context_token token)
{
    if (token.thread == NULL) {
        return; /* The attach had no memory, and has said so. */
    }
    if (token.thread != &otelmq_attached) {
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
    if (token.depth < otelmq_attached.depth) {
        otelmq_diagnostics_report(OTELMQ_SEVERITY_WARNING,
                                  "A context was detached before %zu contexts that were attached "
                                  "after it; all of them are detached.",
                                  otelmq_attached.depth - token.depth);
    }
    pop_to(token.depth - 1);
}
