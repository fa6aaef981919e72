/* SPDX-License-Identifier: Apache-2.0 */
#include "support/allocations.h"

#include <stdatomic.h>

static atomic_bool is_counting;
static atomic_size_t counted;
static int left = -1; /* how many succeed before one fails */

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *memory, size_t size);
void *__real_aligned_alloc(size_t alignment, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *memory, size_t size);
void *__wrap_aligned_alloc(size_t alignment, size_t size);

/* Whether it may succeed. */
static bool count_one(void)
{
    if (!is_counting) {
        return true;
    }
    counted++;
    if (left < 0) {
        return true;
    }
    left--;
    return left >= 0;
}

void *__wrap_malloc(size_t size)
{
    return count_one() ? __real_malloc(size) : NULL;
}

void *__wrap_calloc(size_t count, size_t size)
{
    return count_one() ? __real_calloc(count, size) : NULL;
}

void *__wrap_realloc(void *memory, size_t size)
{
    return count_one() ? __real_realloc(memory, size) : NULL;
}

void *__wrap_aligned_alloc(size_t alignment, size_t size)
{
    return count_one() ? __real_aligned_alloc(alignment, size) : NULL;
}

void allocations_resume(void)
{
    is_counting = true;
}

void allocations_pause(void)
{
    is_counting = false;
}

size_t allocations_counted(void)
{
    return counted;
}

void allocations_fail_after(int count)
{
    left = count;
}

bool allocations_end_failure(void)
{
    bool has_failed = left < 0;
    is_counting = false;
    left = -1;
    return has_failed;
}
