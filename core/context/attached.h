/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The contexts that are attached to a thread, the current one last. The references stand here and
 * not in the tokens, so that no misuse of a token, which the caller can copy and detach twice, can
 * touch memory that is gone. The serial number tells a token whose attach was taken back already
 * from the newer one that stands at the same depth now. Any thread, each its own.
 */
#ifndef OTELMQ_CONTEXT_ATTACHED_H
#define OTELMQ_CONTEXT_ATTACHED_H

#include "base/hidden.h"

#include <otelmq/context.h>

/* One attach that was not taken back yet. */
typedef struct {
    const otelmq_context *context; /* owns one reference */
    uint64_t serial;
} otelmq_attached_context;

typedef struct {
    otelmq_attached_context *frames;
    size_t depth;
    size_t capacity;
    uint64_t last_serial;
    bool is_watched;
} otelmq_attached_contexts;

extern OTELMQ_HIDDEN _Thread_local otelmq_attached_contexts otelmq_attached;

/* The current context without a reference, in line; NULL: the root. */
static inline const otelmq_context *otelmq_context_attached(void)
{
    const otelmq_attached_contexts *mine = &otelmq_attached;
    return mine->depth > 0 ? mine->frames[mine->depth - 1].context : NULL;
}

#endif
