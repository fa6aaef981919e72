/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tells the address sanitizer that memory which is kept for recycling is not in use, so that a use
 * after release is found as if it had been freed. Without that sanitizer, nothing.
 */
#ifndef OTELMQ_BASE_POISON_H
#define OTELMQ_BASE_POISON_H

#include <stddef.h>

#if defined(__SANITIZE_ADDRESS__)
#define OTELMQ_HAS_ADDRESS_SANITIZER 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define OTELMQ_HAS_ADDRESS_SANITIZER 1
#endif
#endif

#ifdef OTELMQ_HAS_ADDRESS_SANITIZER
#include <sanitizer/asan_interface.h>
#endif

static inline void otelmq_poison(const void *memory, size_t size)
{
#ifdef OTELMQ_HAS_ADDRESS_SANITIZER
    __asan_poison_memory_region(memory, size);
#else
    (void)memory;
    (void)size;
#endif
}

static inline void otelmq_unpoison(const void *memory, size_t size)
{
#ifdef OTELMQ_HAS_ADDRESS_SANITIZER
    __asan_unpoison_memory_region(memory, size);
#else
    (void)memory;
    (void)size;
#endif
}

#endif
