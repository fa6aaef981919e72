/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Immutable objects with a reference count are passed around as pointers to const; the count, and
 * free at the end, need the object itself. This is the one place where const is taken away.
 */
#ifndef OTELMQ_BASE_UNCONST_H
#define OTELMQ_BASE_UNCONST_H

#include <stdint.h>

static inline void *otelmq_unconst(const void *object)
{
    return (void *)(uintptr_t)object;
}

#endif
